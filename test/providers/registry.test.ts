import { expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import { ADAPTER_NAMES, PROVIDERS, providerNamed } from '../../src/providers/index.ts'

it('knows every adapter by its own name, and no other', () => {
  expect(Object.keys(PROVIDERS).sort()).toEqual([...ADAPTER_NAMES].sort())
  for (const name of ADAPTER_NAMES) expect(providerNamed(name)?.name).toBe(name)
  for (const name of ['', 'toString', '__proto__']) expect(providerNamed(name)).toBeUndefined()
})

it('parses the configuration inside, and takes a parsed one too', async () => {
  const raw = {
    baseUrl: 'http://127.0.0.1/sim/',
    consumerKey: 'k',
    consumerSecret: 's',
    shortcode: '174379',
    passkey: 'p',
  }
  const mpesa = PROVIDERS.mpesa
  expect(mpesa.config(mpesa.config(raw))).toEqual(mpesa.config(raw))
  const order = {
    operation: 'collect' as const,
    reference: 'r',
    amount: { minor: 150n, currency: 'KES' },
    msisdn: '+254700000001' as Msisdn,
    shownReference: 'x',
    callbackUrl: 'http://127.0.0.1/cb',
  }
  const tools = {
    http: () => Promise.reject(new Error('unused')),
    tokens: { get: () => Promise.reject(), drop() {} },
    now: () => new Date(),
  }
  await expect(mpesa.send(order, { ...raw, passkey: '' }, tools)).rejects.toThrow('passkey')
})
