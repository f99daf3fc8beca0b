import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createWorld } from '../../src/http/world.ts'
import { openReceiver, type Receiver } from '../support/receiver.ts'

let receiver: Receiver
beforeAll(async () => {
  receiver = await openReceiver()
})
afterAll(() => receiver.close())

const order = (url: string) => ({ url, headers: { 'webhook-id': 'one' }, body: '{"hello":"world"}' })
const demo = createWorld({ loopback: true })
const impatient = createWorld({ loopback: true, deadlineMs: 1000 })
const port = (): string => new URL(receiver.url).port

/** A resolver that says what a hostile one would. */
const says = (...addresses: string[]) =>
  createWorld({
    loopback: false,
    resolve: async () => addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 })),
  })

describe('a call to an address that a tenant named', () => {
  it('brings the status, and sends what was ordered', async () => {
    expect(await demo.post(order(`${receiver.url}/hook`))).toEqual({ kind: 'answer', status: 204 })
    expect(receiver.received.at(-1)).toMatchObject({
      path: '/hook',
      body: '{"hello":"world"}',
      headers: { 'webhook-id': 'one', 'content-length': '17' },
    })
  })

  it('follows no redirect', async () => {
    const before = receiver.received.length
    receiver.answer(response => response.writeHead(302, { location: `${receiver.url}/inside` }).end())
    expect(await demo.post(order(receiver.url))).toEqual({ kind: 'answer', status: 302 })
    expect(receiver.received).toHaveLength(before + 1)
  })

  it('tells how long the receiver wants to be left alone', async () => {
    receiver.answer(response => response.writeHead(503, { 'retry-after': '120' }).end())
    expect(await demo.post(order(receiver.url))).toEqual({
      kind: 'answer',
      status: 503,
      retryAfterMs: 120_000,
    })
    receiver.answer(response =>
      response.writeHead(503, { 'retry-after': 'Thu, 05 Mar 2026 09:00:00 GMT' }).end(),
    )
    expect(await demo.post(order(receiver.url))).toEqual({ kind: 'answer', status: 503 })
  })

  it('is given up where nothing comes; a status that came counts, however its body drags on or swells', async () => {
    receiver.answer(() => undefined)
    expect(await impatient.post(order(receiver.url))).toEqual({ kind: 'no-answer', why: 'timeout' })
    receiver.answer(response => void response.writeHead(200).write('and'))
    expect(await impatient.post(order(receiver.url))).toEqual({ kind: 'answer', status: 200 })
    let closed: Promise<unknown> = Promise.resolve()
    receiver.answer(response => {
      closed = new Promise(done => response.once('close', done))
      response.writeHead(500)
      response.write('x'.repeat(20_000_000))
    })
    expect(await demo.post(order(receiver.url))).toEqual({ kind: 'answer', status: 500 })
    await closed
  })

  it('is told apart where nobody listens, where something else listens, and where the connection breaks', async () => {
    const server: Server = createServer(socket => {
      socket.on('error', () => undefined).resume()
      socket.end('SSH-2.0-OpenSSH_9.9\r\n')
    })
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    const other = (server.address() as AddressInfo).port
    expect(await demo.post(order(`http://127.0.0.1:${other}/`))).toEqual({ kind: 'no-answer', why: 'reset' })
    expect(await demo.post(order(`https://127.0.0.1:${other}/`))).toEqual({ kind: 'no-answer', why: 'tls' })
    await new Promise(done => server.close(done))
    expect(await demo.post(order(`http://127.0.0.1:${other}/`))).toEqual({
      kind: 'no-answer',
      why: 'refused',
    })
    receiver.answer(response => void response.destroy())
    expect(await demo.post(order(receiver.url))).toEqual({ kind: 'no-answer', why: 'reset' })
  })
})

describe('a name', () => {
  const hook = (): string => `https://hooks.example.com:${port()}/`
  const lies: readonly (readonly [string, readonly string[]])[] = [
    ['this machine', ['127.0.0.1']],
    ['a private address', ['10.0.0.7']],
    ['a mapped one', ['::ffff:127.0.0.1']],
    ['the cloud’s metadata', ['169.254.169.254']],
    ['one inside behind one outside', ['8.8.8.8', '127.0.0.1']],
  ]

  it.each(lies)('that resolves to %s is neither taken nor called', async (_, addresses) => {
    const before = receiver.received.length
    expect(await says(...addresses).refuses(hook())).toMatch(/not public/)
    expect(await says(...addresses).post(order(hook()))).toEqual({ kind: 'no-answer', why: 'not-public' })
    expect(receiver.received).toHaveLength(before)
  })

  it('that was public when it was taken and is not when it is called, is not called (DNS rebinding)', async () => {
    const answers = ['8.8.8.8', '127.0.0.1']
    let looked = 0
    const world = createWorld({
      loopback: false,
      resolve: async () => [{ address: answers[Math.min(looked++, 1)] ?? '', family: 4 }],
    })
    expect(await world.refuses(hook())).toBeUndefined()
    expect(await world.post(order(hook()))).toEqual({ kind: 'no-answer', why: 'not-public' })
    // once to take it, once in the connection itself: there is no third answer to be had
    expect(looked).toBe(2)
  })

  it('that nobody knows may be taken, for it may be known tomorrow, and is not reached today', async () => {
    const world = createWorld({
      loopback: false,
      resolve: () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })),
    })
    expect(await world.refuses(hook())).toBeUndefined()
    expect(await world.post(order(hook()))).toEqual({ kind: 'no-answer', why: 'refused' })
  })

  it('is looked up by the machine’s own resolver: localhost is this machine', async () => {
    const strict = createWorld({ loopback: false })
    expect(await strict.refuses(`https://localhost:${port()}/`)).toMatch(/not public/)
    expect(await strict.post(order(`https://localhost:${port()}/`))).toMatchObject({ why: 'not-public' })
    expect(await strict.post(order(receiver.url))).toMatchObject({ why: 'not-public' })
    receiver.answer(response => void response.writeHead(204).end())
    expect(await demo.post(order(`http://localhost:${port()}/`))).toEqual({ kind: 'answer', status: 204 })
  })
})
