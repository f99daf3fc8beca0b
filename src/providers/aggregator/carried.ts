import { BASE64, type Fields, NESTED } from './fields.ts'

/** Whether two requests say, each for itself, what the two orders behind them differ in. */

/** One thing that an order says, and how it may be written, for each of the two orders. */
export type Want = { readonly name: string; readonly of: readonly [readonly string[], readonly string[]] }
export type Pair = readonly [Fields, Fields]

const ESCAPED = /[.*+?^${}()|[\]\\]/g

/** Among other digits a figure is another one; noughts before it, and none but noughts after its point, change nothing. */
function spells(text: string | undefined, ways: readonly string[]): boolean {
  // a sentence is for her to read, and an address of ours for her browser: the vendor takes neither apart
  if (text === undefined || /\s|^https?:/.test(text)) return false
  return ways.some(way =>
    /^\+?[\d.]+$/.test(way)
      ? new RegExp(
          `(?<!\\d|\\d[.,])0*${way.replace(ESCAPED, '\\$&')}${way.includes('.') ? '0*' : '(\\.0+)?'}(?![.,]?\\d)`,
        ).test(text)
      : text.includes(way),
  )
}

/** Where both say it: the same field, and in each what is its own. */
export function carriersOf([one, other]: Pair, { of: [first, second] }: Want): string[] {
  return [...one.keys()].filter(
    where => spells(one.get(where), first) && spells(other.get(where), second) && isLeaf(one, where),
  )
}

/** A text that was taken apart is read by its parts. */
const isLeaf = (fields: Fields, where: string): boolean =>
  ![...fields.keys()].some(other => other.startsWith(where + NESTED))

/**
 * Where each want is said. What stands in a text within a field counts where that text is a whole order, and says more than one
 * of them: a list of goods only repeats the sum.
 */
export function carried(pair: Pair, wants: readonly Want[]): ReadonlyMap<Want, readonly string[]> {
  const found = new Map(wants.map(want => [want, carriersOf(pair, want)] as const))
  const text = (where: string): string => where.slice(0, where.lastIndexOf(NESTED))
  const counts = (where: string): boolean =>
    !where.includes(NESTED) ||
    [...found.values()].filter(places => places.some(place => text(place) === text(where))).length > 1
  return new Map([...found].map(([want, places]) => [want, places.filter(counts)]))
}

const nameOf = (where: string): string => where.split(/[.>@]/).at(-1)?.toLowerCase() ?? ''

/** A field of either that is called as the one that says it, and says something else; nought says nothing. */
export function contradicted(pair: Pair, { of }: Want, places: readonly string[]): string | undefined {
  const names = places.map(nameOf)
  for (const [which, fields] of pair.entries())
    for (const [where, text] of fields)
      if (
        names.includes(nameOf(where)) &&
        ![text, fields.get(BASE64 + where)].some(said => spells(said, of[which] ?? [])) &&
        !/^[0.]*$/.test(text)
      )
        return `${where} says ${text} where another field says ${of[which]?.[0]}`
  return undefined
}

/** A whole number of her country that both orders say, and that is none of the connection's. */
export function fixedNumber(
  [one, other]: Pair,
  like: string,
  given: readonly (string | undefined)[],
): string | undefined {
  const [start, { length }] = [like.slice(1, 4), like.slice(1)]
  const isNumber = (text: string): boolean =>
    /^\d+$/.test(text) && text.startsWith(start) && text.length === length
  const found = [...one].find(
    ([where, text]) => isNumber(text.replace('+', '')) && other.get(where) === text && !given.includes(text),
  )
  return found && `${found[0]} says ${found[1]} for everybody: a number of your own belongs in config`
}

/** A field for a currency that names another one. */
export function otherCurrency(fields: Fields, wire: string): string | undefined {
  const found = [...fields].find(
    ([where, text]) => nameOf(where).includes('currency') && /^[A-Z]{3}$/.test(text) && text !== wire,
  )
  return found && `${found[0]} says ${found[1]}`
}

/** A text that begins as JSON and is none. */
export const brokenIn = (fields: Fields): string | undefined =>
  [...fields.keys()].find(where => where.endsWith(NESTED))?.slice(0, -NESTED.length)
