import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { allocate, type Home } from '../../src/domain/allocation.ts'
import { money } from '../../src/domain/money.ts'

const kes = (minor: number) => money(BigInt(minor), 'KES')
const loan = (targetId: string, room?: number): Home => ({
  target: 'loan',
  targetId,
  room: room === undefined ? undefined : kes(room),
})
const savings: Home = { target: 'savings', targetId: '7', room: undefined }

const homes = fc.array(
  fc
    .tuple(fc.constantFrom('loan', 'savings'), fc.constantFrom('1', '2', '3'), fc.option(fc.nat(500)))
    .map(
      ([target, targetId, room]) =>
        ({ target, targetId, room: room === null ? undefined : kes(room) }) as Home,
    ),
  { maxLength: 5 },
)

describe('a confirmed payment', () => {
  it('is divided over its homes in their order, to the last unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), homes, (paid, into) => {
        const { shares, surplus } = allocate(kes(paid), into)
        expect(shares.reduce((sum, { amount }) => sum + amount.minor, surplus.minor)).toBe(BigInt(paid))
        for (const { target, targetId, amount } of shares) {
          expect(amount.minor).toBeGreaterThan(0n)
          const same = into.filter(home => home.target === target && home.targetId === targetId)
          if (same.every(({ room }) => room !== undefined))
            expect(amount.minor).toBeLessThanOrEqual(
              same.reduce((sum, { room }) => sum + (room?.minor ?? 0n), 0n),
            )
        }
        const names = shares.map(({ target, targetId }) => `${target}:${targetId}`)
        expect(new Set(names).size).toBe(names.length)
        if (surplus.minor > 0n) expect(into.every(({ room }) => room !== undefined)).toBe(true)
      }),
      { numRuns: 10_000 },
    )
  })

  it('fills the loan it was meant for first, then the next, and leaves the rest to savings', () => {
    const { shares, surplus } = allocate(kes(1000), [loan('1', 600), loan('2', 300), savings])
    expect(shares).toEqual([
      { target: 'loan', targetId: '1', amount: kes(600) },
      { target: 'loan', targetId: '2', amount: kes(300) },
      { target: 'savings', targetId: '7', amount: kes(100) },
    ])
    expect(surplus).toEqual(kes(0))
  })

  it('goes to one loan once, though it is named twice: its debt, then a credit balance', () => {
    const { shares } = allocate(kes(1000), [loan('1', 600), loan('1')])
    expect(shares).toEqual([{ target: 'loan', targetId: '1', amount: kes(1000) }])
  })

  it('without a home is surplus, all of it', () => {
    expect(allocate(kes(1000), [])).toEqual({ shares: [], surplus: kes(1000) })
    expect(allocate(kes(1000), [loan('1', 0)])).toEqual({ shares: [], surplus: kes(1000) })
  })

  it('of another currency than its home is refused', () => {
    expect(() => allocate(kes(1000), [{ ...loan('1'), room: money(5n, 'XAF') }])).toThrow('cannot mix')
  })
})
