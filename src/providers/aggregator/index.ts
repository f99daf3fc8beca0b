import { randomInt, randomUUID } from 'node:crypto'
import { formatMoney, parseMoney } from '../../domain/money.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { Tools } from '../../domain/outside.ts'
import type { About, AttemptRef, Bounds, Operation, Order, Provider } from '../provider.ts'
import { balances, nameOf } from './asked.ts'
import { proves, readCallback } from './callback.ts'
import { type Calls, callsOf } from './caller.ts'
import { capabilitiesOf, offered } from './capabilities.ts'
import { type AggregatorConfig, configOf } from './connection.ts'
import { formatAmount } from './formats.ts'
import { heard } from './heard.ts'
import { hear, outcomeOf } from './outcome.ts'
import type { Operations, Profile } from './profile.ts'
import { reached } from './reached.ts'
import type { Step } from './step.ts'
import type { Occasion } from './values.ts'

export type { AggregatorConfig } from './connection.ts'
export { Profile } from './profile.ts'

const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/** An adapter made of a profile: one aggregator, as data. No code of the profile's ever runs. */
export function createAggregator(profile: Profile): Provider<AggregatorConfig> {
  const { formats, timing, callback } = profile
  const { nameCheck, balance, active, availability } = profile.operations
  return {
    name: profile.profile,
    about: aboutOf(profile),
    can: capabilitiesOf(profile),
    timing,
    callbackAnswer: callback?.answer ?? { status: 200, contentType: 'application/json', body: '{}' },
    config: configOf(profile),
    products: config => offered(profile, config),
    bounds: (_, config) => boundsOf(profile, config.currency),
    newReference: () => {
      if (formats.reference === 'uuid') return randomUUID()
      return Array.from({ length: formats.reference.letters }, () => LETTERS[randomInt(LETTERS.length)]).join(
        '',
      )
    },
    send: (order, config, tools) => send(profile, order, config, tools),
    inquire: (attempt, config, tools) => inquire(profile, attempt, config, tools),
    ...(nameCheck && {
      nameOf: (msisdn, config, tools) =>
        nameOf(profile, nameCheck, { profile, config, msisdn, at: tools.now() }, tools),
    }),
    ...(balance && {
      balances: (config, tools) => balances(profile, balance, { profile, config, at: tools.now() }, tools),
    }),
    ...(active && {
      reached: (config, tools) =>
        reached({ active, availability }, { profile, config, at: tools.now() }, tools),
    }),
    ...(callback?.proof && { proves: (request, config) => proves(profile, request, config) }),
    readCallback: (request, config, attempt) => readCallback(profile, request, config, attempt),
  }
}

function aboutOf({ about, level, providers, sources, callback }: Profile): About {
  const [source] = sources
  const proof = callback?.proof
  const by = proof === undefined ? 'nothing' : 'equals' in proof ? 'secret' : 'signature'
  return {
    title: about.split(/[.:;]/)[0] ?? about,
    level,
    providers: Object.keys(providers),
    callbackProof: by,
    ...(source === undefined ? {} : { source }),
  }
}

const operationOf = ({ operations }: Profile, name: Operation) => (operations as Operations)[name]
const fault = (detail: string): Outcome => ({ kind: 'our-fault', fault: 'configuration', detail })

async function send(
  profile: Profile,
  order: Order,
  config: AggregatorConfig,
  tools: Tools,
): Promise<Outcome> {
  const operation = operationOf(profile, order.operation)
  if (operation === undefined) return fault(`${profile.profile} has no ${order.operation}`)
  const refused = refusal(profile, order, config)
  if (refused !== undefined) return refused
  const calls = callsOf(tools, config.callMs)
  const occasion: Occasion = { profile, config, order, at: tools.now() }
  const taken = operation.init && (await takeInit(operation.init, occasion, order.operation, calls))
  if (taken !== undefined && 'outcome' in taken) return taken.outcome
  const outcome = await takeStep(
    operation.send,
    { ...occasion, taken: taken?.values },
    order.operation,
    'send',
    calls,
  )
  // the token of the order is what the vendor will know it by, whatever became of the answer
  const known = taken?.values.providerReference
  return known !== undefined && (outcome.kind === 'unknown' || outcome.kind === 'accepted')
    ? { providerReference: known, ...outcome }
    : outcome
}

/** What the wire cannot carry, found before anything is sent. */
function refusal(profile: Profile, order: Order, config: AggregatorConfig): Outcome | undefined {
  const { amount, operation, original, code } = order
  if (amount.currency !== config.currency) return fault(`the connection carries ${config.currency} only`)
  if (operation === 'refund' && original === undefined)
    return fault('a refund without the payment that goes back')
  if (capabilitiesOf(profile).needsCode && code === undefined)
    return fault('no code for the customer’s provider')
  if (formatAmount(amount, profile.formats.amount) === undefined)
    return fault('a fraction that the wire cannot carry')
  const { minimum, maximum, multiple } = boundsOf(profile, amount.currency)
  if (minimum !== undefined && amount.minor < minimum.minor)
    return { kind: 'declined', reason: 'below-minimum', again: 'never' }
  if (maximum !== undefined && amount.minor > maximum.minor)
    return { kind: 'declined', reason: 'limit', again: 'never' }
  if (multiple !== undefined && amount.minor % multiple.minor !== 0n)
    return fault(`not a multiple of ${formatMoney(multiple)}`)
  return undefined
}

/** What the profile says of one transaction in that currency. */
const boundsOf = ({ currencies }: Profile, currency: string): Bounds =>
  Object.fromEntries(
    Object.entries(currencies[currency] ?? {}).flatMap(([name, text]) => {
      const amount = name === 'wire' || text === undefined ? undefined : parseMoney(text, currency)
      return amount === undefined ? [] : [[name, amount]]
    }),
  )

async function takeStep(...given: Parameters<typeof heard>): Promise<Outcome> {
  const saying = await heard(...given)
  return 'outcome' in saying ? saying.outcome : outcomeOf(saying)
}

/** Moves nothing yet: fetches what the order itself needs. What the step before it may take is told by an accepted row. */
async function takeInit(
  step: Step,
  occasion: Occasion,
  operation: Operation,
  calls: Calls,
): Promise<{ values: Record<string, string> } | { outcome: Outcome }> {
  const saying = await heard(step, occasion, operation, 'init', calls)
  if ('outcome' in saying) return saying
  const said = hear(saying)
  if (said.row?.is !== 'accepted') return { outcome: outcomeOf(saying, said) }
  const { wire } = said
  const found = Object.entries(step.answer.take).map(
    ([name, extract]) => [name, wire && extract(wire)] as const,
  )
  const values = Object.fromEntries(found.filter((pair): pair is [string, string] => pair[1] !== undefined))
  if (Object.keys(values).length < found.length)
    return { outcome: { kind: 'unknown', why: 'the first step brought not all that the second needs' } }
  return {
    values:
      said.providerReference === undefined
        ? values
        : { ...values, providerReference: said.providerReference },
  }
}

async function inquire(
  profile: Profile,
  attempt: AttemptRef,
  config: AggregatorConfig,
  tools: Tools,
): Promise<Outcome> {
  const step = operationOf(profile, attempt.operation)?.status
  if (step === undefined) return { kind: 'unknown', why: `${profile.profile} cannot be asked` }
  const { askByOurReference } = capabilitiesOf(profile).operations[attempt.operation] ?? {}
  const { providerReference } = attempt
  if (askByOurReference !== true && providerReference === undefined)
    return { kind: 'unknown', why: 'no reference that it would know' }
  const occasion: Occasion = { profile, config, order: attempt, providerReference, at: tools.now() }
  return takeStep(step, occasion, attempt.operation, 'status', callsOf(tools, config.callMs))
}
