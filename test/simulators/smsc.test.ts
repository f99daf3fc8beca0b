import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import { createStage, type Screen, type Stage } from './support.ts'

/** PDUs written and read to the octet by hand: nobody's library stands between. */

const AMINA = '254700000001'
let stage: Stage
const sockets: Socket[] = []
beforeAll(async () => {
  stage = await createStage()
  await stage.simulators.seed({
    smsc: {
      accounts: [
        { systemId: 'lender', password: 'secret', senders: ['LENDER', '22384'], window: 2, binds: 2 },
        { systemId: 'patient', password: 'secret', senders: ['LENDER'] },
      ],
    },
  })
})
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
})
afterAll(() => stage.close())

type Answer = { command: number; status: number; sequence: number; body: Buffer }
const int32 = (value: number) => {
  const octets = Buffer.alloc(4)
  octets.writeUInt32BE(value)
  return octets
}
const text = (value: string) => Buffer.from(`${value}\0`, 'latin1')

/** Answers what it is told with these statuses, and then with 0. */
async function dial(...statuses: readonly number[]) {
  const answers = [...statuses]
  const socket = connect(stage.simulators.smscPort, '127.0.0.1')
  sockets.push(socket)
  socket.setNoDelay()
  const heard: Answer[] = []
  let rest = Buffer.alloc(0)
  socket.on('data', octets => {
    rest = Buffer.concat([rest, octets])
    while (rest.length >= 16 && rest.length >= rest.readUInt32BE(0)) {
      const pdu = rest.subarray(0, rest.readUInt32BE(0))
      rest = rest.subarray(pdu.length)
      const [command, sequence] = [pdu.readUInt32BE(4), pdu.readUInt32BE(12)]
      heard.push({ command, status: pdu.readUInt32BE(8), sequence, body: pdu.subarray(16) })
      if (command === 5)
        socket.write(
          Buffer.concat([int32(16), int32(0x80000005), int32(answers.shift() ?? 0), int32(sequence)]),
        )
    }
  })
  await new Promise(resolve => socket.once('connect', resolve))
  let sequence = 0
  const send = (command: number, body: Buffer, as = ++sequence) => {
    socket.write(Buffer.concat([int32(16 + body.length), int32(command), int32(0), int32(as), body]))
    return as
  }
  const next = async (fits: (answer: Answer) => boolean): Promise<Answer> => {
    for (let looks = 0; looks < 1_000; looks++) {
      const found = heard.find(fits)
      if (found !== undefined) return found
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    throw new Error('no answer')
  }
  const ask = (command: number, body: Buffer) => {
    const as = send(command, body)
    return next(answer => answer.sequence === as && answer.command >= 0x80000000)
  }
  const bind = async (
    change: { command?: number; id?: string; password?: string; version?: number } = {},
  ) => {
    const { command = 9, id = 'lender', password = 'secret', version = 0x34 } = change
    const body = Buffer.concat([text(id), text(password), text(''), Buffer.of(version, 0, 0), text('')])
    return (await ask(command, body)).status
  }
  return { ask, send, next, bind, heard }
}

type Change = Partial<{
  source: readonly [number, number, string]
  to: readonly [number, number, string]
  esm: number
  validity: string
  coding: number
  octets: Buffer
  tlvs: Buffer
}>
const submission = (change: Change = {}): Buffer => {
  const { source = [5, 0, 'LENDER'], to = [1, 1, AMINA], octets = Buffer.from('Paid 1500') } = change
  const { esm = 0, validity = '', coding = 0, tlvs = Buffer.alloc(0) } = change
  return Buffer.concat([
    text(''),
    ...[source, to].flatMap(([ton, npi, address]) => [Buffer.of(ton, npi), text(address)]),
    ...[
      Buffer.of(esm, 0, 0),
      text(''),
      text(validity),
      Buffer.of(1, 0, coding, 0, octets.length),
      octets,
      tlvs,
    ],
  ])
}

it('lets in whoever has the account’s words, as a transceiver of version 3.4, and no more than so many', async () => {
  const [one, two, three] = [await dial(), await dial(), await dial()]
  expect(await one.bind({ id: 'nobody' })).toBe(0x0f)
  expect(await two.bind({ password: 'wrong' })).toBe(0x0e)
  expect(await three.bind({ version: 0x33 })).toBe(0x0d)
  expect(await (await dial()).bind({ command: 2 })).toBe(0x0d)
  const unbound = await dial()
  expect((await unbound.ask(4, submission())).status).toBe(0x04)
  expect(await unbound.bind()).toBe(0)
  expect(await unbound.bind()).toBe(0x04)
  expect(await (await dial()).bind()).toBe(0)
  expect(await (await dial()).bind()).toBe(0x05)
})

it.each<[string, Change, number]>([
  ['septets', {}, 0],
  ['UCS-2', { coding: 8, octets: Buffer.from('ê', 'utf16le').swap16() }, 0],
  ['a short code', { source: [0, 1, '22384'] }, 0],
  ['a relative validity', { validity: '000003000000000R' }, 0],
  ['GSM-7 called ASCII', { coding: 1 }, 0x45],
  ['Latin-1', { coding: 3 }, 0x45],
  ['an octet that is no septet', { octets: Buffer.of(0xe9) }, 0x45],
  ['half a character of UCS-2', { coding: 8, octets: Buffer.of(0) }, 0x45],
  ['161 septets', { octets: Buffer.alloc(161, 97) }, 0x01],
  ['71 characters of UCS-2', { coding: 8, octets: Buffer.alloc(142) }, 0x01],
  [
    '154 septets under a header',
    { esm: 0x40, octets: Buffer.concat([Buffer.of(5, 0, 3, 1, 2, 1), Buffer.alloc(154, 97)]) },
    0x01,
  ],
  ['a part beyond the last', { esm: 0x40, octets: Buffer.of(5, 0, 3, 1, 2, 3, 97) }, 0x43],
  ['nothing', { octets: Buffer.alloc(0) }, 0x01],
  ['another sender', { source: [5, 0, 'OTHER'] }, 0x0a],
  ['a name as a number', { source: [1, 1, 'LENDER'] }, 0x48],
  ['a national number', { to: [2, 1, '0700000001'] }, 0x50],
  ['no number', { to: [1, 1, '0700'] }, 0x0b],
  ['a validity of no form', { validity: '3 days' }, 0x62],
])('answers a submit_sm with its status: %s', async (_, change, status) => {
  const line = await dial()
  await line.bind()
  expect((await line.ask(4, submission(change))).status).toBe(status)
})

it('takes no more than its window, and nothing that it does not know', async () => {
  const line = await dial()
  await line.bind()
  const sent = [1, 2, 3].map(() => line.send(4, submission()))
  const answers = []
  for (const as of sent) answers.push((await line.next(({ sequence }) => sequence === as)).status)
  expect(answers.sort()).toEqual([0, 0, 0x14])
  expect(await line.ask(0x15, Buffer.alloc(0))).toMatchObject({ command: 0x80000015, status: 0 })
  expect(await line.ask(0x07, Buffer.alloc(0))).toMatchObject({ command: 0x80000000, status: 3 })
})

it('puts a long text together on the phone, and tells by a receipt that is told again until it is taken', async () => {
  const line = await dial(0x64)
  expect(await line.bind({ id: 'patient' })).toBe(0)
  const part = (at: number, words: string) =>
    submission({ esm: 0x40, octets: Buffer.concat([Buffer.of(5, 0, 3, 7, 2, at), Buffer.from(words)]) })
  await line.ask(4, part(2, 'world'))
  const { body } = await line.ask(4, part(1, 'Hello '))
  const id = body.toString('latin1', 0, body.length - 1)
  const screen = await stage.json<Screen>(`/phones/${AMINA}/screen`)
  expect(screen.sms.at(-1)).toMatchObject({ text: 'Hello world' })
  const receipts = () =>
    line.heard.filter(({ command }) => command === 5).map(told => told.body.toString('latin1'))
  await stage.pass(60)
  expect(receipts()).toHaveLength(3)
  expect(receipts()[1]).toBe(receipts()[0])
  expect(receipts()[2]).toContain(`id:${id} `)
  expect(receipts()[2]).toContain('stat:DELIVRD')
})
