import { randomUUID } from 'node:crypto'
import type { AttemptRef, Order } from '../provider.ts'
import type { AggregatorConfig } from './connection.ts'
import { type AmountForm, formatAmount, formatMsisdn, formatTime, type MsisdnForm } from './formats.ts'
import { make } from './made.ts'
import type { Profile } from './profile.ts'
import type { Slot, Values } from './template.ts'

/** What the placeholders of one call stand for. */
export type Occasion = {
  readonly profile: Profile
  readonly config: AggregatorConfig
  readonly order?: Order | AttemptRef | undefined
  /** For a name check there is no order, only a number. */
  readonly msisdn?: Order['msisdn'] | undefined
  readonly taken?: Readonly<Record<string, string>> | undefined
  readonly providerReference?: string | undefined
  readonly at: Date
}

type Lookup = (occasion: Occasion, form: string | undefined) => string | undefined

const isAmountForm = (form: string | undefined): form is AmountForm => form !== undefined && form !== 'number'

const LOOKUPS: Readonly<Record<string, Lookup>> = {
  amount: ({ order, profile }, form) =>
    order && formatAmount(order.amount, isAmountForm(form) ? form : profile.formats.amount),
  currency: ({ profile, config }) => profile.currencies[config.currency]?.wire ?? config.currency,
  msisdn: ({ order, msisdn = order?.msisdn, profile }, form) =>
    msisdn && formatMsisdn(msisdn, (form as MsisdnForm | undefined) ?? profile.formats.msisdn),
  reference: ({ order }) => order?.reference,
  code: ({ order }) => order?.code,
  callbackUrl: ({ order }) => order?.callbackUrl,
  shownReference: ({ order }) => order?.shownReference,
  timestamp: ({ at, profile }, form) => formatTime(at, form ?? 'iso', profile.formats.zone),
  uuid: () => randomUUID(),
  providerReference: ({ providerReference }) => providerReference,
  'original.reference': ({ order }) => order?.original?.reference,
  'original.providerReference': ({ order }) => order?.original?.providerReference,
  'original.receipt': ({ order }) => order?.original?.receipt,
}

/** Forms of text itself, whatever it stands for. */
const AFTER: Readonly<Record<string, (text: string) => string>> = {
  json: text => JSON.stringify(text),
  base64: text => Buffer.from(text).toString('base64'),
}

/** The values of one call; what is made is made once, so that a signature and the field it stands for agree. */
export function valuesOf(occasion: Occasion): Values {
  const { profile, config, taken = {} } = occasion
  const made = new Map<string, string | undefined>()
  const lookUp = ({ name, format }: Slot): string | undefined => {
    const [kind, own = ''] = name.split('.')
    if (kind === 'config') return ofConfig(config, own)
    if (kind === 'init') return taken[own]
    if (kind === 'table') return profile.tables[own]?.[occasion.order?.code ?? '']
    if (kind !== 'made') return LOOKUPS[name]?.(occasion, format)
    const recipe = profile.made[own]
    if (!made.has(own)) made.set(own, recipe && make(recipe, values))
    return made.get(own)
  }
  const values: Values = slot => {
    const after = AFTER[slot.format ?? '']
    const found = lookUp(after === undefined ? slot : { ...slot, format: undefined })
    return found === undefined || after === undefined ? found : after(found)
  }
  return values
}

const ofConfig = (config: AggregatorConfig, name: string): string | undefined =>
  name === 'baseUrl' || name === 'currency' ? config[name] : config.fields[name]
