import type { About, Deed } from '../../flows/deeds.ts'
import { WORDS } from '../../flows/words/index.ts'
import {
  carried,
  type Due,
  type Language,
  nameAll,
  printMoment,
  type Words,
} from '../../flows/words/words.ts'
import { lostToGsm7 } from '../domain/gsm7.ts'
import type { Ids } from '../domain/ids.ts'
import { fromText, type MoneyText } from '../domain/money.ts'
import type { Msisdn } from '../domain/msisdn.ts'
import { walletLabel } from '../domain/provider-names.ts'
import { afterQuiet } from '../domain/quiet-hours.ts'
import { promptToday } from '../domain/reminder-time.ts'
import { later, localDate, momentOf } from '../domain/time.ts'
import { type Customer, customer, dialsFrom, promptHour, walletsOf } from '../store/people.ts'
import { askText } from './ask-text.ts'
import type { Log } from './context.ts'
import { bookedLast, failedBy, missingOn, newestBookings, onlyLoan } from './message-facts.ts'
import { wayAfterNo } from './other-way.ts'
import { shownFor } from './pay-references.ts'
import { connectionFor } from './plan.ts'
import { linesBehind, type RequestLine } from './request-lines.ts'
import { dialCode, smsWays } from './sms-ways.ts'
import type { Act, Stepper, Subject } from './step.ts'
import { paidForNames, toBorrowers } from './told-others.ts'
import { TOPICS, type Topic } from './topics.ts'

/** Puts what people must hear into the commit that made it true: one SMS an event and person. */
export type Messenger = {
  /** Writes to somebody, once for each key. */
  tell(act: Act, message: Told): Promise<void>
  /** Answers an SMS of hers, once for each key; false where this phone has had its answers for the hour. */
  answer(act: Act, answer: Omit<Told, 'about'>): Promise<boolean>
  say(act: Act, subject: Subject, deed: Extract<Deed, { kind: 'message' }>): Promise<void>
}

type Told = {
  readonly key: string
  readonly to: Msisdn
  /** Null: an officer. */
  readonly customerId: string | null
  readonly about: Topic
  readonly language: Language
  readonly text: string
  /** The request that it is about: once that has ended, it is not sent any more. */
  readonly requestId?: string
  /** The loan on which a receipt is: what is left on it is told when the SMS leaves. */
  readonly loanId?: string | undefined
  /** Not before. */
  readonly from?: Date
}

/** Two machines that answer each other stop at this: answers to one phone within an hour. */
const ANSWERS_AN_HOUR = 5
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

export function createMessenger(deps: { ids: Ids; stepper: () => Stepper; log: Log }): Messenger {
  const { ids, stepper, log } = deps

  async function queue(act: Act, message: Told): Promise<void> {
    const { trx, setup, at } = act
    const tenantId = setup.tenant.id
    const ways = smsWays(setup)
    const [channel] = ways
    if (channel === undefined) return
    const { unheardMinutes } = setup.tenant.settings.sms
    const id = ids.next()
    const { rowCount } = await trx.raw(
      'insert into message_keys (tenant_id, key, message_id) values (?, ?, ?) on conflict do nothing',
      [tenantId, message.key, id],
    )
    if (rowCount === 0) return
    const { validMs, passing, unasked } = TOPICS[message.about]
    const from = message.from !== undefined && message.from > at ? message.from : at
    const sendAt = unasked ? afterQuiet(setup.tenant, from, id) : from
    const expiresAt = later(sendAt, validMs)
    const words = WORDS[message.language]
    const lost = words.ucs2 === true ? 0 : lostToGsm7(message.text)
    // how many, never which: the text is hers
    if (lost > 0)
      log.warn({ tenant: tenantId, message: id, about: message.about, lost }, 'a text lost characters')
    await trx('messages').insert({
      tenant_id: tenantId,
      id,
      customer_id: message.customerId,
      request_id: message.requestId ?? null,
      loan_id: message.loanId ?? null,
      channel_id: channel.id,
      msisdn: message.to,
      about: message.about,
      language: message.language,
      body: carried(message.text, words).trim(),
      created_at: at,
      expires_at: expiresAt,
      ...stepper().start(
        'message',
        {
          expiresAt: expiresAt.toISOString(),
          result: passing !== true,
          ways: ways.length,
          unheardMs: unheardMinutes === undefined ? null : unheardMinutes * MINUTE_MS,
        },
        at,
      ),
      due_at: sendAt,
    })
  }

  return {
    tell: queue,
    async answer(act, answer) {
      const { trx, setup, at } = act
      const [sent] = await trx('messages')
        .where({ tenant_id: setup.tenant.id, msisdn: answer.to, about: 'reply' })
        .where('created_at', '>', later(at, -HOUR_MS))
        .count({ count: '*' })
      if (Number(sent?.count) >= ANSWERS_AN_HOUR) return false
      await queue(act, { ...answer, about: 'reply' })
      return true
    },
    async say(act, subject, deed) {
      // money that nobody is known to have paid: nobody to write to
      if (subject.row.customer_id == null) return
      // sent to booking again, and nothing of it was taken: no news of money
      if (deed.about === 'paid' && fromText(deed.amount).minor === 0n) return
      const borrower = await customer(act.trx, act.setup.tenant.id, String(subject.row.customer_id))
      if (borrower === undefined) return
      const words = WORDS[borrower.language]
      const phone = await phoneOf(act, borrower)
      // a paybill masks the number that paid
      const payer = subject.kind === 'transaction' ? (subject.row.msisdn as Msisdn) || undefined : undefined
      const about = {
        ...{ customerId: borrower.id, about: deed.about, language: borrower.language },
        ...(subject.kind === 'request' ? { requestId: subject.row.id } : {}),
      }
      // a link goes to the phone that pays, whosever it is, and once, however often the provider tells it
      const byLink = deed.about === 'pay-link'
      const key = byLink ? `${subject.row.id}:${deed.link}` : `${subject.eventId}:${deed.about}`
      const to = byLink ? payer : phone
      const forPayer = subject.row.kind === 'collect' ? FOR_PAYER[deed.about] : undefined
      const lines = await linesBehind(act, subject.row)
      const name =
        lines.length === 0 ? borrower.firstName : await paidForNames(act, subject, deed, lines, words)
      const isForOthers = lines.length > 0 && forPayer !== undefined
      if (to !== undefined)
        await queue(act, {
          ...about,
          ...(await atHerHour(act, subject, deed, borrower)),
          ...(deed.about === 'paid' && !isForOthers
            ? { loanId: onlyLoan(await newestBookings(act, subject, deed.amount)) }
            : {}),
          key: `${key}:${to}`,
          to,
          text: isForOthers
            ? payerText(act, subject, deed.amount, name, words, forPayer)
            : await text(act, subject, deed, borrower, words, lines),
        })
      if (payer !== undefined && payer !== phone && forPayer !== undefined)
        await queue(act, {
          ...about,
          key: `${key}:${payer}`,
          to: payer,
          text: payerText(act, subject, deed.amount, name, words, forPayer),
        })
      const receipt = receiptOf(subject.row, subject.context)
      for (const { her, ...told } of await toBorrowers(act, subject, deed, borrower, lines, receipt)) {
        const to = await phoneOf(act, her)
        if (to === undefined) continue
        await queue(act, { ...told, to, customerId: her.id, about: deed.about, language: her.language })
      }
    },
  }
}

/** The prompt of what falls due waits for the hour that she chose; what an officer asks for goes at once. */
async function atHerHour(
  { trx, setup, at }: Act,
  { row }: Subject,
  { about }: Extract<Deed, { kind: 'message' }>,
  { id }: Customer,
): Promise<Pick<Told, 'from'>> {
  if (about !== 'prompt' || row.basis !== 'due') return {}
  const from = promptToday(setup.tenant, at, await promptHour(trx, setup.tenant.id, id), id)
  return from === undefined ? {} : { from }
}

/** The number on file; where the core has none, the phone that she dials from. */
async function phoneOf(act: Act, borrower: Customer): Promise<Msisdn | undefined> {
  if (borrower.phone !== undefined) return borrower.phone
  return dialsFrom(act.trx, act.setup.tenant.id, borrower.id)
}

/** What a payer who is not the borrower hears of: what she paid, and that it is in her wallet again. */
const FOR_PAYER: Partial<Record<About, 'paidFor' | 'returnedFor' | 'takenBackFor'>> = {
  paid: 'paidFor',
  returned: 'returnedFor',
  'taken-back': 'takenBackFor',
}

/** Amount, receipt, lender and first name; never a balance. */
function payerText(
  { setup }: Act,
  { row, context }: Subject,
  amount: MoneyText,
  firstName: string,
  words: Words,
  sentence: 'paidFor' | 'returnedFor' | 'takenBackFor',
): string {
  return words.sms[sentence](
    setup.tenant.settings.lender,
    words.money(amount),
    firstName,
    receiptOf(row, context),
  )
}

/** The receipt as it is known now: the machine's, else the row's, else the provider's reference in its place. */
function receiptOf(row: Subject['row'], context: unknown): string {
  const receipt = (context as { receipt?: string | null }).receipt ?? row.receipt ?? row.provider_reference
  return receipt === null || receipt === undefined ? '-' : String(receipt)
}

/** The receipts of a disbursement's parts. */
async function receiptsOf({ trx, setup }: Act, row: Subject['row']): Promise<string> {
  const parts: { receipt: string | null; provider_reference: string | null }[] = await trx('transactions')
    .where({ tenant_id: setup.tenant.id, disbursement_id: row.id })
    .whereIn('state', ['confirmed', 'booked'])
    .orderBy('id')
    .select('receipt', 'provider_reference')
  return parts.map(({ receipt, provider_reference: other }) => receipt ?? other ?? '-').join(', ')
}

async function text(
  act: Act,
  subject: Subject,
  deed: Extract<Deed, { kind: 'message' }>,
  borrower: Customer,
  words: Words,
  lines: readonly RequestLine[],
): Promise<string> {
  const { row, context } = subject
  const { lender, lenderPhone } = act.setup.tenant.settings
  const code = dialCode(act.setup)
  const amount = words.money(deed.amount)
  const account = String(row.loan_account ?? '')
  switch (deed.about) {
    case 'prompt':
    case 'reminder': {
      const due: Due = { lender, amount, loan: account, date: words.date(String(row.due_on)) }
      const own = typeof row.message === 'string' ? row.message : undefined
      return askText(act, deed.about, { due, loanId: row.loan_id, code: String(row.code), own }, words)
    }
    case 'paid':
      return words.sms.paid(
        lender,
        amount,
        nameAll(await bookedLast(act, subject, deed.amount), words),
        receiptOf(row, context),
      )
    case 'being-checked':
      return words.sms.beingChecked(lender, amount)
    case 'maintenance':
      return words.sms.maintenance(
        lender,
        amount,
        printMoment(momentOf(new Date(deed.until ?? act.at), act.at, act.setup.tenant.zone), words),
      )
    case 'pay-link':
      return words.sms.payLink(lender, amount, deed.link ?? '')
    case 'returned':
      return words.sms.returned(lender, amount)
    case 'paid-out':
      return words.sms.paidOut(lender, amount, await receiptsOf(act, row))
    case 'payout-failed': {
      const no = await operatorsNo(act, subject, deed, words)
      return no === undefined
        ? words.sms.payoutRefused(lender, amount, lenderPhone)
        : words.sms.payoutFailed(lender, amount, no)
    }
    case 'taken-back': {
      const loans = await missingOn(act, subject)
      const day = row.value_date ?? localDate(row.created_at as Date, act.setup.tenant.zone)
      return words.sms.takenBack(
        lender,
        amount,
        words.date(String(day)),
        receiptOf(row, context),
        loans.length === 0 ? undefined : nameAll(loans, words),
      )
    }
    case 'failed': {
      // what she pays for others is not proposed to her again: she dials anew
      const next = lines.length > 0 ? undefined : await nextWallet(act, row, borrower)
      const offer = next === undefined ? words.sms.tryAgain(code) : words.sms.nextWallet(code, next)
      // several loans have no one number at a paybill
      const [only, ...others] = lines
      const reference =
        others.length > 0 ? undefined : await shownFor(act, only?.loanId ?? row.loan_id, account)
      const other =
        reference === undefined ? '' : wayAfterNo(act.setup, String(row.provider), reference, words)
      const why = (await operatorsNo(act, subject, deed, words)) ?? words.unsent
      return words.sms.failed(lender, amount, why, `${offer} ${other}`)
    }
  }
}

/** The operator's no, in words; undefined where it gave none: it was not asked, or never heard of it. */
async function operatorsNo(
  act: Act,
  subject: Subject,
  { reason }: Extract<Deed, { kind: 'message' }>,
  words: Words,
): Promise<string | undefined> {
  if (reason === undefined) return undefined
  const by = await failedBy(act, subject)
  if (by === 'REVERSED') return words.tookBack
  return by === 'DECLINED' ? words.reasons[reason] : undefined
}

/** After a failure the next of her wallets is offered: the one she has not just tried. */
async function nextWallet(act: Act, row: Subject['row'], borrower: Customer): Promise<string | undefined> {
  const wallets = await walletsOf(act.trx, act.setup.tenant.id, borrower.id, String(row.currency))
  const other = wallets.find(
    wallet => wallet.id !== row.wallet_id && connectionFor(act.setup, wallet, act.at) !== undefined,
  )
  return other === undefined ? undefined : walletLabel(other.provider, other.msisdn)
}
