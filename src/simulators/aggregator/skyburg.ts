import { constants, createHmac, privateDecrypt } from 'node:crypto'
import type { Route, SimRequest } from '../kit/http.ts'
import { formatAmount } from '../kit/money.ts'
import { randomDigits } from '../kit/numbers.ts'
import { fieldOf } from '../kit/wire.ts'
import { ACCOUNTS, type Account, accountOf, type House, type Kind, type Row, wallets } from './house.ts'
import type { Vendor } from './life.ts'
import { SKYBURG_PRIVATE_KEY } from './skyburg-keys.ts'
import { type Answered, answered, ask, CODES, done, NO_KEY, strange, told } from './template.ts'
import { basic, type Fields, moneyRoute, objectOf, queryRoute, rowBy, textOf } from './wire.ts'

/** What Skyburg's template talks to: made up, JSON with Basic, a PIN under an RSA key, and signed callbacks. */

function opened(sealed: unknown): string | undefined {
  try {
    const key = { key: SKYBURG_PRIVATE_KEY, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }
    return privateDecrypt(key, Buffer.from(String(sealed), 'base64')).toString()
  } catch {
    return undefined
  }
}

export const skyburg = (house: House): Vendor => ({
  name: 'skyburg',
  promptMs: 300_000,
  prompt: (_, amount) => `EcoCash: pay ${amount} to SKYBURG? Enter PIN`,
  receipt: () => `MP${randomDigits(6)}.${randomDigits(4)}.H${randomDigits(5)}`,
  tell: async (row, minor) => {
    const account = await accountOf(house.db, 'skyburg', row.account)
    const { completedAt: _, ...body } = told(row, minor)
    const text = [
      body.reference,
      body.transactionId,
      body.status,
      body.resultCode,
      body.amount,
      body.currency,
      body.receipt ?? '',
    ].join('|')
    const signature = createHmac('sha256', account?.secrets.signingSecret ?? 'a forger')
      .update(text)
      .digest('base64')
    return { method: 'POST', contentType: 'application/json', body: JSON.stringify({ ...body, signature }) }
  },
})

const SKYBURG_FIELDS: readonly string[] = [
  'merchantCode',
  'merchantPin',
  'reference',
  'provider',
  'msisdn',
  'amount',
  'currency',
  'narration',
  'notifyUrl',
  'originalReference',
]
const ECOCASH = /^2637[78]\d{7}$/

async function skyburgOrder(
  house: House,
  vendor: Vendor,
  kind: Kind,
  account: Account,
  fields: Fields,
): Promise<Answered> {
  const texts = ['reference', 'currency', 'msisdn', 'provider', 'notifyUrl', 'originalReference'].map(field =>
    textOf(fields[field]),
  )
  const [reference, currency, msisdn, provider, callbackUrl, original] = texts
  const amount = typeof fields.amount === 'number' ? String(fields.amount) : undefined
  const wrong = strange(fields, SKYBURG_FIELDS)
  if (wrong !== undefined) return { code: CODES.malformed, why: wrong }
  if (fields.merchantCode !== account.secrets.merchantCode)
    return { code: CODES.malformed, why: 'merchantCode' }
  if (opened(fields.merchantPin) !== account.secrets.merchantPin)
    return { code: CODES.malformed, why: 'merchantPin' }
  if (kind !== 'refund' && provider !== 'ECOCASH') return { code: CODES.malformed, why: 'provider' }
  return ask(house, vendor, ECOCASH, {
    account,
    kind,
    reference,
    amount,
    currency,
    msisdn,
    provider,
    callbackUrl,
    original,
  })
}

export function skyburgRoutes(house: House, vendor: Vendor): Route[] {
  const { name } = vendor
  const accountIn = async ({ headers }: SimRequest): Promise<Account | undefined> => {
    const [user, password] = basic(headers.authorization) ?? []
    const account = await accountOf(house.db, name, user ?? '')
    return account !== undefined && account.secrets.password === password ? account : undefined
  }
  const money = (path: string, kind: Kind): Route =>
    moneyRoute(
      house,
      name,
      `/${name}/${path}`,
      ({ body }) => fieldOf(body, 'msisdn'),
      async request => {
        const account = await accountIn(request)
        if (account === undefined) return NO_KEY
        const fields = objectOf(request.body) ?? {}
        const answer = await skyburgOrder(house, vendor, kind, account, fields)
        return answered(answer, {
          resultCode: answer.code,
          resultDesc: answer.why,
          reference: fields.reference,
          transactionId: answer.row?.provider_reference,
        })
      },
    )
  const read = (path: string, answer: (account: Account, request: SimRequest) => Promise<object>): Route => ({
    method: 'GET',
    path: `/${name}/${path}`,
    async handle(request) {
      const account = await accountIn(request)
      return account === undefined ? NO_KEY : done(await answer(account, request))
    },
  })
  return [
    money('payments', 'collect'),
    money('payouts', 'disburse'),
    money('refunds', 'refund'),
    queryRoute(
      house,
      name,
      'POST',
      `/${name}/query`,
      ({ body }) => rowBy(house, name, { reference: fieldOf(body, 'reference') ?? '' }),
      async (request, row) => {
        const account = await accountIn(request)
        if (account === undefined) return NO_KEY
        if (row === undefined || row.account !== account.account)
          return done({ resultCode: CODES['not-known'] })
        return done({ ...told(row), customerName: await nameOf(house, row) })
      },
    ),
    read('customers/:msisdn', async ({ currency }, { params }) => {
      const wallet = await wallets.find(house.db, params.msisdn ?? '', currency)
      return wallet === undefined
        ? { resultCode: CODES['no-account'] }
        : { resultCode: CODES.done, name: wallet.name }
    }),
    read('balance', async ({ account }) => {
      const rows: Account[] = await house.db(ACCOUNTS).where({ vendor: name, account })
      const accounts = rows.map(({ currency, balance_minor }) => ({
        name: account,
        balance: formatAmount(BigInt(balance_minor), currency),
        currency,
      }))
      return { resultCode: CODES.done, accounts }
    }),
  ]
}

const nameOf = async ({ db }: House, { status, msisdn, currency }: Row): Promise<string | null> =>
  status === 'succeeded' ? ((await wallets.find(db, msisdn, currency))?.name ?? null) : null
