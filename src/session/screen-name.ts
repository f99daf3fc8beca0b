import { toGsm7 } from '../domain/gsm7.ts'

/** Longest name that every screen has room for. */
const NAME_LENGTH = 15
/** In a line of a list, beside an amount. */
export const LINE_NAME_LENGTH = 10

/** A name as a screen can carry it: of a long one its first words, and of signs that the alphabet lacks one `?`. */
export function screenName(fullName: string, most = NAME_LENGTH): string {
  const name = toGsm7(fullName).replace(/\?+/g, '?').replace(/\s+/g, ' ').trim()
  if (name.length <= most) return name
  return name
    .slice(0, most + 1)
    .replace(/\s+\S*$/, '')
    .slice(0, most)
}

/** Of a stranger no more than a first name, to see that a number was typed right; undefined of an initial. */
export function firstNameOf(fullName: string): string | undefined {
  const [first = ''] = fullName.trim().split(/\s+/)
  return first.length < 2 ? undefined : screenName(first)
}
