/**
 * How a repayment is spread: penalties, fees, interest, principal of the oldest open instalment, then of the next.
 * Upstream: the default strategy, org.apache.fineract.portfolio.loanaccount.domain.transactionprocessor.impl
 * .FineractStyleLoanRepaymentScheduleTransactionProcessor (`mifos-standard-strategy`). Pure: the whole loan is played
 * again from its first repayment, so a back-dated one changes the portions of those after it.
 */

export const PARTS = ['penalties', 'fees', 'interest', 'principal'] as const
export type Part = (typeof PARTS)[number]
export type Parts = { readonly [part in Part]: bigint }
export const NO_PARTS: Parts = { penalties: 0n, fees: 0n, interest: 0n, principal: 0n }

export type Due = { readonly number: number; readonly dueDate: string; readonly due: Parts }
export type Payment = { readonly date: string; readonly amount: bigint }
export type Portions = Parts & { readonly overpayment: bigint }

export type Instalment = Due & {
  readonly paid: Parts
  readonly paidInAdvance: bigint
  readonly paidLate: bigint
  readonly metOn: string | null
}

export const sum = (parts: Parts): bigint => PARTS.reduce((total, part) => total + parts[part], 0n)
export const minus = (a: Parts, b: Parts): Parts => ({
  penalties: a.penalties - b.penalties,
  fees: a.fees - b.fees,
  interest: a.interest - b.interest,
  principal: a.principal - b.principal,
})
export const plus = (a: Parts, b: Parts): Parts => ({
  penalties: a.penalties + b.penalties,
  fees: a.fees + b.fees,
  interest: a.interest + b.interest,
  principal: a.principal + b.principal,
})

function smaller(a: bigint, b: bigint): bigint {
  if (a < b) return a
  return b
}

/** What `amount` settles of one instalment, in the strategy's order. */
function settle(open: Parts, amount: bigint): Parts {
  const taken: Record<Part, bigint> = { ...NO_PARTS }
  let left = amount
  for (const part of PARTS) {
    taken[part] = smaller(left, open[part])
    left -= taken[part]
  }
  return taken
}

function pay(instalment: Instalment, taken: Parts, date: string): Instalment {
  const paid = plus(instalment.paid, taken)
  const amount = sum(taken)
  return {
    ...instalment,
    paid,
    paidInAdvance: instalment.paidInAdvance + (date < instalment.dueDate ? amount : 0n),
    paidLate: instalment.paidLate + (date > instalment.dueDate ? amount : 0n),
    metOn: sum(paid) === sum(instalment.due) ? date : null,
  }
}

export type Played = { readonly instalments: readonly Instalment[]; readonly portions: readonly Portions[] }

export function play(dues: readonly Due[], payments: readonly Payment[]): Played {
  const instalments: Instalment[] = dues.map(due => ({
    ...due,
    paid: NO_PARTS,
    paidInAdvance: 0n,
    paidLate: 0n,
    metOn: null,
  }))
  const portions = payments.map(({ date, amount }) => {
    let left = amount
    let spread = NO_PARTS
    for (const [at, instalment] of instalments.entries()) {
      const taken = settle(minus(instalment.due, instalment.paid), left)
      if (sum(taken) === 0n) continue
      instalments[at] = pay(instalment, taken, date)
      spread = plus(spread, taken)
      left -= sum(taken)
    }
    return { ...spread, overpayment: left }
  })
  return { instalments, portions }
}
