import { WORDS } from '../../flows/words/index.ts'
import { type Money, toText } from '../domain/money.ts'
import type { Gateway } from '../gateway/index.ts'
import type { Decided } from '../gateway/requests.ts'
import type { Act } from '../gateway/step.ts'
import { customer, customersOfPhone, type Wallet } from '../store/people.ts'
import type { Caller } from './desk.ts'

/**
 * A prompt must not come to a phone whose holder knows of nothing: where it is another one than that in her hand, an SMS
 * goes there with the approval, before anything is sent to the operator.
 */
export async function tellOwner(
  act: Act,
  { deps, messenger }: Gateway,
  caller: Caller,
  decided: Decided,
  wallet: Wallet,
  amount: Money,
): Promise<void> {
  const { trx, setup } = act
  const { id: tenantId, settings } = setup.tenant
  if (decided.kind !== 'done' || wallet.msisdn === caller.phone) return
  const her = await customer(trx, tenantId, wallet.customerId)
  if (her === undefined) return
  const [theirs] = await customersOfPhone(trx, tenantId, wallet.msisdn)
  const language = theirs?.language ?? her.language
  const words = WORDS[language]
  await messenger.tell(act, {
    // she may approve the same request again, after it failed
    key: `other-phone:${deps.ids.next()}`,
    ...{ to: wallet.msisdn, customerId: theirs?.id ?? null, about: 'other-phone', language },
    text: words.elsewhere.sms(
      settings.lender,
      words.money(toText(amount)),
      her.firstName,
      settings.lenderPhone,
    ),
  })
}
