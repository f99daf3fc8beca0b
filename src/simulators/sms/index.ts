import { ensureSchema } from '../kit/database.ts'
import { mounted, type Route } from '../kit/http.ts'
import { digitsOnly, e164 } from '../kit/numbers.ts'
import { page } from '../kit/views.ts'
import { WIRE_FAULTS } from '../kit/wire.ts'
import { type House, type MessageRow, STATEMENTS } from './house.ts'
import { sendRoute } from './send.ts'
import { REFUSAL_FAULTS, REPORT_FAULTS } from './statuses.ts'

export type SmsSeed = {
  readonly accounts: readonly {
    readonly username: string
    readonly apiKey: string
    readonly senders: readonly string[]
    /** Where delivery reports go; absent: none are sent. */
    readonly deliveryUrl?: string
  }[]
}

const view = (row: MessageRow): object => ({
  id: row.id,
  to: e164(row.msisdn),
  from: row.sender,
  text: row.text,
  at: row.created_at.toISOString(),
  status: row.status,
})

/** Every message that was taken, oldest first; `?status=rejected` shows those that were not. */
function controlRoutes({ db }: House): Route[] {
  const number = (params: Readonly<Record<string, string>>) => ({ msisdn: digitsOnly(params.msisdn ?? '') })
  return [
    {
      method: 'GET',
      path: '/sms',
      handle({ query }) {
        const rows = db('sim_sms.messages')
        const to = digitsOnly(query.get('to') ?? '')
        if (to !== '') rows.where({ msisdn: to })
        if (query.get('status') === 'rejected') rows.where({ status: 'rejected' })
        else rows.whereNot({ status: 'rejected' })
        return page<MessageRow>(rows, query, view)
      },
    },
    {
      method: 'PUT',
      path: '/sms/blacklist/:msisdn',
      async handle({ params }) {
        await db('sim_sms.blacklist').insert(number(params)).onConflict('msisdn').ignore()
        return { status: 204 }
      },
    },
    {
      method: 'DELETE',
      path: '/sms/blacklist/:msisdn',
      async handle({ params }) {
        await db('sim_sms.blacklist').where(number(params)).delete()
        return { status: 204 }
      },
    },
  ]
}

/** Africa's Talking's SMS gateway: keeps every message, reports deliveries. */
export async function createSmsSimulator(house: House) {
  await ensureSchema(house.db, 'sim_sms', STATEMENTS)
  return {
    routes: [...mounted('/africastalking', [sendRoute(house)]), ...controlRoutes(house)],
    kinds: [...WIRE_FAULTS, ...REFUSAL_FAULTS, ...REPORT_FAULTS],
    async seed({ accounts }: SmsSeed) {
      for (const { username, apiKey, senders, deliveryUrl } of accounts)
        await house
          .db('sim_sms.accounts')
          .insert({ username, api_key: apiKey, senders, delivery_url: deliveryUrl ?? null })
          .onConflict('username')
          .merge()
    },
  }
}
