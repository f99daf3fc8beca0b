import type { Capabilities, Operation, OperationTraits } from '../provider.ts'
import type { AggregatorConfig } from './connection.ts'
import { OPERATIONS, type Operations, type Profile } from './profile.ts'
import { slotsIn } from './schema.ts'
import type { Step } from './step.ts'

/** What a profile can do follows from what its templates use: nothing is declared that could be declared wrongly. */

const uses = (value: unknown, ...names: readonly string[]): boolean =>
  slotsIn(value).some(({ slot }) => names.includes(slot.name))

const known = new WeakMap<Profile, Capabilities>()

export function capabilitiesOf(profile: Profile): Capabilities {
  const found = known.get(profile) ?? compute(profile)
  known.set(profile, found)
  return found
}

function compute(profile: Profile): Capabilities {
  const { operations, formats } = profile
  const money = operations as Operations
  const steps = OPERATIONS.flatMap(name => [money[name]?.send, money[name]?.status])
  return {
    operations: Object.fromEntries(
      OPERATIONS.flatMap(name => (money[name] ? [[name, traitsOf(profile, name)]] : [])),
    ),
    wholeUnitsOnly: formats.amount === 'whole',
    customerInitiated: false,
    needsCode: OPERATIONS.some(name => usesCode(money[name])),
    needsSmartphone: hasLink(money.collect?.send),
    nameCheck:
      operations.nameCheck !== undefined
        ? 'before'
        : steps.some(step => step?.answer.get.name)
          ? 'after'
          : 'no',
  }
}

const usesCode = (value: unknown): boolean =>
  slotsIn(value).some(({ slot }) => slot.name === 'code' || slot.name.startsWith('table.'))

const hasLink = (step: Step | undefined): boolean =>
  step !== undefined && (step.link !== undefined || step.answer.get.link !== undefined)

function traitsOf({ operations, made }: Profile, name: Operation): OperationTraits {
  const operation = (operations as Operations)[name]
  const status = operation?.status
  return {
    askByOurReference:
      status !== undefined && uses(status, 'reference') && !uses(status, 'providerReference'),
    answersByCallback: false,
    ...(operation?.idempotent === undefined ? {} : { idempotent: operation.idempotent }),
    ...(operation?.twinsMs === undefined ? {} : { twinsMs: operation.twinsMs }),
    ...(operation?.wholeOnly === undefined ? {} : { wholeOnly: operation.wholeOnly }),
    ...(name === 'refund' && uses([operation, made], 'original.receipt') ? { byReceipt: true as const } : {}),
  }
}

/** The operations whose own fields are all there: a connection without a payout's PIN collects, and nothing else. */
export function offered(profile: Profile, { fields }: AggregatorConfig): readonly (readonly Operation[])[] {
  const money = profile.operations as Operations
  const names = OPERATIONS.filter(name => {
    const operation = money[name]
    if (operation === undefined) return false
    const recipes = slotsIn(operation).flatMap(
      ({ slot }) => profile.made[slot.name.replace(/^made\./, '')] ?? [],
    )
    return slotsIn([operation, recipes]).every(({ slot }) => !isMissing(slot.name, fields) || slot.optional)
  })
  return names.length === 0 ? [] : [names]
}

const isMissing = (name: string, fields: AggregatorConfig['fields']): boolean =>
  name.startsWith('config.') &&
  name !== 'config.baseUrl' &&
  name !== 'config.currency' &&
  fields[name.slice('config.'.length)] === undefined
