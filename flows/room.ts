import { septets } from '../src/domain/gsm7.ts'
import { carried, type Words } from './words/words.ts'

/** A screen that is not turned in pages, and what a gateway prints before it. */
const SCREEN = 160 - 'CON '.length

/**
 * A screen with what is good to know, or without it where it would push something else off; `last`: nothing is answered to
 * it, and no hint comes to stand above it.
 */
export function roomFor(extra: string, print: (extra: string) => string, words: Words, last = false): string {
  const whole = print(extra)
  // the pages of a language with its own signs hold whatever there is
  if (words.ucs2 === true) return whole
  const shown = last ? whole : `${words.badAnswer}\n${whole}`
  return (septets(carried(shown, words)) ?? SCREEN + 1) <= SCREEN ? whole : print('')
}
