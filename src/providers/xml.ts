import { DOMParser, type Document, type Element, onErrorStopParsing } from '@xmldom/xmldom'

/** XML as adapters read and write it, by `@xmldom/xmldom`. */

/** Undefined where the text is no XML, or brings a document type: nobody needs one, and bombs are built of them. */
export function readXml(text: string): Document | undefined {
  if (text.includes('<!DOCTYPE') || text.includes('<!ENTITY')) return undefined
  try {
    return new DOMParser({ onError: onErrorStopParsing }).parseFromString(text, 'text/xml')
  } catch {
    return undefined
  }
}

/** An element, and what stands in it. */
export type XmlElement = {
  /** Without its prefix. */
  readonly name: string
  /** Empty where it is in none. */
  readonly namespace: string
  readonly text: string
  attribute(name: string): string | undefined
  /** The one element so called that stands directly in it; undefined where there is none, or more than one. */
  child(name: string): XmlElement | undefined
}

/** The root of a document; undefined where {@link readXml} finds none. */
export function readRoot(text: string): XmlElement | undefined {
  const root = readXml(text)?.documentElement
  return root == null ? undefined : elementOf(root)
}

function elementOf(element: Element): XmlElement {
  return {
    name: element.localName ?? element.nodeName,
    namespace: element.namespaceURI ?? '',
    get text() {
      return (element.textContent ?? '').trim()
    },
    attribute: name => element.getAttribute(name) ?? undefined,
    child(name) {
      const [found, ...others] = [...element.childNodes].filter(
        (node): node is Element => node.nodeType === node.ELEMENT_NODE && node.localName === name,
      )
      return found === undefined || others.length > 0 ? undefined : elementOf(found)
    },
  }
}

/** Text as it may stand between tags or in an attribute. */
export const escapeXml = (text: string): string =>
  text.replace(/[<>&"']/g, sign => `&#${sign.charCodeAt(0)};`)
