import { exponentOf } from '../../src/domain/money.ts'
import type { Lender } from './cast.ts'
import { dayIn, type Movement, minor, oursOf, rowsOf, type Truth } from './truth.ts'

/** What the provider moved is what we believe, each movement once. */

/** Where confirmed money of each kind may rest. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  collect: ['booked', 'suspense', 'returned', 'reversed', 'returning', 'written-off'],
  disburse: ['confirmed', 'booked'],
  return: ['booked'],
}
export const GONE: Readonly<Record<string, readonly string[]>> = {
  collect: ['returned', 'reversed'],
  disburse: ['returned', 'reversed', 'failed'],
  return: ['returned', 'reversed', 'failed'],
}

export function withProvider(
  { way: { simulator, byLink }, can }: Lender,
  truth: readonly Truth[],
  movements: readonly Movement[],
  heard: ReadonlySet<string>,
): string[] {
  const found: string[] = []
  const named = (kind: Truth['kind']): boolean =>
    kind === 'c2b' || can.operations[kind]?.askByOurReference === true
  const lost = new Set(named('collect') ? [] : lostPushes(movements, truth))
  const matched = new Map<string, Truth[]>()
  for (const row of truth) {
    const name = `${row.kind} ${row.reference ?? row.receipt} of ${row.amount}`
    const ours = oursOf(movements, row)
    if (ours.length > 1) found.push(`${name} stands for ${ours.length} movements of ours`)
    const [mine] = ours
    if (mine === undefined) {
      const unheard = row.kind === 'c2b' && !heard.has(row.receipt ?? '')
      // what the provider took back by itself has no name of ours where our own refunds have one
      const itsOwn = row.kind === 'refund' && named('refund') && row.reference == null
      if (row.status === 'failed' || unheard || itsOwn) continue
      const push = [...lost].find(each => isThePush(each, row))
      if (push === undefined) found.push(`${name} ${row.status}: we do not know it`)
      else lost.delete(push)
      continue
    }
    matched.set(mine.id, [...(matched.get(mine.id) ?? []), row])
    // a payment of her own accord comes with a masked number; a link may be opened by anybody
    if (row.kind !== 'c2b' && byLink !== 'anybody' && mine.msisdn !== '' && row.msisdn !== mine.msisdn)
      found.push(`${name} is of ${row.msisdn}: ours ${mine.id} is of ${mine.msisdn}`)
    const askable = simulator === 'mpesa' ? row.kind !== 'collect' : named(row.kind)
    const kind = mine.kind
    if (mine.state === 'unresolved') {
      const asked = mine.last.some(name => name === row.reference || name === row.conversationId)
      const open = row.status === 'pending' || (row.status === 'failed' && mine.unlisted)
      if (askable && asked && !open && !isAmountDoubt(mine, row))
        found.push(`${name} ${row.status}: ours is unresolved though it could be asked`)
      continue
    }
    // what is confirmed and not booked is told below
    if (row.status === 'succeeded' && mine.state !== 'confirmed' && !HOMES[kind]?.includes(mine.state))
      found.push(`${name} succeeded: ours ${mine.id} is ${mine.state}`)
    // Daraja tells nobody that a push was taken back later, and MTN tells it once: the rest is found by the statement
    if (row.status === 'reversed' && heard.has(`back:${row.reference}`) && !GONE[kind]?.includes(mine.state))
      found.push(`${name} went back: ours ${mine.id} is ${mine.state}`)
    if (row.status === 'succeeded' && minor(row.amount) !== BigInt(mine.confirmed ?? mine.amount))
      found.push(`${name}: ours ${mine.id} is ${mine.confirmed ?? mine.amount} minor units`)
  }
  for (const movement of movements) {
    const rows = matched.get(movement.id) ?? []
    const moved = rows.filter(({ status }) => status === 'succeeded' || status === 'reversed')
    if (moved.length > 1) found.push(`${movement.kind} ${movement.id} moved money ${moved.length} times`)
    const claims = HOMES[movement.kind]?.includes(movement.state) === true
    // a payment goes back once: where the provider took it back before our refund came, the refund has its yes
    const tookBack = matched.get(movement.original_id ?? '')?.some(({ status }) => status === 'reversed')
    if (movement.kind === 'return' && tookBack === true) continue
    if (claims && moved.length === 0 && !rows.some(({ status }) => status === 'pending'))
      found.push(`${movement.kind} ${movement.id} is ${movement.state}, and the provider moved nothing`)
  }
  return found
}

/** Asked about, or waited for, by who may not be asked: some give up after hours. */
const UNTOLD = ['pending', 'unresolved']

/**
 * A push whose answer was lost has no name that both know: only who may not be asked may stay unresolved, and each such
 * push stands for one debit.
 */
function lostPushes(movements: readonly Movement[], truth: readonly Truth[]): Movement[] {
  const rows = rowsOf(movements, truth)
  return movements.filter(
    ({ id, kind, state }) => kind === 'collect' && UNTOLD.includes(state) && !rows.has(id),
  )
}

const isThePush = ({ amount, msisdn }: Movement, row: Truth): boolean =>
  row.kind === 'collect' && row.msisdn === msisdn && minor(row.amount) === BigInt(amount)

/** A provider that tells another amount than was ordered leaves a payout with a person. */
const isAmountDoubt = (mine: Movement, row: Truth): boolean => BigInt(mine.amount) !== minor(row.amount)

/** Nobody was asked for more than a limit allows, or paid more, however many ordered at once. */
export function withCaps(
  { caps, way: { zone, currency } }: Lender,
  truth: readonly Truth[],
  movements: readonly Movement[],
): string[] {
  const found: string[] = []
  for (const { operation, window, value } of caps) {
    const cap = minor(exponentOf(currency) === 0 ? value : `${value}.00`)
    const sums = new Map<string, bigint>()
    for (const row of truth) {
      const [mine] = oursOf(movements, row)
      if (
        row.kind !== operation ||
        mine === undefined ||
        mine.kind === 'return' ||
        !['pending', 'succeeded'].includes(row.status)
      )
        continue
      const name =
        window === 'day'
          ? `${mine.msisdn || row.msisdn} on ${dayIn(zone, row.createdAt)}`
          : `${operation} ${mine.id}`
      sums.set(name, (sums.get(name) ?? 0n) + BigInt(mine.amount))
    }
    for (const [name, sum] of sums)
      if (sum > cap)
        found.push(`${name}: ${operation} of ${sum} minor units, the limit of a ${window} is ${cap}`)
  }
  return found
}
