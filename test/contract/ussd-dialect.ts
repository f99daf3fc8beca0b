import { describe, expect, it } from '@jest/globals'
import type { Closed, Hop, SessionEnd, UssdDialect } from '../../src/channels/channel.ts'
import type { RawRequest } from '../../src/domain/outside.ts'

/** What every USSD dialect must do; fixtures are in the gateway's own wire form. */
export type DialectCase = {
  readonly name: string
  readonly dialect: UssdDialect
  readonly hops: readonly (readonly [what: string, request: RawRequest, hop: Hop])[]
  /** What says, where hops go, that a session is over; and what the gateway wants to hear to it. */
  readonly closes: readonly (readonly [what: string, request: RawRequest, closed: Closed, body: string])[]
  readonly badHops: readonly (readonly [what: string, request: RawRequest])[]
  readonly ends: readonly (readonly [what: string, request: RawRequest, end: SessionEnd])[]
  readonly badEnds: readonly (readonly [what: string, request: RawRequest])[]
  /** The wire form of a screen. */
  readonly wire: (kind: 'con' | 'end', text: string) => string
  /** What somebody typed in the fixtures and that no complaint may repeat: PINs. */
  readonly typed: readonly string[]
}

export function dialectContract({
  name,
  dialect,
  hops,
  closes,
  badHops,
  ends,
  badEnds,
  wire,
  typed,
}: DialectCase): void {
  const request = hops[0]?.[1] as RawRequest
  const complains = (reading: object) => {
    expect(reading).toMatchObject({ kind: 'unreadable', why: expect.stringMatching(/^send /) })
    for (const secret of typed) expect(JSON.stringify(reading)).not.toContain(secret)
  }

  describe(`${name} keeps the contract of a USSD dialect`, () => {
    it.each(hops)('reads %s', (_, request, hop) => {
      expect(dialect.readHop(request)).toEqual(hop)
    })

    for (const [what, request, closed, body] of closes)
      it(`reads that it is over: ${what}`, () => {
        expect(dialect.readHop(request)).toEqual(closed)
        expect(dialect.writeClosed(request).body).toBe(body)
      })

    it.each(badHops)('refuses %s, saying what to send', (_, request) => complains(dialect.readHop(request)))

    for (const [what, request, end] of ends)
      it(`reads the end: ${what}`, () => {
        expect(dialect.readEnd(request)).toEqual(end)
      })

    it.each(badEnds)('refuses an end: %s', (_, request) => complains(dialect.readEnd(request)))

    it('writes a screen as the gateway wants it, the prefix counted in the budget', () => {
      for (const kind of ['con', 'end'] as const) {
        const reply = dialect.writeReply({ kind, text: '1. Lipa\n0. $&"Rudi"', label: 'home.menu' }, request)
        expect(reply.body).toBe(wire(kind, '1. Lipa\n0. $&"Rudi"'))
        for (const secret of typed) expect(reply.body).not.toContain(secret)
        expect(reply.body.startsWith(dialect.prefix.trim()) || kind === 'end').toBe(true)
      }
      expect(dialect.budget).toBeGreaterThan(dialect.prefix.length)
    })

    it('writes no header that HTTP could not carry, whatever the label', () => {
      const label = `é|\r\n${'x'.repeat(200)}`
      const labelled = dialect.writeReply({ kind: 'con', text: 'x', label }, request)
      expect(() => new Headers({ ...labelled.headers })).not.toThrow()
      const bare = dialect.writeReply({ kind: 'con', text: 'x' }, request)
      expect(Object.values(bare.headers).every(value => /^[\x20-\x7e]*$/.test(value))).toBe(true)
    })
  })
}
