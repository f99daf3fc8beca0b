import type { Clock } from './time.ts'

/** A clock that stands still until it is moved, and never goes back. */
export type VirtualClock = Clock & { advance(ms: number): void }

export function createVirtualClock(start: Date): VirtualClock {
  let now = start.getTime()
  return {
    now: () => new Date(now),
    advance(ms) {
      if (!(ms >= 0)) throw new Error('time never goes back')
      now += ms
    },
  }
}
