import type {
  Answer,
  Decision,
  LoanView,
  Question,
  RequestView,
  TriedView,
  WalletView,
} from '../../flows/dialogue.ts'
import type { Loan } from '../corebanking/core-banking.ts'
import { fromText, type Money, type MoneyText, money, roundedUp, toText } from '../domain/money.ts'
import type { Msisdn } from '../domain/msisdn.ts'
import { walletLabel } from '../domain/provider-names.ts'
import { promptHours } from '../domain/reminder-time.ts'
import { localDate, momentOf } from '../domain/time.ts'
import { isPriced } from '../gateway/charges.ts'
import { act } from '../gateway/context.ts'
import type { Gateway } from '../gateway/index.ts'
import { linkClient } from '../gateway/link.ts'
import { payable, payNumbersOf } from '../gateway/pay-references.ts'
import { connectionFor } from '../gateway/plan.ts'
import { costOf } from '../gateway/plan-view.ts'
import { reminderHours } from '../gateway/reminder-hours.ts'
import { leftOf } from '../gateway/requests.ts'
import { adapterOf } from '../gateway/road.ts'
import type { Act } from '../gateway/step.ts'
import { dialling, requestByCode, type WaitingRequest, waitingRequest } from '../store/first-screen.ts'
import { customer, promptHour, type Wallet, walletsOf } from '../store/people.ts'
import { seePhone } from '../store/phones.ts'
import type { Connection } from '../store/tenants.ts'
import { groupLines } from './groups.ts'
import { newWallets } from './new-wallets.ts'
import { createOfficerDesk } from './officer-desk.ts'
import { payeeOf, payeesFor } from './payees.ts'
import { payersOf } from './payers.ts'
import { paymentsOf } from './payments.ts'
import { type Known, peopleOf, toBeSeen, writerOf } from './person.ts'

/** Who is asking: the tenant, the phone that dialled or wrote, and by which channel. */
export type Caller = { readonly tenantId: string; readonly phone: Msisdn; readonly by: 'ussd' | 'sms' }

/** Questions that only read; decisions go to the counter next door. */
export type Reading = Exclude<Question, Decision>

/** Answers the questions of the dialogues from our rows and from the tenant's core. */
export function createDesk(gateway: Gateway): (caller: Caller, question: Reading) => Promise<Answer> {
  const { deps } = gateway
  const coreOf = async (tenantId: string) => deps.coreOf(await deps.tenants.core(tenantId))
  const today = async (tenantId: string) =>
    localDate(deps.clock.now(), (await deps.tenants.tenant(tenantId)).zone)
  const noAnswer: Answer = { type: 'NO_ANSWER', committed: 'no' }
  const officers = createOfficerDesk(deps)

  /** The request comes with the person, since a first screen asks for both: kept for this hop's own questions alone. */
  const foreseen = new WeakMap<Caller, ReadonlyMap<string, WaitingRequest | undefined>>()

  async function find(caller: Caller) {
    const tenant = await deps.tenants.tenant(caller.tenantId)
    const known = await dialling(deps.db, caller.tenantId, caller.phone)
    foreseen.set(caller, new Map(known.people.map(({ id, request }) => [id, request])))
    return { ...known, tenant, at: deps.clock.now() }
  }

  async function who(caller: Caller): Promise<Answer> {
    const known = await find(caller)
    // who works here is met as a customer once she is known as one: the core is not asked at each of her dials
    if (known.people.length > 0 || known.officer !== undefined) return met(caller, known)
    const core = await coreOf(caller.tenantId)
    const clients = await core.findClients(caller.phone)
    if (clients.kind === 'no-answer') return noAnswer
    for (const client of clients.value) await linkClient(deps, caller.tenantId, core, client.id)
    return met(caller, await find(caller))
  }

  /** A phone that is used stays hers; that it was cannot always be noted, and is no reason to keep her waiting. */
  async function met({ tenantId, phone }: Caller, known: Known): Promise<Answer> {
    const seen = toBeSeen(known)
    if (seen.length > 0)
      await act(deps, tenantId, ({ trx, at }) => seePhone({ trx, tenantId, phone }, seen, at)).catch(error =>
        deps.log.warn({ tenant: tenantId, error: String(error) }, 'that a phone was used is not noted'),
      )
    return peopleOf(known)
  }

  async function inbox(caller: Caller, customerId: string, code: string | null): Promise<Answer> {
    const known = code === null ? foreseen.get(caller) : undefined
    const row = known?.has(customerId)
      ? known.get(customerId)
      : await waitingRequest(deps.db, caller.tenantId, customerId, code)
    if (row === undefined) return { type: 'INBOX', request: null }
    const tried = await triedView(caller, customerId, row)
    return { type: 'INBOX', request: { ...requestView(row), ...(tried === undefined ? {} : { tried }) } }
  }

  /** She is offered the wallet that failed, and the next of hers, as the SMS of the failure named it. */
  async function triedView(
    { tenantId }: Caller,
    customerId: string,
    { tried }: WaitingRequest,
  ): Promise<TriedView | undefined> {
    if (tried == null) return undefined
    return act(deps, tenantId, async ({ trx, setup, at }) => {
      const isAskedAnew = tried.asked_on > localDate(new Date(tried.decided_at), setup.tenant.zone)
      if (isAskedAnew) return undefined
      const all = await walletsOf(trx, tenantId, customerId, tried.currency)
      const wallets = all.filter(wallet => connectionFor(setup, wallet, at) !== undefined)
      const wallet = wallets.find(({ id }) => id === tried.wallet_id)
      const next = wallets.find(({ id }) => id !== tried.wallet_id)
      if (wallet === undefined) return undefined
      return {
        amount: toText(money(BigInt(tried.minor), tried.currency)),
        wallet: { id: wallet.id, label: walletLabel(wallet.provider, wallet.msisdn) },
        next: next === undefined ? null : { id: next.id, label: walletLabel(next.provider, next.msisdn) },
      }
    })
  }

  /** Of several people on a phone it is hers whose request has the code; nobody new is looked for by an SMS. */
  async function asked({ tenantId, phone }: Caller, code: string | null): Promise<Answer> {
    const known = await find({ tenantId, phone, by: 'sms' })
    return act(deps, tenantId, async ({ trx }) => {
      const { people } = known
      const meant = code === null ? undefined : await requestByCode(trx, tenantId, people, code)
      const me = people.find(({ id }) => id === meant?.customer_id) ?? people[0]
      return {
        type: 'ASKED',
        me: me === undefined ? null : writerOf(me, known),
        request: meant === undefined ? null : requestView(meant),
      }
    })
  }

  async function coreClientOf(tenantId: string, customerId: string): Promise<string | undefined> {
    return (await act(deps, tenantId, ({ trx }) => customer(trx, tenantId, customerId)))?.coreClientId
  }

  async function loans({ tenantId }: Caller, customerId: string): Promise<Answer> {
    const clientId = await coreClientOf(tenantId, customerId)
    if (clientId === undefined) return { type: 'LOANS', loans: [] }
    const found = await (await coreOf(tenantId)).loans(clientId, await today(tenantId))
    if (found.kind === 'no-answer') return noAnswer
    const hers = found.value.map(one => payable(one, customerId))
    const numbers = await act(deps, tenantId, commit => payNumbersOf(commit, hers))
    return {
      type: 'LOANS',
      loans: found.value.map(one => {
        const number = numbers.get(one.id)
        return { ...loanView(one), ...(number === undefined ? {} : { payNumber: number }) }
      }),
    }
  }

  async function loan({ tenantId }: Caller, customerId: string, loanId: string): Promise<Answer> {
    const clientId = await coreClientOf(tenantId, customerId)
    const found = await (await coreOf(tenantId)).loan(loanId, await today(tenantId))
    if (found.kind === 'no-answer') return noAnswer
    const hers = found.value !== undefined && found.value.clientId === clientId ? loanView(found.value) : null
    return { type: 'LOAN', loan: hers }
  }

  async function payOff(caller: Caller, customerId: string, loanId: string): Promise<Answer> {
    const { tenantId } = caller
    const hers = await loan(caller, customerId, loanId)
    if (hers.type !== 'LOAN') return hers
    if (hers.loan === null) return { type: 'PAY_OFF', amount: null }
    const found = await (await coreOf(tenantId)).payOff(loanId, await today(tenantId))
    if (found.kind === 'no-answer') return noAnswer
    return { type: 'PAY_OFF', amount: found.value === undefined ? null : toText(found.value) }
  }

  const wallets = (
    { tenantId, phone }: Caller,
    customerId: string,
    amount: MoneyText | null,
  ): Promise<Answer> =>
    act(deps, tenantId, async commit => {
      const all = await walletsOf(commit.trx, tenantId, customerId, amount?.currency)
      const roundUp = commit.setup.tenant.settings.fractions === 'round-up'
      const toPay = amount === null ? undefined : { amount: fromText(amount), roundUp }
      const views: WalletView[] = []
      for (const wallet of all) {
        const view = await walletView(commit, wallet, phone, toPay)
        if (view !== undefined) views.push(view)
      }
      return { type: 'WALLETS', roundUp, wallets: views }
    })

  const hours = ({ tenantId }: Caller): Promise<Answer> =>
    act(deps, tenantId, async ({ setup: { tenant }, at }) => ({
      type: 'HOURS',
      hours: reminderHours(tenant, at).map(hour => ({
        until: hour.toISOString(),
        ...momentOf(hour, at, tenant.zone),
      })),
    }))

  const hoursOf = ({ tenantId }: Caller, customerId: string): Promise<Answer> =>
    act(deps, tenantId, async ({ trx, setup: { tenant }, at }) => ({
      type: 'PROMPT_HOURS',
      hours: promptHours(tenant, at),
      chosen: (await promptHour(trx, tenantId, customerId)) ?? null,
    }))

  return (caller, question) => {
    switch (question.kind) {
      case 'who':
        return who(caller)
      case 'inbox':
        return inbox(caller, question.customerId, question.code)
      case 'asked':
        return asked(caller, question.code)
      case 'loans':
        return loans(caller, question.customerId)
      case 'loan':
        return loan(caller, question.customerId, question.loanId)
      case 'wallets':
        return wallets(caller, question.customerId, question.amount)
      case 'payments':
        return act(deps, caller.tenantId, async commit => ({
          type: 'PAYMENTS',
          payments: await paymentsOf(commit, question.customerId),
        }))
      case 'pay-off':
        return payOff(caller, question.customerId, question.loanId)
      case 'payees':
        return payeesFor(deps, caller, question.customerId)
      case 'group':
        return groupLines(deps, caller, question)
      case 'payers':
        return act(deps, caller.tenantId, commit => payersOf(commit, question.customerId))
      case 'payee':
        return payeeOf(deps, caller, question.reference)
      case 'prompt-hours':
        return hoursOf(caller, question.customerId)
      case 'hours':
        return hours(caller)
      case 'new-wallets':
        return act(deps, caller.tenantId, async commit => ({
          type: 'NEW_WALLETS',
          wallets: await newWallets(commit, question.customerId, question.number),
        }))
      default:
        return officers(caller, question)
    }
  }
}

const requestView = (row: WaitingRequest): RequestView => ({
  id: row.id,
  loanId: row.loan_id,
  account: row.loan_account,
  amount: toText(leftOf(row)),
  dueOn: row.due_on,
  basis: row.basis,
})

const loanView = ({ id, accountNo, due, arrears, outstanding, nextDue, schedule }: Loan): LoanView => ({
  id,
  account: accountNo,
  due: toText(due),
  arrears: toText(arrears),
  balance: toText(outstanding),
  next: nextDue === undefined ? null : { amount: toText(nextDue.outstanding), date: nextDue.due },
  schedule: schedule.map(({ number, due: on, total, outstanding: open }) => ({
    number,
    due: on,
    amount: toText(total),
    paid: open.minor === 0n,
  })),
})

type ToPay = { readonly amount: Money; readonly roundUp: boolean }

const marksOf = (
  { msisdn, doubtful }: Wallet,
  phone: Msisdn,
): Pick<WalletView, 'elsewhere' | 'doubtful'> => ({
  ...(msisdn === phone ? {} : { elsewhere: true }),
  ...(doubtful === true ? { doubtful: true } : {}),
})

/** A wallet as she sees it; to pay with, only one that a connection serves, with what it costs her. */
async function walletView(
  commit: Act,
  wallet: Wallet,
  phone: Msisdn,
  toPay: ToPay | undefined,
): Promise<WalletView | undefined> {
  const { id, provider, msisdn } = wallet
  const connection = connectionFor(commit.setup, wallet, commit.at)
  if (connection === undefined && toPay !== undefined) return undefined
  const wholeUnitsOnly = connection !== undefined && adapterOf(connection).can.wholeUnitsOnly
  const byLink = connection !== undefined && adapterOf(connection).can.needsSmartphone
  const label = walletLabel(provider, msisdn)
  const view = { id, label, provider, wholeUnitsOnly, byLink, ...marksOf(wallet, phone) }
  if (connection === undefined || toPay === undefined) return { ...view, charge: null }
  const { amount, roundUp } = toPay
  const asked = wholeUnitsOnly && roundUp ? roundedUp(amount) : amount
  return { ...view, charge: await chargeToHer(commit, wallet, connection, asked) }
}

/** By the plan as it would be made now, whose parts may be charged one by one. What the lender bears is none of hers. */
async function chargeToHer(
  commit: Act,
  wallet: Wallet,
  connection: Connection,
  amount: Money,
): Promise<WalletView['charge']> {
  if (!isPriced(commit.setup, connection, 'collect')) return 'unknown'
  const charge = await costOf(commit, wallet, amount)
  // what a limit does not let through costs nothing: she hears of the limit when she tries
  if (charge === undefined) return null
  if (charge === 'unknown' || charge.bearer === 'unknown') return 'unknown'
  const told = { amount: charge.amount, currency: charge.currency }
  return charge.bearer === 'lender' || fromText(told).minor === 0n ? null : told
}
