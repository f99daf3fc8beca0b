import type { HttpRequest } from '../../domain/outside.ts'
import { readXml } from '../xml.ts'

/** What a request says, field by field, as whoever receives it would read it. */

/**
 * By where it stands: `path.2`, `query.Amount`, `header.x-id`, `body.payer.value`. What a text holds in its turn (JSON or XML
 * in a field) stands behind a `>`, and ends in `>` alone where it begins as JSON and is none; what is base64 stands once more,
 * decoded, behind `base64:`.
 */
export type Fields = ReadonlyMap<string, string>

export const NESTED = '>'
export const BASE64 = 'base64:'
/** No vendor reads deeper. */
const MAX_DEPTH = 12

export function fieldsOf({ url, headers = {}, body = '' }: HttpRequest): Fields {
  const fields = new Map<string, string>()
  const { pathname, searchParams } = new URL(url)
  for (const [at, part] of pathname.split('/').entries()) put(fields, `path.${at}`, decoded(part))
  for (const [name, value] of searchParams) put(fields, `query.${name}`, value)
  for (const [name, value] of Object.entries(headers)) put(fields, `header.${name}`, value)
  if (headers['content-type']?.includes('form-urlencoded'))
    for (const [name, value] of new URLSearchParams(body)) put(fields, `body.${name}`, value)
  else if (!unpack(fields, 'body', body)) put(fields, 'body', body)
  return fields
}

/** As it came, where its escapes are none. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

type Into = Map<string, string>

function put(into: Into, where: string, text: string): void {
  into.set(where, text)
  if (where.split(NESTED).length > MAX_DEPTH) return
  if (!unpack(into, where + NESTED, text) && /^\s*[[{]/.test(text)) into.set(where + NESTED, text)
  const plain = Buffer.from(text, 'base64').toString()
  if (Buffer.from(plain).toString('base64') === text && /^[\x20-\x7e]+$/.test(plain))
    put(into, BASE64 + where, plain)
}

/** False where the text is neither JSON nor XML. */
function unpack(into: Into, where: string, text: string): boolean {
  if (/^\s*</.test(text)) {
    const root = readXml(text)?.documentElement
    if (root != null) leavesOf(into, where, root)
    return root != null
  }
  if (!/^\s*[[{]/.test(text)) return false
  try {
    treeOf(into, where, JSON.parse(text))
    return true
  } catch {
    return false
  }
}

function treeOf(into: Into, where: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) put(into, where, String(value))
  else for (const [name, child] of Object.entries(value)) treeOf(into, `${where}.${name}`, child)
}

/** As much of an element as is looked at. */
type Node = {
  readonly localName: string | null
  readonly textContent: string | null
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>
  readonly childNodes: Iterable<{ readonly nodeType: number }>
}

function leavesOf(into: Into, where: string, element: Node): void {
  for (const { name, value } of element.attributes) put(into, `${where}.${element.localName}@${name}`, value)
  const children = [...element.childNodes].filter(
    (node): node is Node & { nodeType: 1 } => node.nodeType === 1,
  )
  for (const [at, child] of children.entries()) leavesOf(into, `${where}.${at}.${child.localName}`, child)
  if (children.length === 0) put(into, where, (element.textContent ?? '').trim())
}
