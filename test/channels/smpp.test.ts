import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Line, SmsOrder, Take } from '../../src/channels/channel.ts'
import { smppSms } from '../../src/channels/smpp/index.ts'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { RawRequest } from '../../src/domain/outside.ts'
import { COMMANDS, cstring, type Message, tlv, writeMessage } from '../../src/simulators/smsc/pdu.ts'
import { type ScriptedSmsc, type SmscSaid, startSmsc } from '../contract/scripted-smsc.ts'
import { smsContract } from '../contract/sms-gateway.ts'

const phone = '+254700000001' as Msisdn
const order: SmsOrder = {
  to: phone,
  text: 'Leo: KES 1,500 [zaidi] é',
  from: 'HATUA',
  validForMs: 72 * 3_600_000 + 61_000,
  about: 'paid',
  language: 'en',
  deliveryUrl: 'https://hatua.test/sms/t/delivery',
}
const account = { systemId: 'hatua', password: 'SMPP-PWD' }

const told = (fields: object): RawRequest => ({
  method: 'DELIVER_SM',
  headers: { 'content-type': 'application/json' },
  query: {},
  body: JSON.stringify({ from: '254700000001', to: 'HATUA', esmClass: 4, coding: 0, ...fields }),
  from: '127.0.0.1',
})
const receipt = (stat: string, err = '000', id = '3E8') =>
  `id:${id} sub:001 dlvrd:001 submit date:2603050800 done date:2603050801 stat:${stat} err:${err} text:Leo: KES`
const report = { providerId: '3E8', phone }
const inbound = { esmClass: 0, to: '22384', text: 'YES 4821' }

const statuses = (codes: readonly number[], outcome: object) =>
  codes.map(status => [`status ${status}`, { status } as SmscSaid, outcome] as const)

smsContract({
  name: 'smpp',
  gateway: smppSms,
  config: (baseUrl, callMs) => ({ baseUrl, ...account, callMs }),
  secrets: ['SMPP-PWD'],
  outside: {
    start: startSmsc,
    unclear: [
      ['a time-out', 'hang'],
      ['half an answer', 'drip'],
      ['a reset connection', 'reset'],
      ['a status of the vendor’s own', { status: 0x0455 }],
      ['an error that is none of the listed', { status: 0xff }],
    ],
  },
  order,
  accepted: { status: 0, id: '3E8' },
  acceptedOutcome: { kind: 'accepted', providerId: '3E8', parts: 1 },
  outcomes: [
    ['no id', { status: 0 }, { kind: 'accepted', providerId: undefined }],
    ...statuses([0x0b, 0x50, 0x51], { kind: 'refused', why: 'bad-number' }),
    ...statuses([0x65, 0x66], { kind: 'refused', why: 'no-route' }),
    ...statuses([0x04, 0x08, 0x14, 0x45, 0x58, 0x64], { kind: 'later' }),
    ...statuses([0x01, 0x02, 0x03, 0x0a, 0x15, 0x48, 0x49, 0x62], { kind: 'our-fault' }),
    ['a generic_nack', { status: 0x03, nack: true }, { kind: 'our-fault' }],
  ],
  readWire: ({ tlvs, octets, ...message }: Message) => ({ ...message, octets: octets.toString('hex') }),
  wire: {
    source: { ton: 5, npi: 0, address: 'HATUA' },
    destination: { ton: 1, npi: 1, address: '254700000001' },
    esmClass: 0,
    validity: '000003000101000R',
    registered: 1,
    coding: 0,
    // Leo: KES 1,500 [zaidi] é: a bracket is an escape and a code, é is 05
    octets: '4c656f3a204b455320312c353030201b3c7a616964691b3e2005',
  },
  reports: [
    ['delivered, by its text', told({ text: receipt('DELIVRD') }), { ...report, word: 'delivered' }],
    ['delivered, by parameters', told({ receiptedId: '3E8', state: 2 }), { ...report, word: 'delivered' }],
    ['on its way', told({ esmClass: 0x20, text: receipt('ENROUTE') }), { ...report, word: 'sent' }],
    ['accepted', told({ text: receipt('ACCEPTD') }), { ...report, word: 'sent' }],
    ['undelivered', told({ text: receipt('UNDELIV', '027') }), { ...report, word: 'failed', reason: '027' }],
    ['rejected', told({ text: receipt('REJECTD') }), { ...report, word: 'failed', reason: 'REJECTD' }],
    ['deleted', told({ receiptedId: '3E8', state: 4 }), { ...report, word: 'failed', reason: '4' }],
    ['expired', told({ text: receipt('EXPIRED') }), { ...report, word: 'expired', reason: 'EXPIRED' }],
    ['unknown', told({ text: receipt('UNKNOWN') }), { ...report, word: 'unlisted', reason: 'UNKNOWN' }],
    [
      'of no readable number',
      told({ from: '0', text: receipt('DELIVRD') }),
      { providerId: '3E8', word: 'delivered' },
    ],
  ],
  badReports: [
    ['no id', told({ text: 'stat:DELIVRD' })],
    ['no state', told({ text: 'id:3E8' })],
    ['no JSON', { ...told({}), body: 'id:3E8' }],
    ['a form', { ...told({}), method: 'POST' }],
  ],
  inbound: [
    ['as it comes', told(inbound), { from: phone, to: '22384', text: 'YES 4821' }],
    [
      'the first part of a long one',
      told({ ...inbound, part: 1 }),
      { from: phone, to: '22384', text: 'YES 4821' },
    ],
    [
      'with a plus',
      told({ ...inbound, from: '+254700000001' }),
      { from: phone, to: '22384', text: 'YES 4821' },
    ],
  ],
  badInbound: [
    ['no text', told({ esmClass: 0 })],
    ['a later part', told({ ...inbound, part: 2 })],
    ['no sender', told({ ...inbound, from: 'MPESA' })],
    ['a POST', { ...told(inbound), method: 'POST' }],
  ],
})

it.each([
  ['decimal', '0000001000', '3e8'],
  ['hexadecimal', '00000003E8', '1000'],
] as const)('finds a message whose receipt is %s where the answer was not', (receiptIds, inReceipt, kept) => {
  const config = smppSms.config({ baseUrl: 'smpp://127.0.0.1:2775', ...account, receiptIds })
  const read = (fields: object) => smppSms.readDelivery(told(fields), config)
  expect(read({ text: receipt('DELIVRD', '000', inReceipt) })).toMatchObject({ providerId: kept })
  expect(read({ receiptedId: kept.toUpperCase(), state: 2 })).toMatchObject({ providerId: kept })
})

describe('a line', () => {
  let smsc: ScriptedSmsc
  let line: Line | undefined
  beforeAll(async () => {
    smsc = await startSmsc()
  })
  beforeEach(async () => {
    await line?.close()
    line = undefined
    smsc.refuseBinds()
    smsc.script(() => ({ status: 0, id: '1' }))
  })
  afterAll(async () => {
    await line?.close()
    await smsc.close()
  })

  const never: Take = () => Promise.reject(new Error('nothing is told here'))
  function open(change: object = {}, take = never): Line {
    line = smppSms.open(smppSms.config({ baseUrl: smsc.url, ...account, callMs: 2_000, ...change }), take)
    return line
  }
  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise(resolve => setTimeout(resolve, 5))
  }
  const commands = () => smsc.others.map(({ command }) => command)

  it('is bound as a transceiver of version 3.4, and says goodbye', async () => {
    await open({ systemType: 'SMS' }).send(order)
    await line?.close()
    line = undefined
    const [bind, goodbye] = smsc.others
    expect(bind?.body).toEqual(
      Buffer.concat([
        cstring('hatua'),
        cstring('SMPP-PWD'),
        cstring('SMS'),
        Buffer.of(0x34, 0, 0),
        cstring(''),
      ]),
    )
    expect([bind?.command, goodbye?.command]).toEqual([COMMANDS.bindTransceiver, COMMANDS.unbind])
    await until(() => smsc.open.size === 0)
  })

  it('writes what GSM-7 has as coding 0 and everything else as UCS-2, never as the library would', async () => {
    open()
    for (const text of ['Solde: 5 € à payer', 'Votre prêt', 'ብር 🙂']) await line?.send({ ...order, text })
    expect(smsc.received.map(({ coding, octets }) => [coding, octets.toString('hex')])).toEqual([
      [0, Buffer.from('Solde: 5 \x1b\x65 \x7f payer', 'latin1').toString('hex')],
      [8, Buffer.from('Votre prêt', 'utf16le').swap16().toString('hex')],
      [8, Buffer.from('ብር 🙂', 'utf16le').swap16().toString('hex')],
    ])
  })

  it.each([
    ['GSM-7', `${'a'.repeat(152)}[${'b'.repeat(153)}`, 0, [152, 153, 2]],
    ['UCS-2', `${'ê'.repeat(66)}🙂${'ê'.repeat(60)}`, 8, [132, 124]],
  ] as const)('cuts a long text of %s into parts, no character in two', async (_, text, coding, sizes) => {
    const outcome = await open().send({ ...order, text })
    expect(outcome).toMatchObject({ kind: 'accepted', parts: sizes.length })
    const heads = smsc.received.map(({ octets }) => [...octets.subarray(0, 6)])
    const reference = heads[0]?.[3]
    expect(heads).toEqual(sizes.map((_, at) => [5, 0, 3, reference, sizes.length, at + 1]))
    expect(smsc.received.map(({ octets }) => octets.length - 6)).toEqual([...sizes])
    expect(smsc.received.map(one => [one.esmClass, one.coding, one.registered])).toEqual(
      sizes.map((_, at) => [0x40, coding, at === sizes.length - 1 ? 1 : 0]),
    )
  })

  it('sends a long text whole where the operator takes it so', async () => {
    await open({ long: 'payload' }).send({ ...order, text: 'a'.repeat(200) })
    expect(smsc.received).toHaveLength(1)
    expect(smsc.received[0]).toMatchObject({ esmClass: 0, octets: Buffer.alloc(0) })
    expect(smsc.received[0]?.tlvs.get(0x0424)).toEqual(Buffer.from('a'.repeat(200)))
  })

  it.each([
    ['a short code', '22384', { ton: 0, npi: 1, address: '22384' }, {}],
    ['a number', '+254711000000', { ton: 1, npi: 1, address: '254711000000' }, {}],
    [
      'as the operator wants it',
      '22384',
      { ton: 3, npi: 0, address: '22384' },
      { sourceTon: 3, sourceNpi: 0 },
    ],
  ])('names its sender: %s', async (_, from, source, change) => {
    await open(change).send({ ...order, from })
    expect(smsc.received.map(message => message.source)).toEqual([source])
  })

  it('has no more under way than its window, and the rest in turn', async () => {
    smsc.script(() => ({ status: 0, id: '1', afterMs: 30 }))
    open({ window: 2 })
    const texts = ['1', '2', '3', '4', '5']
    const outcomes = await Promise.all(texts.map(text => line?.send({ ...order, text })))
    expect(outcomes.map(outcome => outcome?.kind)).toEqual(texts.map(() => 'accepted'))
    expect(smsc.received.map(({ octets }) => octets.toString())).toEqual(texts)
    expect(smsc.mostUnderWay()).toBe(2)
  })

  it('is silent for a while when it was too much', async () => {
    smsc.script(() => ({ status: 0x58 }))
    open()
    expect(await line?.send(order)).toEqual({ kind: 'later', why: 'throttled' })
    smsc.script(() => ({ status: 0, id: '1' }))
    expect(await line?.send(order)).toEqual({ kind: 'later', why: 'throttled' })
    expect(smsc.received).toEqual([])
    let outcome = await line?.send(order)
    while (outcome?.kind === 'later') outcome = await line?.send(order)
    expect(outcome).toMatchObject({ kind: 'accepted' })
  })

  it('does not know what became of what was under way when it broke, and is there again', async () => {
    smsc.script(() => 'reset')
    open()
    expect(await line?.send(order)).toMatchObject({ kind: 'unknown' })
    smsc.script(() => ({ status: 0, id: '2' }))
    expect(await line?.send(order)).toMatchObject({ kind: 'accepted', providerId: '2' })
  })

  it.each([
    ['a wrong password', 0x0e, { kind: 'our-fault', why: 'bind refused with 0xe' }],
    ['an account that is bound elsewhere', 0x05, { kind: 'later', why: 'the account is bound elsewhere' }],
  ])('says why it is not there: %s; and tries again', async (_, status, outcome) => {
    smsc.refuseBinds(status)
    open({ callMs: 300 })
    expect(await line?.send(order)).toEqual(outcome)
    await until(() => commands().filter(command => command === COMMANDS.bindTransceiver).length === 2)
    expect(await line?.send(order)).toMatchObject({ kind: 'accepted' })
  })

  it('is asked for its pulse, and is new where it has none', async () => {
    smsc.ignorePulse()
    open({ callMs: 200, enquireMs: 1_000 })
    await until(() => commands().filter(command => command === COMMANDS.bindTransceiver).length === 2)
    expect(commands()).toContain(COMMANDS.enquireLink)
  })

  const spoken = (change: Partial<Parameters<typeof writeMessage>[0]> = {}) =>
    writeMessage({
      source: { ton: 1, npi: 1, address: '254700000001' },
      destination: { ton: 0, npi: 1, address: '22384' },
      esmClass: 0,
      registered: 0,
      coding: 0,
      octets: Buffer.from('YES 4821'),
      tlvs: Buffer.alloc(0),
      ...change,
    })
  async function tell(body: Buffer, take: Take): Promise<number | undefined> {
    open({}, take)
    await until(() => commands().includes(COMMANDS.bindTransceiver) && smsc.open.size > 0)
    await line?.send(order)
    smsc.tell({ command: COMMANDS.deliver, sequence: 77, body })
    await until(() => smsc.others.some(({ sequence, command }) => sequence === 77 && command === 0x80000005))
    return smsc.others.find(({ sequence }) => sequence === 77)?.status
  }

  it.each([
    ['GSM-7', {}, 'inbound', 'YES 4821'],
    ['UCS-2', { coding: 8, octets: Buffer.from('Oui ê', 'utf16le').swap16() }, 'inbound', 'Oui ê'],
    ['Latin-1', { coding: 3, octets: Buffer.from('prêt@', 'latin1') }, 'inbound', 'prêt@'],
    ['ASCII', { coding: 1, octets: Buffer.from('a@b') }, 'inbound', 'a@b'],
    ['binary', { coding: 4, octets: Buffer.of(1, 2) }, 'inbound', undefined],
    [
      'a part with its header',
      { esmClass: 0x40, octets: Buffer.concat([Buffer.of(5, 0, 3, 9, 2, 2), Buffer.from('rest')]) },
      'inbound',
      'rest',
    ],
    [
      'a receipt',
      { esmClass: 4, octets: Buffer.from('id:a_1 stat:DELIVRD') },
      'delivery',
      'id:a_1 stat:DELIVRD',
    ],
    ['a payload', { octets: Buffer.alloc(0), tlvs: tlv(0x0424, Buffer.from('long')) }, 'inbound', 'long'],
  ] as const)('keeps what it is told before it says so: %s', async (_, change, kind, text) => {
    const taken: unknown[] = []
    const status = await tell(spoken(change), async (...told) => {
      expect(smsc.others.some(({ sequence }) => sequence === 77)).toBe(false)
      taken.push([told[0], JSON.parse(told[1].body).text])
    })
    expect(status).toBe(0)
    expect(taken).toEqual([[kind, text]])
  })

  it('says "not now" to what it could not keep', async () => {
    expect(await tell(spoken(), () => Promise.reject(new Error('away')))).toBe(0x64)
  })
})

it.each(['http://smsc.test:2775', 'smpp://smsc.test', 'smpp://user:pw@smsc.test:2775'])(
  'takes no address such as %s',
  baseUrl => {
    expect(() => smppSms.config({ baseUrl, ...account })).toThrow(/baseUrl/)
  },
)
