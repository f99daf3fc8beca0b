import { randomInt } from 'node:crypto'
import { type Approval, amountLeft, type CollectionContext } from '../../flows/collection.ts'
import type { DeclineReason } from '../../flows/words/words.ts'
import type { Ids } from '../domain/ids.ts'
import { fromText, type Money, toText } from '../domain/money.ts'
import { linesSummingTo } from '../domain/request-lines.ts'
import { addDays, instantOf, type LocalDate, localDate } from '../domain/time.ts'
import { type LifeRow, lockLife } from '../store/lives.ts'
import type { Wallet } from '../store/people.ts'
import { givePayReference } from './pay-references.ts'
import { type Planned, planMoney } from './plan.ts'
import { type RequestLine, saveLines } from './request-lines.ts'
import type { Act, Stepper } from './step.ts'

/** Collection requests: made by the due-date run, an officer or the borrower; decided once. */

/** States in which a request is open: one a loan. */
export const OPEN_STATES = ['scheduled', 'asked', 'reminded', 'approved', 'part-paid'] as const

export type NewRequest = {
  readonly customerId: string
  readonly loanId: string
  readonly loanAccount: string
  readonly amount: Money
  readonly dueOn: LocalDate
  readonly mode: 'ask' | 'prompt' | 'dial'
  /** `due`: what is due, read again before she pays; `named`: this amount. */
  readonly basis: 'due' | 'named'
  /** The officer's own words, added to the SMS. */
  readonly message?: string
}

/** A request for other people's loans names none of them: its lines do. */
type Written = Omit<NewRequest, 'loanId' | 'loanAccount'> & {
  readonly loanId: string | null
  readonly loanAccount: string | null
}

export type Decided =
  /** `fresh`: a request of its own was made for it; `prompts`: in how many parts an approved amount is asked for. */
  | { readonly kind: 'done'; readonly requestId: string; readonly fresh?: boolean; readonly prompts?: number }
  | { readonly kind: 'refused'; readonly why: 'being-checked' | 'gone' | 'no-wallet' }
  /** A cap of the wallet's provider stands in the way; `plan.when`: the first day on which the same would go through. */
  | {
      readonly kind: 'refused'
      readonly why: 'over-limit'
      readonly plan: Extract<Planned, { readonly kind: 'refused' }>
    }
  | {
      readonly kind: 'refused'
      readonly why: 'already-approved' | 'already-declined' | 'already-paid'
      readonly at: string
    }

/** `declined-today`: she said no today, and nobody but she overrules that before tomorrow. */
export type Asked =
  | { readonly kind: 'asked'; readonly id: string; readonly fresh: boolean }
  | { readonly kind: 'refused'; readonly why: 'declined-today' | 'being-paid' }

export type Requests = {
  /** Asks for money on a loan, or asks the open request of that loan again, with the amount of now. */
  ask(act: Act, wanted: NewRequest): Promise<Asked>
  /** Approves a request, or what she starts herself; the first answer wins. */
  approve(
    act: Act,
    wanted: NewRequest,
    requestId: string | null,
    wallet: Wallet,
    amount: Money,
    by: Approval['by'],
  ): Promise<Decided>
  /** What the wallet's owner pays on the loans of others: a request to herself, with a line for each loan. */
  payFor(
    act: Act,
    lines: readonly RequestLine[],
    wallet: Wallet,
    amount: Money,
    by: Approval['by'],
  ): Promise<Decided>
  declinedToday(act: Act, loanId: string): Promise<boolean>
  /** Reminds her at that instant. */
  postpone(act: Act, customerId: string, requestId: string, until: Date): Promise<Decided>
  decline(act: Act, customerId: string, requestId: string, reason: DeclineReason | 'unsaid'): Promise<Decided>
}

export function createRequests({ ids, stepper }: { ids: Ids; stepper: Stepper }): Requests {
  /** Counted from the day of asking: what is asked for early must not stay open until long after it fell due. */
  function lapsesAt({ setup: { tenant }, at }: Act): string {
    const lastDay = addDays(localDate(at, tenant.zone), tenant.settings.requestDays)
    return instantOf(lastDay, '23:59', tenant.zone).toISOString()
  }

  async function create(act: Act, wanted: NewRequest): Promise<string> {
    const id = await write(act, wanted)
    await givePayReference(act, { ...wanted, currency: wanted.amount.currency })
    return id
  }

  async function write(act: Act, wanted: Written): Promise<string> {
    const { trx, setup, at } = act
    const id = ids.next()
    await trx('collection_requests').insert({
      tenant_id: setup.tenant.id,
      id,
      customer_id: wanted.customerId,
      loan_id: wanted.loanId,
      loan_account: wanted.loanAccount,
      amount_minor: wanted.amount.minor,
      currency: wanted.amount.currency,
      code: await freshCode(act, wanted.customerId),
      due_on: wanted.dueOn,
      mode: wanted.mode,
      basis: wanted.basis,
      message: wanted.message ?? null,
      created_at: at,
      asked_on: localDate(at, setup.tenant.zone),
      ...stepper.start('request', { amount: toText(wanted.amount), lapsesAt: lapsesAt(act) }, at),
    })
    return id
  }

  /** Four digits by which she names it, that no other open request of hers has. */
  async function freshCode({ trx, setup }: Act, customerId: string): Promise<string> {
    const taken: string[] = await trx('collection_requests')
      .where({ tenant_id: setup.tenant.id, customer_id: customerId })
      .whereIn('state', OPEN_STATES)
      .pluck('code')
    for (;;) {
      const code = String(randomInt(1000, 10_000))
      if (!taken.includes(code)) return code
    }
  }

  const openOf = async ({ trx, setup }: Act, loanId: string): Promise<string | undefined> =>
    (
      await trx('collection_requests')
        .where({ tenant_id: setup.tenant.id, loan_id: loanId })
        .whereIn('state', OPEN_STATES)
        .first('id')
    )?.id

  /** Her own row, locked; undefined where it is not hers. */
  async function hers(act: Act, customerId: string, requestId: string): Promise<LifeRow | undefined> {
    const { trx, setup } = act
    const known = await trx('collection_requests')
      .where({ tenant_id: setup.tenant.id, id: requestId, customer_id: customerId })
      .first('id')
    return known === undefined ? undefined : lockLife(trx, 'request', setup.tenant.id, requestId)
  }

  /** What an open request says from now on. */
  async function askedAnew({ trx, setup, at }: Act, id: string, wanted: NewRequest): Promise<void> {
    await trx('collection_requests')
      .where({ tenant_id: setup.tenant.id, id })
      .update({
        amount_minor: wanted.amount.minor,
        basis: wanted.basis,
        mode: wanted.mode,
        message: wanted.message ?? null,
        due_on: wanted.dueOn,
        asked_on: localDate(at, setup.tenant.zone),
      })
  }

  return {
    declinedToday,
    async ask(act, wanted) {
      const open = await openOf(act, wanted.loanId)
      if (open === undefined && (await declinedToday(act, wanted.loanId)))
        return { kind: 'refused', why: 'declined-today' }
      const id = open ?? (await create(act, wanted))
      if (open !== undefined) {
        const { state } = await lockLife(act.trx, 'request', act.setup.tenant.id, id)
        if (state === 'approved') return { kind: 'refused', why: 'being-paid' }
        await askedAnew(act, id, wanted)
      }
      await stepper.step(act, 'request', id, {
        type: 'ASK',
        at: act.at.toISOString(),
        amount: toText(wanted.amount),
        lapsesAt: lapsesAt(act),
      })
      return { kind: 'asked', id, fresh: open === undefined }
    },

    async approve(act, wanted, requestId, wallet, amount, by) {
      const open = requestId ?? (await openOf(act, wanted.loanId))
      const known = open === undefined ? undefined : await hers(act, wanted.customerId, open)
      if (open !== undefined && known === undefined) return { kind: 'refused', why: 'gone' }
      const plan = await planMoney(act, wallet, 'collect', amount)
      if (plan.kind === 'no-road') return { kind: 'refused', why: 'no-wallet' }
      if (plan.kind === 'refused') return { kind: 'refused', why: 'over-limit', plan }
      const { parts } = plan
      // not before: what is refused leaves no request behind
      const id = open ?? (await create(act, wanted))
      const row = known ?? (await lockLife(act.trx, 'request', act.setup.tenant.id, id))
      const approval: Approval = {
        walletId: wallet.id,
        amount: toText(amount),
        at: act.at.toISOString(),
        by,
        parts,
      }
      await act
        .trx('collection_requests')
        .where({ tenant_id: act.setup.tenant.id, id })
        .whereIn('state', ['scheduled', 'asked', 'reminded', 'part-paid', 'declined'])
        .update({ wallet_id: wallet.id, decided_at: act.at })
      const stepped = await stepper.step(act, 'request', id, {
        type: 'APPROVE',
        at: act.at.toISOString(),
        approval,
      })
      if (!stepped.changed) return second(act, row)
      if (by === 'officer' && open !== undefined) await askedAnew(act, id, wanted)
      return { kind: 'done', requestId: id, fresh: open === undefined, prompts: parts.length }
    },

    async payFor(act, lines, wallet, amount, by) {
      const summed = linesSummingTo(lines, amount)
      if (summed === undefined) throw new Error('the lines do not come to what is paid')
      const plan = await planMoney(act, wallet, 'collect', amount)
      if (plan.kind === 'no-road') return { kind: 'refused', why: 'no-wallet' }
      if (plan.kind === 'refused') return { kind: 'refused', why: 'over-limit', plan }
      const { parts } = plan
      const { trx, setup, at } = act
      const id = await write(act, {
        ...{ customerId: wallet.customerId, loanId: null, loanAccount: null, amount },
        ...{ dueOn: localDate(at, setup.tenant.zone), mode: 'dial', basis: 'named' },
      })
      await saveLines(act, id, summed)
      for (const line of summed)
        await givePayReference(act, { ...line, loanAccount: line.account, currency: amount.currency })
      await trx('collection_requests')
        .where({ tenant_id: setup.tenant.id, id })
        .update({ wallet_id: wallet.id, decided_at: at })
      await stepper.step(act, 'request', id, {
        type: 'APPROVE',
        at: at.toISOString(),
        approval: { walletId: wallet.id, amount: toText(amount), at: at.toISOString(), by, parts },
      })
      return { kind: 'done', requestId: id, fresh: true, prompts: parts.length }
    },

    async postpone(act, customerId, requestId, until) {
      const row = await hers(act, customerId, requestId)
      if (row === undefined) return { kind: 'refused', why: 'gone' }
      const stepped = await stepper.step(act, 'request', requestId, {
        type: 'POSTPONE',
        at: act.at.toISOString(),
        until: until.toISOString(),
      })
      return stepped.changed ? { kind: 'done', requestId } : second(act, row)
    },

    async decline(act, customerId, requestId, reason) {
      const row = await hers(act, customerId, requestId)
      if (row === undefined) return { kind: 'refused', why: 'gone' }
      const stepped = await stepper.step(act, 'request', requestId, {
        type: 'DECLINE',
        at: act.at.toISOString(),
        reason,
      })
      if (!stepped.changed) return second(act, row)
      await act
        .trx('collection_requests')
        .where({ tenant_id: act.setup.tenant.id, id: requestId })
        .update({ decided_at: act.at })
      return { kind: 'done', requestId }
    },
  }
}

/** An officer and the due-date run leave her in peace for the day on which she declined. */
async function declinedToday({ trx, setup, at }: Act, loanId: string): Promise<boolean> {
  const rows = await trx('collection_requests')
    .where({ tenant_id: setup.tenant.id, loan_id: loanId, state: 'declined' })
    .select('decided_at')
  return rows.some(row => localDate(row.decided_at, setup.tenant.zone) === localDate(at, setup.tenant.zone))
}

/** What the loser of a race is told: how it was decided, and when. */
async function second({ trx, setup }: Act, row: LifeRow): Promise<Decided> {
  const at = (row.decided_at instanceof Date ? row.decided_at : (row.created_at as Date)).toISOString()
  switch (row.state) {
    case 'approved': {
      const held = await trx('transactions')
        .where({ tenant_id: setup.tenant.id, request_id: row.id })
        .whereIn('state', ['unresolved', 'suspense'])
        .first('id')
      return held === undefined
        ? { kind: 'refused', why: 'already-approved', at }
        : { kind: 'refused', why: 'being-checked' }
    }
    case 'declined':
      return { kind: 'refused', why: 'already-declined', at }
    case 'paid':
      return { kind: 'refused', why: 'already-paid', at }
    default:
      return { kind: 'refused', why: 'gone' }
  }
}

/** What is still asked for on a request's row. */
export const leftOf = (row: Pick<LifeRow, 'snapshot'>): Money =>
  fromText(amountLeft((row.snapshot as { context: CollectionContext }).context))
