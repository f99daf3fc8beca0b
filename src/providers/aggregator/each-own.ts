import type { AttemptRef, Operation } from '../provider.ts'
import {
  brokenIn,
  carried,
  carriersOf,
  contradicted,
  fixedNumber,
  otherCurrency,
  type Pair,
  type Want,
} from './carried.ts'
import type { Examples, Finding } from './examples.ts'
import type { Fields } from './fields.ts'
import { AMOUNT_FORMS, formatAmount, formatMsisdn, MSISDN_FORMS } from './formats.ts'
import { OPERATIONS, type Operations, type Profile, type SAID } from './profile.ts'
import { near, type Out, type Two, twoOrders, usual } from './two-orders.ts'

/**
 * Each order must say what is its own. Two that share nothing are sent by each operation, and of each its amount, number and
 * reference, and where the profile serves several its code and currency, must stand in the same field: else all are paid to
 * one stranger, and every example is kept.
 */

type Said = (typeof SAID)[number]
type Sent = Extract<Out, { fields: Fields }>
type Bench = { readonly profile: Profile; readonly two: Two; readonly operation: Operation }

export async function checkEachOwn(profile: Profile, examples: Examples): Promise<Finding[]> {
  const two = twoOrders(profile, examples)
  const found: Finding[] = []
  for (const operation of OPERATIONS) {
    const bench = { profile, two, operation }
    if (operationOf(bench) === undefined) continue
    found.push(...(await checkSend(bench)))
    if (operationOf(bench)?.status !== undefined) found.push(await checkStatus(bench))
  }
  if (profile.operations.nameCheck !== undefined) found.push(await checkName(two))
  return found
}

const operationOf = ({ profile, operation }: Bench) => (profile.operations as Operations)[operation]

const msisdnOf = (one: AttemptRef['msisdn'], other: AttemptRef['msisdn']): Want => {
  const ways = (msisdn: AttemptRef['msisdn']) => MSISDN_FORMS.map(form => formatMsisdn(msisdn, form))
  return { name: 'msisdn', of: [ways(one), ways(other)] }
}

function wantsOf(one: AttemptRef, other: AttemptRef): Want[] {
  const amount = (order: AttemptRef) => AMOUNT_FORMS.flatMap(form => formatAmount(order.amount, form) ?? [])
  const original = (order: AttemptRef) => Object.values(order.original ?? {})
  return [
    { name: 'amount', of: [amount(one), amount(other)] },
    msisdnOf(one.msisdn, other.msisdn),
    { name: 'reference', of: [[one.reference], [other.reference]] },
    ...(one.original === undefined
      ? []
      : [{ name: 'original', of: [original(one), original(other)] } as const]),
  ]
}

async function checkSend(bench: Bench): Promise<Finding[]> {
  const { two, operation } = bench
  const one = two.attempt(0, operation)
  const like = two.attempt(1, operation)
  const other = (await two.withAmount(1, like, near(bench.profile, like.amount))) ?? like
  const [first, second] = [await two.send(0, one), await two.send(1, other)]
  const what = `${operation}.send: two orders`
  if ('why' in first) return [{ what, wrong: first.why }]
  if ('why' in second) return [{ what, wrong: second.why }]
  const found = placesOf(first, second, wantsOf(one, other))
  const judge = judgeOf(
    bench,
    [...found].some(([{ name }, places]) => name === 'original' && places.length > 0),
  )
  const judged = [...found].map(([{ name, of }, places]) =>
    judge(name as Said, places.length > 0, `no field says ${of[0][0]} for one and ${of[1][0]} for the other`),
  )
  const odd = oddIn(bench, [first.fields, second.fields], found, one)
  return [
    ...judged,
    ...(odd === undefined ? [] : [{ what: `${operation}.send: one order says one thing`, wrong: odd }]),
    ...(await checkCodes(bench, one, judge)),
    ...(await checkCurrencies(bench, one, first, judge)),
  ]
}

type Places = ReadonlyMap<Want, readonly string[]>

const INIT = 'init:'
const whole = ({ init, fields }: Sent): Fields =>
  new Map([...[...init].map(([where, text]) => [INIT + where, text] as const), ...fields])

/** What only the init step said holds where the order carries what that step brought. */
function placesOf(first: Sent, second: Sent, wants: readonly Want[]): Places {
  const found = carried([whole(first), whole(second)], wants)
  const isBound = first.taken.some(
    (id, at) =>
      carriersOf([first.fields, second.fields], { name: 'init', of: [[id], second.taken.slice(at, at + 1)] })
        .length > 0,
  )
  return new Map(
    [...found].map(([want, places]) => [want, places.filter(where => isBound || !where.startsWith(INIT))]),
  )
}

function oddIn({ profile, two }: Bench, pair: Pair, found: Places, one: AttemptRef): string | undefined {
  const broken = brokenIn(pair[0])
  if (broken !== undefined) return `${broken} begins as JSON and is none`
  const [amount] = [...found].filter(([{ name }]) => name === 'amount')
  const { currency } = one.amount
  return (
    (amount && contradicted(pair, ...amount)) ??
    fixedNumber(pair, one.msisdn, two.given) ??
    otherCurrency(pair[0], profile.currencies[currency]?.wire ?? currency)
  )
}

type Judge = (name: Said, isSaid: boolean, missing: string) => Finding

function judgeOf(bench: Bench, hasOriginal: boolean): Judge {
  const { operation } = bench
  const { without = {} } = operationOf(bench) ?? {}
  // whose money goes back, the first payment says
  const byOriginal: readonly Said[] = hasOriginal ? ['msisdn', 'code', 'currency'] : []
  const at = `${operation}.send`
  return (name, isSaid, missing) => {
    const reason = without[name]
    if (reason !== undefined)
      return {
        what: `${at} without ${name}: ${reason}`,
        wrong: isSaid ? `it is carried: take operations.${operation}.without.${name} out` : undefined,
      }
    if (!isSaid && byOriginal.includes(name))
      return { what: `${at}: ${name} by the payment that goes back`, wrong: undefined }
    const slot = name === 'original' ? 'original.reference' : name
    const remedy = `write {${slot}} where the vendor reads it (a sentence, a signature and an address of ours are no such place); where it is told none, say why in operations.${operation}.without.${name}`
    return { what: `${at}: each order's own ${name}`, wrong: isSaid ? undefined : `${missing}: ${remedy}` }
  }
}

const tells = (one: Fields, other: Fields, of: Want['of']): boolean =>
  carriersOf([one, other], { name: '', of }).some(where => one.get(where) !== other.get(where))

/** Of all codes by which the operation goes out, no two may look the same: by the code itself, or by a table's word for it. */
async function checkCodes({ profile, two }: Bench, one: AttemptRef, judge: Judge): Promise<Finding[]> {
  const codes = new Set([...(one.code === undefined ? [] : [one.code]), ...Object.values(profile.providers)])
  const out: { code: string; fields: Fields }[] = []
  for (const code of codes) {
    const sent = await two.send(0, { ...one, code })
    if ('fields' in sent) out.push({ code, fields: whole(sent) })
  }
  const words = (code: string): string[] => [
    code,
    ...Object.values(profile.tables).flatMap(table => table[code] ?? []),
  ]
  const alike = out.flatMap((a, at) =>
    out
      .slice(0, at)
      .filter(b => !tells(b.fields, a.fields, [words(b.code), words(a.code)]))
      .map(b => `an order for ${b.code} looks like one for ${a.code}`),
  )
  return out.length < 2 ? [] : [judge('code', alike.length === 0, alike[0] ?? '')]
}

async function checkCurrencies(
  { profile, two }: Bench,
  one: AttemptRef,
  first: Sent,
  judge: Judge,
): Promise<Finding[]> {
  const wire = (currency: string): string => profile.currencies[currency]?.wire ?? currency
  const own = one.amount.currency
  const alike: string[] = []
  let others = 0
  for (const currency of Object.keys(profile.currencies).filter(name => name !== own)) {
    const order = await two.withAmount(0, one, usual(profile, currency))
    const sent = order && (await two.send(0, order))
    if (sent === undefined || 'why' in sent) continue
    others++
    if (!tells(whole(first), whole(sent), [[wire(own)], [wire(currency)]]))
      alike.push(`an order in ${own} looks like one in ${currency}`)
  }
  return others === 0 ? [] : [judge('currency', alike.length === 0, alike[0] ?? '')]
}

async function checkStatus(bench: Bench): Promise<Finding> {
  const { profile, two, operation } = bench
  const [one, other] = [two.attempt(0, operation), two.attempt(1, operation)]
  const [first, second] = [await two.inquire(0, one), await two.inquire(1, other)]
  const at = `${operation}.status`
  const why = 'why' in first ? first.why : 'why' in second ? second.why : undefined
  if ('why' in first || 'why' in second) return { what: `${at}: two orders`, wrong: why }
  const says = (name: 'reference' | 'providerReference'): boolean =>
    carriersOf([first.fields, second.fields], { name, of: [[one[name] ?? ''], [other[name] ?? '']] }).length >
    0
  if (says('reference')) return { what: `${at}: each order by our reference`, wrong: undefined }
  if (!says('providerReference'))
    return {
      what: `${at}: each order by what it is known by`,
      wrong:
        'two orders are asked about alike: write {reference}, or {providerReference} where the vendor knows only its own',
    }
  const { send, init } = operationOf(bench) ?? {}
  const readers = [send?.answer, init?.answer, profile.callback?.reads]
  return {
    what: `${at}: each order by the vendor's own number`,
    wrong: readers.some(reads => reads?.get.providerReference !== undefined)
      ? undefined
      : 'no answer tells that number: say where providerReference stands in the answer to the order',
  }
}

async function checkName(two: Two): Promise<Finding> {
  const what = 'nameCheck: each number'
  const [first, second] = [await two.nameOf(0), await two.nameOf(1)]
  if ('why' in first) return { what, wrong: first.why }
  if ('why' in second) return { what, wrong: second.why }
  const isSaid = carriersOf([first.fields, second.fields], msisdnOf(...two.msisdns)).length > 0
  return { what, wrong: isSaid ? undefined : 'everybody has the same name: write {msisdn}' }
}
