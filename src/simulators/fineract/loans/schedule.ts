import { addDays, addMonths } from '../dates.ts'

/** The simulator's own amortisation: equal principal, flat interest, the remainder in the last instalment. */

export type Rhythm = { readonly everyDays: number } | { readonly monthly: true }

export type Planned = {
  readonly number: number
  readonly fromDate: string
  readonly dueDate: string
  readonly principal: bigint
  readonly interest: bigint
}

function shift(date: string, periods: number, rhythm: Rhythm): string {
  return 'everyDays' in rhythm ? addDays(date, rhythm.everyDays * periods) : addMonths(date, periods)
}

/** The day on which instalment `number` falls due; 0 is the disbursement. */
export type Anchor = { readonly number: number; readonly date: string }

export type Terms = {
  readonly principal: bigint
  readonly interestPerPeriod: bigint
  readonly instalments: number
  /** From one known date all are counted: the 31st comes back after February, and "due today" is today. */
  readonly anchor: Anchor
  readonly rhythm: Rhythm
}

export const dueOf = ({ anchor, rhythm }: Pick<Terms, 'anchor' | 'rhythm'>, number: number): string =>
  shift(anchor.date, number - anchor.number, rhythm)

export function amortise(terms: Terms, disbursedOn: string): Planned[] {
  const { principal, interestPerPeriod, instalments } = terms
  const share = principal / BigInt(instalments)
  return Array.from({ length: instalments }, (_, index) => {
    const last = index === instalments - 1
    return {
      number: index + 1,
      fromDate: index === 0 ? disbursedOn : dueOf(terms, index),
      dueDate: dueOf(terms, index + 1),
      principal: last ? principal - share * BigInt(instalments - 1) : share,
      interest: interestPerPeriod,
    }
  })
}
