import { describe, expect, it } from '@jest/globals'
import { lostToGsm7, toGsm7 } from '../../src/domain/gsm7.ts'

describe('what a text loses on the way to GSM-7', () => {
  it.each([
    ['nothing that has a near sign', 'Prêt n° 7 – « à payer »', 0],
    ['a letter of another script, each time', 'Ж and Ж', 2],
    ['an emoji, once', 'thank you 🙏', 1],
    ['a lone surrogate', 'a\ud83d', 1],
  ])('%s', (_, text, lost) => {
    expect(lostToGsm7(text)).toBe(lost)
    expect([...toGsm7(text)].filter(sign => sign === '?')).toHaveLength(lost)
  })
})
