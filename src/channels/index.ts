import type { RawRequest } from '../domain/outside.ts'
import { africastalkingSms, africastalkingUssd } from './africastalking/index.ts'
import type { SmsGateway, UssdDialect } from './channel.ts'
import { dialectBy, SHIPPED } from './dialect/index.ts'
import { Screens } from './screens.ts'
import { smppSms } from './smpp/index.ts'
import { twilioSms } from './twilio/index.ts'

/** Every channel adapter that ships, by name. */
export const USSD_NAMES = ['africastalking', 'dialect'] as const
export const SMS_NAMES = ['africastalking', 'twilio', 'smpp'] as const

/** Of a channel with this code and this configuration; throws a ZodError that tells all that is wrong with it. */
type MakeDialect = (address: string, config: unknown) => UssdDialect

const DIALECTS: Readonly<Record<(typeof USSD_NAMES)[number], MakeDialect>> = {
  africastalking: (address, config) => {
    const dialect = africastalkingUssd(address)
    const { budget = dialect.budget, networks } = Screens.parse(config)
    return { ...dialect, budget, networks }
  },
  dialect: dialectBy,
}

/** Every way of speaking that ships, as a channel has it that changes nothing of it. */
export const shippedDialects = (): readonly UssdDialect[] => [
  africastalkingUssd(''),
  ...SHIPPED.map(profile => dialectBy('', { profile, country: 'GH' })),
]

/** An SMS gateway whose configuration is whatever stands in the channel's row: parsed inside, at each call. */
export type AnySmsGateway = SmsGateway<unknown>

function erased<Config>(gateway: SmsGateway<Config>): AnySmsGateway {
  const { config, proves } = gateway
  const read = {
    ...(proves === undefined
      ? {}
      : { proves: (request: RawRequest, url: string, raw: unknown) => proves(request, url, config(raw)) }),
    readInbound: (request: RawRequest, raw: unknown) => gateway.readInbound(request, config(raw)),
    readDelivery: (request: RawRequest, raw: unknown) => gateway.readDelivery(request, config(raw)),
  }
  return 'send' in gateway
    ? { ...gateway, ...read, send: (order, raw, tools) => gateway.send(order, config(raw), tools) }
    : {
        ...gateway,
        ...read,
        lines: raw => gateway.lines(config(raw)),
        open: (raw, take) => gateway.open(config(raw), take),
      }
}

const GATEWAYS: Readonly<Record<(typeof SMS_NAMES)[number], AnySmsGateway>> = {
  africastalking: erased(africastalkingSms),
  twilio: erased(twilioSms),
  smpp: erased(smppSms),
}

/** Gateways that are reached over a line which stays open. */
export const LINED_NAMES: readonly string[] = SMS_NAMES.filter(name => 'open' in GATEWAYS[name])

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
