/**
 * The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038 §6.2.1): one septet a character, two for an
 * extension character. A single character outside both turns the whole text into UCS-2.
 */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
const EXTENSION = '^{}\\[~]|€\f'

const basic = new Set(BASIC)
const extension = new Set(EXTENSION)

/** Septets of a text, or undefined where it cannot be written in GSM-7. */
export function septets(text: string): number | undefined {
  let count = 0
  for (const character of text) {
    if (basic.has(character)) count += 1
    else if (extension.has(character)) count += 2
    else return undefined
  }
  return count
}

/** Characters of a text that GSM-7 does not have, each once. */
export const foreignTo = (text: string): string[] => [
  ...new Set([...text].filter(character => !basic.has(character) && !extension.has(character))),
]

const TYPOGRAPHIC: Readonly<Record<string, string>> = {
  '\u00a0': ' ',
  '\u202f': ' ',
  '\u2009': ' ',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '«': '"',
  '»': '"',
  '–': '-',
  '—': '-',
  '…': '...',
  '°': 'o',
  œ: 'oe',
  Œ: 'OE',
  ç: 'c',
}

/** The nearest text that GSM-7 can carry: typographic signs made plain, accents dropped where the alphabet lacks them. */
export function toGsm7(text: string): string {
  return [...text.normalize('NFC')]
    .map(character => {
      if (basic.has(character) || extension.has(character)) return character
      const plain = TYPOGRAPHIC[character] ?? character.normalize('NFD').replace(/\p{M}/gu, '')
      return septets(plain) === undefined ? '?' : plain
    })
    .join('')
}

/** What a text costs as SMS: 160 septets in one part or 153 in each of several; 70 and 67 UCS-2 units. */
export function smsParts(text: string): { readonly encoding: 'gsm7' | 'ucs2'; readonly parts: number } {
  const count = septets(text)
  if (count !== undefined) return { encoding: 'gsm7', parts: count <= 160 ? 1 : Math.ceil(count / 153) }
  return { encoding: 'ucs2', parts: text.length <= 70 ? 1 : Math.ceil(text.length / 67) }
}
