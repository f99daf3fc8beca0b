import { DOMParser, type Element, onErrorStopParsing } from '@xmldom/xmldom'

/** A document of one level, as the wallet platforms send it: a root in its namespace, and named texts in none. */
export type FlatXml = {
  readonly root: string
  readonly namespace: string
  readonly fields: Readonly<Record<string, string>>
}

const elementsOf = (element: Element): Element[] =>
  [...element.childNodes].filter((node): node is Element => node.nodeType === node.ELEMENT_NODE)

/** Undefined for what is no XML, has a document type, nests deeper, names a field twice or puts one into a namespace. */
export function readFlat(body: string): FlatXml | undefined {
  if (/<!/.test(body)) return undefined
  try {
    const root = new DOMParser({ onError: onErrorStopParsing }).parseFromString(
      body,
      'text/xml',
    ).documentElement
    if (root === null) return undefined
    const children = elementsOf(root)
    const fields = Object.fromEntries(children.map(child => [child.nodeName, child.textContent ?? '']))
    const isFlat = children.every(child => !child.namespaceURI && elementsOf(child).length === 0)
    if (!isFlat || Object.keys(fields).length < children.length) return undefined
    return { root: root.localName ?? '', namespace: root.namespaceURI ?? '', fields }
  } catch {
    return undefined
  }
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

type Inner = { readonly [name: string]: string | Inner }

const inside = (inner: Inner): string =>
  Object.entries(inner)
    .map(
      ([name, value]) => `<${name}>${typeof value === 'string' ? escaped(value) : inside(value)}</${name}>`,
    )
    .join('')

export const writeXml = (root: string, namespace: string, inner: Inner): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<ns0:${root} xmlns:ns0="${namespace}">${inside(inner)}</ns0:${root}>`
