import { africastalkingSms, africastalkingUssd } from './africastalking/index.ts'
import type { SmsGateway, UssdDialect } from './channel.ts'
import { dialectBy, SHIPPED } from './dialect/index.ts'
import { Screens } from './screens.ts'

/** Every channel adapter that ships, by name. */
export const USSD_NAMES = ['africastalking', 'dialect'] as const
export const SMS_NAMES = ['africastalking'] as const

/** Of a channel with this code and this configuration; throws a ZodError that tells all that is wrong with it. */
type MakeDialect = (address: string, config: unknown) => UssdDialect

const DIALECTS: Readonly<Record<(typeof USSD_NAMES)[number], MakeDialect>> = {
  africastalking: (_, config) => {
    const { budget = africastalkingUssd.budget, networks } = Screens.parse(config)
    return { ...africastalkingUssd, budget, networks }
  },
  dialect: dialectBy,
}

/** Every way of speaking that ships, as a channel has it that changes nothing of it. */
export const shippedDialects = (): readonly UssdDialect[] => [
  africastalkingUssd,
  ...SHIPPED.map(profile => dialectBy('', { profile, country: 'GH' })),
]

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

export const dialectOf = ({
  adapter,
  address,
  config,
}: {
  readonly adapter: string
  readonly address: string
  readonly config: unknown
}): UssdDialect => named(DIALECTS, adapter)(address, config)
export const smsGatewayNamed = (name: string): AnySmsGateway => named(GATEWAYS, name)
