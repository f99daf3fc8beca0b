import { LEASE_MS } from '../../src/store/due.ts'
import type { Lender, Person } from './cast.ts'
import { createDice, type Dice } from './dice.ts'
import type { Schedule } from './world.ts'

/** What happens in a schedule, drawn from its seed alone: who does what and when, and what goes wrong. */

export type Deed =
  | {
      readonly kind: 'push'
      readonly person: Person
      readonly wallet: 'phone' | 'other'
      readonly share: number
    }
  /** Two pushes of one wallet for two loans, at the same moment. */
  | { readonly kind: 'race'; readonly person: Person }
  | { readonly kind: 'dial'; readonly person: Person; readonly flush: boolean }
  | { readonly kind: 'disburse'; readonly person: Person }
  | { readonly kind: 'batch'; readonly people: readonly Person[] }
  /** What was paid in part is paid on, or left at that. */
  | { readonly kind: 'decide'; readonly lender: string; readonly what: 'RETRY' | 'GIVE_UP' }
  /** Of her own accord, at once or in so many payments of the same amount. */
  | {
      readonly kind: 'pays-bill'
      readonly person: Person
      readonly known: boolean
      readonly amount: string
      readonly times: number
    }
  /** The back office decides about the oldest thing of its kind, if there is one. */
  | { readonly kind: 'desk'; readonly lender: string; readonly what: (typeof DESK)[number] }
  | { readonly kind: 'hold-batch'; readonly lender: string; readonly what: 'PAUSE' | 'RESUME' | 'STOP' }
  | { readonly kind: 'teller-repays'; readonly person: Person; readonly amount: string }
  | { readonly kind: 'teller-disburses'; readonly person: Person }
  /** She goes to the branch with the next receipt that she gets, and a teller types it. */
  | { readonly kind: 'shows-receipt'; readonly person: Person }
  | { readonly kind: 'refill'; readonly lender: string }
  | { readonly kind: 'core-down' | 'core-up'; readonly lender: string }
  | { readonly kind: 'fault'; readonly simulator: string; readonly fault: string; readonly msisdn: string }

/** What is ordered of the application itself; the rest is done by others. */
export type Order =
  | Extract<Deed, { readonly kind: 'push' | 'race' | 'disburse' | 'batch' | 'decide' | 'hold-batch' }>
  /** What comes of the back office's look at its desk. */
  | {
      readonly kind: 'decision'
      readonly lender: string
      readonly action: string
      readonly subjectId: string
      readonly terms: object
    }

export type Timed = { readonly afterMs: number; readonly deed: Deed }

export type Drawn = {
  readonly schedule: Schedule
  readonly deeds: (lenders: readonly Lender[]) => readonly Timed[]
}

const MINUTE_MS = 60_000
/** The back office is at its desk for so long. */
const DESK_MS = 60 * MINUTE_MS
/** Everything else is begun within so long; then the clock runs until it is quiet. */
export const BUSY_MS = 30 * MINUTE_MS
const DEEDS = 16
/** A shorter schedule has fewer people, who meet each other all the more. */
const FEW = 12
/** Named points that the application comes by for each deed. */
const HOOKS = 80
/** Entries that a schedule makes in the core at least. */
const ENTRIES = 8

/** What becomes of a batch on its way. */
const HOLDS: readonly (readonly ('PAUSE' | 'RESUME' | 'STOP')[])[] = [
  [],
  ['PAUSE', 'RESUME'],
  ['STOP'],
  ['PAUSE', 'STOP'],
]

/** Just longer than a lease, and longer than anything waits for an answer. */
const PAUSES = [LEASE_MS + 1_000, 25 * MINUTE_MS]

/** Starts on which the night, the month or nothing at all is near. */
const STARTS = [
  '2026-03-05T08:00:00Z',
  '2026-03-05T20:35:00Z',
  '2026-03-31T20:40:00Z',
  '2026-04-07T22:40:00Z',
]

const COLLECT_FAULTS = [
  'lost-request',
  'lost-answer',
  'server-error',
  'server-error-after',
  'cut-json',
  'no-callback',
  'duplicate-callback',
  'callback-first',
  'wrong-amount',
  'forged',
  'reversed-later',
  'insufficient-funds',
  'wrong-pin',
  'cancelled',
  'expired',
  'unreachable',
  'no-answer-ever',
  'query-lost-answer',
  'query-server-error',
] as const
const PAYOUT_FAULTS = [
  'lost-request',
  'lost-answer',
  'server-error',
  'server-error-after',
  'cut-json',
  'no-callback',
  'duplicate-callback',
  'callback-first',
  'forged',
  'no-float',
  'payee-refused',
  'reversed-later',
  'query-lost-answer',
] as const
const DESK = ['book', 'return', 'write-off', 'return-payment', 'move-payment', 'evidence'] as const
const SMS_FAULTS = ['lost-request', 'lost-answer', 'server-error', 'server-error-after'] as const
const CORE_FAULTS = ['lost-request', 'lost-answer', 'server-error', 'server-error-after', 'cut-json'] as const

type Options = { readonly deeds?: number; readonly process?: boolean; readonly only?: string | undefined }

/** `deeds`: how many things people do in it; faults come besides. `process`: the application is a process of its own. */
export function drawSchedule(seed: number, { deeds = DEEDS, process = false, only }: Options = {}): Drawn {
  const dice = createDice(seed)
  const some = (most: number): ReadonlySet<number> =>
    new Set(Array.from({ length: dice.int(0, most) }, () => dice.int(1, HOOKS * deeds)))
  const poor = dice.chance(0.25)
  const schedule: Schedule = {
    seed,
    crashes: process ? new Set([dice.int(1, HOOKS), dice.int(2, HOOKS * deeds)]) : some(3),
    process,
    pauses: new Map([...some(6)].map(hook => [hook, dice.pick(PAUSES)])),
    heldEntries: new Map(dice.chance(0.5) ? [[dice.int(1, ENTRIES), dice.pick(PAUSES)]] : []),
    start: new Date(dice.pick(STARTS)),
    people: deeds < FEW ? 2 : 4,
    float: poor ? 6_000 : 500_000,
    only,
  }
  const deedSeed = dice.int(0, 0x7fffffff)
  return { schedule, deeds: lenders => drawDeeds(createDice(deedSeed), lenders, poor, deeds) }
}

function drawDeeds(dice: Dice, lenders: readonly Lender[], poor: boolean, deeds: number): Timed[] {
  const timed: Timed[] = []
  const when = (): number => dice.int(0, BUSY_MS / 1000) * 1000
  const person = (lender: Lender): Person => dice.pick(lender.people)
  const add = (deed: Deed, afterMs = when()): void => void timed.push({ afterMs, deed })
  for (let n = 0; n < deeds; n++) {
    const lender = dice.pick(lenders)
    const who = person(lender)
    const roll = dice.roll()
    if (roll < 0.05) add({ kind: 'race', person: who })
    else if (roll < 0.42)
      add({
        kind: 'push',
        person: who,
        wallet: dice.pick(['phone', 'phone', 'other']),
        share: dice.pick([1, 1, 0.5, 2.3]),
      })
    else if (roll < 0.5) add({ kind: 'dial', person: who, flush: dice.chance(0.3) })
    else if (roll < 0.78)
      // who cannot be paid out is asked for money
      add(
        lender.can.operations.disburse === undefined
          ? { kind: 'push', person: who, wallet: 'phone', share: 1 }
          : { kind: 'disburse', person: who },
      )
    else if (roll < 0.83 && lender.can.operations.disburse !== undefined) {
      const at = when()
      add({ kind: 'batch', people: lender.people.slice(0, dice.int(2, lender.people.length)) }, at)
      for (const what of dice.pick(HOLDS)) {
        const laterMs = what === 'RESUME' ? 5 * MINUTE_MS : dice.int(0, 20) * 1000
        add({ kind: 'hold-batch', lender: lender.id, what }, at + laterMs)
      }
    } else if (roll < 0.91 && lender.way.simulator === 'mpesa')
      add({
        kind: 'pays-bill',
        person: who,
        known: dice.chance(0.7),
        amount: dice.pick(['1300', '650', '20000']),
        times: dice.pick([1, 1, 2, 3]),
      })
    else if (roll < 0.94) add({ kind: 'shows-receipt', person: who })
    else if (roll < 0.98)
      add({ kind: 'teller-repays', person: who, amount: dice.pick(['1300', '13000', '20000']) })
    else add({ kind: 'teller-disburses', person: who })
  }
  for (const { people, way, id, caps, plan } of lenders) {
    const { simulator } = way
    // the links of all are opened on one number
    const struck = (msisdn: string): string => (way.byLink === 'anybody' ? '' : msisdn)
    for (const { phone, other } of people)
      for (const msisdn of [phone, other]) {
        if (dice.chance(0.45))
          add(
            { kind: 'fault', simulator, fault: dice.pick(COLLECT_FAULTS), msisdn: struck(msisdn) },
            dice.int(0, 600_000),
          )
        if (dice.chance(0.3))
          add(
            { kind: 'fault', simulator, fault: dice.pick(PAYOUT_FAULTS), msisdn: struck(msisdn) },
            dice.int(0, 600_000),
          )
        if (simulator === 'mpesa' && dice.chance(0.3))
          add({ kind: 'fault', simulator, fault: 'c2b-twin', msisdn }, dice.int(0, 600_000))
      }
    for (let n = dice.int(0, 3); n > 0; n--)
      add({ kind: 'fault', simulator: 'fineract', fault: dice.pick(CORE_FAULTS), msisdn: '' })
    if (dice.chance(0.3)) {
      const from = when()
      add({ kind: 'core-down', lender: id }, from)
      add({ kind: 'core-up', lender: id }, from + dice.int(1, 30) * MINUTE_MS)
    }
    if (caps.some(({ operation, window }) => operation === 'disburse' && window === 'transaction'))
      for (let n = dice.int(0, 2); n > 0; n--)
        add(
          { kind: 'decide', lender: id, what: dice.pick(['RETRY', 'RETRY', 'GIVE_UP']) },
          dice.int(BUSY_MS / 3000, BUSY_MS / 1000) * 1000,
        )
    for (let n = dice.int(0, 3); n > 0; n--)
      add(
        { kind: 'desk', lender: id, what: dice.pick(DESK) },
        dice.int(BUSY_MS / 3000, DESK_MS / 1000) * 1000,
      )
    if (plan.channels.some(({ kind }) => kind === 'sms'))
      for (let n = dice.int(0, 3); n > 0; n--)
        add({ kind: 'fault', simulator: 'sms', fault: dice.pick(SMS_FAULTS), msisdn: '' })
    if (poor) add({ kind: 'refill', lender: id }, BUSY_MS + 5 * MINUTE_MS)
  }
  // a wrong amount at the paybill, or signed by who cannot be asked, is nothing that anybody but the statement can know
  const payers = new Set(timed.flatMap(({ deed }) => (deed.kind === 'pays-bill' ? [deed.person.phone] : [])))
  const unaskable = new Set(lenders.flatMap(({ way }) => (way.byLink === 'anybody' ? [way.simulator] : [])))
  const fair = timed.filter(
    ({ deed }) =>
      !(
        deed.kind === 'fault' &&
        deed.fault === 'wrong-amount' &&
        (payers.has(deed.msisdn) || unaskable.has(deed.simulator))
      ),
  )
  return fair.sort((a, b) => a.afterMs - b.afterMs)
}

export const tell = (deed: Deed): string => {
  switch (deed.kind) {
    case 'fault':
      return `from now on: ${deed.simulator} ${deed.fault} ${deed.msisdn}`
    case 'batch':
      return `batch for ${deed.people.map(({ newLoanId }) => newLoanId).join(', ')} of ${deed.people[0]?.tenant}`
    case 'desk':
      return `the back office of ${deed.lender}: ${deed.what}`
    case 'hold-batch':
      return `${deed.what} the last batch of ${deed.lender}`
    case 'decide':
      return `${deed.what} what is part-paid of ${deed.lender}`
    case 'refill':
    case 'core-down':
    case 'core-up':
      return `${deed.kind} ${deed.lender}`
    default: {
      const { person, ...more } = deed
      return `${deed.kind} ${person.tenant} client ${person.clientId} ${JSON.stringify({ ...more, kind: undefined })}`
    }
  }
}
