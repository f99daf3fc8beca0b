import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { dialectNamed, SMS_NAMES, smsGatewayNamed, USSD_NAMES } from '../channels/index.ts'
import { parseFineractConfig } from '../corebanking/fineract/index.ts'
import { timingOf } from '../gateway/timing.ts'
import { adapterNames, providerNamed } from '../providers/index.ts'
import { API_SCOPES, type TenantPlan } from '../store/tenancy.ts'
import { tenantSettings } from '../store/tenants.ts'

/** A lender, as a file of ours describes it: who it is, its Fineract, its USSD codes and SMS senders, its connections. */

const Name = z.string().regex(/^[a-z0-9-]{2,40}$/, 'small letters, digits and "-", 2 to 40 of them')
const Config = z.record(z.string(), z.unknown()).default({})
const Token = z
  .string()
  .regex(/^[A-Za-z0-9_-]{2,100}$/)
  .optional()

/** What an adapter finds wrong with its configuration is told where it stands in the file. */
const checkedBy =
  <Part extends { readonly config: object; readonly secrets: object }>(
    read: (part: Part, raw: object) => unknown,
  ) =>
  (part: Part, context: z.RefinementCtx): void => {
    try {
      read(part, { ...part.config, ...part.secrets })
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
    secrets: Config,
  })
  .superRefine((channel, context) => {
    const known: readonly string[] = channel.kind === 'ussd' ? USSD_NAMES : SMS_NAMES
    if (!known.includes(channel.adapter))
      return void context.addIssue({
        code: 'custom',
        path: ['adapter'],
        message: `one of ${known.join(', ')}`,
      })
    checkedBy(({ kind, adapter }: typeof channel, raw) =>
      kind === 'ussd' ? dialectNamed(adapter) : smsGatewayNamed(adapter).config(raw),
    )(channel, context)
  })

const Connection = z
  .strictObject({
    name: Name,
    adapter: z.string().refine(name => providerNamed(name) !== undefined, {
      error: () => `one of ${adapterNames().join(', ')}`,
    }),
    provider: Name.optional(),
    aggregator: Name.optional(),
    currency: z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code, such as KES'),
    token: Token,
    config: Config,
    secrets: Config,
  })
  .refine(({ provider, aggregator }) => (provider === undefined) !== (aggregator === undefined), {
    message: 'either the provider that it is an account at, or the aggregator',
  })
  .superRefine(checkedBy(({ adapter }, raw) => providerNamed(adapter)?.config(raw)))
  .superRefine(
    checkedBy(({ adapter }, raw) => providerNamed(adapter) && timingOf({ adapter, config: { ...raw } })),
  )

export const TenantFile = z.strictObject({
  id: Name,
  country: z.string().regex(/^[A-Z]{2}$/, 'an ISO 3166 code, such as KE'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code, such as KES'),
  zone: z.string().refine(zone => Intl.supportedValuesOf('timeZone').includes(zone), {
    message: 'a zone of the tz database, such as Africa/Nairobi',
  }),
  settings: tenantSettings,
  core: z
    .strictObject({ adapter: z.literal('fineract'), config: Config, secrets: Config })
    .superRefine(checkedBy((_, raw) => parseFineractConfig(raw))),
  channels: z.array(Channel).default([]),
  connections: z.array(Connection).default([]),
  apiKeys: z
    .array(z.strictObject({ name: z.string().min(1).max(40), scopes: z.array(z.enum(API_SCOPES)).min(1) }))
    .default([]),
})
export type TenantFile = z.infer<typeof TenantFile>

const drawn = (): string => randomBytes(24).toString('base64url')

/** The plan of a file; tokens and API keys that it leaves open are drawn, and count only where they are new. */
export const planOf = ({ channels, connections, apiKeys, ...file }: TenantFile): TenantPlan => ({
  ...file,
  channels: channels.map(channel => ({ ...channel, token: channel.token ?? drawn() })),
  connections: connections.map(connection => ({ ...connection, token: connection.token ?? drawn() })),
  apiKeys: apiKeys.map(apiKey => ({ ...apiKey, key: `${file.id}-${drawn()}` })),
})
