import { describe, expect, it } from '@jest/globals'
import { type AnyMachineSnapshot, type AnyStateMachine, initialTransition, transition } from 'xstate'
import { MACHINES } from '../../src/gateway/lives.ts'
import { hears, statesOf, waitsFor } from '../support/walk-machine.ts'

/** Every state that a machine of money can come to, by a bounded alphabet of events, without dice. */

const francs = (amount: number) => ({ amount: String(amount), currency: 'XAF' })
const AT = '2026-03-05T08:00:00.000Z'
const LATER = '2026-03-05T09:00:00.000Z'
const TIMING = {
  pushDelayMs: 3000,
  firstInquiryMs: 10_000,
  inquiryEveryMs: 15_000,
  giveUpMs: 900_000,
  graceMs: 120_000,
}
const WHOLE = { amount: francs(100) }
const item = { itemId: 'i', ...WHOLE }
const loan = { target: 'loan', targetId: '1' }
const halves = [
  { ...loan, amount: francs(50) },
  { ...loan, targetId: '2', amount: francs(50) },
]
const part = { amount: francs(50), afterMs: 0, walletId: 'w' }

const MOVEMENT = [
  ...['SENT', 'ACCEPTED', 'UNKNOWN', 'NOT_FOUND', 'CANCEL', 'RELEASE'].map(type => ({ type, at: AT })),
  ...['UNKNOWN', 'NOT_FOUND'].map(type => ({ type, at: LATER })),
  { type: 'CONFIRMED', ...WHOLE, receipt: 'R' },
  { type: 'CONFIRMED', amount: francs(90), receipt: null },
  { type: 'DECLINED', reason: 'failed' },
  { type: 'OUR_FAULT', fault: 'no-float', ended: true },
  { type: 'REVERSED', ...WHOLE },
  { type: 'ALLOCATED', allocations: halves, surplus: null, reason: 'surplus' },
  { type: 'ALLOCATED', allocations: [], surplus: francs(100), reason: 'not-bookable' },
  { type: 'BOOKED', amount: francs(50) },
  { type: 'NOT_BOOKABLE', amount: francs(50), code: 'closed' },
  { type: 'UNDONE', amount: francs(50) },
  { type: 'UNDO_REFUSED', amount: francs(50) },
  { type: 'REBOOK', ...item, allocations: halves },
  ...['GIVE_BACK', 'WRITE_OFF', 'RETURNED', 'RETURN_FAILED'].map(type => ({ type, ...item })),
]
const DISBURSEMENT = [
  ...['APPROVE', 'CANCEL', 'ENTER', 'RETRY', 'GIVE_UP', 'BOOK_LOWER', 'BOOKED', 'UNDONE', 'UNDO_REFUSED'].map(
    type => ({
      type,
    }),
  ),
  { type: 'READY', parts: [part, part] },
  { type: 'READY', parts: [part] },
  { type: 'WAIT', until: LATER },
  { type: 'REFUSED', why: 'no-road' },
  { type: 'NOT_BOOKABLE', code: 'closed' },
  { type: 'PART_CONFIRMED', amount: francs(50) },
  { type: 'PART_FAILED', amount: francs(50), reason: 'failed' },
  { type: 'PART_REVERSED', amount: francs(50) },
]
const BOOKING = [
  ...['SLOT', 'AWAITING', 'UNKNOWN', 'NOT_FOUND', 'BOOKED', 'MOOT', 'RETRY', 'UNDONE'].map(type => ({
    type,
  })),
  { type: 'DIFFERS', detail: '90, not 100' },
  { type: 'REFUSED', code: 'locked', retry: 'same-key' },
  { type: 'REFUSED', code: 'locked', retry: 'same-key', patienceMs: 0 },
  { type: 'REFUSED', code: 'closed', retry: 'never' },
]
const APPROVAL = { walletId: 'w', amount: francs(100), at: AT, by: 'ussd', parts: [part, part] }
const REQUEST = [
  { type: 'ASK', amount: francs(100), lapsesAt: LATER },
  { type: 'APPROVE', approval: APPROVAL },
  { type: 'POSTPONE', until: LATER },
  { type: 'DECLINE', reason: 'no-money' },
  { type: 'CANCEL' },
  { type: 'FAILED', reason: 'failed' },
  { type: 'PAID', amount: francs(50) },
  { type: 'REVERSED', amount: francs(50) },
]
const BATCH = [
  ...['APPROVE', 'PAUSE', 'RESUME', 'STOP'].map(type => ({ type })),
  { type: 'LOOKED', ended: 1, released: 0, open: true },
  { type: 'LOOKED', ended: 2, released: 0, open: false },
]

type Subject = {
  readonly machine: AnyStateMachine
  readonly input: object
  readonly alphabet: readonly { readonly type: string }[]
  /** States in which nothing is due, and why that is right: `rest` ends, the others are waited for by somebody else. */
  readonly still: Readonly<Record<string, string>>
}

const movement = { amount: francs(100), float: 'float:mtn:x', timing: TIMING }
const OUT = {
  confirmed: 'its disbursement or the payment that it gives back',
  booked: 'rest',
  failed: 'rest',
  returned: 'rest',
  reversed: 'rest',
}
const ENTRY = { booked: 'rest', refused: 'a person', undone: 'rest' }
const SUBJECTS: readonly (readonly [string, Subject])[] = [
  [
    'collecting',
    {
      machine: MACHINES.transaction.collect,
      input: movement,
      alphabet: MOVEMENT,
      still: {
        booked: 'rest',
        failed: 'rest',
        suspense: 'a person',
        returning: 'its return',
        returned: 'rest',
        reversed: 'its undoing',
        'written-off': 'rest',
      },
    },
  ],
  ['paying', { machine: MACHINES.transaction.disburse, input: movement, alphabet: MOVEMENT, still: OUT }],
  [
    'giving back',
    {
      machine: MACHINES.transaction.return,
      input: { ...movement, itemId: 'i' },
      alphabet: [...MOVEMENT, { type: 'RECALL' }],
      still: OUT,
    },
  ],
  [
    'disbursement',
    {
      machine: MACHINES.disbursement.disbursement,
      input: { amount: francs(100), order: 'core-first' },
      alphabet: DISBURSEMENT,
      still: { paid: 'rest', failed: 'rest', 'rolled-back': 'rest' },
    },
  ],
  [
    'request',
    {
      machine: MACHINES.request.request,
      input: { amount: francs(100), lapsesAt: LATER },
      alphabet: REQUEST,
      still: {
        scheduled: 'the due run',
        approved: 'its movements',
        paid: 'rest',
        lapsed: 'rest',
        cancelled: 'rest',
      },
    },
  ],
  [
    'batch',
    {
      machine: MACHINES.batch.batch,
      input: { items: 2 },
      alphabet: BATCH,
      still: { stopped: 'rest', done: 'rest' },
    },
  ],
  ...Object.entries(MACHINES.booking).map(
    ([kind, machine]) =>
      [kind, { machine, input: { amount: francs(100) }, alphabet: BOOKING, still: ENTRY }] as const,
  ),
]

/** What the road to an answer counts means nothing once there is one, and what is booked means nothing before. */
const UNHEARD = ['logged', 'sending', 'pending', 'unresolved', 'failed']
const ROAD = ['attempts', 'sentAt', 'inquiries', 'held', 'reuse', 'receipt', 'untold', 'amount']
const HOME = ['open', 'made', 'items', 'parted', 'counted', 'untold', 'released', 'itemId', 'amount']
/** Two situations are the same if they differ only in that, in a count beyond this, or in when something was. */
const CAP = 2

function situation({ value, context }: AnyMachineSnapshot): string {
  const beside = UNHEARD.includes(String(value)) ? HOME : ROAD
  const kept = Object.entries(context as Readonly<Record<string, unknown>>).filter(
    ([name]) => !beside.includes(name),
  )
  return JSON.stringify([
    value,
    kept.map(([name, held]) => {
      if (name === 'parted') return held !== 0
      if (name === 'itemId') return value === 'returning' && held
      if (typeof held === 'number') return Math.min(held, CAP)
      if (name === 'reason' || name === 'sentAt') return held === null
      if (typeof held !== 'object' || held === null) return held
      return 'amount' in held ? Math.sign(Number(held.amount)) + Number(Number(held.amount) >= 100) : true
    }),
  ])
}

type Step = { readonly from: string; readonly event: string; readonly to: string }

const walked = new Map<Subject, readonly Step[]>()

/** Every step that the machine can take; walked once. */
function stepsOf(subject: Subject): readonly Step[] {
  const steps = walked.get(subject) ?? walk(subject)
  walked.set(subject, steps)
  return steps
}

/** Breadth first over all situations. */
function walk({ machine, input, alphabet }: Subject): readonly Step[] {
  const wakes = statesOf(machine).flatMap(state => waitsFor(machine, state))
  const events = [...alphabet, ...wakes.map(type => ({ type }))].map(event => ({ at: AT, ...event }))
  const start: AnyMachineSnapshot = initialTransition(machine, input as never)[0]
  const queue = [start]
  const seen = new Set([situation(start)])
  const steps: Step[] = []
  for (const now of queue)
    for (const event of events) {
      const [next] = transition(machine, now, event) as [AnyMachineSnapshot, unknown]
      steps.push({ from: String(now.value), event: event.type, to: String(next.value) })
      if (seen.has(situation(next))) continue
      seen.add(situation(next))
      queue.push(next)
    }
  expect(queue.length).toBeLessThan(20_000)
  return steps
}

describe.each(SUBJECTS)('every path of %s', (_, subject) => {
  const { machine, still } = subject
  const kind = machine.id

  it('reaches all its states, and in each of them it ends, is due, or waits for somebody', () => {
    const reached = new Set(stepsOf(subject).map(({ from }) => from))
    expect([...reached].sort()).toEqual(statesOf(machine).sort())
    const quiet = statesOf(machine).filter(state => {
      const node = machine.getStateNodeById(`${kind}.${state}`)
      return waitsFor(machine, state).length === 0 && !node.tags.includes('send')
    })
    expect(quiet.sort()).toEqual(Object.keys(still).sort())
  })

  it('calls nobody: no state is final, invokes or remembers, and no action is anything but data', () => {
    for (const state of statesOf(machine)) {
      const node = machine.getStateNodeById(`${kind}.${state}`)
      expect([state, node.type, node.invoke]).toEqual([state, 'atomic', []])
      expect(waitsFor(machine, state).length).toBeLessThanOrEqual(1)
    }
    const types = [...JSON.stringify(machine.definition).matchAll(/"type":"(xstate[^"]*|history|final)"/g)]
    for (const [, type] of types) expect(['xstate.raise', 'xstate.cancel']).toContain(type)
  })
})

const MONEY = SUBJECTS.filter(([name]) => ['collecting', 'paying', 'giving back'].includes(name))

describe.each(MONEY)('every path of %s', (_, subject) => {
  it('hears a yes and a reversal everywhere', () => {
    for (const state of statesOf(subject.machine))
      for (const type of ['CONFIRMED', 'REVERSED'])
        expect([state, hears(subject.machine, state, type)]).toEqual([state, true])
  })

  it('comes to booked only from confirmed, and into confirmed only by a yes', () => {
    for (const { from, event, to } of stepsOf(subject)) {
      // a return that ends leaves the rest of the payment booked, as it was
      if (to === 'booked' && from !== 'booked') expect(['confirmed', 'returning']).toContain(from)
      if (UNHEARD.includes(from) && !UNHEARD.includes(to)) expect(['CONFIRMED', 'REVERSED']).toContain(event)
      if (UNHEARD.includes(from) && to === 'confirmed') expect(event).toBe('CONFIRMED')
    }
  })
})

describe('every path of a disbursement', () => {
  it.each(statesOf(MACHINES.disbursement.disbursement))(
    '%s hears parts that arrive and parts that come back',
    state => {
      for (const type of ['PART_CONFIRMED', 'PART_REVERSED'])
        expect(hears(MACHINES.disbursement.disbursement, state, type)).toBe(true)
    },
  )
})
