import { createRequire } from 'node:module'

/**
 * XPath 1.0 over XML, by `xpath`. Loaded without its types, which would bring all of the browser's
 * DOM into the house.
 */
type Select = (expression: string, node: object) => unknown
const xpath: {
  parse(expression: string): unknown
  useNamespaces(namespaces: Readonly<Record<string, string>>): Select
} = createRequire(import.meta.url)('xpath')

export type XmlExpression = (node: object) => string | undefined
export type XmlNodes = (node: object) => object[]

const MAX_EXPRESSION = 300
/** A second descent makes the time grow with the square of the document. */
const MAX_DESCENTS = 1
const MAX_NODES = 1_000

function check(source: string): void {
  if (source.length > MAX_EXPRESSION)
    throw new Error(`an expression of more than ${MAX_EXPRESSION} characters`)
  const descents = source.match(/\/\/|descendant|ancestor|following|preceding/g) ?? []
  if (descents.length > MAX_DESCENTS) throw new Error('more than one descent through the whole document')
  try {
    xpath.parse(source)
  } catch {
    throw new Error('not an XPath expression')
  }
}

const textOf = (found: unknown): string | undefined => {
  if (typeof found === 'string') return found.trim() || undefined
  if (typeof found === 'number' || typeof found === 'boolean') return String(found)
  const [node] = Array.isArray(found) ? found : []
  return (node as { textContent?: string | null } | undefined)?.textContent?.trim() || undefined
}

/** Throws a sentence where the expression is none. A prefix that the profile does not declare finds nothing. */
export function compileXml(source: string, namespaces: Readonly<Record<string, string>>): XmlExpression {
  const select = selecting(source, namespaces)
  return node => textOf(select(node))
}

/** The nodes themselves, for an answer that is a list. */
export function compileNodes(source: string, namespaces: Readonly<Record<string, string>>): XmlNodes {
  const select = selecting(source, namespaces)
  return node => {
    const found = select(node)
    return Array.isArray(found) ? found.slice(0, MAX_NODES) : []
  }
}

function selecting(source: string, namespaces: Readonly<Record<string, string>>): (node: object) => unknown {
  check(source)
  const select = xpath.useNamespaces(namespaces)
  return node => {
    try {
      return select(source, node)
    } catch {
      return undefined
    }
  }
}
