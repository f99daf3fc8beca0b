import { describe, expect, it } from '@jest/globals'

/** A request as a gateway makes it: as a form, as JSON, or as a query. */
export type Wire = {
  readonly name: string
  readonly kind: 'form' | 'json' | 'query'
  /** The channel's address, with what this gateway adds behind it. */
  readonly path: (session: string) => string
  /** Every field of a first hop. */
  readonly fields: (session: string) => Readonly<Record<string, unknown>>
  /** Which field says what; null: no field does. */
  readonly says: {
    readonly session: string | null
    readonly phone: string
    readonly input: string | null
    readonly network: string | null
  }
  /** The fields of somebody who dialled another code; null: nobody can tell by them which was dialled. */
  readonly elsewhere: Readonly<Record<string, unknown>> | null
}

type Sent = { readonly path: string; readonly init: RequestInit }

const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = 'application/json'

/** The pairs of a form or of a query, as text. */
const pairs = (fields: Readonly<Record<string, unknown>>): string =>
  new URLSearchParams(
    Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, String(value)])),
  ).toString()

/** A request with exactly this body, or query. */
function sent(wire: Wire, session: string, text: string, type?: string): Sent {
  const path = wire.path(session)
  if (wire.kind === 'query') return { path: `${path}?${text}`, init: type === undefined ? {} : typed(type) }
  const own = wire.kind === 'form' ? FORM : JSON_TYPE
  return { path, init: { method: 'POST', body: text, ...typed(type ?? own) } }
}

const typed = (type: string): RequestInit => ({ headers: { 'content-type': type } })

const written = (wire: Wire, fields: Readonly<Record<string, unknown>>): string =>
  wire.kind === 'json' ? JSON.stringify(fields) : pairs(fields)

function lacking(wire: Wire, session: string, field: string): Sent {
  const { [field]: _, ...others } = wire.fields(session)
  return sent(wire, session, written(wire, others))
}

/** What it comes to: the first screen; a refusal that says what to send; or one before anybody has read it. */
type Meaning = 'screen' | 'refused' | 'too-large'

type Case = { readonly make: (wire: Wire, session: string) => Sent; readonly means: (wire: Wire) => Meaning }

const always = (meaning: Meaning) => (): Meaning => meaning

/** All of them for every gateway: where one has another meaning, the table says which. */
export const WIRE_CASES: Readonly<Record<string, Case>> = {
  'as its gateway sends it': {
    make: (wire, session) => sent(wire, session, written(wire, wire.fields(session))),
    means: always('screen'),
  },
  'without its session': {
    make: (wire, session) =>
      wire.says.session === null
        ? sent(wire, '', written(wire, wire.fields('')))
        : lacking(wire, session, wire.says.session),
    means: always('refused'),
  },
  'without a phone': {
    make: (wire, session) => lacking(wire, session, wire.says.phone),
    means: always('refused'),
  },
  'without what was typed': {
    make: (wire, session) => lacking(wire, session, wire.says.input ?? ''),
    // where the request itself says that it is the first, nothing need have been typed
    means: ({ kind }) => (kind === 'json' ? 'screen' : 'refused'),
  },
  'without a network': {
    make: (wire, session) => lacking(wire, session, wire.says.network ?? ''),
    means: always('screen'),
  },
  'with a network nobody knows': {
    make: (wire, session) =>
      sent(
        wire,
        session,
        written(wire, {
          ...wire.fields(session),
          ...(wire.says.network === null ? {} : { [wire.says.network]: '99998' }),
        }),
      ),
    means: always('screen'),
  },
  'with a field nobody knows': {
    make: (wire, session) => sent(wire, session, written(wire, { ...wire.fields(session), novel: 'x' })),
    means: always('screen'),
  },
  'with letters for a phone': {
    make: (wire, session) =>
      sent(wire, session, written(wire, { ...wire.fields(session), [wire.says.phone]: '+2547abc' })),
    means: always('refused'),
  },
  'with a plus that was not escaped': {
    make: (wire, session) =>
      sent(
        wire,
        session,
        written(wire, { ...wire.fields(session), [wire.says.phone]: '+254700000001' }).replace('%2B', '+'),
      ),
    means: always('screen'),
  },
  'with a key twice': {
    make(wire, session) {
      const text = written(wire, wire.fields(session))
      const twice = JSON.stringify({ [wire.says.phone]: '254700000001' }).slice(1)
      return sent(
        wire,
        session,
        wire.kind === 'json' ? `${text.slice(0, -1)},${twice}` : `${text}&${wire.says.phone}=254700000009`,
      )
    },
    // of JSON the last one counts, as everywhere (ECMA-404 leaves it open)
    means: ({ kind }) => (kind === 'json' ? 'screen' : 'refused'),
  },
  'for another code': {
    make: (wire, session) =>
      sent(wire, session, written(wire, { ...wire.fields(session), ...wire.elsewhere })),
    means: ({ elsewhere }) => (elsewhere === null ? 'screen' : 'refused'),
  },
  'of another content type': {
    make: (wire, session) =>
      wire.kind === 'form'
        ? sent(wire, session, JSON.stringify(wire.fields(session)), JSON_TYPE)
        : sent(wire, session, written(wire, wire.fields(session)), 'text/plain'),
    // JSON is read whatever it is called, for gateways call it many names; a form is not what it is not
    means: ({ kind }) => (kind === 'form' ? 'refused' : 'screen'),
  },
  'of another method': {
    make(wire, session) {
      const { path, init } = sent(wire, session, written(wire, wire.fields(session)))
      return wire.kind === 'query'
        ? { path, init: { method: 'POST' } }
        : { path: `${path}?${String(init.body)}`, init: {} }
    },
    means: always('refused'),
  },
  'with nothing in it': { make: (wire, session) => sent(wire, session, ''), means: always('refused') },
  'that broke off': {
    make: (wire, session) => sent(wire, session, written(wire, wire.fields(session)).slice(0, 12)),
    means: always('refused'),
  },
  'beyond all size': {
    make: (wire, session) =>
      sent(
        wire,
        session,
        written(wire, { ...wire.fields(session), [wire.says.input ?? 'novel']: '1'.repeat(70_000) }),
      ),
    means: always('too-large'),
  },
}

/** A body of 64 kB and more, or a line of 16 kB and more, which Node itself refuses. */
const TOO_LARGE = { form: 413, json: 413, query: 431 } as const

/** Every case on the whole house: answered, or refused in words, and never a session of it. */
export function wireContract(
  wire: Wire,
  house: { readonly url: () => string; readonly sessions: () => Promise<number> },
): void {
  let sessions = 0
  describe(`a first hop of ${wire.name}`, () => {
    it.each(Object.keys(WIRE_CASES))('%s', async what => {
      const { make, means } = WIRE_CASES[what] as Case
      sessions += 1
      const { path, init } = make(wire, `wire-${wire.name}-${sessions}`)
      const before = await house.sessions()
      const answer = await fetch(house.url() + path, init)
      const text = await answer.text()
      const meaning = means(wire)
      expect([answer.status, meaning]).toEqual([
        { screen: 200, refused: 400, 'too-large': TOO_LARGE[wire.kind] }[meaning],
        meaning,
      ])
      if (meaning === 'screen') expect(text).toContain('1 Pay now')
      if (meaning === 'refused')
        expect(JSON.parse(text)).toMatchObject({
          title: 'Bad request',
          detail: expect.stringMatching(/^(send |this channel serves )/),
        })
      expect((await house.sessions()) - before).toBe(meaning === 'screen' ? 1 : 0)
    })
  })
}
