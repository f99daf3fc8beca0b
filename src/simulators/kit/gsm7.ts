/** The default alphabet of 3GPP TS 23.038 §6.2.1, written down here anew: the server's own table is what we check. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
)

/** TS 23.038 §6.2.1.1: reached through an escape, so each takes two septets. */
const EXTENDED = new Set('\f^{}\\[~]|€')

/** Characters that the default alphabet has not got, each once. */
export const strangers = (text: string): string[] => [
  ...new Set([...text].filter(character => !BASIC.has(character) && !EXTENDED.has(character))),
]

/** Septets of a text that has no strangers. */
export function septets(text: string): number {
  let count = 0
  for (const character of text) count += EXTENDED.has(character) ? 2 : 1
  return count
}

/** Parts of an SMS: 160 septets or 153 a part; a stranger makes it UCS-2: 70 units or 67 a part. */
export function smsParts(text: string): number {
  const [units, one, many] =
    strangers(text).length > 0 ? ([text.length, 70, 67] as const) : ([septets(text), 160, 153] as const)
  return units <= one ? 1 : Math.ceil(units / many)
}
