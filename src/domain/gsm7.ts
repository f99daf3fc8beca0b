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

/**
 * The nearest text that GSM-7 can carry: typographic signs made plain, accents dropped where the alphabet lacks them, and
 * what no eye sees left out. A sign of which nothing remains becomes `?`.
 */
export function toGsm7(text: string): string {
  return [...text.normalize('NFC')].map(character => nearest(character) ?? '?').join('')
}

/** Undefined where the alphabet has nothing near it. */
function nearest(character: string): string | undefined {
  if (basic.has(character) || extension.has(character)) return character
  const plain = TYPOGRAPHIC[character] ?? character.normalize('NFD').replace(/[\p{M}\p{Cf}]/gu, '')
  return septets(plain) === undefined ? undefined : plain
}

/** How many characters of a text are lost on the way to GSM-7: each becomes a question mark. */
export const lostToGsm7 = (text: string): number =>
  [...text.normalize('NFC')].filter(character => nearest(character) === undefined).length

/**
 * What a text costs as SMS: 160 septets in one part or 153 in each of several; 70 and 67 UCS-2 units. Neither an extension
 * character nor a surrogate pair is cut between two parts. Source: 3GPP TS 23.040 §9.2.3.24.
 */
export function smsParts(text: string): { readonly encoding: 'gsm7' | 'ucs2'; readonly parts: number } {
  const count = septets(text)
  const [one, many] = count === undefined ? [70, 67] : [160, 153]
  const encoding = count === undefined ? 'ucs2' : 'gsm7'
  if ((count ?? text.length) <= one) return { encoding, parts: 1 }
  let [parts, left] = [0, 0]
  for (const character of text) {
    const size = count === undefined ? character.length : (septets(character) ?? 1)
    if (size > left) [parts, left] = [parts + 1, many]
    left -= size
  }
  return { encoding, parts }
}
