import type { Limit } from '../domain/limits.ts'
import { SEED } from '../domain/limits-seed.ts'
import { formatMoney } from '../domain/money.ts'
import { adapterNames, providerNamed } from './index.ts'
import type { About, Capabilities, Operation, Timing } from './provider.ts'

/** What there is to connect to, and what each can do: as the adapters themselves say it. */
export type Entry = About &
  Omit<Capabilities, 'operations'> & {
    readonly adapter: string
    readonly operations: readonly (Traits & { readonly operation: Operation })[]
    /** Milliseconds; a connection may override each. */
    readonly timing: Timing
    /** Whether balances and statements of the lender's account can be asked for. */
    readonly balances: boolean
    readonly statement: boolean
    /** Caps that public sources tell for its providers, each as a sentence. A tenant's own rows come before them. */
    readonly limits: readonly string[]
  }
type Traits = Required<Pick<NonNullable<Capabilities['operations'][Operation]>, 'askByOurReference'>> & {
  readonly answersByCallback: boolean
  readonly idempotent: boolean
  readonly twinsMs: number | null
}

/** Adapters that ship, then the integrator's own profiles. */
export function catalogue(): Entry[] {
  return adapterNames().flatMap(name => {
    const adapter = providerNamed(name)
    if (adapter === undefined) return []
    const { operations, ...can } = adapter.can
    return [
      {
        adapter: name,
        ...adapter.about,
        ...can,
        timing: adapter.timing,
        operations: (Object.keys(operations) as Operation[]).flatMap(operation => {
          const traits = operations[operation]
          if (traits === undefined) return []
          const { askByOurReference, answersByCallback, idempotent = false, twinsMs = null } = traits
          return [{ operation, askByOurReference, answersByCallback, idempotent, twinsMs }]
        }),
        balances: adapter.balances !== undefined,
        statement: adapter.statement !== undefined,
        limits: SEED.filter(row => row.until === undefined && holdsFor(row, adapter.about.providers)).map(
          limitText,
        ),
      },
    ]
  })
}

/** A cap in words; amounts in major units. */
function limitText({ provider, country, tier, operation, currency, window, measure, value }: Limit): string {
  const figure = typeof value === 'object' ? `${currency} ${formatMoney(value)}` : String(value)
  const words = {
    amount: window === 'balance' ? `a balance of at most ${figure}` : `at most ${figure} a ${window}`,
    number: `at most ${figure} a ${window}`,
    minimum: `at least ${figure}`,
    multiple: `multiples of ${figure}`,
  }
  const whose = [provider === '*' ? country : provider, ...(tier === '*' ? [] : [`tier ${tier}`])]
  return `${whose.join(', ')}${operation === '*' ? '' : `, ${operation}`}: ${words[measure]}`
}

const holdsFor = ({ provider, country }: Limit, providers: readonly string[]): boolean =>
  providers.includes(provider) ||
  (provider === '*' && providers.some(name => name.endsWith(`-${country.toLowerCase()}`)))
