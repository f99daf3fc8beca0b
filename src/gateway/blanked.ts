/** Fields by which vendors send back what must not be kept: credentials of ours, and PINs (EcoCash echoes the merchant's). */
const SECRET =
  /^(security_?credential|initiator_?password|password|pass_?key|merchant_?pin|pin|api_?key|authorization|token|access_?token|client_?secret)$/i

const BLANK = '***'

function blankedJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(blankedJson)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [name, SECRET.test(name) ? BLANK : blankedJson(held)]),
  )
}

/** What a person wrote, without what may be a PIN: numbers of four to six digits. */
export const withoutNumbers = (text: string): string => text.replace(/(?<!\d)\d{4,6}(?!\d)/g, BLANK)

/** The fields of a query as they may be kept. */
export const blankedQuery = (query: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(query).map(([name, held]) => [name, SECRET.test(name) ? BLANK : held]))

/**
 * A body as it may be kept: JSON with its secret fields blanked; of a form, of XML, or of JSON that broke off, the same
 * fields. What holds none is kept to the letter, for a signature may be checked on it.
 */
export function blanked(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body)
    const clean = JSON.stringify(blankedJson(parsed))
    return clean === JSON.stringify(parsed) ? body : clean
  } catch {
    return PLACES.reduce(
      (text, place) =>
        text.replace(place, (whole: string, before: string, name: string, after: string) =>
          SECRET.test(name) ? `${before}${name}${after}${BLANK}` : whole,
        ),
      body,
    )
  }
}

/** Where a named value stands in what is no JSON: what is before its name, the name, what is between, and the value, whole or cut off. */
const PLACES: readonly RegExp[] = [
  // "name": "value", 'name': value
  /(["'])([\w-]{1,40})(["']\s*:\s*)(?:"(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s,}\]]+)/g,
  // <name>value, <ns:name attribute="…"><![CDATA[value]]>
  /(<(?:[\w.-]{1,40}:)?)([\w-]{1,40})((?:\s[^<>]*)?>)(?:\s*<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|[^<]+)/g,
  // <element name="value">
  /(\s)([\w-]{1,40})(\s*=\s*)(?:"[^"]*"?|'[^']*'?)/g,
  // name=value&
  /(^|&)([^=&]{1,60})(=)[^&]*/g,
]
