import { type Money, parseMoney } from '../../domain/money.ts'
import { type Msisdn, parseMsisdn } from '../../domain/msisdn.ts'
import type { HttpAnswer, HttpRequest, Tools } from '../../domain/outside.ts'
import type { AttemptRef, Operation } from '../provider.ts'
import { amountOf, bodyText, type Examples } from './examples.ts'
import type { Extract } from './extract.ts'
import { type Fields, fieldsOf } from './fields.ts'
import { createAggregator } from './index.ts'
import { OPERATIONS, type Operations, type Profile } from './profile.ts'
import type { Step } from './step.ts'

/** Two orders that share nothing, sent and asked about by a profile; what goes out is kept, and nothing leaves the house. */

export type Which = 0 | 1
/** What went out, with what the step before brought; or why nothing did. */
export type Out =
  | { readonly fields: Fields; readonly init: Fields; readonly taken: readonly string[] }
  | { readonly why: string }

const page = (body: string): HttpAnswer => ({ kind: 'answer', status: 200, headers: {}, body })

/** Whatever is sealed stands open, and what an init step brings is each order's own, and told. */
function opened(profile: Profile, which: Which, tell: (value: string) => void): Profile {
  const made = Object.entries(profile.made).map(([name, recipe]) => [
    name,
    'rsa' in recipe ? { text: recipe.text } : recipe,
  ])
  const money = OPERATIONS.map(name => [name, (profile.operations as Operations)[name]] as const).map(
    ([name, operation]) => [
      name,
      operation?.init === undefined
        ? operation
        : { ...operation, init: marked(operation.init, value => `${value}${which + 1}`, tell) },
    ],
  )
  return {
    ...profile,
    made: Object.fromEntries(made),
    operations: { ...profile.operations, ...Object.fromEntries(money) },
  }
}

function marked(step: Step, mark: (value: string) => string, tell: (value: string) => void): Step {
  const take = Object.entries(step.answer.take).map(([name, extract]): [string, Extract] => [
    name,
    wire => {
      const found = extract(wire)
      if (found === undefined) return undefined
      tell(mark(found))
      return mark(found)
    },
  ])
  return { ...step, answer: { ...step.answer, take: Object.fromEntries(take) } }
}

export type Two = ReturnType<typeof twoOrders>

export function twoOrders(profile: Profile, examples: Examples) {
  const taken: readonly [string[], string[]] = [[], []]
  const adapterOf = (which: Which) =>
    createAggregator(opened(profile, which, value => taken[which].push(value)))
  const adapters = [adapterOf(0), adapterOf(1)] as const
  const { order } = examples
  const configIn = (currency: string) => adapters[0].config({ ...examples.config, currency })
  const config = adapters[0].config(examples.config)
  const msisdns: readonly [Msisdn, Msisdn] = [order.msisdn, anotherNumber(order.msisdn)]

  async function heard(
    which: Which,
    operation: string,
    ask: (adapter: (typeof adapters)[Which], tools: Tools) => Promise<object>,
  ): Promise<Out> {
    const { init } = (profile.operations as Operations)[operation as Operation] ?? {}
    const requests: HttpRequest[] = []
    taken[which].length = 0
    const tools: Tools = {
      http: async request => {
        requests.push(request)
        return page(init !== undefined && requests.length === 1 ? bodyText(examples.init?.body ?? '') : '')
      },
      tokens: { get: async () => 'a-token', drop: () => undefined },
      now: () => new Date('2026-01-15T07:15:30Z'),
    }
    const said = await ask(adapters[which], tools)
    const [first, second] = requests
    const last = init === undefined ? first : second
    if (last === undefined) return { why: `nothing was sent: ${JSON.stringify(said, text)}` }
    return {
      fields: fieldsOf(last),
      init: init === undefined || first === undefined ? new Map() : fieldsOf(first),
      taken: [...taken[which]],
    }
  }

  function attempt(which: Which, operation: Operation): AttemptRef {
    const own = which + 1
    const of = `${which === 0 ? 'A' : 'B'}${own}`
    return {
      operation,
      reference: adapters[which].newReference(),
      amount: amountOf(examples) ?? { minor: 0n, currency: config.currency },
      msisdn: msisdns[which],
      shownReference: `LN7${own}`,
      callbackUrl: `https://lender.example/providers/token/callback/${own}`,
      ...(order.code === undefined ? {} : { code: order.code }),
      providerReference: `T-${of}`,
      ...(operation === 'refund'
        ? {
            original: {
              reference: adapters[which].newReference(),
              providerReference: `P-${of}`,
              receipt: `R-${of}`,
            },
          }
        : {}),
    }
  }

  const send = (which: Which, sent: AttemptRef): Promise<Out> =>
    heard(which, sent.operation, (adapter, tools) => {
      const { providerReference: _, ...rest } = sent
      return adapter.send(rest, configIn(sent.amount.currency), tools)
    })

  return {
    attempt,
    send,
    inquire: (which: Which, asked: AttemptRef): Promise<Out> =>
      heard(which, '', (adapter, tools) => adapter.inquire(asked, config, tools)),
    msisdns,
    /** What the connection gives: the same in every order, and rightly. */
    given: Object.values(config.fields),
    nameOf: (which: Which): Promise<Out> =>
      heard(which, '', async (adapter, tools) => adapter.nameOf?.(msisdns[which], config, tools) ?? {}),
    /** The same order with the first of those amounts that goes out; undefined where none does. */
    async withAmount(
      which: Which,
      sent: AttemptRef,
      amounts: Iterable<Money>,
    ): Promise<AttemptRef | undefined> {
      for (const amount of amounts) {
        const tried = { ...sent, amount }
        if ('fields' in (await send(which, tried))) return tried
      }
      return undefined
    },
  }
}

const text = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value)

/** Another of the same country, which differs in its last digits. */
function anotherNumber(msisdn: Msisdn): Msisdn {
  for (let by = 1; by < 10; by++) {
    const end = msisdn.slice(-3).replace(/\d/g, digit => String((Number(digit) + by) % 10))
    const found = parseMsisdn(msisdn.slice(0, -3) + end)
    if (found !== undefined) return found
  }
  throw new Error(`no other number is like ${msisdn}`)
}

/** A little more, or less: whatever the bounds of a currency leave. */
export function* near({ currencies }: Profile, { minor, currency }: Money): Generator<Money> {
  const multiple = parseMoney(currencies[currency]?.multiple ?? '', currency)?.minor ?? 1n
  for (const by of [13n, 1_300n, 13_000n, 100n, 1_000n, 10_000n, 100_000n, multiple])
    for (const sign of [1n, -1n]) if (minor + sign * by > 0n) yield { currency, minor: minor + sign * by }
}

const USUAL = ['1500', '20', '100', '1', '5000', '100000', '0.5']

export function* usual(profile: Profile, currency: string): Generator<Money> {
  const { minimum, maximum, multiple } = profile.currencies[currency] ?? {}
  for (const figure of [...USUAL, minimum, maximum, multiple]) {
    const amount = figure === undefined ? undefined : parseMoney(figure, currency)
    if (amount !== undefined) yield amount
  }
}
