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
import { smsParts } from '../domain/gsm7.ts'
import type { Ids } from '../domain/ids.ts'
import { fromText, type MoneyText } from '../domain/money.ts'
import type { Msisdn } from '../domain/msisdn.ts'
import { walletLabel } from '../domain/provider-names.ts'
import { later, localDate, momentOf } from '../domain/time.ts'
import { type Customer, customer, dialsFrom, walletsOf } from '../store/people.ts'
import { bookedLast, failedBy, missingOn } from './message-facts.ts'
import { otherWay, paybillWay } from './other-way.ts'
import { shownFor } from './pay-references.ts'
import { connectionFor } from './plan.ts'
import { linesBehind, type RequestLine } from './request-lines.ts'
import { smsWays } from './sms-ways.ts'
import type { Act, Setup, Stepper, Subject } from './step.ts'
import { paidForNames, toBorrowers } from './told-others.ts'

/** Puts what people must hear into the commit that made it true: one SMS an event and person. */
export type Messenger = {
  /** Writes to somebody, once for each key. */
  tell(act: Act, message: Told): Promise<void>
  /** Answers an SMS of hers, once for each key; false where this phone has had its answers for the hour. */
  answer(act: Act, answer: Omit<Told, 'about'>): Promise<boolean>
  say(act: Act, subject: Subject, deed: Extract<Deed, { kind: 'message' }>): Promise<void>
}

/** What an SMS is about: news of ours, or the answer to one of hers. */
type Topic =
  | About
  | 'reply'
  | 'pin-changed'
  | 'pin-code'
  | 'link-code'
  | 'wallet-code'
  | 'staff-morning'
  | 'may-pay'
  | 'payers'

type Told = {
  readonly key: string
  readonly to: Msisdn
  /** Null: an officer. */
  readonly customerId: string | null
  readonly about: Topic
  readonly language: Language
  readonly text: string
}

/** Two machines that answer each other stop at this: answers to one phone within an hour. */
const ANSWERS_AN_HOUR = 5
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** An invitation is stale after a day; the result of her money is tried for three. */
const VALID_MS: Readonly<Record<Topic, number>> = {
  reply: 3_600_000,
  'pin-changed': 72 * 3_600_000,
  'pin-code': 3_600_000,
  'wallet-code': 3_600_000,
  'link-code': 3_600_000,
  'staff-morning': 12 * 3_600_000,
  'may-pay': 72 * 3_600_000,
  payers: 72 * 3_600_000,
  prompt: 24 * 3_600_000,
  reminder: 12 * 3_600_000,
  paid: 72 * 3_600_000,
  failed: 24 * 3_600_000,
  'being-checked': 72 * 3_600_000,
  maintenance: 6 * 3_600_000,
  'pay-link': 3_600_000,
  returned: 72 * 3_600_000,
  'paid-out': 72 * 3_600_000,
  'payout-failed': 24 * 3_600_000,
  'taken-back': 72 * 3_600_000,
}

/** What means nothing any more when it is stale; everything else is news of her money. */
const PASSING: readonly Topic[] = [
  'reply',
  'pin-code',
  'wallet-code',
  'link-code',
  'staff-morning',
  'prompt',
  'reminder',
  'maintenance',
  'pay-link',
]

/** The tenant's own code to dial, as the messages print it. */
export const dialCode = (setup: Setup): string =>
  setup.channels.find(channel => channel.kind === 'ussd')?.address ?? ''

export function createMessenger(deps: { ids: Ids; stepper: () => Stepper }): Messenger {
  const { ids, stepper } = deps

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
    const expiresAt = later(at, VALID_MS[message.about])
    await trx('messages').insert({
      tenant_id: tenantId,
      id,
      customer_id: message.customerId,
      channel_id: channel.id,
      msisdn: message.to,
      about: message.about,
      language: message.language,
      body: carried(message.text, WORDS[message.language]).trim(),
      created_at: at,
      expires_at: expiresAt,
      ...stepper().start(
        'message',
        {
          expiresAt: expiresAt.toISOString(),
          result: !PASSING.includes(message.about),
          ways: ways.length,
          unheardMs: unheardMinutes === undefined ? null : unheardMinutes * MINUTE_MS,
        },
        at,
      ),
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
      const about = { customerId: borrower.id, about: deed.about, language: borrower.language }
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
      for (const { key, her, text } of await toBorrowers(act, subject, deed, borrower, lines, receipt)) {
        const to = await phoneOf(act, her)
        if (to === undefined) continue
        await queue(act, { key, to, customerId: her.id, about: deed.about, language: her.language, text })
      }
    },
  }
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
      const own = typeof row.message === 'string' ? row.message : ''
      const paybill = paybillWay(act.setup, await shownFor(act, row.loan_id, account), words)
      const said = [words.sms[deed.about](due, code), paybill, own].filter(part => part !== '').join(' ')
      return withHint(act, words, said, words.sms.answerHint(String(row.code)))
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
      const next = await nextWallet(act, row, borrower)
      const offer = next === undefined ? words.sms.tryAgain(code) : words.sms.nextWallet(code, next)
      // several loans have no one number at a paybill
      const [only, ...others] = lines
      const reference =
        others.length > 0 ? undefined : await shownFor(act, only?.loanId ?? row.loan_id, account)
      const other = reference === undefined ? '' : otherWay(act.setup, String(row.provider), reference, words)
      const why = (await operatorsNo(act, subject, deed, words)) ?? words.unsent
      return words.sms.failed(lender, amount, why, `${offer} ${other}`)
    }
  }
}

/** How to answer by SMS, where that reaches us, decides by itself, and makes the SMS no longer than it is. */
function withHint({ setup }: Act, words: Words, text: string, hint: string): string {
  const receives = setup.channels.find(({ kind }) => kind === 'sms')?.config.receives === true
  const hinted = `${text} ${hint}`
  const costsMore = smsParts(carried(hinted, words)).parts > smsParts(carried(text, words)).parts
  return !receives || setup.tenant.settings.pinFor.paying || costsMore ? text : hinted
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
