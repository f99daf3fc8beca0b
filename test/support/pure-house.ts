import { type AnyEventObject, type AnyMachineSnapshot, initialTransition, transition } from 'xstate'
import type { EntryKind } from '../../flows/booking.ts'
import type { Allocation, Deed, DeedOf, SuspenseReason, Way } from '../../flows/deeds.ts'
import { machineOf, type Variant } from '../../src/gateway/lives.ts'
import type { LifeKind } from '../../src/store/lives.ts'

/**
 * Pure machines that live together as the gateway lets them: rows in memory, a step and its deeds as one commit, and
 * what a machine tells another delivered in that commit. Nothing is called out; a test plays the outside.
 */

export const CURRENCY = 'XAF'
export const francs = (amount: number) => ({ amount: String(amount), currency: CURRENCY })

export type PureRow = {
  readonly id: string
  readonly kind: LifeKind
  readonly variant: Variant | undefined
  readonly amount: number
  readonly of: {
    readonly request?: string
    readonly disbursement?: string
    readonly transaction?: string
    readonly original?: string
    readonly item?: string
    readonly undoes?: string
    readonly slot?: string
  }
  readonly snapshot: AnyMachineSnapshot
}
export type PureItem = {
  readonly id: string
  readonly transaction: string
  readonly amount: number
  readonly reason: SuspenseReason
  readonly way: Way | null
}
export type Transfer = {
  readonly by: string
  readonly debit: string
  readonly credit: string
  readonly amount: number
}
export type Done = { readonly id: string; readonly deed: Deed }

type State = {
  readonly rows: ReadonlyMap<string, PureRow>
  readonly items: ReadonlyMap<string, PureItem>
  readonly transfers: readonly Transfer[]
  readonly receipts: ReadonlyMap<string, string>
  /** What the provider confirmed first, as the column `confirmed_minor` keeps it. */
  readonly confirmed: ReadonlyMap<string, number>
  readonly done: readonly Done[]
  readonly drawn: number
}

const TIMING = {
  pushDelayMs: 3000,
  firstInquiryMs: 10_000,
  inquiryEveryMs: 15_000,
  giveUpMs: 900_000,
  graceMs: 120_000,
}

/** Not answered yet. */
export const ON_THE_WAY = ['logged', 'sending', 'pending', 'unresolved']

export const stateOf = (row: PureRow): string => String(row.snapshot.value)
export const contextOf = (row: PureRow) => row.snapshot.context as Readonly<Record<string, unknown>>

export type PureHouse = ReturnType<typeof createPureHouse>

export function createPureHouse(startMs = Date.parse('2026-03-05T08:00:00Z')) {
  let now = startMs
  let all: State = {
    rows: new Map(),
    items: new Map(),
    transfers: [],
    receipts: new Map(),
    confirmed: new Map(),
    done: [],
    drawn: 0,
  }

  let apart = false

  const draw = (kind: string): string => {
    all = { ...all, drawn: all.drawn + 1 }
    return `${kind}-${all.drawn}`
  }
  const put = (row: PureRow): void => {
    all = { ...all, rows: new Map(all.rows).set(row.id, row) }
  }
  const putItem = (item: PureItem): void => {
    all = { ...all, items: new Map(all.items).set(item.id, item) }
  }
  const row = (id: string): PureRow => {
    const found = all.rows.get(id)
    if (found === undefined) throw new Error(`no row ${id}`)
    return found
  }
  const rows = (kind?: LifeKind): PureRow[] =>
    [...all.rows.values()].filter(each => kind === undefined || each.kind === kind)

  function start(
    kind: LifeKind,
    variant: Variant | undefined,
    amount: number,
    input: object,
    of: PureRow['of'] = {},
  ): string {
    const id = draw(variant ?? kind)
    const [snapshot] = initialTransition(machineOf(kind, variant), input as never)
    put({ id, kind, variant, amount, of, snapshot })
    return id
  }

  const movement = (variant: 'collect' | 'disburse' | 'return', amount: number, of: PureRow['of']): string =>
    start(
      'transaction',
      variant,
      amount,
      {
        amount: francs(amount),
        float: variant === 'collect' ? 'float:mtn:collect' : 'float:mtn:pay',
        timing: TIMING,
        ...(of.item === undefined ? {} : { itemId: of.item, apart }),
      },
      of,
    )

  const entry = (variant: EntryKind, amount: number, of: PureRow['of']): string =>
    start('booking', variant, amount, { amount: francs(amount) }, of)

  const at = (): string => new Date(now).toISOString()
  const amountOf = ({ amount }: { amount: { amount: string } }): number => Number(amount.amount)

  /** Lock, step, save, then the deeds: as the gateway's stepper does. Answers whether anything changed. */
  function apply(id: string, event: AnyEventObject): boolean {
    const before = row(id)
    const [next, actions] = transition(
      machineOf(before.kind, before.variant ?? before.kind),
      before.snapshot,
      event,
    )
    if (next === before.snapshot && actions.length === 0) return false
    put({ ...before, snapshot: next })
    for (const action of actions as readonly { type: string; params?: unknown }[])
      if (action.type === 'do') carryOut(before, action.params as Deed)
    return true
  }

  const handlers: {
    readonly [Kind in Deed['kind']]?: (subject: PureRow, deed: DeedOf<Kind>) => void
  } = {
    transfer: (subject, deed) => transfer(subject, deed.debit, deed.credit, amountOf(deed)),
    collect({ id }, { parts }) {
      for (const part of parts) movement('collect', amountOf(part), { request: id })
    },
    pay({ id }, { parts }) {
      for (const part of parts) movement('disburse', amountOf(part), { disbursement: id })
    },
    book: (subject, { allocations }) => book(subject, allocations),
    disburse({ id, amount }) {
      entry('disbursal', amount, { disbursement: id, slot: 'loan:1' })
    },
    undo: (subject, { again }) => undo(subject, again),
    suspend: (subject, deed) => suspend(subject, deed.reason, amountOf(deed)),
    clear: (subject, { itemId, way }) => clear(subject, itemId, way),
    'take-back': takeBack,
    'give-back'({ id }, deed) {
      if (deed.recall === true) recall(id, deed.itemId)
      else movement('return', amountOf(deed), { original: id, item: deed.itemId })
    },
    inbound: receive,
    receipt: (subject, { receipt }) => claim(subject, receipt),
    tell(subject, deed) {
      for (const id of addressees(subject, deed)) apply(id, deed.event)
    },
  }

  /** What only people and the outside hear of (attempts, messages, cases, pauses) is kept as it was ordered. */
  function carryOut(subject: PureRow, deed: Deed): void {
    all = { ...all, done: [...all.done, { id: subject.id, deed }] }
    const handler = handlers[deed.kind] as ((subject: PureRow, deed: Deed) => void) | undefined
    handler?.(subject, deed)
  }

  function transfer({ id }: PureRow, debit: string, credit: string, amount: number): void {
    if (amount <= 0) throw new Error(`${id} moves ${amount}`)
    all = { ...all, transfers: [...all.transfers, { by: id, debit, credit, amount }] }
  }

  function book({ id }: PureRow, allocations: readonly Allocation[]): void {
    for (const allocation of allocations)
      entry(allocation.target === 'loan' ? 'repayment' : 'deposit', amountOf(allocation), {
        transaction: id,
        slot: `${allocation.target}:${allocation.targetId}`,
      })
  }

  /** Everything entered for this row that is in the core, and that nothing has undone or is undoing. */
  function undo(subject: PureRow, again: boolean): void {
    const link = subject.kind === 'disbursement' ? 'disbursement' : 'transaction'
    for (const made of rows('booking'))
      if (
        made.of[link] === subject.id &&
        stateOf(made) === 'booked' &&
        UNDO[made.variant as EntryKind] !== undefined &&
        !rows('booking').some(
          other => other.of.undoes === made.id && !(again && stateOf(other) === 'refused'),
        )
      )
        entry(UNDO[made.variant as EntryKind] as EntryKind, made.amount, { ...made.of, undoes: made.id })
  }

  function suspend({ id: transaction }: PureRow, reason: SuspenseReason, amount: number): void {
    putItem({ id: draw('item'), transaction, amount, reason, way: null })
  }

  function clear(subject: PureRow, itemId: string, way: Way): void {
    const item = all.items.get(itemId)
    if (item?.transaction !== subject.id || item.way !== null)
      throw new Error(`item ${itemId} is settled, or of another payment`)
    putItem({ ...item, way })
  }

  function takeBack(subject: PureRow): void {
    for (const item of all.items.values()) {
      if (item.transaction !== subject.id) continue
      if (item.way === null) {
        clear(subject, item.id, 'taken-back')
        transfer(subject, 'suspense', 'clearing-in', item.amount)
      } else if (item.way === 'return' || item.way === 'write-off')
        transfer(subject, 'owed-back', 'clearing-in', item.amount)
    }
  }

  /** Told to what has not ended of an item's return. */
  function recall(original: string, item: string): void {
    for (const back of rows('transaction'))
      if (back.of.original === original && back.of.item === item && ON_THE_WAY.includes(stateOf(back)))
        apply(back.id, { type: 'RECALL', at: at() })
  }

  function receive(subject: PureRow, { receipt, amount }: DeedOf<'inbound'>): void {
    if (all.receipts.has(receipt)) return
    const id = movement('collect', Number(amount.amount), { original: subject.id })
    all = { ...all, confirmed: new Map(all.confirmed).set(id, Number(amount.amount)) }
    apply(id, { type: 'CONFIRMED', at: at(), amount, receipt })
    apply(id, { type: 'ALLOCATED', at: at(), allocations: [], surplus: amount, reason: 'second-receipt' })
  }

  function claim({ id }: PureRow, receipt: string | null): void {
    if (receipt === null) return
    const owner = all.receipts.get(receipt) ?? id
    if (owner !== id) throw new Error(`receipt ${receipt} belongs to ${owner}`)
    all = { ...all, receipts: new Map(all.receipts).set(receipt, id) }
  }

  function addressees({ id, of }: PureRow, deed: DeedOf<'tell'>): string[] {
    const confirmed = (fits: (each: PureRow) => boolean): string[] =>
      rows('transaction')
        .filter(each => stateOf(each) === 'confirmed' && fits(each))
        .map(each => each.id)
    const one = (found: string | undefined): string[] => (found === undefined ? [] : [found])
    switch (deed.to) {
      case 'request':
      case 'disbursement':
      case 'transaction':
      case 'original':
        return one(of[deed.to])
      case 'undone':
        return one(of.undoes)
      case 'parts':
        return confirmed(each => each.of.disbursement === id)
      case 'return':
        return confirmed(
          each => each.of.original === id && each.variant === 'return' && each.of.item === deed.itemId,
        ).slice(-1)
    }
  }

  return {
    rows,
    row,
    items: (transaction?: string): PureItem[] =>
      [...all.items.values()].filter(item => transaction === undefined || item.transaction === transaction),
    confirmedOf: (id: string): number => all.confirmed.get(id) ?? row(id).amount,
    ownerOf: (receipt: string): string | undefined => all.receipts.get(receipt),
    get transfers(): readonly Transfer[] {
      return all.transfers
    },
    get done(): readonly Done[] {
      return all.done
    },
    start,
    /** Returns from here on are payouts of their own, not the provider's refunds. */
    giveBackApart(): void {
      apart = true
    },
    pass(ms: number): void {
      now += ms
    },
    /** The event by which a row wakes itself, if it waits. */
    wakeOf(id: string): string | undefined {
      const { kind, variant, snapshot } = row(id)
      const machine = machineOf(kind, variant ?? kind)
      return machine.getStateNodeById(`${machine.id}.${String(snapshot.value)}`).after[0]?.eventType
    },
    /** One commit: all of it stands, or nothing. */
    step(id: string, event: AnyEventObject): boolean {
      const kept = all
      try {
        return apply(id, { ...event, at: at() })
      } catch (error) {
        all = kept
        throw error
      }
    },
    /** What the gateway writes beside the first yes. */
    note(id: string, amount: number): void {
      if (!all.confirmed.has(id)) all = { ...all, confirmed: new Map(all.confirmed).set(id, amount) }
    },
  }
}

const UNDO: Partial<Record<EntryKind, EntryKind>> = {
  repayment: 'undo-repayment',
  deposit: 'undo-deposit',
  disbursal: 'undo-disbursal',
  voucher: 'undo-voucher',
}

/** Debits less credits. */
export const balanceOf = (transfers: readonly Transfer[], account: string): number =>
  transfers.reduce(
    (sum, { debit, credit, amount }) =>
      sum + amount * (Number(debit === account) - Number(credit === account)),
    0,
  )
