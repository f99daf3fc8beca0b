/** Dice that fall the same way for the same seed: mulberry32, small and good enough to draw faults. */
export type Dice = {
  /** In [0, 1). */
  roll(): number
  /** An integer in [from, to]. */
  int(from: number, to: number): number
  chance(share: number): boolean
  pick<T>(items: readonly T[]): T
}

export function createDice(seed: number): Dice {
  let state = seed >>> 0
  const roll = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const int = (from: number, to: number): number => from + Math.floor(roll() * (to - from + 1))
  return {
    roll,
    int,
    chance: share => roll() < share,
    pick(items) {
      const found = items[int(0, items.length - 1)]
      if (found === undefined) throw new Error('nothing to pick from')
      return found
    },
  }
}

/** The seed of one schedule of a campaign. */
export const seedOf = (seed: number, schedule: number): number =>
  Math.imul(seed, 0x9e3779b1) ^ Math.imul(schedule, 0x85ebca6b)
