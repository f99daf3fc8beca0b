import { describe, expect, it } from '@jest/globals'
import { movementTiming, timingOf } from '../../src/gateway/timing.ts'
import { ADAPTER_NAMES, PROVIDERS } from '../../src/providers/index.ts'
import { LEASE_MS } from '../../src/store/due.ts'

const by = (config: Record<string, unknown>, adapter = 'mpesa') => ({ adapter, config })

describe('the timing of a connection', () => {
  it.each(ADAPTER_NAMES)('by %s is what the adapter says, where the configuration says nothing', adapter => {
    expect(timingOf(by({ baseUrl: 'http://127.0.0.1' }, adapter))).toEqual(PROVIDERS[adapter].timing)
  })

  it('is overridden field by field, the life of a prompt and the deadline of a call among them', () => {
    const timing = { firstInquiryMs: 1, inquiryEveryMs: 2, promptLifeMs: 3, giveUpMs: 4, graceMs: 200_000 }
    const given = by({ callMs: 5000, timing })
    expect(timingOf(given)).toEqual({ callMs: 5000, ...timing })
    const { promptLifeMs: _, ...kept } = timing
    expect(movementTiming(given, 700)).toEqual({ pushDelayMs: 700, ...kept })
  })

  it('never believes "never heard of it" while a worker may still send: that is refused, and told', () => {
    expect(() => timingOf(by({ timing: { graceMs: 1000 } }))).toThrow(/110000/)
    expect(() => timingOf(by({ timing: { graceMs: 110_000 } }))).toThrow(/graceMs/)
    expect(timingOf(by({ timing: { graceMs: 110_001 } })).graceMs).toBe(110_001)
    expect(() => timingOf(by({ callMs: 60_000, timing: { graceMs: 120_000 } }))).toThrow(/150000/)
  })

  it('waits longer for a longer deadline by itself', () => {
    expect(timingOf(by({ callMs: 60_000 })).graceMs).toBeGreaterThan(LEASE_MS + 60_000)
  })

  it('tells all its faults at once', () => {
    const timing = { firstInquiryMs: '10', giveUpMs: -1, patienceMs: 5 }
    const faults = (): unknown => {
      try {
        return timingOf(by({ timing }))
      } catch (error) {
        return (error as { issues: { path: string[] }[] }).issues.map(({ path }) => path.join('.')).sort()
      }
    }
    expect(faults()).toEqual(['timing', 'timing.firstInquiryMs', 'timing.giveUpMs'])
  })
})
