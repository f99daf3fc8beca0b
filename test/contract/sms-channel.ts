import { afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { TestStage } from '../support/stage.ts'
import { hurry, pass, type Row, type Story } from '../support/story.ts'

/** A lender's way to send and be written to, with its strict simulator behind it. */
export type SmsWayCase = {
  readonly name: string
  readonly simulator: 'sms' | 'twilio' | 'smsc'
  readonly stage: () => TestStage
  readonly story: () => Story
  /** The lender's only way becomes this one. */
  readonly begin: () => Promise<void>
  /** Which of the simulator's faults brings an answer of that kind. */
  readonly faults: Readonly<Record<'refusedForGood' | 'refusedForNow' | 'throttled', string>>
  /** Copies of her messages that the operator took. */
  readonly taken: () => Promise<number>
  /** The gateway tells what became of a message, as it does that itself. */
  readonly report: (providerId: string, word: 'sent' | 'delivered' | 'failed') => Promise<void>
  /** She writes, or another sender; the same id is the same message told once more. */
  readonly write: (id: string, text: string, from?: string) => Promise<void>
  /** Something tells a delivery and cannot prove that it is the gateway; what it is answered. */
  readonly forge: (providerId: string) => Promise<number>
  /** What that answer means here. */
  readonly forged: number
  /** The id of a message that was never sent. */
  readonly nobodys: string
}

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
let asked = 100
let written = 0

/** What a message keeps to, whatever gateway carries it, on the whole house. */
export function smsWayContract(way: SmsWayCase): void {
  const { stage: of, story, simulator, faults } = way

  describe(`messages by ${way.name}`, () => {
    beforeAll(() => way.begin())
    afterEach(async () => {
      await of().house.simulators?.faults.clear()
    })

    const rows = (table: string, where: object = {}): Promise<Row[]> => story().rows(table, where)
    const fault = (kind: string) => of().fault({ simulator, kind, msisdn: story().own })
    const stateOf = async (id: unknown) => (await rows('messages', { id }))[0]?.state
    const suppressed = () => rows('suppressions', { lifted_at: null })

    /** A prompt of another amount, so that every text is one of its own. */
    async function ask(): Promise<Row & { provider_id?: unknown }> {
      asked += 1
      await story().ask(`${asked}.00`)
      const all = await rows('messages')
      const last = all.sort((a, b) => String(a.id).localeCompare(String(b.id))).at(-1)
      if (last === undefined) throw new Error('no message')
      return last
    }

    async function becomes(
      id: unknown,
      state: string,
      within = 30 * MINUTE_MS,
      stepMs = 10_000,
    ): Promise<Row> {
      const reached = async () => (await rows('messages', { id, state }))[0]
      return hurry(of(), reached, within, `message ${state}`, stepMs)
    }

    /** A message that the operator took and tells nothing of by itself. */
    async function untold(): Promise<{ id: unknown; providerId: string }> {
      await fault('no-callback')
      const { id } = await ask()
      const { provider_id: providerId } = await becomes(id, 'accepted')
      return { id, providerId: String(providerId) }
    }

    async function told(
      { id, providerId }: { id: unknown; providerId: string },
      word: 'sent' | 'delivered' | 'failed',
    ) {
      await way.report(providerId, word)
      await of().settle()
      return stateOf(id)
    }

    it('is sent once, and known to be delivered', async () => {
      const before = await way.taken()
      await becomes((await ask()).id, 'delivered')
      expect(await way.taken()).toBe(before + 1)
    })

    it('refused for good is failed, and not sent again', async () => {
      const before = await way.taken()
      await fault(faults.refusedForGood)
      const { id } = await ask()
      await becomes(id, 'failed')
      await pass(of(), HOUR_MS, 10 * MINUTE_MS)
      expect([await stateOf(id), await way.taken()]).toEqual(['failed', before])
    })

    it.each([
      ['refused for now', faults.refusedForNow],
      ['throttled', faults.throttled],
    ])('%s is sent again, once', async (_, kind) => {
      const before = await way.taken()
      await fault(kind)
      const { id, state } = await ask()
      expect(state).toBe('queued')
      // a line to an SMSC rests for a moment of real time, while the clock of the messages runs on
      await becomes(id, 'delivered', 12 * HOUR_MS, MINUTE_MS)
      expect(await way.taken()).toBe(before + 1)
    })

    it('not delivered is failed', async () => {
      await fault('undelivered')
      await becomes((await ask()).id, 'failed')
    })

    it.each(['callback-first', 'duplicate-callback'])('whose report comes as %s is delivered', async kind => {
      await fault(kind)
      const { id } = await ask()
      await becomes(id, 'delivered')
      await pass(of(), MINUTE_MS, 10_000)
      expect(await stateOf(id)).toBe('delivered')
    })

    it('stays delivered, whatever is told late; and is delivered after all where it had failed', async () => {
      const message = await untold()
      expect(await told(message, 'sent')).toBe('accepted')
      for (const word of ['delivered', 'sent', 'failed', 'delivered'] as const)
        expect(await told(message, word)).toBe('delivered')
      const other = await untold()
      expect(await told(other, 'failed')).toBe('failed')
      expect(await told(other, 'sent')).toBe('failed')
      expect(await told(other, 'delivered')).toBe('delivered')
    })

    it('that nobody sent is told of in vain: looked for again, then let be', async () => {
      const before = await rows('messages')
      await way.report(way.nobodys, 'delivered')
      await of().settle()
      expect(await rows('callbacks', { state: 'open' })).toHaveLength(1)
      await pass(of(), 20 * MINUTE_MS, MINUTE_MS)
      expect(await rows('callbacks', { state: 'open' })).toEqual([])
      expect((await rows('messages')).map(({ state }) => state).sort()).toEqual(
        before.map(({ state }) => state).sort(),
      )
    })

    it('moves by nobody’s word but the gateway’s', async () => {
      const message = await untold()
      const kept = (await rows('callbacks', { fate: 'delivered' })).length
      expect(await way.forge(message.providerId)).toBe(way.forged)
      await pass(of(), MINUTE_MS, 10_000)
      expect(await stateOf(message.id)).toBe('accepted')
      expect(await rows('callbacks', { fate: 'delivered' })).toHaveLength(kept)
    })

    it('of hers is answered once, however often it is told', async () => {
      await pass(of(), HOUR_MS, HOUR_MS)
      const [kept, before] = [await rows('callbacks', { fate: 'answered' }), await way.taken()]
      written += 1
      for (let times = 0; times < 3; times++) await way.write(`in-${written}`, 'HELP')
      expect(await rows('callbacks', { fate: 'answered' })).toHaveLength(kept.length + 1)
      expect(await way.taken()).toBe(before + 1)
    })

    it.each([
      ['in ten parts', `YES 4821 ${'please take the money from my wallet '.repeat(42)}`.slice(0, 1530)],
      ['that came in base64', Buffer.from('YES 4821, and take the rest of it next week').toString('base64')],
      ['with a lone surrogate', 'YES 48\ud83d21'],
      ['of signs alone', '👍🏾👍🏾'],
      ['with a code that no request has', 'YES 0000'],
    ])('of hers %s moves nothing, and is told how to answer', async (_, text) => {
      await pass(of(), HOUR_MS, HOUR_MS)
      const [before, money] = [await way.taken(), await story().truth()]
      written += 1
      await way.write(`bad-${written}`, text)
      expect(await way.taken()).toBe(before + 1)
      expect(await story().truth()).toEqual(money)
      expect(await rows('callbacks', { kind: 'inbound', state: 'open' })).toEqual([])
    })

    it.each(['SAFARICOM', '40404'])('of %s, which is no phone, is never answered', async sender => {
      const [before, kept] = [await way.taken(), (await rows('callbacks', { kind: 'inbound' })).length]
      written += 1
      await way.write(`bad-${written}`, 'Dear customer, you have won', sender)
      expect(await way.taken()).toBe(before)
      expect(await rows('callbacks', { kind: 'inbound' })).toHaveLength(kept + 1)
      expect(await rows('callbacks', { kind: 'inbound', state: 'open' })).toEqual([])
    })

    it('of hers that says stop keeps prompts from her until she says start', async () => {
      written += 1
      await way.write(`in-${written}-stop`, 'STOP')
      expect(await suppressed()).toMatchObject([{ msisdn: story().own, told_by: 'her' }])
      const before = await way.taken()
      expect((await ask()).state).toBe('suppressed')
      expect(await way.taken()).toBe(before)
      await way.write(`in-${written}-start`, 'START')
      expect(await suppressed()).toEqual([])
      await becomes((await ask()).id, 'delivered')
    })
  })
}
