/**
 * What a connection rests for, as one text: its faults, with a space between them. `disburse:quota` keeps payouts and
 * refunds back, `collect:credentials` collections; a fault without a direction is the whole account's. An empty float
 * needs no direction, for it is the paying side's by its nature.
 */

/** Which way money goes; a refund leaves by what pays out. */
export type Direction = 'collect' | 'disburse'

export const directionOf = (operation: string): Direction =>
  operation === 'collect' ? 'collect' : 'disburse'

const entriesOf = (pausedFor: string): readonly string[] => pausedFor.split(' ')
const faultOf = (entry: string): string => entry.split(':').at(-1) ?? entry

function stops(entry: string, direction: Direction): boolean {
  if (entry === 'no-float') return direction === 'disburse'
  return !entry.includes(':') || entry.startsWith(`${direction}:`)
}

/** Whether a connection that rests for this keeps that direction back; one that rests for nothing known keeps both. */
export const keepsBack = (pausedFor: string | null | undefined, direction: Direction): boolean =>
  pausedFor == null || entriesOf(pausedFor).some(entry => stops(entry, direction))

/** With one more fault; undefined where that keeps nothing back that is not kept back already. */
export function alsoFor(pausedFor: string, entry: string): string | undefined {
  const directions: readonly Direction[] = ['collect', 'disburse']
  const news = directions.some(direction => stops(entry, direction) && !keepsBack(pausedFor, direction))
  return news ? `${pausedFor} ${entry}` : undefined
}

/** Without that fault, whichever way it was met; null where nothing is left. */
export function without(pausedFor: string, fault: string): string | null {
  const left = entriesOf(pausedFor).filter(entry => faultOf(entry) !== fault)
  return left.length === 0 ? null : left.join(' ')
}
