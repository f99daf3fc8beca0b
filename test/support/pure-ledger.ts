import { balanceOf, type PureHouse, type PureRow, stateOf } from './pure-house.ts'

/** The equations of the double entry, told once more over rows in memory: what each account must hold, debits less credits. */
export function expectedOf(house: PureHouse): Readonly<Record<string, number>> {
  const money = house.rows('transaction')
  const bookings = house.rows('booking')
  const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0)
  const of = (rows: readonly PureRow[]): number => sum(rows.map(({ amount }) => amount))
  const states = (variant: string, ...words: string[]): PureRow[] =>
    money.filter(row => row.variant === variant && words.includes(stateOf(row)))
  const booked = (...variants: string[]): PureRow[] =>
    bookings.filter(row => variants.includes(String(row.variant)) && stateOf(row) === 'booked')
  const payment = (id: string | undefined): PureRow => house.row(String(id))
  const isKept = (row: PureRow): boolean => {
    const undoings = bookings.filter(undo => undo.of.undoes === row.id)
    return undoings.length > 0 && undoings.every(undo => stateOf(undo) === 'refused')
  }
  const inCore = booked('repayment', 'deposit')
  const kept = inCore.filter(row => stateOf(payment(row.of.transaction)) === 'reversed' && isKept(row))
  const items = house.items()
  return {
    'clearing-in':
      0 -
      sum(states('collect', 'confirmed').map(({ id }) => house.confirmedOf(id))) +
      of(
        inCore.filter(
          row =>
            ['confirmed', 'reversed'].includes(stateOf(payment(row.of.transaction))) && !kept.includes(row),
        ),
      ) +
      sum(
        items
          .filter(
            ({ transaction, way, reason }) =>
              stateOf(payment(transaction)) === 'confirmed' &&
              way !== 'book' &&
              reason !== 'other-amount' &&
              reason !== 'late-confirmation',
          )
          .map(({ amount }) => amount),
      ),
    core: of(booked('disbursal', 'voucher')) - of(inCore),
    'clearing-out':
      of(states('disburse', 'sending', 'pending', 'unresolved', 'confirmed', 'booked')) +
      of(states('return', 'sending', 'pending', 'unresolved', 'confirmed')) -
      of(states('return', 'reversed')) -
      of(booked('disbursal', 'voucher')),
    suspense: 0 - sum(items.filter(({ way }) => way === null).map(({ amount }) => amount)),
    'owed-back':
      of(kept) +
      sum(
        items
          .filter(
            ({ transaction, way }) =>
              (way === 'return' || way === 'write-off') && stateOf(payment(transaction)) === 'reversed',
          )
          .map(({ amount }) => amount),
      ),
    'write-off': 0 - sum(items.filter(({ way }) => way === 'write-off').map(({ amount }) => amount)),
  }
}

export const accountsOf = (house: PureHouse): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.keys(expectedOf(house)).map(account => [account, balanceOf(house.transfers, account)]),
  )
