import { v7 } from 'uuid'
import type { TestStage } from './stage.ts'

/** A demo lender's SMS by another gateway than the demo's: its channel, and the account on the other side. */

export const TWILIO = { accountSid: `AC${'0'.repeat(31)}1`, authToken: 'twilio-token' }
export const SMSC = { systemId: 'umoja', password: 'smpp-pwd' }
const NUMBER = '+254711000000'

type Way = { readonly adapter: string; readonly address: string; readonly config: object }

export const byTwilio: Way = {
  adapter: 'twilio',
  address: NUMBER,
  config: { baseUrl: 'sim://twilio', ...TWILIO, receives: true },
}
/** Answers that are lost are lost in real time: the deadline is short. */
export const bySmpp: Way = {
  adapter: 'smpp',
  address: '22384',
  config: { baseUrl: 'sim://smsc', ...SMSC, receives: true, receiptIds: 'decimal', callMs: 600 },
}

export async function seedWays({ house, url }: TestStage): Promise<void> {
  await house.simulators?.seed({
    twilio: {
      accounts: [{ ...TWILIO, senders: [NUMBER], inboundUrl: `${url}/sms/demo-ke/inbound` }],
    },
    smsc: { accounts: [{ ...SMSC, senders: ['22384'], receiptIds: 'decimal' }] },
  })
}

/** The lender's only SMS channel becomes this one. */
export async function sendBy(stage: TestStage, way: Way): Promise<void> {
  await stage.house.db.asTenant('demo-ke', trx =>
    trx('channels')
      .where({ tenant_id: 'demo-ke', kind: 'sms' })
      .update({ ...way, config: JSON.stringify(way.config), secrets: null }),
  )
  stage.house.gateway.deps.tenants.forget('demo-ke')
}

/** A second channel of the lender's, for what the first cannot take. */
export async function keepForFallback({ house, clock }: TestStage, way: Way): Promise<void> {
  await house.db.asTenant('demo-ke', trx =>
    trx('channels').insert({
      ...way,
      config: JSON.stringify({ ...way.config, fallback: true }),
      ...{ tenant_id: 'demo-ke', id: v7(), kind: 'sms', token: 'demo-ke-second', created_at: clock.now() },
    }),
  )
  house.gateway.deps.tenants.forget('demo-ke')
}
