import { ensureSchema } from '../kit/database.ts'
import { mounted, type Route } from '../kit/http.ts'
import { digitsOnly, e164 } from '../kit/numbers.ts'
import { page } from '../kit/views.ts'
import { WIRE_FAULTS } from '../kit/wire.ts'
import { ACCOUNTS, type House, MESSAGES, type MessageRow, STATEMENTS, TWILIO } from './house.ts'
import { inboundRoute } from './inbound.ts'
import { REFUSAL_FAULTS } from './refusals.ts'
import { REPORT_FAULTS } from './reports.ts'
import { sendRoute } from './send.ts'

export type TwilioSeed = {
  readonly accounts: readonly {
    readonly accountSid: string
    readonly authToken: string
    /** Numbers and names that it may send from. */
    readonly senders: readonly string[]
    readonly services?: readonly string[]
    /** Where what people write goes; absent: nowhere. */
    readonly inboundUrl?: string
    /** Test credentials. */
    readonly test?: boolean
  }[]
}

const view = (row: MessageRow): object => ({
  id: row.id,
  to: e164(row.msisdn),
  from: row.sender,
  text: row.text,
  at: row.created_at.toISOString(),
  status: row.status,
  sid: row.sid,
  validitySeconds: row.validity_seconds,
})

const messagesRoute = ({ db }: House): Route => ({
  method: 'GET',
  path: '/messages',
  handle({ query }) {
    const rows = db(MESSAGES)
    const to = digitsOnly(query.get('to') ?? '')
    if (to !== '') rows.where({ msisdn: to })
    return page<MessageRow>(rows, query, view)
  },
})

/** Twilio's messages: driven by its own SDK, with signed web hooks and the magic numbers of test credentials. */
export async function createTwilioSimulator(house: House) {
  await ensureSchema(house.db, 'sim_twilio', STATEMENTS)
  return {
    routes: mounted(`/${TWILIO}`, [sendRoute(house), inboundRoute(house), messagesRoute(house)]),
    kinds: [...WIRE_FAULTS, ...REFUSAL_FAULTS, ...REPORT_FAULTS],
    async seed({ accounts }: TwilioSeed) {
      for (const { accountSid, authToken, senders, services = [], inboundUrl, test = false } of accounts)
        await house
          .db(ACCOUNTS)
          .insert({
            sid: accountSid,
            auth_token: authToken,
            senders,
            services,
            inbound_url: inboundUrl ?? null,
            test,
          })
          .onConflict('sid')
          .merge()
    },
  }
}
