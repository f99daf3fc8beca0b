import { describe, expect, it } from '@jest/globals'
import { wave } from '../../src/providers/wave/index.ts'
import type { Scripted } from '../contract/scripted-server.ts'
import { error, line, ok, page, sentBack } from './wave-bodies.ts'
import { scriptedWave } from './wave-tools.ts'

/** What the wallet holds, and what moved on it. */

const answering = scriptedWave()
const DAY = 'GET /v1/transactions?date=2026-01-15'
const [FROM, TO] = [new Date('2026-01-15T00:00:00Z'), new Date('2026-01-16T00:00:00Z')]

function balances(answer: Scripted) {
  const { known, tools } = answering({ 'GET /v1/balance': answer })
  return wave.balances?.(known, tools)
}
function statement(answers: Readonly<Record<string, Scripted>>, from = FROM, to = TO) {
  const { known, tools } = answering(answers)
  return wave.statement?.(from, to, known, tools)
}

const xof = (minor: bigint) => ({ minor, currency: 'XOF' })

describe('wave tells what the wallet holds', () => {
  it('to the franc, debts too', async () => {
    const holds = (minor: bigint) => ({
      kind: 'balances',
      balances: [{ account: 'wallet', amount: xof(minor) }],
    })
    expect(await balances(ok({ amount: '1250000', currency: 'XOF' }))).toEqual(holds(1_250_000n))
    expect(await balances(ok({ amount: 0, currency: 'XOF' }))).toEqual(holds(0n))
    expect(await balances(ok({ amount: '-40', currency: 'XOF' }))).toEqual(holds(-40n))
  })

  it.each([
    [
      'a key without the right',
      error(403, 'unauthorized-wallet'),
      { kind: 'our-fault', fault: 'configuration' },
    ],
    ['a bad key', error(401, 'invalid-auth'), { kind: 'our-fault', fault: 'credentials' }],
    ['HTML', ok('<html/>'), { kind: 'unknown' }],
    ['half a franc', ok({ amount: '0.5', currency: 'XOF' }), { kind: 'unknown' }],
    ['no answer', 'reset', { kind: 'unknown' }],
    ['no service', error(503, 'service-unavailable'), { kind: 'unknown' }],
  ] as const)('or why not: %s', async (_, answer, said) => {
    expect(await balances(answer)).toMatchObject(said)
  })
})

describe('wave tells what moved', () => {
  const paidOut = {
    ...line,
    transaction_id: 'T_OUT',
    transaction_type: 'api_payout',
    amount: '-1010',
    fee: '10',
    client_reference: 'ours',
    checkout_api_session_id: null,
  }

  it('in the payment’s own amount, the fee beside it, both ways and back', async () => {
    const swept = {
      ...line,
      transaction_id: 'T_SWEEP',
      transaction_type: 'merchant_sweep',
      amount: '-9',
      fee: null,
      client_reference: null,
      counterparty_mobile: null,
    }
    const answer = await statement({ [DAY]: ok(page([line, paidOut, sentBack, swept])) })
    const at = new Date(line.timestamp)
    const her = { msisdn: line.counterparty_mobile, at }
    const paid = { receipt: 'TDH5TEWTLFE', amount: xof(1_500n), reference: 'paid-before', ...her }
    expect(answer).toEqual({
      kind: 'lines',
      lines: [
        { ...paid, side: 'credit', charge: xof(15n) },
        { receipt: 'T_OUT', side: 'debit', amount: xof(1_000n), charge: xof(10n), reference: 'ours', ...her },
        { ...paid, side: 'debit' },
        { receipt: 'T_SWEEP', side: 'debit', amount: xof(9n), at },
      ],
    })
  })

  it('from one instant up to another, over days and pages', async () => {
    const on = (timestamp: string) => ({ ...line, timestamp })
    const answers = {
      'GET /v1/transactions?date=2026-01-14': ok(
        page([on('2026-01-14T11:59:59Z'), on('2026-01-14T12:00:00Z')]),
      ),
      [DAY]: ok(page([on('2026-01-15T01:00:00Z')], 'a b')),
      [`${DAY}&after=a%20b`]: ok(page([on('2026-01-15T11:59:59Z'), on('2026-01-15T12:00:00Z')])),
    }
    const answer = await statement(
      answers,
      new Date('2026-01-14T12:00:00Z'),
      new Date('2026-01-15T12:00:00Z'),
    )
    expect(answer?.kind === 'lines' && answer.lines.map(({ at }) => at.toISOString())).toEqual([
      '2026-01-14T12:00:00.000Z',
      '2026-01-15T01:00:00.000Z',
      '2026-01-15T11:59:59.000Z',
    ])
  })

  it.each([
    ['a line without an amount', ok(page([{ ...line, amount: 'many' }]))],
    ['a line without a time', ok(page([{ ...line, timestamp: 'noon' }]))],
    ['cut JSON', ok('{"items":[')],
    ['a page for ever', ok(page([], 'again'))],
    ['no answer', 'reset'],
  ] as const)('whole or not at all: %s', async (_, answer) => {
    const next = { [DAY]: answer, [`${DAY}&after=again`]: answer }
    expect(await statement(next)).toMatchObject({ kind: 'unknown' })
  })

  it('of two months at most at once', async () => {
    expect(await statement({}, new Date('2025-01-01T00:00:00Z'))).toMatchObject({ kind: 'unknown' })
  })
})
