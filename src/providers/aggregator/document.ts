import { readXml } from '../xml.ts'

/** What came over the wire, read once: an answer, or a callback. */
export const FORMATS = ['json', 'form', 'query', 'xml', 'csv', 'text'] as const
export type Format = (typeof FORMATS)[number]

export type Arrived = {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
}

/** `content` is as the format has it: a JSON value, a DOM document, the cells of a line, or the text itself. */
export type Wire = { readonly format: Format; readonly content: unknown; readonly arrived: Arrived }

/** Longer bodies are not looked at: no provider says yes or no in more. */
const MAX_BODY = 200_000
const MAX_CELLS = 50

/** Undefined where the body is not of that format: HTML, cut JSON, nothing at all. */
export function readWire(format: Format, arrived: Arrived): Wire | undefined {
  if (arrived.body.length > MAX_BODY) return undefined
  const content = READERS[format](arrived)
  return content === undefined ? undefined : { format, content, arrived }
}

const READERS: Readonly<Record<Format, (arrived: Arrived) => unknown>> = {
  json: ({ body }) => {
    try {
      const value: unknown = JSON.parse(body)
      return typeof value === 'object' && value !== null ? value : undefined
    } catch {
      return undefined
    }
  },
  form: ({ body }) => nonEmpty(Object.fromEntries(new URLSearchParams(body))),
  query: ({ query = {} }) => nonEmpty(query),
  xml: ({ body }) => readXml(body),
  csv: ({ body }) => {
    const line = body.trim()
    return line === '' || /[\r\n<]/.test(line)
      ? undefined
      : line.split(',', MAX_CELLS).map(cell => cell.trim())
  },
  text: ({ body }) => body.trim() || undefined,
}

const nonEmpty = (record: object): object | undefined => (Object.keys(record).length > 0 ? record : undefined)
