import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { place } from '../../src/session/place.ts'
import type { Session } from '../../src/store/sessions.ts'
import { turnOf } from '../contract/sessions.ts'

const PHONE = '+254700000001'
const CODE = '*384*100#'
/** As good as the real one here: equal texts alone are equal. */
const hmacOf = (text: string): string => `hmac of ${text}`

/** The session after all this was typed. */
const sessionAfter = (transcript: string): Session => ({
  ...turnOf(3),
  phone: PHONE,
  code: CODE,
  typed: transcript.length,
  hmac: hmacOf(transcript),
})
const at = (session: Session | undefined, transcript: string) =>
  place(session, { phone: PHONE, code: CODE, transcript }, hmacOf)

/** What people type, as the gateway joins it. */
const inputs = fc.array(fc.stringMatching(/^[0-9a-z.,#]{1,6}$/), { minLength: 1, maxLength: 8 })
/** Everything the gateway ever sent of the session: `''`, `1`, `1*2`, … */
const transcriptsOf = (typed: readonly string[]): string[] => [
  '',
  ...typed.map((_, at) => typed.slice(0, at + 1).join('*')),
]

describe('the place of a hop in its session', () => {
  it('is the next turn, with what was typed since', () => {
    fc.assert(
      fc.property(inputs, typed => {
        const [now = '', before = ''] = transcriptsOf(typed).reverse()
        expect(at(sessionAfter(before), now)).toEqual({ kind: 'advance', input: typed.at(-1) })
      }),
    )
  })

  it('is the first screen where no session is known, whatever was typed', () => {
    fc.assert(
      fc.property(fc.string(), transcript => {
        expect(at(undefined, transcript)).toEqual({ kind: 'advance', input: undefined })
      }),
    )
  })

  it('never moves by any sequence of repeated, shortened and reordered hops', () => {
    fc.assert(
      fc.property(inputs, fc.infiniteStream(fc.nat()), (typed, draws) => {
        const sent = transcriptsOf(typed)
        const session = sessionAfter(sent.at(-1) ?? '')
        for (let hop = 0; hop < 12; hop++) {
          const old = sent[(draws.next().value ?? 0) % sent.length] ?? ''
          expect(at(session, old)).toEqual({ kind: 'replay', session })
        }
      }),
    )
  })

  it('never moves by a hop that tells another story, however long', () => {
    fc.assert(
      fc.property(inputs, inputs, fc.string({ maxLength: 4 }), (typed, others, tail) => {
        const [known, other] = [typed.join('*'), others.join('*') + tail]
        fc.pre(!other.startsWith(`${known}*`) && known !== '')
        expect(at(sessionAfter(known), other).kind).toBe('replay')
      }),
    )
  })

  it('is over once the session has ended', () => {
    fc.assert(
      fc.property(inputs, fc.string(), (typed, more) => {
        const ended = { ...sessionAfter(typed.join('*')), flow: null }
        expect(at(ended, `${typed.join('*')}*${more}`)).toEqual({ kind: 'replay', session: ended })
      }),
    )
  })

  it('is nobody’s for another phone or another code', () => {
    const hop = { phone: PHONE, code: CODE, transcript: '1*2' }
    for (const other of [{ phone: '+254700000002' }, { code: '*1#' }])
      expect(place(sessionAfter('1'), { ...hop, ...other }, hmacOf)).toEqual({ kind: 'foreign' })
  })
})
