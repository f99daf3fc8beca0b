/** Texts with placeholders: `{amount}`, `{config.merchantId}`, `{timestamp:yyyyMMddHHmmss}`; `{{` and `}}` are braces. */

export type Slot = {
  readonly name: string
  readonly format: string | undefined
  /** `{config.terminal?}`: where it has no value, the whole entry is left out. */
  readonly optional: boolean
}
export type Template = {
  readonly kind: 'template'
  readonly source: string
  readonly parts: readonly (string | Slot)[]
}

/** Names that every profile knows; `config.…`, `init.…`, `made.…` and `table.…` are its own. */
const NAMES: ReadonlySet<string> = new Set([
  ...['amount', 'currency', 'msisdn', 'reference', 'code', 'callbackUrl', 'timestamp', 'uuid'],
  ...['shownReference', 'providerReference'],
  ...['original.reference', 'original.providerReference', 'original.receipt'],
])
const OWN = /^(config|init|made|table)\.[A-Za-z][A-Za-z0-9]{0,39}$/
const SLOT = /^([A-Za-z][A-Za-z.0-9]*)(?::([A-Za-z][A-Za-z0-9:_ /.-]{0,39}))?(\?)?$/
const MAX_TEMPLATE = 8_000

/** Throws a sentence where the text is no template. */
export function parseTemplate(source: string): Template {
  if (source.length > MAX_TEMPLATE) throw new Error(`longer than ${MAX_TEMPLATE} characters`)
  const parts: (string | Slot)[] = []
  let text = ''
  for (const [token] of source.matchAll(/\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+/g)) {
    if (token === '{{' || token === '}}') text += token[0]
    else if (token === '{' || token === '}') throw new Error('a brace that stands alone: write {{ or }}')
    else if (token.startsWith('{')) {
      if (text !== '') parts.push(text)
      text = ''
      parts.push(slotOf(token.slice(1, -1)))
    } else text += token
  }
  if (text !== '') parts.push(text)
  return { kind: 'template', source, parts }
}

function slotOf(inner: string): Slot {
  const [, name, format, optional] = SLOT.exec(inner) ?? []
  if (name === undefined || !(NAMES.has(name) || OWN.test(name)))
    throw new Error(`no placeholder is called {${inner}}`)
  return { name, format, optional: optional !== undefined }
}

export const slotsOf = (template: Template): Slot[] => template.parts.filter(part => typeof part !== 'string')

/** The value of a placeholder in its form; undefined where there is none. */
export type Values = (slot: Slot) => string | undefined

/** Thrown where a placeholder that must have a value has none: before any call. */
export class NoValue extends Error {
  override readonly name = 'NoValue'
}

/** The text with its values, each made safe for where it stands; undefined where an optional one has none. */
export function fill(
  { parts }: Template,
  values: Values,
  safe: (value: string, slot: Slot) => string = value => value,
): string | undefined {
  let text = ''
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part
      continue
    }
    const value = values(part)
    if (value === undefined && part.optional) return undefined
    if (value === undefined) throw new NoValue(part.name)
    text += safe(value, part)
  }
  return text
}

/** Inside a path or a query. The address of the connection is an address already. */
export const inUrl = (value: string, { name }: Slot): string =>
  name === 'config.baseUrl' ? value : encodeURIComponent(value)
