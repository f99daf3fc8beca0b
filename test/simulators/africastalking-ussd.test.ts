import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import express, { type RequestHandler } from 'express'
import { createUssdGateway, UssdBreach } from '../../src/simulators/africastalking-ussd.ts'
import { listen } from './support.ts'

type Reply = { status?: number; type?: string; body: string; label?: string }
type Seen = { path: string; form: Record<string, string>; label: string | undefined }

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

/** An application that answers each hop by what was typed so far. */
async function createApplication(answer: (text: string) => Reply) {
  const seen: Seen[] = []
  const server = await listen(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const form = Object.fromEntries(new URLSearchParams(body))
    const path = request.url ?? ''
    seen.push({ path, form, label: request.headers['at-ussd-hop-metadata']?.toString() })
    if (path.endsWith('/events')) return response.end()
    const reply = answer(form.text ?? '')
    response.writeHead(reply.status ?? 200, {
      'content-type': reply.type ?? 'text/plain',
      ...(reply.label === undefined ? {} : { 'at-ussd-hop-metadata': reply.label }),
    })
    return response.end(reply.body)
  })
  open.push(server)
  const gateway = createUssdGateway({
    url: `${server.url}/ussd/t`,
    phone: '+254700000001',
    code: '*384*100#',
  })
  return {
    seen,
    gateway,
    hops: () => seen.filter(({ path }) => path === '/ussd/t').map(({ form }) => form.text),
  }
}

const menu = (text: string): Reply =>
  text.split('*').length > 2 ? { body: 'END Bye' } : { body: `CON You typed ${text}`, label: 'menu' }

describe('the gateway', () => {
  it('gathers what is typed, names the session, and ends it with an event', async () => {
    const { gateway, seen, hops } = await createApplication(menu)
    expect(await gateway.dial()).toMatchObject({ kind: 'CON', text: 'You typed ' })
    await gateway.answer('1')
    await gateway.answer('2')
    expect(await gateway.answer('3')).toMatchObject({ kind: 'END', text: 'Bye' })
    expect(hops()).toEqual(['', '1', '1*2', '1*2*3'])
    expect(seen[1]).toMatchObject({
      form: {
        sessionId: expect.stringMatching(/^ATUid_[0-9a-f]{32}$/),
        phoneNumber: '+254700000001',
        networkCode: '99999',
        serviceCode: '*384*100#',
      },
      label: 'menu',
    })
    expect(seen.at(-1)).toMatchObject({
      path: '/ussd/t/events',
      form: {
        status: 'Success',
        hopsCount: '4',
        input: '1*2*3',
        hopsMetadata: 'menu|menu|menu',
        lastAppResponse: 'END Bye',
      },
    })
    await expect(gateway.answer('4')).rejects.toThrow('no open session')
  })

  it('repeats a hop, brings an old one late, turns two round, and drops', async () => {
    const { gateway, seen, hops } = await createApplication(() => ({ body: 'CON Again' }))
    await gateway.dial()
    await gateway.answer('1')
    await gateway.repeat()
    await gateway.stale(0)
    await gateway.reorder('2', '3')
    await gateway.drop()
    expect(hops()).toEqual(['', '1', '1', '', '1*2*3', '1*2'])
    expect(seen.at(-1)).toMatchObject({ path: '/ussd/t/events', form: { status: 'Incomplete' } })
  })

  it('dials deep', async () => {
    const { gateway, hops } = await createApplication(() => ({ body: 'CON Hi' }))
    await gateway.dial('55*4821')
    await gateway.answer('1')
    expect(hops()).toEqual(['55*4821', '55*4821*1'])
  })
})

describe('a breach', () => {
  const breaches: [string, Reply, RegExp][] = [
    ['a bad prefix', { body: 'CONT Hello' }, /does not begin with "CON " or "END "/],
    ['a blank before the prefix', { body: ' CON Hello' }, /does not begin/],
    ['a byte order mark', { body: '\uFEFFCON Hello' }, /does not begin/],
    ['an empty answer', { body: '' }, /does not begin/],
    ['a 161st septet', { body: `CON ${'x'.repeat(157)}` }, /161 septets/],
    ['a euro sign too many', { body: `CON ${'x'.repeat(155)}€` }, /161 septets/],
    ['a stranger to GSM-7', { body: 'CON Votre prêt' }, /not in the GSM-7 alphabet: "ê"/],
    ['another status', { status: 201, body: 'CON Hello' }, /status 201/],
    ['another type', { type: 'text/html', body: 'CON Hello' }, /text\/html/],
    ['a label with a bar', { label: 'a|b', body: 'CON Hello' }, /hop label/],
  ]
  it.each(breaches)('%s ends the session as failed', async (_, reply, message) => {
    const { gateway, seen } = await createApplication(() => reply)
    const error = await gateway.dial().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UssdBreach)
    expect(String(error)).toMatch(message)
    expect(seen.at(-1)).toMatchObject({ path: '/ussd/t/events', form: { status: 'Failed' } })
  })

  it('exactly 160 septets are none', async () => {
    const { gateway } = await createApplication(() => ({ body: `CON ${'x'.repeat(154)}€` }))
    expect((await gateway.dial()).text).toHaveLength(155)
  })

  it('no answer in time', async () => {
    const server = await listen(() => undefined)
    open.push(server)
    const gateway = createUssdGateway({ url: server.url, phone: '+254700000001', code: '*1#', timeoutMs: 50 })
    await expect(gateway.dial()).rejects.toThrow('no answer within 50 ms')
  })
})

type Said = { readonly response: string; readonly endSession: boolean }
type Typed = Readonly<Record<'sessionId' | 'phoneNumber' | 'serviceCode' | 'text', string>>
type Sdk = {
  USSD(handler: (typed: Typed, next: (said: Said) => void) => void): readonly RequestHandler[]
}

it('finds nothing missing in an application that the official SDK serves, and the SDK reads all of a hop', async () => {
  const heard: Typed[] = []
  const sdk: Sdk = createRequire(import.meta.url)('africastalking')({ username: 'lender', apiKey: 'at-key' })
  const handlers = sdk.USSD((typed, next) => {
    heard.push(typed)
    next({ response: `You typed "${typed.text}"`, endSession: typed.text.endsWith('9') })
  })
  const application = express().post('/ussd/t', ...handlers)
  application.post('/ussd/t/events', (_, response) => void response.end())
  const server = createServer(application)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  open.push({ close: () => new Promise(resolve => server.close(() => resolve())) })
  const { port } = server.address() as AddressInfo
  const gateway = createUssdGateway({
    url: `http://127.0.0.1:${port}/ussd/t`,
    phone: '+254700000001',
    code: '*384*100#',
  })
  expect(await gateway.dial()).toMatchObject({ kind: 'CON', text: 'You typed ""' })
  expect(await gateway.answer('1+1')).toMatchObject({ kind: 'CON', text: 'You typed "1+1"' })
  expect(await gateway.answer('é 9')).toMatchObject({ kind: 'END', text: 'You typed "1+1*é 9"' })
  expect(heard.at(-1)).toMatchObject({
    sessionId: gateway.sessionId,
    phoneNumber: '+254700000001',
    serviceCode: '*384*100#',
  })
})
