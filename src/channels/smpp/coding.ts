/**
 * Texts as octets, by encodings of our own: the library writes GSM-7 as data_coding 1 and anything with an accent as
 * Latin-1, while SMSCs expect 0 and 8. Source: SMPP 3.4 §5.2.19; 3GPP TS 23.038 §6.2.1 and TS 23.040 §9.2.3.24.1.
 */

/** The default alphabet in its own order; a code is the place of its character. */
const GSM =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
const ESCAPE = 0x1b
const EXTENSION: Readonly<Record<string, number>> = {
  '\f': 0x0a,
  '^': 0x14,
  '{': 0x28,
  '}': 0x29,
  '\\': 0x2f,
  '[': 0x3c,
  '~': 0x3d,
  ']': 0x3e,
  '|': 0x40,
  '€': 0x65,
}

const CODES = new Map<string, Buffer>([
  ...[...GSM].map((character, code) => [character, Buffer.of(code)] as const),
  ...Object.entries(EXTENSION).map(([character, code]) => [character, Buffer.of(ESCAPE, code)] as const),
])
CODES.delete('\u001b')
const EXTENDED = new Map(Object.entries(EXTENSION).map(([character, code]) => [code, character]))

export const GSM7 = 0
const UCS2 = 8
const IA5 = 1
const LATIN1 = 3

export type Coded = { readonly coding: typeof GSM7 | typeof UCS2; readonly parts: readonly Buffer[] }

const LONGEST = { [GSM7]: { one: 160, many: 153 }, [UCS2]: { one: 140, many: 134 } } as const

/** Whole characters together up to so many octets: an escape or a surrogate pair is never cut in two. */
function split(characters: readonly Buffer[], octets: number): Buffer[] {
  const parts: Buffer[][] = [[]]
  let size = 0
  for (const character of characters) {
    if (size + character.length > octets) {
      parts.push([])
      size = 0
    }
    parts.at(-1)?.push(character)
    size += character.length
  }
  return parts.map(part => Buffer.concat(part))
}

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()

/** The text in one part, or in several that leave room for a header of six octets. */
export function encode(text: string): Coded {
  const characters = [...text]
  const seven = characters.map(character => CODES.get(character))
  const coding = seven.includes(undefined) ? UCS2 : GSM7
  const octets = coding === GSM7 ? (seven as Buffer[]) : characters.map(utf16)
  const { one, many } = LONGEST[coding]
  const whole = Buffer.concat(octets)
  return { coding, parts: whole.length <= one ? [whole] : split(octets, many) }
}

function fromGsm(octets: Buffer): string {
  let text = ''
  for (let at = 0; at < octets.length; at++) {
    const code = octets[at] as number
    if (code === ESCAPE) text += EXTENDED.get(octets[++at] ?? 0) ?? ' '
    else text += GSM[code] ?? '?'
  }
  return text
}

/** What was written; undefined for what is no text that we can read. Classes and compression of TS 23.038 are no texts of people. */
export function decode(octets: Buffer, coding: number): string | undefined {
  switch (coding) {
    case GSM7:
      return fromGsm(octets)
    case IA5:
    case LATIN1:
      return octets.toString('latin1')
    case UCS2:
      return octets.length % 2 === 0 ? Buffer.from(octets).swap16().toString('utf16le') : undefined
    default:
      return undefined
  }
}
