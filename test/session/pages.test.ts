import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { roomOf } from '../../src/channels/channel.ts'
import { septets } from '../../src/domain/gsm7.ts'
import { pagesOf, shortened } from '../../src/session/pages.ts'
import { checkNarrow } from '../../src/session/walk/narrow.ts'

const MORE = '98 More'
const ROOM = 60
const roomFor = (count: number) => ({ septets: count, units: Math.floor((count * 7) / 16) })
const line = fc
  .stringMatching(/^[1-9] [A-Za-z€,.0-9]{1,40}$/)
  .filter(text => (septets(text) ?? 99) <= ROOM - 8)
const screen = fc.array(line, { minLength: 1, maxLength: 12 })

describe('a screen in pages', () => {
  it('is one page where it fits, to the last septet', () => {
    expect(pagesOf('x'.repeat(ROOM), roomFor(ROOM), MORE)).toEqual(['x'.repeat(ROOM)])
    expect(pagesOf(`${'x'.repeat(30)}\n${'€'.repeat(15)}`, roomFor(ROOM), MORE)).toHaveLength(2)
  })

  it('has every line once, whole and in its order, and every page fits', () => {
    fc.assert(
      fc.property(screen, lines => {
        const pages = pagesOf(lines.join('\n'), roomFor(ROOM), MORE)
        for (const page of pages) expect(septets(page)).toBeLessThanOrEqual(ROOM)
        const shown = pages.flatMap((page, at) =>
          page.split('\n').slice(0, at < pages.length - 1 ? -1 : undefined),
        )
        expect(shown).toEqual(lines)
        for (const page of pages.slice(0, -1)) expect(page.endsWith(`\n${MORE}`)).toBe(true)
      }),
    )
  })

  it('divides a line that no page holds between its words, never beside a figure', () => {
    const line = 'M-PESA 0700000001 will ask for KES 1 300 500 in a moment, on the phone that pays'
    const pages = pagesOf(`${line}\n0 Back`, roomFor(40), MORE)
    expect(pages).toEqual([
      `M-PESA 0700000001 will ask for\n${MORE}`,
      `KES 1 300 500 in a moment, on\n${MORE}`,
      'the phone that pays\n0 Back',
    ])
    expect(pagesOf(`1 ${'x'.repeat(39)}`, roomFor(40), MORE)).toEqual([`1 ${'x'.repeat(39)}`])
  })

  it('counts a sign that GSM-7 lacks for all of its page', () => {
    expect(pagesOf(`ê${'x'.repeat(14)}\n${'x'.repeat(15)}`, roomFor(ROOM), MORE)).toHaveLength(2)
  })
})

describe('the last screen', () => {
  it('keeps as many whole sentences as fit, and always the first', () => {
    const text = 'M-PESA 0700000001 will ask for KES 1,300. PIN there, never here. Or paybill 600638.'
    expect(shortened(text, roomFor(200))).toBe(text)
    expect(shortened(text, roomFor(70))).toBe(
      'M-PESA 0700000001 will ask for KES 1,300. PIN there, never here.',
    )
    expect(shortened(text, roomFor(63))).toBe('M-PESA 0700000001 will ask for KES 1,300.')
    expect(shortened(text, roomFor(20))).toBe('M-PESA 0700000001 will ask for KES 1,300.')
    expect(shortened('Balance KES 1.50, next 05/03. Bye.', roomFor(30))).toBe('Balance KES 1.50, next 05/03.')
  })
})

describe('the check on the narrowest phone', () => {
  const walkOf = (text: string, isEnd: boolean) => ({
    language: 'en' as const,
    screens: new Map([[text, { label: 'home.menu', septets: 0, isEnd }]]),
    paths: 0,
    findings: [],
    shown: new Set<string>(),
    ways: new Map(),
  })

  it('finds a line, an end and a screen that no page can hold', () => {
    const faultsOf = (text: string, isEnd = false) =>
      checkNarrow([walkOf(text, isEnd)], undefined, roomFor(40)).faults
    expect(faultsOf('1 Pay\n0 Back')).toEqual([])
    expect(faultsOf(`${'x'.repeat(41)}\n0 Back`)).toEqual([
      expect.stringMatching(/^en home.menu: wider than 40/),
    ])
    expect(faultsOf(`${'x'.repeat(41)}. Bye.`, true)).toEqual([expect.stringContaining('wider than 40')])
    expect(faultsOf(Array.from({ length: 5 }, () => 'x'.repeat(28)).join('\n'))).toEqual([
      'en home.menu: 5 pages, 3 at most',
    ])
  })
})

it('the room of a screen is the network’s where the gateway names it, without the prefix', () => {
  const dialect = { budget: 160, networks: { '63903': 184 }, prefix: 'CON ' }
  const room = { septets: 156, units: 66 }
  expect(roomOf(dialect)).toEqual(room)
  expect(roomOf(dialect, '63902')).toEqual(room)
  expect(roomOf(dialect, 'constructor')).toEqual(room)
  expect(roomOf(dialect, '63903')).toEqual({ septets: 180, units: 76 })
  expect(roomOf({ budget: 120, networks: {}, prefix: '' })).toEqual({ septets: 120, units: 52 })
})
