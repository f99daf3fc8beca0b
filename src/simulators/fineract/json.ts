import { major } from './money.ts'

/**
 * JSON as Fineract's Gson writes it (GoogleGsonSerializerHelper): null fields left out, BigDecimals as numbers
 * with the six decimals of their column. Written by hand, so that no amount passes through a float.
 */

/** A number whose text is kept as it is. */
export type RawNumber = { readonly rawNumber: string }

/** A null that stays: the generic result sets of datatables and reports print theirs. */
export const NULL: RawNumber = { rawNumber: 'null' }

export type Json =
  | string
  | number
  | boolean
  | null
  | undefined
  | RawNumber
  | readonly Json[]
  | { readonly [name: string]: Json }

export const amountOf = (minor: bigint, digits: number): RawNumber => ({
  rawNumber: digits >= 6 ? major(minor, digits) : major(minor * 10n ** BigInt(6 - digits), 6),
})

const isRaw = (value: object): value is RawNumber => 'rawNumber' in value

export function write(value: Json): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(item => write(item)).join(',')}]`
  if (isRaw(value)) return value.rawNumber
  const fields = Object.entries(value).filter(([, field]) => field !== null && field !== undefined)
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${write(field)}`).join(',')}}`
}

/** org.apache.fineract.infrastructure.core.service.Page. */
export const page = (items: readonly Json[], total = items.length): Json => ({
  totalFilteredRecords: total,
  pageItems: items,
})
