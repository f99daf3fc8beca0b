import { afterAll, beforeAll, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { type ScriptedServer, startScripted } from '../contract/scripted-server.ts'
import { common, create, ENTERED, ok } from './fineract-wire.ts'

let server: ScriptedServer
beforeAll(async () => {
  server = await startScripted()
})
afterAll(() => server.close())

type Row = { type: number; externalId: string | undefined; undone: 'no' | 'by hand' | 'with all' }

const row: fc.Arbitrary<Row> = fc.record({
  type: fc.constantFrom(1, 1, 2, 5, 8, 10, 17, 20, 32),
  externalId: fc.constantFrom(ENTERED, 'teller', undefined),
  undone: fc.constantFrom('no', 'no', 'by hand', 'with all'),
})
const written = ({ type, externalId, undone }: Row, id: number) => ({
  id,
  type: { id: type },
  date: [2026, 1, 15],
  amount: 1500,
  currency: { code: 'KES' },
  externalId,
  manuallyReversed: undone === 'by hand',
  ...(undone === 'no' ? {} : { reversedOnDate: [2026, 1, 16] }),
})

/** Fineract reverses whatever stands on the loan: it may be asked to only where all that lives there is ours. */
it('undoes a disbursal where nothing else lives on the loan, and nowhere else', async () => {
  const now = () => new Date()
  const core = create(server.url, 3_000, {
    http: createHttp({ maxBytes: 100_000 }),
    tokens: createTokens(now),
    now,
  })
  const ours = written({ type: 1, externalId: ENTERED, undone: 'no' }, 1)
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 6 }), async rows => {
      server.script(({ method, url }) => {
        if (method === 'POST') return { status: 401 }
        const loan = { id: 11, accountNo: '11', status: { id: 300 }, currency: { code: 'KES' } }
        return ok(url.includes('/external-id/') ? ours : { ...loan, transactions: rows.map(written) })
      })
      await core.enter({ ...common, kind: 'undo-disbursal', loanId: '11', entered: ENTERED })
      const living = rows.filter(({ undone }) => undone === 'no')
      const [disbursements, more] = [
        living.filter(({ type }) => type === 1),
        living.filter(({ type }) => ![1, 5, 10, 32].includes(type)),
      ]
      const may =
        disbursements.length > 0 &&
        disbursements.every(({ externalId }) => externalId === ENTERED) &&
        more.length === 0
      expect(server.received.some(({ method }) => method === 'POST')).toBe(may)
    }),
    { numRuns: 200 },
  )
})
