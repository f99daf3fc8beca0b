import type { Deed, DeedOf } from '../../flows/deeds.ts'
import type { Ids } from '../domain/ids.ts'
import { fromText } from '../domain/money.ts'
import type { LifeKind } from '../store/lives.ts'
import { wallet } from '../store/people.ts'
import { planAttempt, planBookingAttempt } from './attempts.ts'
import { openCase, settleCase } from './cases.ts'
import type { Log } from './context.ts'
import { planBookings, planDisbursal, planUndoing } from './entries.ts'
import { receiveOther } from './inbound.ts'
import type { LifeEvents } from './lives.ts'
import type { Messenger } from './messages.ts'
import { writeMovement } from './movement.ts'
import { pauseConnection } from './resume.ts'
import { roadFor } from './road.ts'
import type { Act, Deeds, Stepper, Subject } from './step.ts'
import { clear, giveBack, suspend, takeBack } from './suspense.ts'

type Deps = {
  readonly ids: Ids
  readonly messenger: Messenger
  readonly stepper: () => Stepper
  readonly log: Log
}

type Handlers = {
  readonly [Kind in Deed['kind']]: (act: Act, subject: Subject, deed: DeedOf<Kind>) => Promise<unknown>
}

/** Carries out the deeds of a step, in the step's own commit. */
export function createDeeds({ ids, messenger, stepper, log }: Deps): Deeds {
  const deps = () => ({ ids, stepper: stepper() })
  const move = (act: Act, subject: Subject, deed: DeedOf<'transfer'>) => transfer(ids, act, subject, deed)
  const handlers: Handlers = {
    attempt: (act, subject, { fresh }) =>
      (subject.kind === 'booking' ? planBookingAttempt : planAttempt)(ids, act, subject, fresh),
    transfer: move,
    message: (act, subject, deed) => messenger.say(act, subject, deed),
    case: (act, { kind, row }, { about, detail }) => {
      if (about === 'paid-not-disbursed')
        log.error(
          { tenant: act.setup.tenant.id, [kind]: row.id, detail },
          'paid, and not disbursed in the core',
        )
      return openCase(ids, act, {
        about,
        subject: kind,
        subjectId: row.id,
        customerId: row.customer_id,
        ...(kind === 'message'
          ? { detail: untold(row) }
          : detail === undefined
            ? {}
            : { detail: { detail } }),
      })
    },
    settle: (act, subject, { about }) => settleCase(ids, act, about, subject.row.id),
    collect: (act, subject, deed) => collect(deps(), act, subject, deed),
    pay: (act, subject, deed) => pay(deps(), act, subject, deed),
    book: (act, subject, { allocations }) => planBookings(deps(), act, subject, allocations),
    disburse: (act, subject) => planDisbursal(deps(), act, subject),
    undo: (act, subject, { again }) => planUndoing(deps(), act, subject, again),
    suspend: (act, subject, deed) => suspend(deps(), act, subject, deed),
    clear: (act, subject, { itemId, way }) => clear(deps(), act, subject, itemId, way),
    'take-back': (act, subject) => takeBack({ ...deps(), transfer: move }, act, subject),
    'give-back': (act, subject, deed) => giveBack(deps(), act, subject, deed),
    inbound: (act, subject, deed) => receiveOther(deps(), act, subject, deed),
    receipt: (act, subject, { receipt }) => claimReceipt(act, subject, receipt),
    pause: (act, subject, { fault }) => pauseConnection(ids, act, subject, fault),
    tell: (act, subject, deed) => tell(stepper(), act, subject, deed),
  }
  return async (act, subject, deed) => {
    await (handlers[deed.kind] as (act: Act, subject: Subject, deed: Deed) => Promise<unknown>)(
      act,
      subject,
      deed,
    )
  }
}

/** What did not reach her: somebody else reads it to her. */
const untold = ({ about, msisdn, body }: Subject['row']): object => ({
  message: about,
  phone: msisdn,
  text: body,
})

/** A receipt that another payment has: nothing of this step may stand (one receipt, one payment). */
export class ReceiptTaken extends Error {
  override readonly name = 'ReceiptTaken'
}

async function transfer(
  ids: Ids,
  { trx, setup, at }: Act,
  subject: Subject,
  { debit, credit, amount: text }: DeedOf<'transfer'>,
): Promise<void> {
  const amount = fromText(text)
  await trx('transfers').insert({
    tenant_id: setup.tenant.id,
    id: ids.next(),
    event_id: subject.eventId,
    transaction_id: subject.kind === 'booking' ? subject.row.transaction_id : subject.row.id,
    subject_id: subject.row.id,
    debit,
    credit,
    amount_minor: amount.minor,
    currency: amount.currency,
    at,
  })
}

type Planner = { readonly ids: Ids; readonly stepper: Stepper }

/** The parts of an approved request, from the wallet that she chose. */
async function collect(deps: Planner, act: Act, { row }: Subject, deed: DeedOf<'collect'>): Promise<void> {
  const { trx, setup, at } = act
  const payer = await wallet(trx, setup.tenant.id, deed.walletId)
  if (payer === undefined) throw new Error(`no wallet ${deed.walletId}`)
  const connection = roadFor(setup, payer, 'collect', at)
  if (connection === undefined)
    throw new Error(`no connection collects from ${payer.provider} in ${payer.currency}`)
  const earlier = await trx('transactions')
    .where({ tenant_id: setup.tenant.id, request_id: row.id })
    .count({ count: '*' })
    .first()
  for (const [index, { amount, afterMs }] of deed.parts.entries())
    await writeMovement(deps, act, {
      kind: 'collect',
      operation: 'collect',
      origin: 'push',
      intentId: row.id,
      part: Number(earlier?.count ?? 0) + index + 1,
      requestId: row.id,
      customerId: row.customer_id as string,
      loanId: row.loan_id as string,
      loanAccount: row.loan_account as string,
      walletId: payer.id,
      provider: payer.provider,
      msisdn: payer.msisdn,
      amount: fromText(amount),
      connection,
      startsAfterMs: setup.tenant.settings.pushDelayMs + afterMs,
    })
}

/** The parts of a disbursement that passed its checks. */
async function pay(deps: Planner, act: Act, { row }: Subject, { parts }: DeedOf<'pay'>): Promise<void> {
  const { trx, setup, at } = act
  const earlier = await trx('transactions')
    .where({ tenant_id: setup.tenant.id, disbursement_id: row.id })
    .count({ count: '*' })
    .first()
  for (const [index, { walletId, amount, afterMs }] of parts.entries()) {
    const payee = await wallet(trx, setup.tenant.id, walletId)
    const connection = payee && roadFor(setup, payee, 'disburse', at)
    if (payee === undefined || connection === undefined)
      throw new Error(`no road pays out to wallet ${walletId}`)
    await writeMovement(deps, act, {
      kind: 'disburse',
      operation: 'disburse',
      origin: 'push',
      intentId: row.id,
      part: Number(earlier?.count ?? 0) + index + 1,
      disbursementId: row.id,
      customerId: row.customer_id as string,
      loanId: row.loan_id as string | null,
      loanAccount: row.loan_account as string | null,
      walletId,
      provider: payee.provider,
      msisdn: payee.msisdn,
      amount: fromText(amount),
      connection,
      startsAfterMs: afterMs,
    })
  }
}

/** Without a receipt the provider's own reference stands in, until the receipt is known. */
async function claimReceipt({ trx, setup }: Act, { row }: Subject, receipt: string | null): Promise<void> {
  const tenantId = setup.tenant.id
  if (receipt === null) return
  await trx('receipts')
    .insert({ tenant_id: tenantId, issuer: row.provider, receipt, transaction_id: row.id })
    .onConflict(['tenant_id', 'issuer', 'receipt'])
    .ignore()
  const owner = await trx('receipts')
    .where({ tenant_id: tenantId, issuer: row.provider, receipt })
    .first('transaction_id')
  if (owner?.transaction_id !== row.id)
    throw new ReceiptTaken(`receipt ${receipt} belongs to transaction ${owner?.transaction_id}`)
  await trx('transactions')
    .where({ tenant_id: tenantId, id: row.id })
    .whereNull('receipt')
    .update({ receipt })
}

/** To whom an event goes: the kind of row, and the ids. */
async function addressees(
  { trx, setup }: Act,
  { row }: Subject,
  deed: DeedOf<'tell'>,
): Promise<readonly [LifeKind, readonly unknown[]]> {
  const related = async (where: object): Promise<unknown[]> =>
    (
      await trx('transactions')
        .where({ tenant_id: setup.tenant.id, state: 'confirmed', ...where })
        .orderBy('id')
        .select('id')
    ).map(({ id }) => id)
  switch (deed.to) {
    case 'request':
      return ['request', [row.request_id]]
    case 'disbursement':
      return ['disbursement', [row.disbursement_id]]
    case 'transaction':
      return ['transaction', [row.transaction_id]]
    case 'original':
      return ['transaction', [row.original_id]]
    case 'parts':
      return ['transaction', await related({ disbursement_id: row.id })]
    case 'return':
      // an earlier return of the item, thought to have failed, may have come through besides: that one has its case
      return [
        'transaction',
        (await related({ original_id: row.id, kind: 'return', item_id: deed.itemId })).slice(-1),
      ]
    case 'undone':
      return ['booking', [row.undoes]]
  }
}

async function tell(stepper: Stepper, act: Act, subject: Subject, deed: DeedOf<'tell'>): Promise<void> {
  const [kind, ids] = await addressees(act, subject, deed)
  for (const id of ids) {
    if (id === null || id === undefined) continue
    const event =
      kind === 'request' && deed.to === 'request'
        ? { ...deed.event, elsewhere: await askedElsewhere(act, String(id)) }
        : deed.event
    await stepper.step(act, kind, String(id), event as LifeEvents[typeof kind])
  }
}

/**
 * A loan has one open request: where the next one is open already, that one asks for what is missing here too. Who pays
 * for others is asked for nothing: what is missing is their lender's to ask of them.
 */
async function askedElsewhere({ trx, setup }: Act, requestId: string): Promise<boolean> {
  const { rows } = await trx.raw(
    `select 1 from collection_requests r left join collection_requests o
        on o.tenant_id = r.tenant_id and o.loan_id = r.loan_id and o.id <> r.id
       and o.state in ('scheduled', 'asked', 'reminded', 'approved', 'part-paid')
      where r.tenant_id = ? and r.id = ? and (o.id is not null or r.loan_id is null) limit 1`,
    [setup.tenant.id, requestId],
  )
  return rows.length > 0
}
