/** Texts on this line: septets in octets under coding 0, UCS-2 under 8, and nothing else. Source: 3GPP TS 23.038 §6.2.1. */

const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
const EXTENDED: Readonly<Record<number, string>> = {
  10: '\f',
  20: '^',
  40: '{',
  41: '}',
  47: '\\',
  60: '[',
  61: '~',
  62: ']',
  64: '|',
  101: '€',
}
export const SEPTETS = 0
export const UCS2 = 8

/** Undefined where the octets are no such text. */
export function read(octets: Buffer, coding: number): string | undefined {
  if (coding === UCS2) return octets.length % 2 === 0 ? new TextDecoder('utf-16be').decode(octets) : undefined
  if (coding !== SEPTETS) return undefined
  let text = ''
  for (let at = 0; at < octets.length; at++) {
    const code = octets[at] as number
    const character = code === 27 ? EXTENDED[octets[++at] ?? -1] : BASIC[code]
    if (character === undefined) return undefined
    text += character
  }
  return text
}

export function write(text: string): { readonly coding: number; readonly octets: Buffer } {
  const codes = [...text].map(character => BASIC.indexOf(character))
  return codes.includes(-1)
    ? { coding: UCS2, octets: Buffer.from(text, 'utf16le').swap16() }
    : { coding: SEPTETS, octets: Buffer.from(codes) }
}
