import type { Knex } from 'knex'
import { FATES, type Fate, TELLINGS } from '../kit/fates.ts'
import type { Route, SimRequest } from '../kit/http.ts'
import { formatAmount } from '../kit/money.ts'
import { after } from '../kit/numbers.ts'
import { fieldOf, spoilable, WIRE_FAULTS } from '../kit/wire.ts'
import { isUser, userOf } from './auth.ts'
import { type ApiUser, type House, MTN, type RequestRow, wallets } from './house.ts'
import { forge, PROMPT_LIFE_MS, settle } from './life.ts'
import { badRequest, refusal, SYNCHRONOUS } from './replies.ts'
import { NEVER, SCRIPTED, type Scenario, scenarioOf } from './scenarios.ts'
import { isUuidV4, refuseCallback, validate, type Wanted } from './validate.ts'

/** The acceptance has no body to cut: a plain `cut-json` strikes the inquiry. */
const KINDS = WIRE_FAULTS.filter(kind => kind !== 'cut-json')
const SOON_MS = 1_000

/** How a request goes: what it ends as (null: as the customer decides), and when its time is over. */
type Course = { readonly scripted: string | null; readonly prompted: boolean; readonly endsAfterMs: number }

async function courseOf({ db, faults }: House, user: ApiUser, wanted: Wanted): Promise<Course | Scenario> {
  const fate = (await faults.strike(MTN, FATES, wanted.partyId)) as Fate | undefined
  if (fate === 'expired') return { scripted: SCRIPTED[fate], prompted: false, endsAfterMs: PROMPT_LIFE_MS }
  if (fate === 'unreachable' || fate === 'no-answer-ever')
    return { scripted: SCRIPTED[fate], prompted: false, endsAfterMs: SOON_MS }
  if (fate !== undefined) return { scripted: SCRIPTED[fate], prompted: true, endsAfterMs: PROMPT_LIFE_MS }
  const wallet =
    wanted.partyIdType === 'MSISDN' ? await wallets.find(db, wanted.partyId, wanted.currency) : undefined
  if (wallet !== undefined) return { scripted: null, prompted: true, endsAfterMs: PROMPT_LIFE_MS }
  if (user.environment === 'sandbox') return scenarioOf(wanted.partyId)
  return { scripted: 'PAYER_NOT_FOUND', prompted: false, endsAfterMs: SOON_MS }
}

async function schedule(house: House, row: RequestRow, course: Course, trx: Knex.Transaction): Promise<void> {
  const { reference, msisdn, scripted, currency } = row
  if (scripted === NEVER) return
  const dueAt = after(row.created_at, course.endsAfterMs)
  const amount = formatAmount(BigInt(row.amount_minor), currency)
  if (course.prompted)
    await house.handset.show(
      {
        simulator: MTN,
        reference,
        msisdn,
        text: `Payment of ${currency} ${amount} for ${row.payer_message || row.external_id}. Enter MoMo PIN to approve`,
        amount,
        currency,
        expiresAt: dueAt,
        scripted: scripted !== null,
      },
      trx,
    )
  await house.jobs.plan(
    { simulator: MTN, kind: 'end', payload: { reference }, dueAt, lane: `phone:${msisdn}` },
    trx,
  )
}

/** Keeps the request; undefined where its reference was used before. */
async function keep(
  house: House,
  values: {
    user: ApiUser
    reference: string
    callbackUrl: string | undefined
    wanted: Wanted
    course: Course
  },
): Promise<RequestRow | undefined> {
  const { user, reference, callbackUrl, wanted, course } = values
  const tellings = await house.faults.strikeEach(MTN, TELLINGS, wanted.partyId)
  return house.db.transaction(async trx => {
    const [row]: RequestRow[] = await trx('sim_mtn_momo.transactions')
      .insert({
        kind: 'collect',
        msisdn: wanted.partyId,
        amount_minor: wanted.amount.toString(),
        currency: wanted.currency,
        status: 'pending',
        created_at: house.clock.now(),
        reference,
        api_user: user.api_user,
        external_id: wanted.externalId,
        party_id_type: wanted.partyIdType,
        payer_message: wanted.payerMessage,
        payee_note: wanted.payeeNote,
        callback_url: callbackUrl ?? null,
        scripted: course.scripted,
        tellings: tellings.map(({ kind }) => kind),
      })
      .onConflict('reference')
      .ignore()
      .returning('*')
    if (row === undefined) return undefined
    await schedule(house, row, course, trx)
    if (row.tellings.includes('forged')) await forge(house, row, trx)
    return row
  })
}

const duplicate = refusal(
  409,
  'RESOURCE_ALREADY_EXIST',
  'Duplicated reference id. Creation of resource failed.',
)

async function requestToPay(house: House, request: SimRequest) {
  const user = await userOf(house, request)
  if (!isUser(user)) return user
  const { 'x-reference-id': id, 'x-callback-url': callbackUrl } = request.headers
  if (!isUuidV4(id)) return badRequest('X-Reference-Id must be a UUID version 4')
  const reference = id.toLowerCase()
  const known = await house.db('sim_mtn_momo.transactions').where({ reference }).first('id')
  if (known !== undefined) return duplicate
  const refused = refuseCallback(callbackUrl, user)
  if (refused !== undefined) return refused
  const wanted = validate(request.body, user)
  if ('refused' in wanted) return wanted.refused
  const course = await courseOf(house, user, wanted)
  if ('kind' in course && course.kind === 'refused')
    return SYNCHRONOUS[course.code] ?? badRequest(course.code)
  const row = await keep(house, {
    user,
    reference,
    callbackUrl,
    wanted,
    course: 'kind' in course ? { scripted: course.as, prompted: false, endsAfterMs: course.afterMs } : course,
  })
  if (row === undefined) return duplicate
  if (row.tellings.includes('callback-first')) {
    await settle(house, reference, { kind: 'self' })
    await house.callbacks.sendNow(MTN, reference)
  }
  return { status: 202 }
}

/** `POST /collection/v1_0/requesttopay`: 202 and nothing else; the reference was the caller's own. */
export function requestToPayRoute(house: House): Route {
  const about = ({ body }: SimRequest) => fieldOf(body, 'payer', 'partyId')
  return spoilable(
    house.faults,
    { simulator: MTN, kinds: KINDS, about },
    {
      method: 'POST',
      path: '/collection/v1_0/requesttopay',
      handle: request => requestToPay(house, request),
    },
  )
}
