import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { readReply, readWish, type Said } from '../../flows/reply-text.ts'

const verb = (name: Extract<Said, { kind: 'verb' }>['verb'], code: string | null = '4821'): Said => ({
  kind: 'verb',
  verb: name,
  code,
})
const UNCLEAR: Said = { kind: 'unclear' }

describe('what she answers by SMS', () => {
  it.each([
    ['YES 4821', verb('yes')],
    [' yes   4821. ', verb('yes')],
    ['Yes4821', verb('yes')],
    ['YES-4821!', verb('yes')],
    ['oui 4821', verb('yes')],
    ['Ndiyo 4821', verb('yes')],
    ['1 4821', verb('yes')],
    ['ＹＥＳ ４８２１', verb('yes')],
    ['NO 4821', verb('no')],
    ['non, 4821', verb('no')],
    ['hapana 4821', verb('no')],
    ['2 4821', verb('no')],
    ['later 4821', verb('later')],
    ['plus tard 4821', verb('later')],
    ['baadaye 4821', verb('later')],
    ['BAL 4821', verb('balance')],
    ['salio 4821', verb('balance')],
    ['yes', verb('yes', null)],
    ['AIDE', verb('help', null)],
    ['msaada', verb('help', null)],
  ])('reads %j', (text, said) => {
    expect(readReply(text)).toEqual(said)
  })

  it.each([
    '',
    '4821',
    '1',
    '14821',
    'YES 482',
    'YES 48210',
    'YES 4821 2580',
    'YES NO 4821',
    'I say YES 4821',
    'STOP 4821',
    'CANCEL 4821',
    'END',
    'START',
    '🙂',
    '\ud800',
    'x'.repeat(2_000),
    'toString 4821',
  ])('guesses at nothing: %j', text => {
    expect(readReply(text)).toEqual(UNCLEAR)
  })

  it('reads a code back whatever signs stand around it, and answers every text with something', () => {
    const code = fc.integer({ min: 1000, max: 9999 }).map(String)
    const signs = fc.stringMatching(/^[ .,!:;-]{0,4}$/)
    fc.assert(
      fc.property(code, signs, signs, (digits, before, after) => {
        expect(readReply(`${before}yes ${digits}${after}`)).toEqual(verb('yes', digits))
      }),
    )
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(['verb', 'unclear']).toContain(readReply(text).kind)
      }),
    )
  })
})

describe('a word that is about all our messages', () => {
  it.each([
    'STOP',
    'stop.',
    'Arrêt',
    'ACHA',
    'sitisha!',
    'Cancel',
    'END',
    'quit',
    'please stop',
    'STOP SVP',
    'Stop sending me messages',
    'Tafadhali acha',
  ])('%s is the end of them', text => {
    expect(readWish(text)).toBe('stop')
  })
  it.each(['START', 'unstop', 'Anza', 'Reprendre'])('%s is their beginning', text => {
    expect(readWish(text)).toBe('start')
  })
  it.each(['STOP 4821', "don't stop", 'please', 'stop at 3', 'YES', 'NO 4821', '', '🙂', 'constructor'])(
    '%j is about none of that',
    text => {
      expect(readWish(text)).toBeUndefined()
    },
  )
})
