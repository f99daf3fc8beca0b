import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type Money, money, parseMoney } from '../../src/domain/money.ts'
import { overlaps, PRICED, type PricedOperation, quote, type Tariff } from '../../src/domain/tariff.ts'
import { addDays, type LocalDate } from '../../src/domain/time.ts'
import { COLUMNS, readTariffs, writeTariffs } from '../../src/store/tariff-csv.ts'

const day = (text: string) => text as LocalDate
const xaf = (minor: number | bigint) => money(BigInt(minor), 'XAF')
const HEADER = COLUMNS.join()

const FEES = `${HEADER}
momo,disburse,100,5000,50,0,0,0,lender,XAF,2026-01-01,
momo,disburse,5001,50000,100,0,10,1925,lender,XAF,2026-01-01,
momo,disburse,50001,,0,150,0,1925,unknown,XAF,2026-01-01,
momo,collect,1,,0,0,0,0,customer,XAF,2026-01-01,2026-07-01
momo,disburse,100,,75,0,0,0,lender,XAF,2026-06-01,
momo,refund,100,,30,0,0,0,lender,XAF,2026-03-01,
`
const read = (text: string): readonly Tariff[] => {
  const found = readTariffs(text)
  if (found.kind === 'faults')
    throw new Error(found.faults.map(({ line, problem }) => `${line}: ${problem}`).join('\n'))
  return found.tariffs
}
const faults = (text: string): string[] => {
  const found = readTariffs(text)
  return found.kind === 'faults' ? found.faults.map(({ line, problem }) => `${line} ${problem}`) : []
}

describe('a quote', () => {
  const fees = read(FEES)
  const asked = (amount: Money, on = '2026-03-04', operation: PricedOperation = 'disburse') =>
    quote(fees, { connection: 'momo', operation, amount, on: day(on) })

  it('is the charge of the amount’s band, and the tax on that charge', () => {
    expect(asked(xaf(100))).toEqual({ kind: 'known', charge: xaf(50), tax: xaf(0), bearer: 'lender' })
    expect(asked(xaf(5000))).toMatchObject({ charge: xaf(50) })
    // 19.25 % of 100, and 10: 29.25.
    expect(asked(xaf(5001))).toMatchObject({ charge: xaf(100), tax: xaf(29) })
    // 1.5 % of 100,100 is 1,501.5, rounded half up; 19.25 % of 1,502 is 289.1.
    expect(asked(xaf(100_100))).toEqual({
      kind: 'known',
      charge: xaf(1502),
      tax: xaf(289),
      bearer: 'unknown',
    })
  })

  it('tells a nought that the list states from a charge that nobody knows', () => {
    expect(asked(xaf(700), '2026-03-04', 'collect')).toMatchObject({ kind: 'known', charge: xaf(0) })
    const unknown = { kind: 'unknown' }
    expect(asked(xaf(99))).toEqual(unknown)
    expect(asked(xaf(700), '2025-12-31')).toEqual(unknown)
    expect(asked(xaf(700), '2026-07-01', 'collect')).toEqual(unknown)
    expect(asked(money(70_000n, 'KES'))).toEqual(unknown)
    expect(
      quote(fees, { connection: 'other', operation: 'disburse', amount: xaf(700), on: day('2026-03-04') }),
    ).toEqual(unknown)
  })

  it('of a refund is by its own list, never by that of a payout', () => {
    expect(asked(xaf(100), '2026-03-04', 'refund')).toMatchObject({ charge: xaf(30) })
    expect(asked(xaf(100), '2026-02-28', 'refund')).toEqual({ kind: 'unknown' })
  })

  it('takes the newest list alone, from its first day', () => {
    expect(asked(xaf(6000), '2026-05-31')).toMatchObject({ charge: xaf(100) })
    expect(asked(xaf(6000), '2026-06-01')).toMatchObject({ charge: xaf(75) })
  })

  it('does not fall back to the old list for a band that the new one left out', () => {
    const [small, ...rest] = fees
    const newer = { ...(small as Tariff), from: day('2026-02-01') }
    expect(
      quote([small as Tariff, ...rest.slice(0, 2), newer], {
        connection: 'momo',
        operation: 'disburse',
        amount: xaf(6000),
        on: day('2026-03-04'),
      }),
    ).toEqual({ kind: 'unknown' })
  })
})

/** A price list without overlaps: bands one after the other, with or without gaps, the last one open or not. */
const priceList = fc
  .record({
    connection: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,39}$/),
    operation: fc.constantFrom(...PRICED),
    currency: fc.constantFrom('KES', 'XAF', 'KWD'),
    from: fc.integer({ min: 0, max: 20_000 }).map(days => addDays(day('2000-01-01'), days)),
    lasts: fc.option(fc.integer({ min: 1, max: 5_000 }), { nil: undefined }),
    isOpen: fc.boolean(),
    bands: fc.array(
      fc.record({
        gap: fc.bigInt({ min: 1n, max: 1_000_000n }),
        width: fc.bigInt({ min: 0n, max: 1_000_000_000n }),
        charge: fc.bigInt({ min: 0n, max: 100_000n }),
        chargeShare: fc.integer({ min: 0, max: 10_000 }),
        tax: fc.bigInt({ min: 0n, max: 100_000n }),
        taxShare: fc.integer({ min: 0, max: 10_000 }),
        bearer: fc.constantFrom('customer' as const, 'lender' as const, 'unknown' as const),
      }),
      { maxLength: 6 },
    ),
  })
  .map(({ currency, lasts, isOpen, bands, from, ...list }): Tariff[] => {
    let next = 0n
    return bands.map((band, at) => {
      const min = next + band.gap
      next = min + band.width
      return {
        ...list,
        currency,
        min: money(min, currency),
        max: isOpen && at === bands.length - 1 ? undefined : money(next, currency),
        charge: { fixed: money(band.charge, currency), basisPoints: band.chargeShare },
        tax: { fixed: money(band.tax, currency), basisPoints: band.taxShare },
        bearer: band.bearer,
        from,
        until: lasts === undefined ? undefined : addDays(from, lasts),
      }
    })
  })

describe('bands', () => {
  const small = fc.array(
    fc.record({ min: fc.integer({ min: 0, max: 12 }), width: fc.option(fc.integer({ min: 0, max: 5 })) }),
    { maxLength: 5 },
  )

  it('overlap exactly where some amount lies in two of them', () => {
    const base = read(FEES)[0] as Tariff
    fc.assert(
      fc.property(small, drawn => {
        const rows = drawn.map(({ min, width }) => ({
          ...base,
          min: xaf(min),
          max: width === null ? undefined : xaf(min + width),
        }))
        const isIn = (amount: number) =>
          rows.filter(({ min, max }) => min.minor <= amount && (max === undefined || amount <= max.minor))
            .length
        const isTwice = Array.from({ length: 30 }, (_, amount) => isIn(amount)).some(times => times > 1)
        expect(overlaps(rows).length > 0).toBe(isTwice)
        for (const [later, earlier] of overlaps(rows)) expect(later).toBeGreaterThan(earlier)
      }),
      { numRuns: 10_000 },
    )
  })

  it('answer for every amount inside them, and for none outside', () => {
    fc.assert(
      fc.property(priceList, fc.bigInt({ min: 0n, max: 5_000_000_000n }), (list, minor) => {
        const [first] = list
        if (first === undefined) return
        const { connection, operation, currency, from: on } = first
        const inside = list.filter(
          ({ min, max }) => min.minor <= minor && (max === undefined || minor <= max.minor),
        )
        const found = quote(list, { connection, operation, amount: money(minor, currency), on })
        expect(found.kind).toBe(inside.length === 1 ? 'known' : 'unknown')
        const row = inside[0]
        if (found.kind === 'unknown' || row === undefined) return
        const share = found.charge.minor - row.charge.fixed.minor
        const doubled = 2n * (share * 10_000n - minor * BigInt(row.charge.basisPoints))
        expect(doubled > -10_000n && doubled <= 10_000n).toBe(true)
      }),
      { numRuns: 10_000 },
    )
  })
})

describe('price lists as CSV', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(priceList, list => {
        expect(readTariffs(writeTariffs(list))).toEqual({ kind: 'tariffs', tariffs: list })
      }),
      { numRuns: 2_000 },
    )
  })

  it('are read as spreadsheets write them', () => {
    const excel = `\uFEFF${HEADER}\r\n"momo",disburse,100.00, 500 ,1.50,0,0,0,lender,KES,2026-01-01,\r\n\r\n`
    expect(read(excel)).toMatchObject([
      { connection: 'momo', max: parseMoney('500', 'KES'), until: undefined },
    ])
    expect(read(`${HEADER}\n`)).toEqual([])
  })

  it('tell all faults at once, by line, and give nothing back', () => {
    expect(
      faults(`${HEADER}
Momo 1,pay,x,,,,0,10001,bank,FCFA,2026-02-30,soon
momo,collect,10,5,0,0,0,0,lender,KES,2026-01-01,2026-01-01

momo,collect,1.5,,0,0,0,0,lender,XAF,2026-01-01,
momo,collect,1
good,collect,1,10,0,0,0,0,lender,XAF,2026-01-01,
good,collect,10,20,0,0,0,0,lender,XAF,2026-01-01,
good,disburse,10,20,0,0,0,0,lender,XAF,2026-01-01,
`),
    ).toEqual([
      '2 connection: must be a connection’s short name',
      expect.stringContaining('2 operation:'),
      expect.stringContaining('2 min: must be an amount'),
      expect.stringContaining('2 charge: must be an amount'),
      '2 basis_points: must be whole basis points; write 0 where there is none',
      '2 tax_basis_points: must be at most 10000',
      expect.stringContaining('2 bearer:'),
      '2 currency: must be a currency of ISO 4217',
      '2 from: must be a day, YYYY-MM-DD',
      '2 until: must be a day, YYYY-MM-DD',
      '3 max: must not be below min',
      '3 until: must be after from',
      '5 min: must be an amount of XAF, such as 1500',
      '6 has 3 columns, not 12',
      '8 min: this band overlaps that of line 7',
    ])
  })

  it('refuse a file that is something else', () => {
    expect(faults('')).toEqual([`1 the header must be ${HEADER}`])
    expect(faults('a,b,c\n1,2,3\n')).toEqual([`1 the header must be ${HEADER}`])
    expect(faults(`${HEADER}\n"momo,collect\n`)).toEqual([expect.stringContaining('quotes do not match')])
    expect(faults(`${HEADER}\n${'x\n'.repeat(5_001)}`)).toEqual(['1 more than 5000 lines'])
    expect(faults('x'.repeat(1_000_001))).toEqual(['1 more than 1000000 characters'])
  })
})
