import { balanceOf, contextOf, ON_THE_WAY, type PureHouse, type PureRow, stateOf } from './pure-house.ts'

const OPEN = ['planned', 'sending', 'awaiting-approval', 'unknown']
const minor = (text: unknown): number => Number((text as { amount: string }).amount)
const sum = (rows: readonly PureRow[]): number => rows.reduce((total, { amount }) => total + amount, 0)

/** What must hold beside the double entry, after every step; answers what does not. */
export function broken(house: PureHouse): string[] {
  const found: string[] = []
  const law = (holds: boolean, text: string): void => {
    if (!holds) found.push(text)
  }
  for (const row of house.rows('disbursement')) {
    const parts = house.rows('transaction').filter(({ of }) => of.disbursement === row.id)
    const inState = (...states: string[]): number => sum(parts.filter(part => states.includes(stateOf(part))))
    const { onTheWay, confirmed, entered } = contextOf(row)
    const entries = house.rows('booking').filter(({ of }) => of.disbursement === row.id)
    const inCore = entries.some(each => each.variant === 'disbursal' && stateOf(each) === 'booked')
    law(
      minor(onTheWay) === inState(...ON_THE_WAY),
      `onTheWay ${minor(onTheWay)} but ${inState(...ON_THE_WAY)}`,
    )
    law(
      minor(confirmed) === inState('confirmed', 'booked'),
      `confirmed ${minor(confirmed)} but ${inState('confirmed', 'booked')}`,
    )
    law(entered === inCore, `entered ${String(entered)} but ${String(inCore)}`)
    if (stateOf(row) === 'paid') {
      law(minor(confirmed) >= row.amount, 'paid, and not all of it')
      law(entered === true, 'paid, and not entered')
    }
  }
  for (const row of house.rows('request')) {
    const parts = house.rows('transaction').filter(({ of }) => of.request === row.id)
    const { paid } = contextOf(row)
    const counted = parts.reduce((total, part) => total + minor(contextOf(part).counted), 0)
    law(minor(paid) === counted, `request paid ${minor(paid)}, its movements ${counted}`)
    const unanswered = parts.filter(part =>
      [...ON_THE_WAY, 'confirmed', 'suspense', 'returning'].includes(stateOf(part)),
    )
    law(stateOf(row) !== 'approved' || unanswered.length > 0, 'approved, and nothing is on its way')
  }
  for (const row of house.rows('transaction')) {
    const state = stateOf(row)
    const { made, open, items, amount, itemId } = contextOf(row)
    const floats = house.transfers.filter(({ by }) => by === row.id)
    const float = balanceOf(floats, `float:mtn:${row.variant === 'collect' ? 'collect' : 'pay'}`)
    law(
      [0, row.variant === 'collect' ? minor(amount) : -row.amount].includes(float),
      `${row.id} float ${float}`,
    )
    if (row.variant !== 'collect') continue
    const entries = house.rows('booking').filter(({ of }) => of.transaction === row.id)
    const ofEntries = (undo: boolean, ...states: string[]): number =>
      entries.filter(each => (each.of.undoes !== undefined) === undo && states.includes(stateOf(each))).length
    law(
      made === ofEntries(false, 'booked'),
      `${row.id} made ${String(made)} but ${ofEntries(false, 'booked')}`,
    )
    law(
      items === house.items(row.id).filter(({ way }) => way === null).length,
      `${row.id} items ${String(items)}`,
    )
    if (state === 'confirmed' && open !== null) {
      law(
        open === ofEntries(false, ...OPEN),
        `${row.id} open ${String(open)} but ${ofEntries(false, ...OPEN)}`,
      )
      law(open !== 0 || ofEntries(true, ...OPEN) > 0, `${row.id} confirmed, and nothing is going on`)
    }
    law(
      state !== 'booked' || Number(made) + ofEntries(true, ...OPEN) > 0,
      `${row.id} booked without a booking`,
    )
    const back = house.rows('transaction').filter(({ of }) => of.item === itemId && itemId !== null)
    law(
      state !== 'returning' || back.some(each => ON_THE_WAY.includes(stateOf(each))),
      `${row.id} returning, and nothing is`,
    )
    // what the provider took back is not given back besides, unless it had left before
    const { recalled } = contextOf(row)
    law(
      recalled !== true || ['returning', 'returned', 'reversed'].includes(state),
      `${row.id} taken back, and ${state}`,
    )
    law(
      recalled !== true || back.every(each => stateOf(each) !== 'logged'),
      `${row.id} taken back, and its return is still to leave`,
    )
  }
  return found
}
