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

/** The fields of a query as they may be kept. */
export const blankedQuery = (query: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(query).map(([name, held]) => [name, SECRET.test(name) ? BLANK : held]))

/**
 * A body as it may be kept: JSON with its secret fields blanked; of a form or of XML the same fields. What holds none is
 * kept to the letter, for a signature may be checked on it.
 */
export function blanked(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body)
    const clean = JSON.stringify(blankedJson(parsed))
    return clean === JSON.stringify(parsed) ? body : clean
  } catch {
    return body
      .replace(/(^|&)([^=&]+)=([^&]*)/g, (whole, before: string, name: string) =>
        SECRET.test(name) ? `${before}${name}=${BLANK}` : whole,
      )
      .replace(/<([\w:]+)>([^<]*)<\/\1>/g, (whole, name: string) =>
        SECRET.test(name.replace(/^.*:/, '')) ? `<${name}>${BLANK}</${name}>` : whole,
      )
  }
}
