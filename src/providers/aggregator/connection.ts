import * as z from 'zod'
import { inClearText } from '../../domain/public-address.ts'
import { readPublicKey } from './made.ts'
import type { Field, Profile } from './profile.ts'

/** A connection's configuration: what every aggregator needs, and the fields that the profile asks for. */
export type AggregatorConfig = {
  readonly baseUrl: string
  readonly callMs: number
  readonly currency: string
  /** In writing: money may be asked for over a line that anybody on it can read and change. */
  readonly acceptClearText?: string | undefined
  readonly fields: Readonly<Record<string, string | undefined>>
}

const Sentence = z
  .string()
  .regex(
    /\S+(?:\s+\S+){4,}/,
    'a whole sentence: who accepts that amounts and numbers go over the line in clear text, and why',
  )
  .max(500)

const Url = z.url().transform(text => text.replace(/\/+$/, ''))

function schemaOf({ kind, pattern, about, optional, default: usual }: Field): z.ZodType<string | undefined> {
  const text = z.string(about).min(1, about).max(10_000)
  const one =
    kind === 'url'
      ? Url
      : kind === 'rsa-key'
        ? text.refine(pem => readPublicKey(pem) !== undefined, 'a public RSA key, as PEM or base64')
        : text.refine(value => pattern === undefined || pattern.find(value) !== undefined, about)
  if (usual !== undefined) return one.default(usual)
  return optional === true ? one.optional() : one
}

type Raw = Readonly<Record<string, unknown>>

/** The schema of a profile's connections. What was parsed before is welcome again. */
export function configOf({ config, timing, currencies }: Profile): (raw: unknown) => AggregatorConfig {
  const codes = Object.keys(currencies)
  const Currency = z.enum(codes, `one of ${codes.join(', ')}`)
  const only = codes.length === 1 ? codes[0] : undefined
  const Schema = z
    .object({
      baseUrl: Url,
      callMs: z.int().positive().max(60_000).default(timing.callMs),
      currency: only === undefined ? Currency : Currency.default(only),
      acceptClearText: Sentence.optional(),
      ...Object.fromEntries(Object.entries(config).map(([name, field]) => [name, schemaOf(field)])),
    })
    .superRefine((parsed, context) => {
      if (parsed.acceptClearText !== undefined) return
      const urls = ['baseUrl', ...Object.keys(config).filter(name => config[name]?.kind === 'url')]
      for (const name of urls)
        if (inClearText(String((parsed as Raw)[name] ?? '')))
          context.addIssue({
            code: 'custom',
            path: [name],
            message:
              'clear text over a public address: use https or a private tunnel, or accept it in writing in acceptClearText',
          })
    })
  return raw => {
    const { fields, ...flat } = Object(raw) as { fields?: object }
    const { baseUrl, callMs, currency, acceptClearText, ...own } = Schema.parse({ ...flat, ...fields })
    return { baseUrl, callMs, currency, acceptClearText, fields: own as AggregatorConfig['fields'] }
  }
}
