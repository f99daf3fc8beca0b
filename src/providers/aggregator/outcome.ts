import type { Money } from '../../domain/money.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { AttemptRef } from '../provider.ts'
import { type CodeRow, rowFor, type StepName } from './codes.ts'
import { type Arrived, readWire, type Wire } from './document.ts'
import { readAmount, readTime } from './formats.ts'
import type { Reads } from './step.ts'
import { fill, inUrl, type Template } from './template.ts'
import { type Occasion, valuesOf } from './values.ts'

/** What was said, by the profile's table, as an outcome. */

export type Saying = {
  readonly occasion: Occasion
  readonly operation: string
  readonly step: StepName
  readonly reads: Reads
  readonly http: number | undefined
  readonly arrived: Arrived
  readonly link?: Template | undefined
}

/** `foreign`: it is about another attempt than the one that was asked about. */
export type Said = {
  readonly wire: Wire | undefined
  readonly code: string | undefined
  readonly row: CodeRow | undefined
  readonly providerReference: string | undefined
  readonly reference: string | undefined
  readonly foreign: boolean
}

export function hear({ occasion, operation, step, reads, http, arrived }: Saying): Said {
  const { order, profile } = occasion
  const wire = readWire(reads.format, arrived)
  const code = wire && reads.get.code(wire)
  const row = rowFor(profile.codes, { operation, step, http, code, provider: order?.code })
  const reference = wire && reads.get.reference?.(wire)
  const providerReference = wire && reads.get.providerReference?.(wire)
  const known = step === 'send' ? undefined : (order as AttemptRef | undefined)?.providerReference
  const foreign =
    (order !== undefined && reference !== undefined && reference !== order.reference) ||
    (known !== undefined && providerReference !== undefined && providerReference !== known)
  return { wire, code, row, providerReference, reference, foreign }
}

const CODE = /^[A-Za-z0-9][A-Za-z0-9 _.:,/-]{0,59}$/

/** Only a code's own signs, and nothing that is a secret or says who she is: a vendor's word may be a whole sentence. */
function asCode(code: string | undefined, { profile, config, order }: Occasion): string | undefined {
  if (code === undefined || !CODE.test(code)) return undefined
  const secrets = Object.entries(config.fields).filter(([name]) => profile.config[name]?.secret === true)
  const hidden = [...secrets.map(([, value]) => value), order?.msisdn.slice(-8)]
  return hidden.some(word => word !== undefined && code.includes(word)) ? undefined : code
}

export function outcomeOf(saying: Saying, said: Said = hear(saying)): Outcome {
  const { row, wire, providerReference } = said
  const named = providerReference === undefined ? {} : { providerReference }
  if (said.foreign) return { kind: 'unknown', why: 'the answer is about another request' }
  if (row === undefined || row.is === 'unknown')
    return {
      kind: 'unknown',
      why:
        said.code === undefined
          ? `an answer that says nothing (${saying.http ?? 'no status'})`
          : 'a word that is not listed',
      ...named,
    }
  const code = asCode(said.code, saying.occasion)
  switch (row.is) {
    case 'not-found':
      return { kind: 'not-found' }
    case 'declined':
      return {
        kind: 'declined',
        reason: row.reason,
        again: row.again,
        ...(code === undefined ? {} : { code }),
      }
    case 'our-fault':
      return {
        kind: 'our-fault',
        fault: row.fault,
        ...(code === undefined ? {} : { detail: code }),
        ...(row.ended === undefined ? {} : { ended: row.ended }),
      }
    case 'accepted':
      return { kind: 'accepted', ...named, ...linkOf(saying, said) }
    default:
      return wire === undefined
        ? { kind: 'unknown', why: 'a yes without a body' }
        : paid(saying, wire, row.is)
  }
}

function linkOf({ reads, link, occasion }: Saying, { wire, providerReference }: Said): { link?: string } {
  const found =
    link === undefined
      ? wire && reads.get.link?.(wire)
      : fill(link, valuesOf({ ...occasion, providerReference }), inUrl)
  return found !== undefined && URL.canParse(found) ? { link: found } : {}
}

/** A yes counts with an amount in the connection's currency, and without one is none. */
function paid({ reads, occasion }: Saying, wire: Wire, kind: 'confirmed' | 'reversed'): Outcome {
  const amount = amountOf(reads, occasion, wire)
  if (amount === undefined) return { kind: 'unknown', why: 'a yes without a readable amount' }
  const { get } = reads
  const at = readTime(get.at?.(wire) ?? '', reads.atForm)
  const told = at === undefined ? {} : { at }
  if (kind === 'reversed') return { kind, amount, ...told }
  const receipt = get.receipt?.(wire)
  const charge = readAmount(get.charge?.(wire) ?? '', amount.currency, reads.minor)
  const name = nameIn(reads, wire)
  return {
    kind,
    amount,
    ...(receipt === undefined ? {} : { receipt }),
    ...told,
    ...(charge === undefined ? {} : { charge }),
    ...(name === undefined ? {} : { name }),
  }
}

const MAX_NAME = 100

export const nameIn = ({ get }: Reads, wire: Wire): string | undefined =>
  get
    .name?.(wire)
    ?.replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, MAX_NAME) || undefined

/** The vendor's own amount and currency; where it tells none and does all or nothing, what was asked. */
export function amountOf(reads: Reads, { order, config, profile }: Occasion, wire: Wire): Money | undefined {
  const currency = reads.get.currency?.(wire)
  if (currency !== undefined && currency !== (profile.currencies[config.currency]?.wire ?? config.currency))
    return undefined
  if (reads.amount === 'asked') return order?.amount
  const text = reads.amount?.(wire)
  if (text === undefined) return reads.elseAsked ? order?.amount : undefined
  return readAmount(text, config.currency, reads.minor)
}
