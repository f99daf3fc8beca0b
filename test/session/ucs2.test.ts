import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { carried } from '../../flows/words/words.ts'
import { roomOf } from '../../src/channels/channel.ts'
import { encode } from '../../src/channels/smpp/coding.ts'
import { septets, smsParts } from '../../src/domain/gsm7.ts'
import { pagesOf, shortened } from '../../src/session/pages.ts'
import { SCRIPT } from '../../src/session/run.ts'
import { screenName } from '../../src/session/screen-name.ts'
import { AMOUNTS } from '../../src/session/walk/longest.ts'
import { checkNarrow } from '../../src/session/walk/narrow.ts'
import { longestSms } from '../../src/session/walk/states.ts'
import { walk } from '../../src/session/walk/walk.ts'
import { withoutPaying } from '../support/changed-flow.ts'
import { am } from '../support/ethiopic.ts'

/** A language in UCS-2, handed in where Swahili stands: none of ours needs it, and the house can bear it. */
const words = { ...SCRIPT.words, sw: am }
const [kes] = AMOUNTS
const ROOM = roomOf({ budget: 160, networks: {}, prefix: 'CON ' })

describe('a language that GSM-7 cannot carry', () => {
  it('is walked like any other; on every screen 70 units with the prefix, in pages by whole lines', async () => {
    const walked = await walk('sw', kes, { ...SCRIPT, words })
    expect(walked.findings).toEqual([])
    expect(walked.screens.size).toBeGreaterThan(200)
    expect(checkNarrow([walked], { words }, ROOM).faults).toEqual([])
    let ucs2 = 0
    for (const [text, { isEnd }] of walked.screens) {
      if (isEnd) {
        const kept = shortened(text, ROOM)
        expect(text.startsWith(kept)).toBe(true)
        continue
      }
      const pages = pagesOf(text, ROOM, am.more)
      if (septets(text) === undefined) ucs2 += 1
      for (const page of pages.filter(one => septets(one) === undefined))
        expect(`CON ${page}`.length).toBeLessThanOrEqual(70)
      const shown = pages.flatMap((page, at) =>
        page.split('\n').slice(0, at < pages.length - 1 ? -1 : undefined),
      )
      expect(shown.join(' ')).toBe(text.replaceAll('\n', ' '))
      // options, and figures with the word before them
      for (const whole of text.match(/^\d{1,2} .*$|[^\s\d]+ \d[\d,.]+/gm) ?? [])
        expect(pages.filter(page => page.includes(whole))).not.toEqual([])
    }
    expect(ucs2).toBeGreaterThan(200)
  })

  it('is a fault where a language does not say that it is one', async () => {
    const { ucs2: _, ...unsaid } = am
    const { findings } = await walk('sw', kes, {
      flows: withoutPaying(SCRIPT.flows),
      words: { ...words, sw: unsaid },
    })
    expect(findings).toContainEqual(
      expect.objectContaining({
        label: 'home.menu',
        what: expect.stringMatching(/^signs that GSM-7 lacks: .*ብ/),
      }),
    )
    expect(() => longestSms({ words: { ...words, sw: unsaid } })).toThrow('sw prompt cannot be sent in GSM-7')
  })

  it('goes out by SMS in its own signs, 70 units or 67 a part', () => {
    const messages = longestSms({ words }).filter(({ language }) => language === 'sw')
    expect(messages.length).toBeGreaterThan(20)
    for (const { text, parts } of messages) {
      expect(carried(text, am)).toBe(text)
      expect(parts).toBe(text.length <= 70 ? 1 : Math.ceil(text.length / 67))
    }
    expect(carried('ዶክተር አበበ', SCRIPT.words.en)).toMatch(/^[? ]+$/)
  })
})

describe('a text that goes out in parts', () => {
  const sign = fc.constantFrom('a', '€', 'é', 'ሀ', 'မ', 'ြ', '😀', '👨‍👩‍👧', 'e\u0301')
  const long = (signs: fc.Arbitrary<string>) =>
    fc.array(signs, { minLength: 60, maxLength: 330 }).map(all => all.join(''))

  it('is counted as it is sent: no escape and no surrogate pair is cut in two', () => {
    fc.assert(
      fc.property(fc.oneof(long(sign), long(fc.constantFrom('a', '€', 'é'))), text => {
        const { coding, parts } = encode(text)
        expect(smsParts(text)).toEqual({ encoding: coding === 8 ? 'ucs2' : 'gsm7', parts: parts.length })
        if (coding !== 8) return
        const read = parts.map(part => Buffer.from(part).swap16().toString('utf16le'))
        expect(read.join('')).toBe(text)
        for (const part of read) {
          expect(part.isWellFormed()).toBe(true)
          expect(part.length).toBeLessThanOrEqual(parts.length === 1 ? 70 : 67)
        }
      }),
      { numRuns: 60 },
    )
  })

  it.each([
    ['ሀ'.repeat(70), 1],
    ['ሀ'.repeat(71), 2],
    ['ሀ'.repeat(134), 2],
    ['ሀ'.repeat(135), 3],
    [`${'ሀ'.repeat(66)}${'😀'.repeat(34)}`, 3],
    ['a'.repeat(160), 1],
    ['a'.repeat(161), 2],
    [`${'a'.repeat(152)}€${'a'.repeat(152)}`, 3],
  ])('%s needs so many: %d', (text, parts) => {
    expect(smsParts(text).parts).toBe(parts)
  })

  it('comes on a screen in pages of whole lines, whatever signs are in them', () => {
    const line = fc.array(sign, { minLength: 1, maxLength: 5 }).map(all => all.join(''))
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), lines => {
        const pages = pagesOf(lines.join('\n'), ROOM, am.more)
        for (const page of pages) {
          expect(page.isWellFormed()).toBe(true)
          expect(septets(page) ?? Math.ceil(((page.length + 4) * 16) / 7) - 4).toBeLessThanOrEqual(156)
        }
        const shown = pages.flatMap((page, at) =>
          page.split('\n').slice(0, at < pages.length - 1 ? -1 : undefined),
        )
        expect(shown).toEqual(lines)
      }),
    )
  })
})

describe('a name with signs of its own, where the language is written in GSM-7', () => {
  it.each([
    ['Zoe\u0301', 'Zoé'],
    ['Aïssatou', 'Aissatou'],
    ['Ọla\u0301dipọ̀', 'Oladipo'],
    ['Ngọzi 😀', 'Ngozi ?'],
    ['👨‍👩‍👧 Awa', '? Awa'],
    ['አበበ', '?'],
    ['N’Diaye\u00a0Fatou', "N'Diaye Fatou"],
    ['Jo\u200dsé', 'José'],
    ['\ud800Amina', '?Amina'],
    ['Marie😀Christine-Joséphine', 'Marie?Christine'],
  ])('%s is shown as %s, and costs no screen its room', (name, shown) => {
    expect(screenName(name)).toBe(shown)
    expect(septets(screenName(name))).toBeLessThanOrEqual(15)
  })
})
