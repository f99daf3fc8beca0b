import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createListener, createStage, type Stage } from './support.ts'

/** Clients that others wrote for the vendors, as npm has them: they find nothing missing here. */

const load = createRequire(import.meta.url)
const AMINA = '254700000001'

type Posted = { readonly data: Readonly<Record<string, string>> }
type MpesaNode = Readonly<Record<string, (...given: unknown[]) => Promise<Posted>>> & { baseURL: string }

let stage: Stage
let listener: Awaited<ReturnType<typeof createListener>>
let folder: string
let mpesa: MpesaNode
beforeAll(async () => {
  stage = await createStage()
  listener = await createListener()
  await stage.simulators.seed({
    mpesa: {
      apps: [
        {
          ...{ consumerKey: 'key', consumerSecret: 'secret', shortcode: '600638', passkey: 'pass' },
          ...{ environment: 'sandbox', refusesTwins: false, utility: '5000.00' },
          operator: { initiator: 'apiop', password: 'pass-word' },
        },
      ],
      wallets: [{ msisdn: `+${AMINA}`, pin: '1234', balance: '5000.00', name: 'Amina Otieno' }],
    },
    mtnMomo: {
      users: [],
      wallets: [],
      subscriptions: [
        { key: 'collect-key', product: 'collection' },
        { key: 'pay-key', product: 'disbursement' },
      ],
    },
  })
  folder = await mkdtemp(join(tmpdir(), 'daraja-'))
  const certPath = join(folder, 'certificate.cer')
  await writeFile(certPath, await (await stage.call('/providers/mpesa/certificate')).text())
  const Mpesa = load('mpesa-node') as new (configs: object) => MpesaNode
  mpesa = new Mpesa({
    ...{ consumerKey: 'key', consumerSecret: 'secret', environment: 'sandbox', certPath },
    ...{ lipaNaMpesaShortCode: 600_638, lipaNaMpesaShortPass: 'pass', shortCode: '600638' },
    ...{ initiatorName: 'apiop', securityCredential: 'pass-word' },
  })
  mpesa.baseURL = `${stage.url}/mpesa`
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await listener.close()
  await stage.close()
})

const call = (name: string, ...given: unknown[]) => (mpesa[name] as MpesaNode[string]).call(mpesa, ...given)
const told = (at: string) =>
  listener.heard.filter(({ path }) => path === at).map(({ body }) => JSON.parse(body))

describe('mpesa-node', () => {
  it('pushes, asks, and hears of it', async () => {
    const { data } = await call(
      'lipaNaMpesaOnline',
      Number(AMINA),
      150,
      `${listener.url}/stk`,
      'LOAN77',
      'Loan',
    )
    expect(data).toMatchObject({ ResponseCode: '0', CustomerMessage: expect.any(String) })
    await stage.pass(5)
    expect((await call('lipaNaMpesaQuery', data.CheckoutRequestID)).data).toMatchObject({ ResultCode: '0' })
    expect(told('/stk')[0].Body.stkCallback).toMatchObject({ ResultCode: 0 })
  })

  it('pays out, asks what became of it, and takes a payment back', async () => {
    await call('b2c', '600638', AMINA, 100, `${listener.url}/late`, `${listener.url}/b2c`)
    await stage.pass(5)
    const paid = told('/b2c')[0].Result
    expect(paid).toMatchObject({ ResultCode: 0, TransactionID: expect.any(String) })
    await call(
      'transactionStatus',
      paid.TransactionID,
      '600638',
      '4',
      `${listener.url}/late`,
      `${listener.url}/status`,
    )
    await stage.pass(5)
    expect(told('/status')[0].Result.ResultCode).toBe(0)

    const { data } = await call(
      'lipaNaMpesaOnline',
      Number(AMINA),
      70,
      `${listener.url}/second`,
      'LOAN77',
      'Loan',
    )
    expect(data.ResponseCode).toBe('0')
    await stage.pass(5)
    const items = told('/second')[0].Body.stkCallback.CallbackMetadata.Item as {
      Name: string
      Value: string
    }[]
    const receipt = items.find(({ Name }) => Name === 'MpesaReceiptNumber')?.Value
    await call('reversal', receipt, 70, `${listener.url}/late`, `${listener.url}/back`)
    await stage.pass(5)
    expect(told('/back')[0].Result.ResultCode).toBe(0)
  })

  it('hears of the three balances', async () => {
    await call('accountBalance', '600638', '4', `${listener.url}/late`, `${listener.url}/balance`)
    await stage.pass(5)
    const { Result } = told('/balance')[0]
    expect(Result.ResultParameters.ResultParameter[0]).toEqual({
      Key: 'AccountBalance',
      Value:
        'Working Account|KES|150.00|150.00|0.00|0.00&Utility Account|KES|4900.00|4900.00|0.00|0.00&Charges Paid Account|KES|0.00|0.00|0.00|0.00',
    })
  })
})

type Product = {
  getBalance(): Promise<object>
  isPayerActive(id: string): Promise<object>
  requestToPay(order: object): Promise<string>
  transfer(order: object): Promise<string>
  getTransaction(id: string): Promise<object>
}
type Momo = {
  Users(config: object): {
    create(host: string): Promise<string>
    login(id: string): Promise<{ apiKey: string }>
  }
  Collections(config: object): Product
  Disbursements(config: object): Product
}

describe('mtn-momo', () => {
  const momo = (): Momo => {
    const config = { callbackHost: '127.0.0.1', baseUrl: `${stage.url}/mtn-momo`, environment: 'sandbox' }
    return (load('mtn-momo') as { create(config: object): Momo }).create(config)
  }
  async function provisioned(primaryKey: string) {
    const users = momo().Users({ primaryKey })
    const userId = await users.create('127.0.0.1')
    const { apiKey: userSecret } = await users.login(userId)
    return { primaryKey, userId, userSecret }
  }

  it('makes its API user and key, asks a customer to pay, and reads what became of it', async () => {
    const collections = momo().Collections(await provisioned('collect-key'))
    const order = {
      amount: '50',
      currency: 'EUR',
      externalId: 'LOAN77',
      payerMessage: 'Loan',
      payeeNote: 'Loan',
    }
    const id = await collections.requestToPay({
      ...order,
      payer: { partyIdType: 'MSISDN', partyId: '46733123999' },
      callbackUrl: `${listener.url}/momo`,
    })
    await stage.pass(10)
    expect(await collections.getTransaction(id)).toMatchObject({ status: 'SUCCESSFUL', amount: '50' })
    expect(listener.heard.some(({ path }) => path === '/momo')).toBe(true)
    expect(await collections.isPayerActive('46733123999')).toEqual({ result: true })
    expect(await collections.getBalance()).toMatchObject({ currency: 'EUR' })
    const refused = collections.requestToPay({
      ...order,
      payer: { partyIdType: 'MSISDN', partyId: '46733123451' },
    })
    const failed = await refused
    await stage.pass(10)
    await expect(collections.getTransaction(failed)).rejects.toMatchObject({
      transaction: { status: 'FAILED' },
    })
  })

  it('pays out', async () => {
    const disbursements = momo().Disbursements(await provisioned('pay-key'))
    const id = await disbursements.transfer({
      ...{ amount: '20', currency: 'EUR', externalId: 'OUT1', payerMessage: 'Loan', payeeNote: 'Loan' },
      payee: { partyIdType: 'MSISDN', partyId: '46733123999' },
      callbackUrl: `${listener.url}/out`,
    })
    await stage.pass(10)
    expect(await disbursements.getTransaction(id)).toMatchObject({ status: 'SUCCESSFUL' })
  })

  it('is refused without a subscription, and where the user is not its own', async () => {
    const users = momo().Users({ primaryKey: 'nobodys-key' })
    await expect(users.create('127.0.0.1')).rejects.toThrow()
    const { userId } = await provisioned('collect-key')
    await expect(momo().Users({ primaryKey: 'pay-key' }).login(userId)).rejects.toThrow()
    await expect(
      momo().Collections({ primaryKey: 'collect-key', userId, userSecret: 'x' }).getBalance(),
    ).rejects.toThrow()
  })
})
