import { WORDS } from '../../flows/words/index.ts'
import { carried, type Language, type Words } from '../../flows/words/words.ts'
import type { Loan } from '../corebanking/core-banking.ts'
import { smsParts } from '../domain/gsm7.ts'
import { toText } from '../domain/money.ts'
import type { Msisdn } from '../domain/msisdn.ts'
import { localDate } from '../domain/time.ts'
import type { Row } from '../store/database.ts'
import { customersOfPhone } from '../store/people.ts'
import { act, type GatewayDeps } from './context.ts'

/**
 * The text of a receipt with what has changed by it: what is left on the loan, or that nothing is. Read from the core when
 * the SMS leaves, for before the booking the core knows nothing of it; where it does not answer, the receipt goes as it is.
 */
export async function withWhatIsLeft(
  deps: Pick<GatewayDeps, 'coreOf' | 'tenants' | 'clock' | 'db'>,
  tenantId: string,
  message: Row,
): Promise<string> {
  const body = String(message.body)
  const tenant = await deps.tenants.tenant(tenantId)
  const core = deps.coreOf(await deps.tenants.core(tenantId))
  const loan = await core.loan(String(message.loan_id), localDate(deps.clock.now(), tenant.zone))
  if (loan.kind === 'no-answer' || loan.value === undefined) return body
  const words = WORDS[message.language as Language]
  if (isPaidOff(loan.value)) return `${body} ${carried(words.sms.cleared(loan.value.accountNo), words)}`
  const isHersAlone = await act(
    deps,
    tenantId,
    async ({ trx }) => (await customersOfPhone(trx, tenantId, message.msisdn as Msisdn)).length === 1,
  )
  // what her PIN guards, or somebody else may read on this phone, is not told on the way past
  if (tenant.settings.pinFor.reading || !isHersAlone) return body
  return ifNoLonger(body, words.sms.left(words.money(toText(loan.value.outstanding))), words)
}

const isPaidOff = ({ status, outstanding }: Loan): boolean =>
  outstanding.minor === 0n && (status === 'closed' || status === 'overpaid')

/** Her balance is worth no second part: she can dial for it. */
function ifNoLonger(body: string, more: string, words: Words): string {
  const told = `${body} ${carried(more, words)}`
  return smsParts(told).parts > smsParts(body).parts ? body : told
}
