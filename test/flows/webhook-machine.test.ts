import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { initialTransition, transition } from 'xstate'
import { RETRIES_MS, webhook } from '../../flows/webhook.ts'
import { createWalk, hears, statesOf } from '../support/walk-machine.ts'

const HOUR_MS = 3_600_000

/** The pause that the machine asks its host for after so many failed tries. */
function pauseAfter(failures: number): number | undefined {
  const at = '2026-03-05T08:00:00.000Z'
  let [snapshot, actions] = initialTransition(webhook)
  for (let tried = 0; tried < failures; tried++) {
    snapshot = transition(webhook, snapshot, { type: 'SENDING', at })[0]
    ;[snapshot, actions] = transition(webhook, snapshot, { type: 'FAILED', at })
  }
  const raised = (actions as readonly { type: string; params?: { delay?: number } }[]).filter(
    ({ type }) => type === 'xstate.raise',
  )
  return raised.at(-1)?.params?.delay
}

describe('a delivery', () => {
  it('is sent at once, then after the pauses of the schedule, and after the last is dead', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7].map(pauseAfter)).toEqual([0, ...RETRIES_MS])
    expect(pauseAfter(RETRIES_MS.length + 1)).toBeUndefined()
    const inAll = RETRIES_MS.reduce((sum, pause) => sum + pause, 0)
    expect(inAll).toBeGreaterThan(24 * HOUR_MS)
    expect(inAll).toBeLessThan(48 * HOUR_MS)
  })

  it('whose worker died is tried again, and counts as tried', () => {
    const walk = createWalk(webhook, {})
    walk.step({ type: 'SENDING' })
    expect(walk.step({ type: 'wake', afterMs: 120_000 })).toMatchObject({ from: 'sending', to: 'queued' })
    expect(walk.context.tries).toBe(1)
    // the lost answer after all
    expect(walk.step({ type: 'DELIVERED' }).to).toBe('delivered')
  })

  it('delivered or dead stays so, but for a replay, which begins anew', () => {
    for (const end of ['DELIVERED', 'GONE']) {
      const walk = createWalk(webhook, {})
      for (let tried = 0; tried < 3; tried++) for (const type of ['SENDING', 'FAILED']) walk.step({ type })
      for (const type of ['SENDING', end]) walk.step({ type })
      for (const type of ['SENDING', 'FAILED', 'GONE', 'STOPPED', 'wake'])
        expect(walk.step({ type }).changed).toBe(false)
      expect(walk.step({ type: 'REPLAY' }).to).toBe('queued')
      expect(walk.context.tries).toBe(0)
      expect(walk.step({ type: 'REPLAY' }).changed).toBe(false)
    }
  })

  it('of a disabled endpoint is dead', () => {
    expect(createWalk(webhook, {}).step({ type: 'STOPPED' }).to).toBe('dead')
  })

  it('on any walk is tried at most so often between two replays, and hears a late yes everywhere', () => {
    const events = fc.constantFrom(
      'SENDING',
      'SENDING',
      'FAILED',
      'FAILED',
      'wake',
      'STOPPED',
      'GONE',
      'REPLAY',
    )
    fc.assert(
      fc.property(fc.array(events, { maxLength: 60 }), types => {
        const walk = createWalk(webhook, {})
        let tries = 0
        for (const type of types) {
          const { from, to, changed } = walk.step({ type })
          if (type === 'REPLAY' && changed) tries = 0
          if (from !== 'sending' && to === 'sending') tries += 1
          expect(tries).toBeLessThanOrEqual(RETRIES_MS.length + 1)
        }
      }),
      { numRuns: 300 },
    )
    for (const state of statesOf(webhook).filter(name => name !== 'delivered'))
      expect(hears(webhook, state, 'DELIVERED')).toBe(true)
  })
})
