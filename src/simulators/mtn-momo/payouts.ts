import { fieldOf } from '../kit/wire.ts'
import { type ApiUser, type House, MTN, type RequestRow, wallets } from './house.ts'
import type { Course, MoneyCall, Subject, Wanted } from './money-call.ts'
import { badRequest, notFound } from './replies.ts'
import {
  PAYOUT_FATES,
  SCRIPTED_PAYOUT,
  type Scenario,
  SOON_MS,
  scenarioOfPayee,
  scenarioOfRefund,
} from './scenarios.ts'
import { type Fields, partyOf, type Refused, textOf } from './validate.ts'

/** Nobody is asked: a payout ends soon, as the float, the receiver or a script has it. */
async function courseOf({ db, faults }: House, user: ApiUser, wanted: Wanted): Promise<Course | Scenario> {
  const fate = await faults.strike(MTN, PAYOUT_FATES, wanted.partyId)
  if (fate !== undefined)
    return { scripted: SCRIPTED_PAYOUT[fate] ?? null, prompted: false, endsAfterMs: SOON_MS }
  if (wanted.scenario !== undefined) return wanted.scenario
  if (user.environment === 'sandbox' && wanted.original === undefined) {
    const wallet = await wallets.find(db, wanted.partyId, wanted.currency)
    if (wallet === undefined) return scenarioOfPayee(wanted.partyId)
  }
  return { scripted: null, prompted: false, endsAfterMs: SOON_MS }
}

/** `POST /disbursement/v1_0/transfer`: the lender's float pays a wallet. */
export const transfer = (house: House): MoneyCall => ({
  kind: 'disburse',
  product: 'disbursement',
  path: '/disbursement/v1_0/transfer',
  about: ({ body }) => fieldOf(body, 'payee', 'partyId'),
  subjectOf: body => partyOf(body, 'payee'),
  courseOf: (user, wanted) => courseOf(house, user, wanted),
})

/** Whom the sandbox gives back to where its scenario names no payment: any number will do. */
const NOBODY = { partyIdType: 'MSISDN', partyId: '46733123499' }

const collection = ({ db }: House, reference: string): Promise<RequestRow | undefined> =>
  db('sim_mtn_momo.transactions').where({ reference: reference.toLowerCase(), kind: 'collect' }).first()

/** The wallet that paid is paid back; a payment of another business, or of another environment, is not there. */
async function refunded(house: House, body: Fields, user: ApiUser): Promise<Subject | Refused> {
  const original = textOf(body.referenceIdToRefund)
  if (original === undefined) return { refused: badRequest('referenceIdToRefund is missing') }
  const scenario = user.environment === 'sandbox' ? scenarioOfRefund(original) : undefined
  if (scenario !== undefined) return { ...NOBODY, original, scenario }
  const row = await collection(house, original)
  const payee: ApiUser | undefined =
    row && (await house.db('sim_mtn_momo.api_users').where({ api_user: row.api_user }).first())
  if (row === undefined || payee?.partner !== user.partner || payee.environment !== user.environment)
    return { refused: notFound }
  return { partyIdType: row.party_id_type, partyId: row.msisdn, original: row.reference }
}

/** `POST /disbursement/v1_0/refund`: a collection goes back, whole or in part, once; paid out of the payouts' float. */
export const refund = (house: House): MoneyCall => ({
  kind: 'refund',
  product: 'disbursement',
  path: '/disbursement/v1_0/refund',
  about: async ({ body }) => (await collection(house, fieldOf(body, 'referenceIdToRefund') ?? ''))?.msisdn,
  subjectOf: (body, user) => refunded(house, body, user),
  courseOf: (user, wanted) => courseOf(house, user, wanted),
})
