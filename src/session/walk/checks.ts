import { foreignTo, septets } from '../../domain/gsm7.ts'

/** What is printed before every screen, and what a screen may hold with it. */
export const PREFIX = 'CON '
export const BUDGET = 160
const MAX_OPTIONS = 5

/** Septets of a screen with its prefix; a sign that GSM-7 lacks makes every sign of it sixteen bits. */
export const weigh = (text: string): number =>
  septets(PREFIX + text) ?? Math.ceil(((PREFIX + text).length * 16) / 7)

/** What is wrong with the text of a screen, one line each. `ucs2`: the language is written so, and comes in pages. */
export function faultsOfText(text: string, ucs2 = false): string[] {
  const faults: string[] = []
  const foreign = foreignTo(text)
  if (foreign.length > 0 && !ucs2) faults.push(`signs that GSM-7 lacks: ${foreign.join(' ')}`)
  else if (weigh(text) > BUDGET && !ucs2) faults.push(`${weigh(text)} septets with its prefix, ${BUDGET} fit`)
  const options = printed(text).filter(number => /^[1-9]$/.test(number))
  if (options.length > MAX_OPTIONS) faults.push(`${options.length} options, ${MAX_OPTIONS} fit`)
  if (new Set(options).size < options.length) faults.push('two options with one number')
  if (/undefined|null|\[object|NaN/.test(text)) faults.push('a gap in the text')
  if (/ {2}|\n\n|^\s|\s$/.test(text)) faults.push('blanks to no purpose')
  return faults
}

/** The numbers of the options that a screen prints: `1`, `98`, `0`. */
export const printed = (text: string): string[] =>
  text.split('\n').flatMap(line => /^(\d{1,2}) ./.exec(line)?.[1] ?? [])
