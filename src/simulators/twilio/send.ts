import { randomBytes } from 'node:crypto'
import { smsParts } from '../kit/gsm7.ts'
import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { e164 } from '../kit/numbers.ts'
import { spoilable, WIRE_FAULTS } from '../kit/wire.ts'
import {
  ACCOUNTS,
  type Account,
  type House,
  MESSAGES,
  type MessageRow,
  OPT_OUTS,
  SID,
  TWILIO,
} from './house.ts'
import { BAD_PARAMETER, MAGIC, REFUSAL_FAULTS, REFUSALS, refusal } from './refusals.ts'
import { planReports, REPORT_FAULTS } from './reports.ts'

/** `POST /2010-04-01/Accounts/{Sid}/Messages.json`. Source: twilio.com/docs/messaging/api/message-resource. */

const PHONE = /^\+[1-9]\d{7,14}$/
const MAX_CHARACTERS = 1600
const MAX_VALIDITY_SECONDS = 36_000

type Wanted = {
  readonly to: string
  readonly sender: string
  readonly service: string | null
  readonly text: string
  readonly statusUrl: string | null
  readonly validitySeconds: number
}

async function accountOf({ db }: House, { headers, params }: SimRequest): Promise<Account | undefined> {
  const [, packed = ''] = /^Basic (.+)$/.exec(headers.authorization ?? '') ?? []
  const [user, ...token] = Buffer.from(packed, 'base64').toString('utf8').split(':')
  if (user !== params.sid) return undefined
  return db(ACCOUNTS)
    .where({ sid: user ?? '', auth_token: token.join(':') })
    .first()
}

const isUrl = (text: string): boolean => URL.parse(text) !== null && /^https?:\/\//.test(text)

/** What a request asks for; a code of Twilio's where it asks wrongly. */
function wantedOf(form: URLSearchParams, account: Account): Wanted | number {
  const to = form.get('To') ?? ''
  const service = form.get('MessagingServiceSid')
  const from = form.get('From')
  const text = form.get('Body') ?? ''
  const statusUrl = form.get('StatusCallback')
  const validity = form.get('ValidityPeriod')
  const validitySeconds = Number(validity ?? MAX_VALIDITY_SECONDS)
  if (to === '') return 21604
  if (!PHONE.test(to)) return 21211
  if (from === null && service === null) return 21603
  if (service !== null && !(SID('MG').test(service) && account.services.includes(service))) return 21701
  const magic = from === null ? undefined : fromMagic(account, from)
  if (magic !== undefined) return magic
  if (text === '') return 21602
  if (text.length > MAX_CHARACTERS) return 21617
  if (statusUrl !== null && !isUrl(statusUrl)) return 21609
  if (!Number.isInteger(validitySeconds) || validitySeconds < 1 || validitySeconds > MAX_VALIDITY_SECONDS)
    return BAD_PARAMETER
  return { to, sender: from ?? account.senders[0] ?? '', service, text, statusUrl, validitySeconds }
}

function fromMagic({ test, senders }: Account, from: string): number | undefined {
  if (!test) return senders.includes(from) ? undefined : 21606
  if (from === MAGIC.good) return undefined
  return (MAGIC.from as Readonly<Record<string, number>>)[from] ?? 21606
}

/** Why this number gets nothing; undefined: it does. */
async function barred({ db, faults }: House, account: Account, to: string): Promise<number | undefined> {
  const msisdn = to.slice(1)
  if (account.test) return (MAGIC.to as Readonly<Record<string, number>>)[to]
  const fault = await faults.strike(TWILIO, REFUSAL_FAULTS, msisdn)
  if (fault !== undefined) return REFUSALS[fault as keyof typeof REFUSALS]
  const found = await db(OPT_OUTS).where({ account: account.sid, msisdn }).first()
  return found === undefined ? undefined : REFUSALS.unsubscribed
}

const view = (row: MessageRow, parts: number): object => ({
  account_sid: row.account,
  api_version: '2010-04-01',
  body: row.text,
  date_created: row.created_at.toUTCString(),
  date_sent: null,
  date_updated: row.created_at.toUTCString(),
  direction: 'outbound-api',
  error_code: null,
  error_message: null,
  from: row.service === null ? row.sender : null,
  messaging_service_sid: row.service,
  num_media: '0',
  num_segments: row.service === null ? String(parts) : '0',
  price: null,
  price_unit: 'USD',
  sid: row.sid,
  status: row.service === null ? 'queued' : 'accepted',
  subresource_uris: {},
  to: e164(row.msisdn),
  uri: `/2010-04-01/Accounts/${row.account}/Messages/${row.sid}.json`,
})

async function keep(house: House, account: Account, wanted: Wanted): Promise<MessageRow> {
  const msisdn = wanted.to.slice(1)
  const strikes = account.test ? [] : await house.faults.strikeEach(TWILIO, REPORT_FAULTS, msisdn)
  const kinds = strikes.map(({ kind }) => kind)
  const fails = kinds.includes('undelivered') || kinds.includes('stopped-late')
  const row = await house.db.transaction(async trx => {
    const [kept]: MessageRow[] = await trx(MESSAGES)
      .insert({
        sid: `SM${randomBytes(16).toString('hex')}`,
        account: account.sid,
        msisdn,
        sender: wanted.sender,
        service: wanted.service,
        text: wanted.text,
        status: fails ? 'failed' : 'accepted',
        status_url: wanted.statusUrl,
        validity_seconds: wanted.validitySeconds,
        created_at: house.clock.now(),
      })
      .returning('*')
    if (kept === undefined) throw new Error('a message was not kept')
    // test credentials send nothing
    if (account.test) return kept
    await planReports(house, account, kept, kinds, trx)
    const { sender, text, created_at: at } = kept
    if (!fails) await house.inbox.receive({ msisdn, sender, text, at }, trx)
    return kept
  })
  if (kinds.includes('callback-first')) await house.callbacks.sendNow(TWILIO, row.sid)
  return row
}

async function send(house: House, request: SimRequest): Promise<SimReply> {
  const account = await accountOf(house, request)
  if (account === undefined) return refusal(20003, 401)
  if (!request.headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
    return refusal(BAD_PARAMETER, 415)
  const wanted = wantedOf(new URLSearchParams(request.body), account)
  if (typeof wanted === 'number') return refusal(wanted, wanted === 21701 ? 404 : 400)
  const code = await barred(house, account, wanted.to)
  if (code !== undefined) return refusal(code, code === REFUSALS['too-many-calls'] ? 429 : 400)
  return { status: 201, body: view(await keep(house, account, wanted), smsParts(wanted.text)) }
}

export function sendRoute(house: House): Route {
  const about = ({ body }: SimRequest) => new URLSearchParams(body).get('To')?.replace(/^\+/, '')
  return spoilable(
    house.faults,
    { simulator: TWILIO, kinds: WIRE_FAULTS, about },
    {
      method: 'POST',
      path: '/2010-04-01/Accounts/:sid/Messages.json',
      handle: request => send(house, request),
    },
  )
}
