import { africastalkingSms, africastalkingUssd } from './africastalking/index.ts'
import type { SmsGateway, UssdDialect } from './channel.ts'

/** Every channel adapter that ships, by name. */
export const USSD_NAMES = ['africastalking'] as const
export const SMS_NAMES = ['africastalking'] as const

const DIALECTS: Readonly<Record<(typeof USSD_NAMES)[number], UssdDialect>> = {
  africastalking: africastalkingUssd,
}

/** An SMS gateway whose configuration is whatever stands in the channel's row: parsed inside, at each call. */
export type AnySmsGateway = SmsGateway<unknown>

function erased<Config>(gateway: SmsGateway<Config>): AnySmsGateway {
  return { ...gateway, send: (order, raw, tools) => gateway.send(order, gateway.config(raw), tools) }
}

const GATEWAYS: Readonly<Record<(typeof SMS_NAMES)[number], AnySmsGateway>> = {
  africastalking: erased(africastalkingSms),
}

function named<Adapter>(table: Readonly<Record<string, Adapter>>, name: string): Adapter {
  const found = Object.hasOwn(table, name) ? table[name] : undefined
  if (found === undefined) throw new Error(`no channel adapter is called ${name}`)
  return found
}

export const dialectNamed = (name: string): UssdDialect => named(DIALECTS, name)
export const smsGatewayNamed = (name: string): AnySmsGateway => named(GATEWAYS, name)
