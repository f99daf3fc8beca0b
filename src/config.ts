import { statSync } from 'node:fs'
import { z } from 'zod'
import { isAddressRange } from './domain/address-range.ts'
import { readMasterKey } from './store/keys.ts'

/** What the environment says; all its faults are told at once, and the process does not start. */
export type Config = {
  readonly port: number
  readonly role: 'all' | 'web' | 'worker'
  readonly databaseUrl: string | undefined
  readonly redisUrl: string | undefined
  readonly simulators: boolean
  /** Undefined: this machine, at the port that the server gets. */
  readonly publicUrl: string | undefined
  readonly secretsKey: Buffer | undefined
  readonly logLevel: string
  /** Addresses and ranges of the proxies before us: only what they say of a caller's address is believed. */
  readonly trustedProxies: readonly string[]
  /** A folder with the integrator's own profiles of aggregators. */
  readonly profiles: string | undefined
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

const blank = (value: unknown): unknown => (value === '' ? undefined : value)

const Environment = z.object({
  PORT: z.preprocess(
    blank,
    z.coerce.number('must be a port, 0 to 65535').int().min(0).max(65_535).default(8080),
  ),
  ROLE: z.preprocess(blank, z.enum(['all', 'web', 'worker']).default('all')),
  DATABASE_URL: z.preprocess(
    blank,
    z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL')
      .optional(),
  ),
  REDIS_URL: z.preprocess(
    blank,
    z
      .string()
      .regex(/^rediss?:\/\//, 'must be a redis:// URL')
      .optional(),
  ),
  SIMULATORS: z.preprocess(blank, z.enum(['on', 'off']).optional()),
  PUBLIC_URL: z.preprocess(blank, z.url({ protocol: /^https?$/ }).optional()),
  SECRETS_KEY: z.preprocess(blank, z.string().optional()),
  PROFILES: z.preprocess(
    blank,
    z
      .string()
      .refine(isFolder, { error: ({ input }) => `must be a folder that can be read, which ${input} is not` })
      .optional(),
  ),
  TRUSTED_PROXIES: z.preprocess(
    blank,
    z
      .string()
      .default('')
      .transform(text => text.split(/[\s,]+/).filter(part => part !== ''))
      .refine(
        ranges => ranges.every(isAddressRange),
        'must be addresses or ranges with commas between, such as 10.0.0.0/8',
      ),
  ),
  LOG_LEVEL: z.preprocess(
    blank,
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  ),
})

/** Faults of the configuration, one sentence each. */
export class BadConfig extends Error {
  override readonly name = 'BadConfig'
}

export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = Environment.safeParse(environment)
  const faults = parsed.success
    ? []
    : parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`)
  const known = parsed.data
  const secretsKey = environment.SECRETS_KEY ? readMasterKey(environment.SECRETS_KEY) : undefined
  if (environment.SECRETS_KEY && secretsKey === undefined)
    faults.push('SECRETS_KEY: must be 32 bytes, as base64 or hex')
  if (environment.DATABASE_URL && !environment.SECRETS_KEY)
    faults.push('SECRETS_KEY: must be set beside DATABASE_URL (for example: openssl rand -base64 32)')
  if (!environment.REDIS_URL && (environment.ROLE ?? 'all') !== 'all')
    faults.push('REDIS_URL: sessions in memory are for ROLE=all in one process')
  if (!environment.DATABASE_URL && (environment.ROLE ?? 'all') !== 'all')
    faults.push('DATABASE_URL: the embedded database is for ROLE=all in one process')
  if (environment.ROLE === 'worker' && !environment.PUBLIC_URL)
    faults.push(
      'PUBLIC_URL: must be set for ROLE=worker: providers call back to the web processes, not to this one',
    )
  if (faults.length > 0 || known === undefined)
    throw new BadConfig(`the configuration is wrong:\n${faults.map(fault => `  ${fault}`).join('\n')}`)
  return {
    port: known.PORT,
    role: known.ROLE,
    databaseUrl: known.DATABASE_URL,
    redisUrl: known.REDIS_URL,
    simulators: known.SIMULATORS === undefined ? known.DATABASE_URL === undefined : known.SIMULATORS === 'on',
    publicUrl: known.PUBLIC_URL?.replace(/\/$/, ''),
    secretsKey,
    trustedProxies: known.TRUSTED_PROXIES,
    logLevel: known.LOG_LEVEL,
    profiles: known.PROFILES,
  }
}
