import type { BookingEvent, EntryKind } from '../../flows/booking.ts'
import type { BookingOutcome, CoreBanking, CoreEntry } from '../corebanking/core-banking.ts'
import { equal, formatMoney, type Money } from '../domain/money.ts'
import type { Msisdn } from '../domain/msisdn.ts'
import type { SuspenseSettings } from '../domain/tenant.ts'
import { addDays, type LocalDate, later, localDate } from '../domain/time.ts'
import { type DueRow, pushBack, START_MARGIN_MS } from '../store/due.ts'
import { type LifeRow, lockLife } from '../store/lives.ts'
import { act, type GatewayDeps } from './context.ts'
import { nothingToDo } from './idle.ts'
import { insist } from './insist.ts'
import { hasTag } from './lives.ts'
import type { Act, Stepped, Stepper } from './step.ts'

/** Another entry of the same slot has its turn; the one that ends calls the next, and this is for a call that got lost. */
const SLOT_TAKEN_MS = 20_000
const HOLD_SLOT = ['sending', 'awaiting-approval', 'unknown']
const UNIQUE_VIOLATION = '23505'

type Payment = {
  readonly receipt: string
  readonly msisdn: Msisdn
  readonly provider: string
}
type Work = {
  readonly booking: LifeRow
  /** False where the money went back before it was booked. */
  readonly stands: boolean
  /** The day the money came, as the provider tells it. */
  readonly cameOn: LocalDate
  readonly payment: Payment
  /** The external id of what this entry undoes. */
  readonly entered: string
  /** Transactions of the core that other entries of ours have made on this loan. */
  readonly others: ReadonlySet<string>
  readonly officeId: string
  /** A disbursal of less than was approved. */
  readonly lower: boolean
  readonly attempt:
    | { readonly id: string; readonly idempotency_key: string; readonly state: string }
    | undefined
}

/** Makes entries in the tenant's core: one open at a time in each slot, each guarded by its own key and external id. */
export function createBooker(deps: GatewayDeps & { readonly stepper: Stepper }): {
  work(row: DueRow): Promise<void>
} {
  const { stepper, log } = deps

  async function takeSlot(row: DueRow): Promise<void> {
    try {
      await act(deps, row.tenantId, async commit => {
        const { stands } = await read(commit, row.id)
        await stepper.step(commit, 'booking', row.id, {
          type: stands ? 'SLOT' : 'MOOT',
          at: commit.at.toISOString(),
        })
      })
    } catch (error) {
      if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error
      await act(deps, row.tenantId, ({ trx, at }) => pushBack(trx, row, later(at, SLOT_TAKEN_MS)))
    }
  }

  /** The last commit before the call; false where another worker made it already and its answer is lost. */
  const markSent = (row: DueRow): Promise<boolean> =>
    act(deps, row.tenantId, async commit => {
      await lockLife(commit.trx, 'booking', row.tenantId, row.id)
      const last = await lastAttempt(commit, row.id)
      if (last?.state === 'planned') {
        await commit
          .trx('booking_attempts')
          .where({ tenant_id: row.tenantId, id: last.id })
          .update({ state: 'sent', sent_at: commit.at })
        return true
      }
      await stepper.step(commit, 'booking', row.id, { type: 'UNKNOWN', at: commit.at.toISOString() })
      return false
    })

  async function send(row: DueRow, work: Work, core: CoreBanking): Promise<BookingOutcome | undefined> {
    const { booking, attempt } = work
    const linked = booking.entry === 'repayment' ? await alreadyTyped(core, work) : undefined
    if (linked !== undefined) return linked
    if (attempt === undefined || !(await markSent(row))) return undefined
    await deps.at?.('before-booking')
    const outcome = await core.enter(entryOf(work, attempt.idempotency_key))
    await deps.at?.('after-booking')
    return outcome
  }

  return {
    async work(row) {
      const claimed = deps.elapsed()
      const work = await act(deps, row.tenantId, commit => read(commit, row.id))
      const { state } = work.booking
      if (state === 'planned') return takeSlot(row)
      // another worker has it in hand by now
      if (work.booking.lease_id !== row.leaseId) return
      if (!hasTag('booking', work.booking, 'send') && !hasTag('booking', work.booking, 'look-up'))
        return act(deps, row.tenantId, commit => nothingToDo(log, commit, row, state))
      const core = deps.coreOf(await deps.tenants.core(row.tenantId))
      if (deps.elapsed() - claimed > START_MARGIN_MS) return
      const outcome = hasTag('booking', work.booking, 'send')
        ? await send(row, work, core)
        : await core.lookUp(entryOf(work, work.attempt?.idempotency_key ?? ''))
      if (outcome === undefined) return
      log.info({ tenant: row.tenantId, booking: row.id, outcome: outcome.kind }, 'core answered')
      await insist(() =>
        act(deps, row.tenantId, async commit => {
          const stepped = await record(commit, stepper, work, outcome)
          if (!stepped.changed) await nothingToDo(log, commit, row, stepped.to)
          else if (!HOLD_SLOT.includes(stepped.to)) await callNext(commit, work.booking)
        }),
      )
    },
  }
}

/** Hundreds may wait for one office's journal: they take their turns one by one, and do not all ask again and again. */
async function callNext({ trx, setup, at }: Act, { id, slot }: LifeRow): Promise<void> {
  await trx.raw(
    `update bookings set due_at = ? where tenant_id = ? and id = (
       select id from bookings
        where tenant_id = ? and slot = ? and id <> ? and state = 'planned' and lease_until is null and due_at <= ?
        order by due_at, id limit 1 for update skip locked)`,
    [at, setup.tenant.id, setup.tenant.id, String(slot), id, later(at, SLOT_TAKEN_MS)],
  )
}

function entryOf({ booking, payment, entered, officeId, lower }: Work, idempotencyKey: string): CoreEntry {
  const kind = booking.entry as EntryKind
  const entry = {
    amount: amountOf(booking),
    valueDate: booking.value_date as LocalDate,
    externalId: String(booking.external_id),
    idempotencyKey,
    note: NOTES[kind],
  }
  const loanId = String(booking.loan_id)
  const savingsId = String(booking.savings_id)
  switch (kind) {
    case 'repayment':
      return { kind, loanId, ...entry, ...payment }
    case 'disbursal':
      return { kind, loanId, lower, ...entry, ...payment }
    case 'deposit':
      return { kind, savingsId, ...entry, ...payment }
    case 'undo-repayment':
    case 'undo-disbursal':
      return { kind, loanId, entered, ...entry }
    case 'undo-deposit':
      return { kind, savingsId, entered, ...entry }
    case 'voucher':
    case 'undo-voucher':
    case 'journal':
      return {
        kind: 'journal',
        officeId,
        debitAccount: String(booking.debit_account),
        creditAccount: String(booking.credit_account),
        receipt: payment.receipt,
        ...entry,
      }
  }
}

const NOTES: Readonly<Record<EntryKind, string>> = {
  repayment: 'Hatua collection',
  deposit: 'Hatua collection',
  disbursal: 'Hatua disbursement',
  voucher: 'Hatua voucher',
  'undo-repayment': 'Hatua: the money went back',
  'undo-deposit': 'Hatua: the money went back',
  'undo-disbursal': 'Hatua: the money did not reach her',
  'undo-voucher': 'Hatua: the money did not reach her',
  journal: 'Hatua suspense',
}

const amountOf = (row: LifeRow): Money => ({
  minor: row.amount_minor as bigint,
  currency: String(row.currency),
})

const isForMoneyIn = ({ entry }: LifeRow): boolean => entry === 'repayment' || entry === 'deposit'

async function lastAttempt({ trx, setup }: Act, bookingId: string): Promise<Work['attempt']> {
  return trx('booking_attempts')
    .where({ tenant_id: setup.tenant.id, booking_id: bookingId })
    .orderBy('ordinal', 'desc')
    .first()
}

async function read(commit: Act, id: string): Promise<Work> {
  const { trx, setup } = commit
  const key = { tenant_id: setup.tenant.id }
  const booking = await lockLife(trx, 'booking', setup.tenant.id, id)
  const paid = await paymentOf(commit, booking)
  const attempt =
    paid === undefined
      ? undefined
      : await trx('attempts')
          .where({ ...key, transaction_id: paid.id })
          .orderBy('ordinal', 'desc')
          .first('reference')
  const undone =
    booking.undoes === null
      ? undefined
      : await trx('bookings')
          .where({ ...key, id: booking.undoes })
          .first('external_id')
  const others: { core_transaction_id: string }[] = await trx('bookings')
    .where({ ...key, loan_id: booking.loan_id, state: 'booked' })
    .whereNotNull('core_transaction_id')
    .select('core_transaction_id')
  return {
    booking,
    stands: !isForMoneyIn(booking) || paid?.state === 'confirmed',
    cameOn: (paid?.value_date ?? booking.value_date) as LocalDate,
    attempt: await lastAttempt(commit, id),
    entered: undone?.external_id ?? '',
    others: new Set(others.map(({ core_transaction_id: made }) => made)),
    officeId: setup.tenant.settings.books?.officeId ?? '',
    lower: booking.entry === 'disbursal' && (await isLower(commit, booking)),
    payment: {
      receipt: String(paid?.receipt ?? paid?.provider_reference ?? attempt?.reference ?? booking.external_id),
      msisdn: paid?.msisdn as Msisdn,
      provider: String(paid?.provider ?? ''),
    },
  }
}

async function isLower({ trx, setup }: Act, { disbursement_id: id }: LifeRow): Promise<boolean> {
  const payout = await trx('disbursements').where({ tenant_id: setup.tenant.id, id }).first('ordered_minor')
  return payout.ordered_minor !== null
}

/** The payment an entry is about; of a disbursement in parts the first that arrived, whose receipt names it. */
async function paymentOf({ trx, setup }: Act, booking: LifeRow): Promise<LifeRow | undefined> {
  const key = { tenant_id: setup.tenant.id }
  if (booking.transaction_id !== null)
    return trx('transactions')
      .where({ ...key, id: booking.transaction_id })
      .first()
  const part: LifeRow | undefined = await trx('transactions')
    .where({ ...key, disbursement_id: booking.disbursement_id })
    .orderByRaw("state in ('confirmed', 'booked') desc, id")
    .first()
  return (
    part ??
    trx('disbursements')
      .where({ ...key, id: booking.disbursement_id })
      .first()
  )
}

/**
 * A teller may have typed the receipt before us: the same receipt on the loan is the same money, whatever its amount;
 * but for what we have booked there ourselves, which is another part of the payment.
 */
async function alreadyTyped(
  core: CoreBanking,
  { booking, payment: { receipt }, others }: Work,
): Promise<BookingOutcome | undefined> {
  const payments = await core.payments(String(booking.loan_id))
  if (payments.kind === 'no-answer') return { kind: 'refused', code: 'core-away', retry: 'same-key' }
  const same = payments.value.filter(
    payment => !payment.reversed && payment.receipt === receipt && !others.has(payment.id),
  )
  const typed = same.find(payment => equal(payment.amount, amountOf(booking))) ?? same[0]
  return typed && { kind: 'booked', coreTransactionId: typed.id, amount: typed.amount, valueDate: typed.date }
}

async function record(commit: Act, stepper: Stepper, work: Work, outcome: BookingOutcome): Promise<Stepped> {
  const { trx, setup, at } = commit
  const { booking, attempt } = work
  const key = { tenant_id: setup.tenant.id }
  if (attempt !== undefined)
    await trx('booking_attempts')
      .where({ ...key, id: attempt.id })
      .whereIn('state', ['sent', 'answered'])
      .update({
        state: outcome.kind === 'unknown' ? 'answered' : 'closed',
        answered_at: at,
        outcome: JSON.stringify({ kind: outcome.kind, ...('code' in outcome ? { code: outcome.code } : {}) }),
      })
  const event = eventOf(outcome, work, at.toISOString(), setup.tenant.settings.suspense)
  if (outcome.kind === 'booked' && event.type === 'BOOKED')
    await trx('bookings')
      .where({ ...key, id: booking.id })
      .update({ core_transaction_id: outcome.coreTransactionId, value_date: outcome.valueDate })
  if (outcome.kind === 'refused' && outcome.retry === 'other-date')
    await trx('bookings')
      .where({ ...key, id: booking.id })
      .update({ value_date: nextDay(booking.value_date as LocalDate, localDate(at, setup.tenant.zone)) })
  return stepper.step(commit, 'booking', booking.id, event)
}

/** The day after a refused one; a day that has not come yet is waited for. */
const nextDay = (refused: LocalDate, today: LocalDate): LocalDate =>
  refused < today ? addDays(refused, 1) : refused

/** An entry of another amount is not ours to accept: the core rounds without a word, and a teller may mistype. */
function eventOf(
  outcome: BookingOutcome,
  { booking, cameOn }: Work,
  at: string,
  { lockedAfterHours }: SuspenseSettings,
): BookingEvent {
  const asked = amountOf(booking)
  const late =
    booking.entry !== 'repayment' || booking.value_date === cameOn
      ? {}
      : {
          late: `the money came on ${cameOn}, the core took it on ${booking.value_date}: check the penalty of the days between`,
        }
  switch (outcome.kind) {
    case 'booked':
      return equal(outcome.amount, asked)
        ? { type: 'BOOKED', at, ...late }
        : {
            type: 'DIFFERS',
            at,
            detail: `transaction ${outcome.coreTransactionId} of the core is ${formatMoney(outcome.amount)}, not ${formatMoney(asked)} ${asked.currency}`,
          }
    case 'awaiting-approval':
      return { type: 'AWAITING', at }
    case 'refused':
      return {
        type: 'REFUSED',
        at,
        code: outcome.code,
        retry: outcome.retry,
        ...(outcome.locked === true && isForMoneyIn(booking)
          ? { patienceMs: lockedAfterHours * 3_600_000 }
          : {}),
      }
    case 'not-found':
      return { type: 'NOT_FOUND', at }
    case 'unknown':
      return { type: 'UNKNOWN', at }
  }
}
