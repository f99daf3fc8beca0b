import { randomBytes, randomInt } from 'node:crypto'
import { isSupportedCountry } from 'libphonenumber-js/max'
import { z } from 'zod'
import { LANGUAGES } from '../../flows/words/words.ts'
import { dialectOf, SMS_NAMES, smsGatewayNamed, USSD_NAMES } from '../channels/index.ts'
import { parseFineractConfig } from '../corebanking/fineract/index.ts'
import { isAddressRange } from '../domain/address-range.ts'
import { parseMoney } from '../domain/money.ts'
import { type Msisdn, parseMsisdn } from '../domain/msisdn.ts'
import { isWeakPin } from '../domain/pin.ts'
import { inClearText } from '../domain/public-address.ts'
import { openMinutes } from '../domain/quiet-hours.ts'
import { timingOf } from '../gateway/timing.ts'
import { adapterHint, providerNamed } from '../providers/index.ts'
import { API_SCOPES, type TenantPlan } from '../store/tenancy.ts'
import { tenantSettings } from '../store/tenants.ts'
import { strictly, unknownIn } from './strict.ts'

/** A lender, as a file of ours describes it: who it is, its Fineract, its USSD codes and SMS senders, its connections. */

const Name = z.string().regex(/^[a-z0-9-]{2,40}$/, 'small letters, digits and "-", 2 to 40 of them')
/** Where the line is the public internet it must be one that nobody can read: credentials go over it. */
const notInClear = (config: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void => {
  for (const [key, value] of Object.entries(config))
    if (typeof value === 'string' && /^(ftp|ws|wss|file|data|mailto):/.test(value))
      context.addIssue({ code: 'custom', path: [key], message: 'an address that starts with https://' })
    else if (typeof value === 'string' && inClearText(value) && config.acceptClearText === undefined)
      context.addIssue({
        code: 'custom',
        path: [key],
        message:
          'use https, or smpps for an SMSC: what goes in clear over a public address is read by others',
      })
  if (Array.isArray(config.callbackFrom))
    for (const [at, address] of config.callbackFrom.entries())
      if (!isAddressRange(String(address)))
        context.addIssue({
          code: 'custom',
          path: ['callbackFrom', at],
          message: 'an address or a range of them, such as 196.201.214.200 or 196.201.214.0/24',
        })
}

/** When credentials end, by their names; certificates say it themselves. */
function expiryIsDated(config: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  const { expiresAt } = config
  if (expiresAt === undefined) return
  const parsed = z.record(z.string(), z.iso.date()).safeParse(expiresAt)
  for (const { path } of parsed.error?.issues ?? [])
    context.addIssue({
      code: 'custom',
      path: ['expiresAt', ...path],
      message: 'credentials by name, each with the day on which it ends, such as consumerSecret: 2027-01-31',
    })
}

const Currency = z
  .string()
  .refine(code => Intl.supportedValuesOf('currency').includes(code), 'an ISO 4217 code, such as KES')
const Country = z.string().refine(code => isSupportedCountry(code), 'an ISO 3166 code, such as KE')

const Secrets = z.record(z.string(), z.unknown()).default({})
const Config = Secrets.unwrap().superRefine(notInClear).superRefine(expiryIsDated).default({})
const Token = z
  .string()
  .regex(/^[A-Za-z0-9_-]{2,100}$/)
  .optional()

/** What an adapter finds wrong with its configuration is told where it stands in the file. */
const checkedBy =
  <Part extends { readonly config: object; readonly secrets: object }>(
    read: (part: Part, raw: object) => unknown,
    ours: Readonly<Record<string, true>>,
  ) =>
  (part: Part, context: z.RefinementCtx): void => {
    try {
      const config = read(part, { ...part.config, ...part.secrets }) as
        | { readonly fields?: object }
        | undefined
      if (config === undefined) return
      // the fields of an aggregator's profile stand in a part of their own
      const known = { ...config, ...config.fields, ...ours }
      for (const where of ['config', 'secrets'] as const)
        for (const path of unknownIn(part[where], known, 1))
          context.addIssue({
            code: 'custom',
            path: [where, ...path],
            message: 'there is no such field here: is it written as documented?',
          })
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error
      for (const { path, message } of error.issues)
        context.addIssue({
          code: 'custom',
          message,
          path: [path[0] !== undefined && path[0] in part.secrets ? 'secrets' : 'config', ...path],
        })
    }
  }

const Channel = z
  .strictObject({
    kind: z.enum(['ussd', 'sms']),
    adapter: z.string(),
    token: Token,
    address: z.string().min(1).max(30),
    config: Config,
    secrets: Secrets,
  })
  .superRefine((channel, context) => {
    const known: readonly string[] = channel.kind === 'ussd' ? USSD_NAMES : SMS_NAMES
    if (!known.includes(channel.adapter))
      return void context.addIssue({
        code: 'custom',
        path: ['adapter'],
        message: `one of ${known.join(', ')}`,
      })
    for (const name of ['receives', 'fallback'])
      if (typeof (channel.config[name] ?? true) !== 'boolean')
        context.addIssue({ code: 'custom', path: ['config', name], message: 'true or false' })
    checkedBy(
      ({ kind, adapter, address }: typeof channel, raw) =>
        kind === 'ussd'
          ? { ...raw, ...dialectOf({ adapter, address, config: raw }) }
          : smsGatewayNamed(adapter).config(raw),
      { receives: true, fallback: true, acceptClearText: true },
    )(channel, context)
  })

type Configured = { readonly adapter: string; readonly config: object; readonly secrets: object }

function timesAreRight({ adapter, config }: Configured, context: z.RefinementCtx): void {
  if (providerNamed(adapter) === undefined) return
  try {
    timingOf({ adapter, config: { ...config } })
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    for (const { path, message } of error.issues)
      context.addIssue({ code: 'custom', path: ['config', ...path], message })
  }
}

/** A day for a credential that is not there would raise alarms about nothing. */
function expiriesAreOfSomething({ config, secrets }: Configured, context: z.RefinementCtx): void {
  const all = { ...config, ...secrets } as Readonly<Record<string, unknown>>
  if (typeof all.expiresAt !== 'object' || all.expiresAt === null) return
  for (const name of Object.keys(all.expiresAt))
    if (
      name.split('.').reduce<unknown>((part, key) => (part as Record<string, unknown>)?.[key], all) ===
      undefined
    )
      context.addIssue({
        code: 'custom',
        path: ['config', 'expiresAt', name],
        message: `no credential of that name: there are ${Object.keys(secrets).join(', ')}`,
      })
}

const Connection = z
  .strictObject({
    name: Name,
    adapter: z.string().refine(name => providerNamed(name) !== undefined, {
      error: adapterHint,
    }),
    provider: Name.optional(),
    aggregator: Name.optional(),
    currency: Currency,
    token: Token,
    config: Config,
    secrets: Secrets,
  })
  .refine(({ provider, aggregator }) => (provider === undefined) !== (aggregator === undefined), {
    message: 'either the provider that it is an account at, or the aggregator',
  })
  .superRefine(
    checkedBy(({ adapter }, raw) => providerNamed(adapter)?.config(raw), {
      ...{ callbackFrom: true, expiresAt: true, timing: true, acceptClearText: true },
    }),
  )
  .superRefine(timesAreRight)
  .superRefine(expiriesAreOfSomething)

/** A loan officer who works from her own phone. */
const Officer = z
  .strictObject({
    phone: z.string(),
    name: z.string().trim().min(1).max(40),
    language: z.enum(LANGUAGES),
    login: z.string().min(1).max(100).optional(),
    /** Her first staff PIN; absent: one is drawn. */
    pin: z
      .string()
      .regex(/^\d{4,6}$/, '4 to 6 digits')
      .optional(),
    left: z.boolean().optional(),
  })
  .superRefine(({ phone, pin }, context) => {
    if (!phone.startsWith('+') || parseMsisdn(phone) === undefined)
      context.addIssue({
        code: 'custom',
        path: ['phone'],
        message: 'a phone number with its country, such as +254709000111',
      })
    if (pin !== undefined && isWeakPin(pin, phone))
      context.addIssue({ code: 'custom', path: ['pin'], message: 'too easy to guess' })
  })

/** What quiet hours must leave of a day: reminders for a day go out within it. */
const MIN_OPEN_MINUTES = 240

/** Figures and names that hang together with the tenant's own country and currency. */
function hangsTogether(
  { country, currency, settings, connections, staff }: z.infer<typeof Whole>,
  context: z.RefinementCtx,
): void {
  const wrong = (path: readonly (string | number)[], message: string): void =>
    context.addIssue({ code: 'custom', path: [...path], message })
  if (settings.quiet === 'none')
    wrong(
      ['settings', 'quiet'],
      'local times, such as { from: "18:00", until: "09:00" }: a demo alone has none',
    )
  else if (openMinutes({ country, settings }) < MIN_OPEN_MINUTES)
    wrong(
      ['settings', 'quiet'],
      'with the hours of the country it leaves too little of a day: four hours at least',
    )
  for (const part of ['payouts', 'suspense'] as const) {
    const above = settings[part].secondPersonAbove
    if (above !== undefined && parseMoney(above, currency) === undefined)
      wrong(['settings', part, 'secondPersonAbove'], `an amount of ${currency}, such as "20000"`)
  }
  if (!settings.lenderPhone.startsWith('+') || parseMsisdn(settings.lenderPhone) === undefined)
    wrong(['settings', 'lenderPhone'], 'a phone number with its country, such as +254709000111')
  for (const [at, { currency: of, config }] of connections.entries())
    if (typeof config.currency === 'string' && config.currency !== of)
      wrong(['connections', at, 'config', 'currency'], `the currency of the connection, which is ${of}`)
  const phones = staff.filter(({ left }) => left !== true).map(({ phone }) => parseMsisdn(phone))
  if (new Set(phones).size < phones.length) wrong(['staff'], 'two officers with one phone')
  for (const [at, { provider }] of connections.entries())
    if (provider !== undefined && !provider.endsWith(`-${country.toLowerCase()}`))
      wrong(
        ['connections', at, 'provider'],
        `an operator and the country, such as mpesa-${country.toLowerCase()}`,
      )
}

const Whole = z.strictObject({
  id: Name,
  country: Country,
  currency: Currency,
  zone: z.string().refine(zone => Intl.supportedValuesOf('timeZone').includes(zone), {
    message: 'a zone of the tz database, such as Africa/Nairobi',
  }),
  settings: z.record(z.string(), z.unknown()).transform(strictly(tenantSettings)),
  core: z
    .strictObject({ adapter: z.literal('fineract'), config: Config, secrets: Secrets })
    .superRefine(checkedBy((_, raw) => parseFineractConfig(raw), { acceptClearText: true })),
  channels: z.array(Channel).default([]),
  connections: z.array(Connection).default([]),
  apiKeys: z
    .array(z.strictObject({ name: z.string().min(1).max(40), scopes: z.array(z.enum(API_SCOPES)).min(1) }))
    .default([]),
  staff: z.array(Officer).default([]),
})
export const TenantFile = Whole.superRefine(hangsTogether)
export type TenantFile = z.infer<typeof TenantFile>

const drawn = (): string => randomBytes(24).toString('base64url')

/** A staff PIN that nobody would try first. */
export function drawPin(phone: string): string {
  for (;;) {
    const pin = String(randomInt(100_000, 1_000_000))
    if (!isWeakPin(pin, phone)) return pin
  }
}

/** The plan of a file; tokens and API keys that it leaves open are drawn, and count only where they are new. */
export const planOf = ({ channels, connections, apiKeys, staff, ...file }: TenantFile): TenantPlan => ({
  ...file,
  channels: channels.map(channel => ({ ...channel, token: channel.token ?? drawn() })),
  connections: connections.map(connection => ({ ...connection, token: connection.token ?? drawn() })),
  apiKeys: apiKeys.map(apiKey => ({ ...apiKey, key: `${file.id}-${drawn()}` })),
  staff: staff.map(({ phone, pin, ...officer }) => ({
    ...officer,
    phone: parseMsisdn(phone) as Msisdn,
    pin: pin ?? drawPin(phone),
    pinDrawn: pin === undefined,
  })),
})
