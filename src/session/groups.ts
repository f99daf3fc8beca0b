import type { Answer, GroupView, PayLine, Question } from '../../flows/dialogue.ts'
import type { CoreBanking, CoreGroup } from '../corebanking/core-banking.ts'
import { toText, zero } from '../domain/money.ts'
import { localDate } from '../domain/time.ts'
import { act, type GatewayDeps } from '../gateway/context.ts'
import { linkClient } from '../gateway/link.ts'
import { oldestDue } from '../gateway/named-loan.ts'
import { customer } from '../store/people.ts'
import type { Caller } from './desk.ts'
import { LINE_NAME_LENGTH, screenName } from './screen-name.ts'

/** The groups that a customer leads in the core, and what is due of their members: for her who leads them alone. */

/** Members of one group are read up to so many. */
const MAX_MEMBERS = 20

const noAnswer: Answer = { type: 'NO_ANSWER', committed: 'no' }

const coreOf = async (deps: GatewayDeps, tenantId: string): Promise<CoreBanking> =>
  deps.coreOf(await deps.tenants.core(tenantId))

async function ledBy(
  deps: GatewayDeps,
  core: CoreBanking,
  { tenantId }: Caller,
  customerId: string,
): Promise<readonly CoreGroup[] | undefined> {
  const her = await act(deps, tenantId, ({ trx }) => customer(trx, tenantId, customerId))
  if (her === undefined) return []
  const found = await core.groupsLedBy(her.coreClientId)
  return found.kind === 'no-answer' ? undefined : found.value
}

/** A core that does not tell, or must not, shows no groups: what else she may pay is shown all the same. */
export async function groupsFor(
  deps: GatewayDeps,
  caller: Caller,
  customerId: string,
): Promise<readonly GroupView[]> {
  const groups = await ledBy(deps, await coreOf(deps, caller.tenantId), caller, customerId)
  return (groups ?? []).map(({ id, name }) => ({ id, name: screenName(name, LINE_NAME_LENGTH) }))
}

/** A line for each member with an open loan: what is due on the one that fell due first. */
export async function groupLines(
  deps: GatewayDeps,
  caller: Caller,
  { customerId, groupId }: Extract<Question, { kind: 'group' }>,
): Promise<Answer> {
  const { tenantId } = caller
  const core = await coreOf(deps, tenantId)
  const groups = await ledBy(deps, core, caller, customerId)
  const group = groups?.find(({ id }) => id === groupId)
  if (groups === undefined) return noAnswer
  const { zone, currency } = await deps.tenants.tenant(tenantId)
  const today = localDate(deps.clock.now(), zone)
  const lines = await Promise.all(
    (group?.clientIds ?? []).slice(0, MAX_MEMBERS).map(async clientId => {
      const loans = await core.loans(clientId, today)
      if (loans.kind === 'no-answer') return undefined
      const open = loans.value.filter(
        loan => loan.status === 'active' && loan.outstanding.minor > 0n && loan.currency === currency,
      )
      const loan = oldestDue(open)
      if (loan === undefined) return null
      const her = await linkClient(deps, tenantId, core, clientId)
      if (her === undefined) return undefined
      const line: PayLine = {
        customerId: her.id,
        firstName: screenName(her.firstName, LINE_NAME_LENGTH),
        loanId: loan.id,
        account: loan.accountNo,
        amount: toText(loan.due.minor > 0n ? loan.due : zero(currency)),
      }
      return line
    }),
  )
  // half a list would be taken for the whole
  if (lines.some(line => line === undefined)) return noAnswer
  return { type: 'GROUP', lines: lines.filter(line => line != null) }
}
