import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createSimulators } from '../../src/simulators/index.ts'
import { createSimDatabase } from '../../src/simulators/kit/database.ts'
import { createTestDatabase } from '../support/database.ts'
import { AMINA, createLender, LENDER, type Lender, OTHER, POOR } from './mpesa-lender.ts'
import { createVirtualClock, listen } from './support.ts'

let lender: Lender
beforeAll(async () => {
  lender = await createLender()
})
afterAll(() => lender.stage.close())
beforeEach(() => lender.fresh())

describe('a customer who pays by herself', () => {
  it('moves her money to the working account, and is told of with its balance', async () => {
    const before = await lender.account()
    const answer = await lender.payBill('120.50')
    expect(answer.status).toBe(201)
    const paid = (await answer.json()) as { receipt: string }
    expect(paid).toMatchObject({ kind: 'c2b', status: 'succeeded', amount: '120.50', msisdn: `+${AMINA}` })
    await lender.stage.pass(1)
    const now = await lender.account()
    expect(Number(now?.working) - Number(before?.working)).toBe(120.5)
    expect(lender.stage.listener.heard.map(({ body }) => JSON.parse(body))).toEqual([
      expect.objectContaining({
        TransID: paid.receipt,
        TransAmount: '120.50',
        BillRefNumber: 'LN77',
        OrgAccountBalance: now?.working,
        MSISDN: '25470****001',
      }),
    ])
  })

  it('is refused what she does not have, and a paybill that is not there', async () => {
    expect((await lender.payBill('20.00', { msisdn: POOR })).status).toBe(409)
    expect((await lender.payBill('20.00', { shortcode: '999999' })).status).toBe(404)
    expect((await lender.payBill('20.00', { shortcode: undefined })).status).toBe(404)
    expect((await lender.payBill('20.005')).status).toBe(400)
    expect((await lender.payBill('20.00', { billRefNumber: 'x'.repeat(21) })).status).toBe(400)
    expect(await lender.stage.balance('mpesa', POOR)).toBe('10.00')
  })

  it('is asked about first where the lender wants to be asked, and its silence counts as was agreed', async () => {
    let verdict: string | undefined = '{"ResultCode":"0","ResultDesc":"Accepted"}'
    const asked: string[] = []
    const judge = await listen(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      asked.push(body)
      if (verdict === undefined) response.destroy()
      else response.end(verdict)
    })
    const register = (responseType: 'Completed' | 'Cancelled') =>
      lender.post('/mpesa/c2b/v1/registerurl', {
        ShortCode: LENDER.shortcode,
        ResponseType: responseType,
        ConfirmationURL: `${lender.stage.listener.url}/paid`,
        ValidationURL: `${judge.url}/check`,
      })
    try {
      expect((await register('Cancelled')).status).toBe(200)
      expect((await lender.payBill('130.00')).status).toBe(201)
      expect(JSON.parse(asked[0] ?? '')).toMatchObject({ TransAmount: '130.00', OrgAccountBalance: '' })
      verdict = '{"ResultCode":"C2B00012","ResultDesc":"Rejected"}'
      expect((await lender.payBill('131.00')).status).toBe(409)
      for (const none of [
        undefined,
        '{"ResultCode":"7"}',
        '<html>busy</html>',
        '{"ResultDesc":"Accepted"}',
      ]) {
        verdict = none
        await register('Cancelled')
        expect((await lender.payBill('132.00')).status).toBe(409)
        await register('Completed')
        expect((await lender.payBill('133.00')).status).toBe(201)
      }
    } finally {
      await judge.close()
    }
  })

  it('can be played by Daraja itself, in the sandbox only', async () => {
    const body = {
      ShortCode: OTHER.shortcode,
      CommandID: 'CustomerPayBillOnline',
      Amount: 15,
      Msisdn: AMINA,
      BillRefNumber: 'LN77',
    }
    const before = await lender.account(OTHER.shortcode)
    expect((await lender.post('/mpesa/c2b/v2/simulate', body, OTHER)).status).toBe(200)
    const now = await lender.account(OTHER.shortcode)
    expect(Number(now?.working) - Number(before?.working)).toBe(15)
    const live = await lender.post('/mpesa/c2b/v1/simulate', { ...body, ShortCode: LENDER.shortcode })
    expect(live.body.errorCode).toBe('404.001.01')
  })
})

it('brings the tables of the first release up to date, and keeps what is in them', async () => {
  const database = await createTestDatabase()
  const db = createSimDatabase(database.url)
  await db.raw(`create schema sim_mpesa;
    create table sim_mpesa.c2b_urls (
      shortcode text primary key, response_type text not null, confirmation_url text not null,
      validation_url text not null);
    create table sim_mpesa.transactions (
      id bigint generated always as identity primary key,
      kind text not null check (kind in ('collect', 'disburse')),
      msisdn text not null, amount_minor bigint not null check (amount_minor > 0), currency text not null,
      status text not null check (status in ('pending', 'succeeded', 'failed', 'reversed')),
      receipt text unique, created_at timestamptz not null, completed_at timestamptz, reversed_at timestamptz,
      checkout_request_id text not null unique, merchant_request_id text not null, shortcode text not null,
      account_reference text not null, callback_url text not null, scripted text, tellings text[] not null,
      prompted boolean not null, ends_at timestamptz not null, result_code text);
    insert into sim_mpesa.transactions
      (kind, msisdn, amount_minor, currency, status, created_at, checkout_request_id, merchant_request_id, shortcode,
       account_reference, callback_url, tellings, prompted, ends_at)
    values ('collect', '${AMINA}', 100, 'KES', 'pending', now(), 'ws_CO_1', '1-1-1', '600638', 'LN', 'http://127.0.0.1/', '{}',
            true, now());`)
  for (const _ of ['first start', 'second start']) {
    const simulators = await createSimulators({ databaseUrl: database.url, clock: createVirtualClock() })
    await simulators.close()
  }
  await db('sim_mpesa.transactions').insert({
    kind: 'c2b',
    msisdn: AMINA,
    amount_minor: '100',
    currency: 'KES',
    status: 'succeeded',
    created_at: new Date(),
    shortcode: '600638',
    tellings: [],
  })
  expect(await db('sim_mpesa.transactions').orderBy('id').pluck('kind')).toEqual(['collect', 'c2b'])
  await db.destroy()
  await database.drop()
})
