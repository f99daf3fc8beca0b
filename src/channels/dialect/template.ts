import * as z from 'zod'

/**
 * What a reply is made of. `{text}` is the screen; `{request.…}`, alone, is what the request said there, a number as a
 * number; `{ con: …, end: … }` is the one while the session goes on and the other where it ends.
 */
export type Tree = string | number | boolean | null | readonly Tree[] | { readonly [name: string]: Tree }

export const Tree: z.ZodType<Tree> = z.json()

const Either = z.strictObject({ con: z.string(), end: z.string() })
export const Text = z.union([z.string(), Either])

const WHOLE = /^\{request\.([\w.-]{1,120})\}$/

/** What is wrong with the texts of a template, one sentence each. */
export function readTemplate(tree: Tree | undefined): string[] {
  if (typeof tree === 'string')
    return WHOLE.test(tree) || !/[{}]/.test(tree.replaceAll('{text}', ''))
      ? []
      : [`"${tree}" may name {text}, or one {request.…} alone`]
  return typeof tree === 'object' && tree !== null ? Object.values(tree).flatMap(readTemplate) : []
}

export type Filling = {
  readonly kind: 'con' | 'end'
  readonly text: string
  readonly request: (field: string) => unknown
}

/** The template with its values. */
export function fill(tree: Tree, filling: Filling): unknown {
  if (typeof tree === 'string') {
    const field = WHOLE.exec(tree)?.[1]
    return field === undefined ? tree.replaceAll('{text}', () => filling.text) : filling.request(field)
  }
  if (Array.isArray(tree)) return tree.map(item => fill(item, filling))
  if (typeof tree !== 'object' || tree === null) return tree
  const { con, end, ...others } = tree as { readonly [name: string]: Tree }
  if (con !== undefined && end !== undefined && Object.keys(others).length === 0)
    return fill(filling.kind === 'con' ? con : end, filling)
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, fill(value, filling)]))
}
