import { FATES, type Fate } from '../kit/fates.ts'
import { fieldOf } from '../kit/wire.ts'
import { type ApiUser, type House, MTN, wallets } from './house.ts'
import { PROMPT_LIFE_MS } from './life.ts'
import type { Course, MoneyCall, Wanted } from './money-call.ts'
import { SCRIPTED, type Scenario, SOON_MS, scenarioOfPayer } from './scenarios.ts'
import { partyOf } from './validate.ts'

async function courseOf({ db, faults }: House, user: ApiUser, wanted: Wanted): Promise<Course | Scenario> {
  const fate = (await faults.strike(MTN, FATES, wanted.partyId)) as Fate | undefined
  if (fate === 'expired') return { scripted: SCRIPTED[fate], prompted: false, endsAfterMs: PROMPT_LIFE_MS }
  if (fate === 'unreachable' || fate === 'no-answer-ever')
    return { scripted: SCRIPTED[fate], prompted: false, endsAfterMs: SOON_MS }
  if (fate !== undefined) return { scripted: SCRIPTED[fate], prompted: true, endsAfterMs: PROMPT_LIFE_MS }
  const wallet =
    wanted.partyIdType === 'MSISDN' ? await wallets.find(db, wanted.partyId, wanted.currency) : undefined
  if (wallet !== undefined) return { scripted: null, prompted: true, endsAfterMs: PROMPT_LIFE_MS }
  if (user.environment === 'sandbox') return scenarioOfPayer(wanted.partyId)
  return { scripted: 'PAYER_NOT_FOUND', prompted: false, endsAfterMs: SOON_MS }
}

/** `POST /collection/v1_0/requesttopay`: the customer is asked, and her answer decides. */
export const requestToPay = (house: House): MoneyCall => ({
  kind: 'collect',
  product: 'collection',
  path: '/collection/v1_0/requesttopay',
  about: ({ body }) => fieldOf(body, 'payer', 'partyId'),
  subjectOf: body => partyOf(body, 'payer'),
  courseOf: (user, wanted) => courseOf(house, user, wanted),
})
