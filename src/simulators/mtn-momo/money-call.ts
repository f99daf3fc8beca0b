import type { Knex } from 'knex'
import { TELLINGS } from '../kit/fates.ts'
import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { formatAmount } from '../kit/money.ts'
import { after } from '../kit/numbers.ts'
import { spoilable, WIRE_FAULTS } from '../kit/wire.ts'
import { isUser, userOf } from './auth.ts'
import { type ApiUser, type House, type Kind, MTN, type Product, type RequestRow } from './house.ts'
import { forge, settle } from './life.ts'
import { badRequest, refusal, SYNCHRONOUS } from './replies.ts'
import { NEVER, type Scenario } from './scenarios.ts'
import {
  type Fields,
  isUuidV4,
  objectOf,
  type Party,
  type Refused,
  refuseCallback,
  type Terms,
  termsOf,
} from './validate.ts'

/** Whose money a call is about; of a refund also the collection that it gives back. */
export type Subject = Party & { readonly original?: string; readonly scenario?: Scenario }
export type Wanted = Terms & Subject

/** How a transaction goes: what it ends as (null: as customer and money decide), and when its time is over. */
export type Course = {
  readonly scripted: string | null
  readonly prompted: boolean
  readonly endsAfterMs: number
}

/** What the calls that move money differ in. */
export type MoneyCall = {
  readonly kind: Kind
  readonly product: Product
  readonly path: string
  /** The number that a fault may be scripted for, found without trusting the body. */
  readonly about: (request: SimRequest) => Promise<string | undefined> | string | undefined
  readonly subjectOf: (body: Fields, user: ApiUser) => Promise<Subject | Refused> | Subject | Refused
  readonly courseOf: (user: ApiUser, wanted: Wanted) => Promise<Course | Scenario>
}

/** The acceptance has no body to cut: a plain `cut-json` strikes the inquiry. */
const KINDS = WIRE_FAULTS.filter(kind => kind !== 'cut-json')

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

type Kept = {
  readonly kind: Kind
  readonly user: ApiUser
  readonly reference: string
  readonly callbackUrl: string | undefined
  readonly wanted: Wanted
  readonly course: Course
}

/** Keeps the transaction; undefined where its reference was used before. */
async function keep(house: House, given: Kept): Promise<RequestRow | undefined> {
  const { kind, user, reference, callbackUrl, wanted, course } = given
  const tellings = await house.faults.strikeEach(MTN, TELLINGS, wanted.partyId)
  return house.db.transaction(async trx => {
    const [row]: RequestRow[] = await trx('sim_mtn_momo.transactions')
      .insert({
        kind,
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
        tellings: tellings.map(telling => telling.kind),
        original: wanted.original ?? null,
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

/** Everything that is checked before anything is kept. */
async function readWanted(call: MoneyCall, body: string, user: ApiUser): Promise<Wanted | Refused> {
  const fields = objectOf(body)
  if (fields === undefined) return { refused: badRequest('body is not a JSON object') }
  const terms = termsOf(fields, user)
  if ('refused' in terms) return terms
  const subject = await call.subjectOf(fields, user)
  return 'refused' in subject ? subject : { ...terms, ...subject }
}

async function take(house: House, call: MoneyCall, request: SimRequest): Promise<SimReply> {
  const user = await userOf(house, request, call.product)
  if (!isUser(user)) return user
  const { 'x-reference-id': id, 'x-callback-url': callbackUrl } = request.headers
  if (!isUuidV4(id)) return badRequest('X-Reference-Id must be a UUID version 4')
  const reference = id.toLowerCase()
  const known = await house.db('sim_mtn_momo.transactions').where({ reference }).first('id')
  if (known !== undefined) return duplicate
  const refused = refuseCallback(callbackUrl, user)
  if (refused !== undefined) return refused
  const wanted = await readWanted(call, request.body, user)
  if ('refused' in wanted) return wanted.refused
  const found = await call.courseOf(user, wanted)
  if ('kind' in found && found.kind === 'refused') return SYNCHRONOUS[found.code] ?? badRequest(found.code)
  const course = 'kind' in found ? { scripted: found.as, prompted: false, endsAfterMs: found.afterMs } : found
  const row = await keep(house, { kind: call.kind, user, reference, callbackUrl, wanted, course })
  if (row === undefined) return duplicate
  if (row.tellings.includes('callback-first')) {
    await settle(house, reference, { kind: 'self' })
    await house.callbacks.sendNow(MTN, reference)
  }
  return { status: 202 }
}

/** A POST that asks for money to move: 202 and nothing else; the reference was the caller's own. */
export function moneyRoute(house: House, call: MoneyCall): Route {
  return spoilable(
    house.faults,
    { simulator: MTN, kinds: KINDS, about: call.about },
    { method: 'POST', path: call.path, handle: request => take(house, call, request) },
  )
}
