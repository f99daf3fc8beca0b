import type { Answer, Decision } from '../../flows/dialogue.ts'
import { WORDS } from '../../flows/words/index.ts'
import type { Gateway } from '../gateway/index.ts'
import type { Act } from '../gateway/step.ts'
import type { Caller } from './desk.ts'

/** Keeps what she said, with the sentence that she read; the last answer counts. */
export async function keepConsent(
  { trx, setup, at }: Act,
  { deps: { ids } }: Gateway,
  { phone }: Caller,
  { customerId, agreed, language }: Extract<Decision, { kind: 'consent' }>,
): Promise<Answer> {
  const { id: tenantId, settings } = setup.tenant
  await trx('consents').insert({
    ...{ tenant_id: tenantId, id: ids.next(), customer_id: customerId, msisdn: phone, agreed, language, at },
    ...{ text: WORDS[language].contact.consent(settings.lender), flow: 'consent' },
  })
  await trx('customers')
    .where({ tenant_id: tenantId, id: customerId })
    .update({ consent_at: agreed ? at : null })
  return { type: 'DONE' }
}
