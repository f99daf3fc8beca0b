import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { RawRequest, Tools } from '../../src/domain/outside.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { type MpesaConfig, mpesa } from '../../src/providers/mpesa/index.ts'
import type { AttemptRef, CallbackReading, Order } from '../../src/providers/provider.ts'
import { CERTIFICATE } from '../../src/simulators/mpesa/index.ts'
import { createStage, type Stage } from '../simulators/support.ts'

/** Payouts, refunds and customers who pay by themselves: the adapter against Safaricom's simulator. */

const AMINA = '+254700000001' as Msisdn
const SHORTCODE = '600638'

let stage: Stage
let tools: Tools
let daraja: MpesaConfig

beforeAll(async () => {
  stage = await createStage()
  const now = () => stage.clock.now()
  tools = { http: createHttp({ maxBytes: 100_000 }), tokens: createTokens(now), now }
  await stage.simulators.seed({
    mpesa: {
      apps: [
        {
          consumerKey: 'key',
          consumerSecret: 'secret',
          shortcode: SHORTCODE,
          passkey: 'pass',
          environment: 'production',
          operator: { initiator: 'apiop', password: 'operator-password' },
          utility: '100000.00',
          c2b: { confirmationUrl: `${stage.listener.url}/paybill` },
        },
      ],
      wallets: [{ msisdn: AMINA, pin: '1234', balance: '50000.00', name: 'Amina Otieno' }],
    },
  })
  daraja = mpesa.config({
    baseUrl: `${stage.url}/mpesa`,
    consumerKey: 'key',
    consumerSecret: 'secret',
    shortcode: SHORTCODE,
    passkey: 'pass',
    payout: {
      initiator: 'apiop',
      initiatorPassword: 'operator-password',
      certificate: CERTIFICATE,
      notFoundCodes: ['R000002'],
    },
  })
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.simulators.faults.clear()
  await stage.pass(600)
  stage.listener.heard.length = 0
})

const payout = (shillings: number, msisdn = AMINA): Order => {
  const reference = mpesa.newReference()
  return {
    operation: 'disburse',
    reference,
    amount: { minor: BigInt(shillings) * 100n, currency: 'KES' },
    msisdn,
    shownReference: 'LN77',
    callbackUrl: `${stage.listener.url}/callback/${reference}`,
  }
}

const script = (kind: string) => stage.script({ simulator: 'mpesa', kind, msisdn: AMINA })

/** Every callback about one order, as the server would read it. */
function readings(attempt: AttemptRef): CallbackReading[] {
  return stage.listener.heard.flatMap(({ method, path, body }) => {
    const url = new URL(path, stage.listener.url)
    if (url.pathname !== new URL(attempt.callbackUrl).pathname) return []
    const request: RawRequest = {
      method,
      headers: {},
      query: Object.fromEntries(url.searchParams),
      body,
      from: '127.0.0.1',
    }
    return [mpesa.readCallback(request, daraja, attempt)]
  })
}

function told(attempt: AttemptRef): Outcome[] {
  return readings(attempt).map(reading => {
    if (reading.kind !== 'outcome') throw new Error(JSON.stringify(reading))
    return reading.outcome
  })
}

/** Asks on a URL of the question's own, and waits for the answer that comes to it. */
async function ask(order: AttemptRef): Promise<Outcome | undefined> {
  const question = { ...order, callbackUrl: `${stage.listener.url}/callback/${randomUUID()}` }
  expect(await mpesa.inquire(question, daraja, tools)).toEqual({ kind: 'accepted' })
  await stage.pass(1)
  return told(question).at(-1)
}

const truth = (order: AttemptRef) => stage.truth('mpesa', order.reference)
type Account = { readonly shortcode: string; readonly working: string; readonly utility: string }
const account = async () => (await stage.json<{ data: Account[] }>('/providers/mpesa/accounts')).data[0]

async function collected(shillings: number): Promise<{ reference: string; receipt: string }> {
  const order: Order = { ...payout(shillings), operation: 'collect' }
  const sent = await mpesa.send(order, daraja, tools)
  await stage.pass(5)
  const reference = sent.kind === 'accepted' ? sent.providerReference : undefined
  const receipt = (await stage.truth('mpesa', reference ?? ''))?.receipt
  if (reference === undefined || receipt === undefined) throw new Error(JSON.stringify(sent))
  return { reference, receipt }
}
const refundOf = (original: { reference: string; receipt: string }, shillings: number): Order => ({
  ...payout(shillings),
  operation: 'refund',
  original,
})

describe('a payout', () => {
  it('is taken, paid out of the utility account, told by callback with the name, and told again when asked', async () => {
    const order = payout(1500)
    const sent = await mpesa.send(order, daraja, tools)
    expect(sent).toEqual({ kind: 'accepted', providerReference: expect.stringMatching(/^AG_/) })
    expect(told(order)).toEqual([])
    await stage.pass(2)
    const paid = {
      kind: 'confirmed',
      amount: order.amount,
      receipt: (await truth(order))?.receipt,
      at: expect.any(Date),
      name: 'Amina Otieno',
    }
    expect(told(order)).toEqual([paid])
    expect(readings(order)[0]).toMatchObject({
      reference: order.reference,
      providerReference: sent.kind === 'accepted' ? sent.providerReference : '',
    })
    expect(await ask(order)).toEqual(paid)
    expect(await truth(order)).toMatchObject({ kind: 'disburse', status: 'succeeded', amount: '1500.00' })
  })

  it('leaves in whole seconds of Nairobi, whatever the zone of this machine', async () => {
    const order = payout(20)
    await mpesa.send(order, daraja, tools)
    await stage.pass(2)
    const [outcome] = told(order)
    const at = outcome?.kind === 'confirmed' ? outcome.at : undefined
    expect(at).toEqual(stage.clock.now())
  })

  it('finds the utility account empty, and is paid once there is money', async () => {
    const { utility } = (await account()) ?? { utility: '0.00' }
    expect(Number(utility)).toBeLessThan(100_000)
    const order = payout(100_000)
    await mpesa.send(order, daraja, tools)
    await stage.pass(2)
    expect(told(order)).toEqual([{ kind: 'our-fault', fault: 'no-float', detail: 'result 1', ended: true }])
    expect(await account()).toMatchObject({ utility })
    const topUp = { method: 'POST', body: JSON.stringify({ shortcode: SHORTCODE, amount: '100000.00' }) }
    expect((await stage.call('/providers/mpesa/accounts', topUp)).status).toBe(201)
    const again = payout(100_000)
    await mpesa.send(again, daraja, tools)
    await stage.pass(2)
    expect(told(again)).toMatchObject([{ kind: 'confirmed' }])
    expect(await account()).toMatchObject({ utility })
  })

  it('with a reference that was used before is not made again', async () => {
    const order = payout(30)
    expect((await mpesa.send(order, daraja, tools)).kind).toBe('accepted')
    expect(await mpesa.send(order, daraja, tools)).toMatchObject({ kind: 'unknown' })
    await stage.pass(600)
    expect(told(order)).toHaveLength(1)
    expect((await stage.transactions('mpesa')).filter(row => row.reference === order.reference)).toHaveLength(
      1,
    )
  })

  it.each(['lost-answer', 'server-error-after', 'cut-json'])(
    'whose answer a %s hid is found by asking with our own reference',
    async kind => {
      const order = payout(40)
      await script(kind)
      await script('no-callback')
      expect((await mpesa.send(order, daraja, tools)).kind).toBe('unknown')
      await stage.pass(2)
      expect(told(order)).toEqual([])
      expect(await ask(order)).toMatchObject({ kind: 'confirmed', amount: order.amount })
    },
  )

  it('that never arrived was never heard of', async () => {
    const order = payout(41)
    await script('lost-request')
    expect((await mpesa.send(order, daraja, tools)).kind).toBe('unknown')
    expect(await ask(order)).toEqual({ kind: 'not-found' })
  })

  it('that timed out in a queue is unknown until it is asked about, though it was paid', async () => {
    const order = payout(42)
    await script('queue-timeout')
    expect((await mpesa.send(order, daraja, tools)).kind).toBe('accepted')
    await stage.pass(2)
    expect(told(order)).toMatchObject([{ kind: 'unknown' }])
    expect(await truth(order)).toMatchObject({ status: 'succeeded' })
    expect(await ask(order)).toMatchObject({ kind: 'confirmed' })
  })

  it('is unknown where a question, too, is lost in a queue', async () => {
    const order = payout(43)
    await mpesa.send(order, daraja, tools)
    await script('query-queue-timeout')
    expect(await ask(order)).toMatchObject({ kind: 'unknown' })
    await script('query-no-callback')
    expect(await ask(order)).toBeUndefined()
  })

  it.each([
    ['2040', { kind: 'declined', reason: 'no-account' }],
    ['21', { kind: 'our-fault', fault: 'credentials' }],
    ['17', { kind: 'unknown' }],
  ])('understands result %s', async (code, outcome) => {
    const order = payout(50, `+2547999${code.padStart(5, '0')}` as Msisdn)
    await mpesa.send(order, daraja, tools)
    await stage.pass(2)
    expect(told(order)).toMatchObject([outcome])
    expect(await ask(order)).toMatchObject({ kind: 'declined', reason: 'failed' })
  })

  it('that Safaricom takes back later is reversed when asked about', async () => {
    const order = payout(44)
    await script('reversed-later')
    await mpesa.send(order, daraja, tools)
    await stage.pass(2)
    expect(await ask(order)).toMatchObject({ kind: 'confirmed' })
    await stage.pass(60)
    expect(await ask(order)).toEqual({ kind: 'reversed', amount: order.amount })
  })

  it('by an operator with a wrong password is our fault, not hers', async () => {
    const wrong = { ...daraja, payout: { ...daraja.payout, initiatorPassword: 'old' } }
    const order = payout(45)
    await mpesa.send(order, mpesa.config(wrong), tools)
    await stage.pass(2)
    expect(told(order)).toMatchObject([{ kind: 'our-fault', fault: 'credentials' }])
  })
})

describe('a refund', () => {
  it('brings a payment back to who paid, once', async () => {
    const before = await stage.balance('mpesa', AMINA.slice(1))
    const payment = await collected(700)
    const refund = refundOf(payment, 700)
    const sent = await mpesa.send(refund, daraja, tools)
    const providerReference = sent.kind === 'accepted' ? sent.providerReference : undefined
    if (providerReference === undefined) throw new Error(JSON.stringify(sent))
    const attempt = { ...refund, providerReference }
    expect(await ask(attempt)).toMatchObject({ kind: 'unknown' })
    await stage.pass(1)
    expect(told(attempt)).toMatchObject([{ kind: 'confirmed', amount: refund.amount, name: 'Amina Otieno' }])
    expect(readings(attempt)[0]).toMatchObject({ reference: refund.reference, providerReference })
    expect(await ask(attempt)).toEqual({ kind: 'confirmed', amount: refund.amount })
    expect(await stage.truth('mpesa', providerReference)).toMatchObject({
      kind: 'refund',
      status: 'succeeded',
      originalReceipt: payment.receipt,
    })
    expect(await stage.truth('mpesa', payment.reference)).toMatchObject({ status: 'reversed' })
    expect(await stage.balance('mpesa', AMINA.slice(1))).toBe(before)

    const twice = refundOf(payment, 700)
    await mpesa.send(twice, daraja, tools)
    await stage.pass(2)
    expect(told(twice)).toMatchObject([{ kind: 'unknown' }])
    expect(await stage.balance('mpesa', AMINA.slice(1))).toBe(before)
  })

  it('of another amount, or of a payment that is not there, is refused', async () => {
    const payment = await collected(710)
    for (const refund of [refundOf(payment, 709), refundOf({ ...payment, receipt: 'UNOTTHERE0' }, 710)]) {
      await mpesa.send(refund, daraja, tools)
      await stage.pass(2)
      expect(told(refund)).toMatchObject([{ kind: 'declined', reason: 'failed', again: 'never' }])
    }
    expect(await stage.truth('mpesa', payment.reference)).toMatchObject({ status: 'succeeded' })
  })

  it('whose answer was lost is found by asking for the payment', async () => {
    const refund = refundOf(await collected(720), 720)
    await script('lost-answer')
    await script('no-callback')
    expect((await mpesa.send(refund, daraja, tools)).kind).toBe('unknown')
    await stage.pass(2)
    expect(await ask(refund)).toEqual({ kind: 'confirmed', amount: refund.amount })
  })
})

describe('a customer who pays by herself', () => {
  const payBill = (bill: object) =>
    stage.call('/providers/mpesa/c2b', { method: 'POST', body: JSON.stringify(bill) })

  it('is told by the paybill, with what she typed and without her number', async () => {
    const bill = { msisdn: AMINA, amount: '250.00', billRefNumber: '000000001' }
    const at = stage.clock.now()
    const paid = (await (await payBill(bill)).json()) as { receipt: string }
    await stage.pass(1)
    const [heard] = stage.listener.heard
    const request = { method: 'POST', headers: {}, query: {}, body: heard?.body ?? '', from: '127.0.0.1' }
    expect(heard?.path).toBe('/paybill')
    expect(mpesa.readCallback(request, daraja, undefined)).toEqual({
      kind: 'payment',
      receipt: paid.receipt,
      amount: { minor: 25_000n, currency: 'KES' },
      shownReference: '000000001',
      at,
    })
  })

  it('has her money back by its receipt', async () => {
    const bill = { msisdn: AMINA, amount: '260.00', billRefNumber: 'NOBODY' }
    const { receipt } = (await (await payBill(bill)).json()) as { receipt: string }
    const refund = refundOf({ reference: 'none', receipt }, 260)
    await mpesa.send(refund, daraja, tools)
    await stage.pass(2)
    expect(told(refund)).toMatchObject([{ kind: 'confirmed' }])
    expect(await stage.truth('mpesa', receipt)).toMatchObject({ kind: 'c2b', status: 'reversed' })
  })
})
