import type { CountryCode } from 'libphonenumber-js/max'
import type { Answer } from '../../flows/dialogue.ts'
import { type ClientView, DAY_LINES, type FoundView, type OfficerQuestion } from '../../flows/officer.ts'
import { toText } from '../domain/money.ts'
import { parseMsisdn } from '../domain/msisdn.ts'
import { localDate } from '../domain/time.ts'
import { act, type GatewayDeps } from '../gateway/context.ts'
import { dayPage } from '../gateway/day.ts'
import { linkClient } from '../gateway/link.ts'
import { type FoundPayment, paymentOfReceipt } from '../gateway/said-paid.ts'
import { type Customer, customersOfPhone } from '../store/people.ts'
import { staffRow } from '../store/staff.ts'
import type { Caller } from './desk.ts'
import { LINE_NAME_LENGTH, screenName } from './screen-name.ts'

/** More people on one phone, or behind one number, are not listed. */
const MAX_CLIENTS = 9

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

  /** Our own rows know most phones; else the core is asked whose phone, loan or account it is. */
  async function find({ tenantId }: Caller, text: string): Promise<Answer> {
    const { country, zone } = await deps.tenants.tenant(tenantId)
    const phone = parseMsisdn(text, country as CountryCode)
    const known =
      phone === undefined
        ? []
        : await act(deps, tenantId, ({ trx }) => customersOfPhone(trx, tenantId, phone))
    if (known.length > 0) return found(known)
    const core = await coreOf(tenantId)
    const named = await core.named(text)
    if (named.kind === 'no-answer') return noAnswer
    if (named.value.kind === 'nobody') return found([])
    if (named.value.kind === 'loan') {
      const loan = await core.loan(named.value.loanId, localDate(deps.clock.now(), zone))
      if (loan.kind === 'no-answer') return noAnswer
      if (loan.value === undefined) return found([])
      const client = await linkClient(deps, tenantId, core, loan.value.clientId)
      return client === undefined ? noAnswer : found([client], loan.value.id)
    }
    const clients: Customer[] = []
    for (const clientId of named.value.clientIds.slice(0, MAX_CLIENTS)) {
      const client = await linkClient(deps, tenantId, core, clientId)
      if (client === undefined) return noAnswer
      clients.push(client)
    }
    return found(clients)
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
        return find(caller, question.text)
      case 'find-receipt':
        return receipt(caller, question.receipt)
      case 'day':
        return day(caller, question.page)
    }
  }
}

const found = (clients: readonly Customer[], loanId: string | null = null): Answer => ({
  type: 'CLIENTS',
  clients: clients.slice(0, MAX_CLIENTS).map(clientView),
  loanId,
})

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
