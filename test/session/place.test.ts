import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { markOf, place } from '../../src/session/place.ts'
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

describe('the place of a hop that carries the last input alone', () => {
  const LATER = 60_000
  const typedIn = (input: string, more: object = {}) => ({
    phone: PHONE,
    code: CODE,
    input,
    begin: false,
    dialled: [],
    repeatMs: 2_000,
    ...more,
  })
  type Typed = ReturnType<typeof typedIn>

  /** The session once this hop was answered, at the moment 0. */
  const answered = (before: Session | undefined, hop: Typed): Session => ({
    ...turnOf((before?.turn ?? -1) + 1),
    phone: PHONE,
    code: CODE,
    ...markOf(before, hop, hmacOf),
    answeredAt: 0,
  })
  /** The session after all these hops. */
  const sessionOf = (...hops: readonly Typed[]): Session =>
    hops.reduce<Session | undefined>(answered, undefined) ?? turnOf(0)
  const dial = typedIn(CODE, { begin: true })
  const now = (session: Session | undefined, hop: Typed, at = LATER) => place(session, hop, hmacOf, at)

  it('is the next turn, whatever was typed: a star in it, nothing, or the same again once she can have read', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 6 }), fc.string(), (typed, input) => {
        const session = sessionOf(dial, ...typed.map(text => typedIn(text)))
        expect(now(session, typedIn(input))).toEqual({ kind: 'advance', input })
        expect(now(sessionOf(dial, typedIn(input)), typedIn(input), 2_000)).toEqual({
          kind: 'advance',
          input,
        })
      }),
    )
  })

  it('is the old turn for the same input within its time, and the next for another', () => {
    const session = sessionOf(dial, typedIn('1'))
    expect(now(session, typedIn('1'), 1_999)).toEqual({ kind: 'replay', session })
    expect(now(session, typedIn('2'), 1)).toEqual({ kind: 'advance', input: '2' })
  })

  it('is told by the gateway’s own number alone where there is one', () => {
    const session = sessionOf(
      { ...dial, sequence: 1 } as Typed,
      typedIn('1', { sequence: 2 }),
      typedIn('1', { sequence: 3 }),
    )
    for (const sequence of [1, 2, 3])
      expect(now(session, typedIn('1', { sequence }))).toEqual({ kind: 'replay', session })
    expect(now(session, typedIn('1', { sequence: 4 }), 1)).toEqual({ kind: 'advance', input: '1' })
  })

  it('is told by the gateway’s own name of it, also of an older one', () => {
    const session = sessionOf(
      { ...dial, requestId: 'a' } as Typed,
      typedIn('1', { requestId: 'b' }),
      typedIn('2', { requestId: 'c' }),
    )
    for (const requestId of ['a', 'b', 'c'])
      expect(now(session, typedIn('1', { requestId }))).toEqual({ kind: 'replay', session })
    expect(now(session, typedIn('2', { requestId: 'd' }), 1)).toEqual({ kind: 'advance', input: '2' })
  })

  it('never moves by a beginning that comes again, nor once the session has ended', () => {
    const session = sessionOf(dial, typedIn('1'))
    expect(now(session, dial)).toEqual({ kind: 'replay', session })
    const ended = { ...session, flow: null }
    expect(now(ended, typedIn('2'))).toEqual({ kind: 'replay', session: ended })
  })

  it('is nobody’s for another phone or another code', () => {
    for (const other of [{ phone: '+254700000002' }, { code: '*1#' }])
      expect(now(sessionOf(dial), typedIn('1', other))).toEqual({ kind: 'foreign' })
  })

  it('keeps no input, only HMACs that stand on one another', () => {
    const kept = (...inputs: string[]) => sessionOf(dial, ...inputs.map(text => typedIn(text))).hmac
    expect(kept('1', '2')).not.toBe(kept('12'))
    const real = markOf(sessionOf(dial), typedIn('2580'), text => `${text.length}`)
    expect(JSON.stringify(real)).not.toContain('2580')
  })
})
