import type { CountryCode } from 'libphonenumber-js/max'
import type { Answer } from '../../flows/dialogue.ts'
import { type ClientView, DAY_LINES, type FoundView, type OfficerQuestion } from '../../flows/officer.ts'
import { toText } from '../domain/money.ts'
import { type Msisdn, parseMsisdn } from '../domain/msisdn.ts'
import { localDate } from '../domain/time.ts'
import { act, type GatewayDeps } from '../gateway/context.ts'
import { dayPage } from '../gateway/day.ts'
import { linkClient } from '../gateway/link.ts'
import { type FoundPayment, paymentOfReceipt } from '../gateway/said-paid.ts'
import { type Customer, customersOfPhone } from '../store/people.ts'
import { staffRow } from '../store/staff.ts'
import type { Caller } from './desk.ts'
import { LINE_NAME_LENGTH, screenName } from './screen-name.ts'
import { pinOwners } from './unlock.ts'

/** More people on one phone, or behind one number, are not listed. */
const MAX_CLIENTS = 9

/** Undefined: the core is silent. */
type Found = { readonly clients: readonly Customer[]; readonly loanId?: string } | undefined

const noAnswer: Answer = { type: 'NO_ANSWER', committed: 'no' }

/**
 * Answers what the dialogues of an officer ask, from our rows and from the tenant's core. Whose phone is no officer's by
 * now is told nothing: she may have left in the middle of a session.
 */
export function createOfficerDesk(
  deps: GatewayDeps,
): (caller: Caller, question: OfficerQuestion) => Promise<Answer> {
  const coreOf = async (tenantId: string) => deps.coreOf(await deps.tenants.core(tenantId))

  const isHers = ({ tenantId, phone }: Caller, staffId: string): Promise<boolean> =>
    act(deps, tenantId, async ({ trx }) => (await staffRow(trx, tenantId, phone))?.id === staffId)

  const phoneTyped = async (tenantId: string, text: string): Promise<Msisdn | undefined> =>
    parseMsisdn(text, (await deps.tenants.tenant(tenantId)).country as CountryCode)

  /** Our own rows know most phones; else the core is asked whose phone, loan or account it is. */
  async function find({ tenantId }: Caller, text: string): Promise<Found> {
    const { zone } = await deps.tenants.tenant(tenantId)
    const phone = await phoneTyped(tenantId, text)
    const known =
      phone === undefined
        ? []
        : await act(deps, tenantId, ({ trx }) => customersOfPhone(trx, tenantId, phone))
    if (known.length > 0) return { clients: known }
    const core = await coreOf(tenantId)
    const named = await core.named(text)
    if (named.kind === 'no-answer') return undefined
    if (named.value.kind === 'nobody') return { clients: [] }
    if (named.value.kind === 'loan') {
      const loan = await core.loan(named.value.loanId, localDate(deps.clock.now(), zone))
      if (loan.kind === 'no-answer') return undefined
      if (loan.value === undefined) return { clients: [] }
      const client = await linkClient(deps, tenantId, core, loan.value.clientId)
      return client === undefined ? undefined : { clients: [client], loanId: loan.value.id }
    }
    const clients: Customer[] = []
    for (const clientId of named.value.clientIds.slice(0, MAX_CLIENTS)) {
      const client = await linkClient(deps, tenantId, core, clientId)
      if (client === undefined) return undefined
      clients.push(client)
    }
    return { clients }
  }

  async function findClient(caller: Caller, text: string): Promise<Answer> {
    const found = await find(caller, text)
    if (found === undefined) return noAnswer
    const clients = found.clients.slice(0, MAX_CLIENTS).map(clientView)
    return { type: 'CLIENTS', clients, loanId: found.loanId ?? null }
  }

  /** An officer's phone is no customer's: the core is not asked about it. */
  async function whosePin(caller: Caller, text: string): Promise<Answer> {
    const { tenantId } = caller
    const phone = await phoneTyped(tenantId, text)
    const isStaff =
      phone !== undefined &&
      (await act(deps, tenantId, async ({ trx }) => (await staffRow(trx, tenantId, phone)) !== undefined))
    const found = await (isStaff
      ? act(deps, tenantId, async ({ trx }) => ({ clients: await customersOfPhone(trx, tenantId, phone) }))
      : find(caller, text))
    if (found === undefined) return noAnswer
    const owners = await act(deps, tenantId, commit => pinOwners(commit, caller, phone, found.clients))
    return { type: 'PINS', owners: owners.slice(0, MAX_CLIENTS) }
  }

  const day = ({ tenantId }: Caller, page: number): Promise<Answer> =>
    act(deps, tenantId, async commit => {
      const { lines, ...shown } = await dayPage(commit, page, DAY_LINES)
      return {
        type: 'DAY',
        ...shown,
        lines: lines.map(({ firstName, amount, ...line }) => ({
          ...line,
          firstName: screenName(firstName, LINE_NAME_LENGTH),
          amount: toText(amount),
        })),
      }
    })

  const receipt = ({ tenantId }: Caller, text: string): Promise<Answer> =>
    act(deps, tenantId, async commit => {
      const payment = await paymentOfReceipt(commit, text)
      return { type: 'PAYMENT', payment: payment === undefined ? null : foundView(payment) }
    })

  return async (caller, question) => {
    if (!(await isHers(caller, question.staffId))) return noAnswer
    switch (question.kind) {
      case 'find-client':
        return findClient(caller, question.text)
      case 'whose-pin':
        return whosePin(caller, question.text)
      case 'find-receipt':
        return receipt(caller, question.receipt)
      case 'day':
        return day(caller, question.page)
    }
  }
}

const clientView = ({ id, firstName }: Customer): ClientView => ({
  customerId: id,
  firstName: screenName(firstName),
})

const RECEIPT_LENGTH = 12

/** The end of a long receipt tells it apart. */
export const foundView = ({ fate, amount, receipt, account, on }: FoundPayment): FoundView => ({
  ...{ fate, account, on, amount: toText(amount) },
  receipt: receipt?.slice(-RECEIPT_LENGTH) ?? null,
})
