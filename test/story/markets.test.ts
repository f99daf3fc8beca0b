import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { providerNamed } from '../../src/providers/index.ts'
import { verifyLedger } from '../../src/store/ledger.ts'
import { createOffice } from '../support/board.ts'
import { openMarket } from '../support/market.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { hurry, pass } from '../support/story.ts'
import { MARKETS } from './markets.ts'
import { DIRECT } from './markets-direct.ts'

/** The main story, market by market: she is asked, approves, her wallet asks, the loan is booked, she hears of it. */

const HOUR_MS = 3_600_000
let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage({ seeded: false })
})
afterAll(() => stage.close())

/** Its callbacks prove themselves, and it can be asked besides; or nobody else can tell. */
const signs = (name: string): boolean =>
  ['signature', 'secret'].includes(providerNamed(name)?.about.callbackProof ?? '')
const isAsked = (name: string): boolean =>
  providerNamed(name)?.can.operations.collect?.askByOurReference === true
const signsAndAnswers = (name: string): boolean => signs(name) && isAsked(name)
const signsOnly = (name: string): boolean => signs(name) && !isAsked(name)

describe.each([...MARKETS, ...DIRECT])(
  '$tenant: $operator by $adapter',
  ({ simulators, byLink, paysOut, ...market }) => {
    let her: Awaited<ReturnType<typeof openMarket>>
    beforeAll(async () => {
      her = await openMarket(stage, market, simulators(stage.url))
    })

    /** On a smartphone: the wallet's app asks her then. */
    async function opensLink(): Promise<void> {
      const link = await hurry(
        stage,
        async () => /https?:\/\/\S+/.exec((await her.sms(her.own)).at(-1) ?? '')?.[0],
        60_000,
        'a link',
      )
      expect((await fetch(link)).status).toBe(200)
    }

    it('on the due date she is asked, dials, pays, and it is booked once', async () => {
      const { id, amount, state } = await her.request()
      expect(state).toBe('asked')
      const last = await her.approve()
      expect(last).toMatch(byLink ? /link by SMS|lien par SMS/ : /PIN|code du compte/)
      if (byLink) await opensLink()
      await her.state(id, 'paid', HOUR_MS, 5000)
      expect(await her.rows('transactions', { request_id: id })).toMatchObject([{ state: 'booked' }])
      expect(await her.truth()).toMatchObject([{ status: 'succeeded', amount }])
      expect(await her.booked()).toMatchObject([{ amount }])
      await stage.settle()
      const read = await her.sms(her.own)
      expect(read.at(-1)).toMatch(/^Lender/)
      expect(read.filter(text => text.includes('https://') || text.includes('http://'))).toHaveLength(
        byLink ? 1 : 0,
      )
      expect(await verifyLedger(stage.house.db, [her.tenant])).toEqual([])
    })

    if (signsOnly(market.adapter))
      it('a forged yes at its own address, with the right amount, is no yes', async () => {
        const { first } = createOffice(stage, her.tenant)
        for (const kind of ['forged', 'lost-answer', 'insufficient-funds'])
          await stage.fault({ simulator: market.provider, kind })
        const { status, body } = await first.post('/collection-requests', {
          ...{ loanId: '1', amount: '700.00', mode: 'prompt' },
        })
        expect({ status, body }).toMatchObject({ status: 201 })
        await pass(stage, HOUR_MS / 2, 60_000)
        expect(await her.booked()).toHaveLength(1)
        expect(await her.rows('callbacks', { state: 'laid-aside' })).toMatchObject([{ fate: 'not proven' }])
      })

    if (signsAndAnswers(market.adapter))
      it('a signed word of another amount is asked about: what moved is booked', async () => {
        const { first } = createOffice(stage, her.tenant)
        const amount = market.currency === 'XOF' ? '700' : '700.00'
        await stage.fault({ simulator: market.provider, kind: 'wrong-amount' })
        const { status, body } = await first.post('/collection-requests', {
          ...{ loanId: '1', amount, mode: 'prompt' },
        })
        expect({ status, body }).toMatchObject({ status: 201 })
        if (byLink) {
          await her.movement(String(body.id), 'pending')
          await stage.settle()
          await opensLink()
        }
        await her.state(String(body.id), 'paid', HOUR_MS, 5000)
        expect((await her.booked()).at(-1)).toMatchObject({ amount })
        expect(await her.rows('suspense_items')).toEqual([])
        expect(await her.cases()).toEqual([])
      })

    if (paysOut)
      it('she is paid out, and the loan is disbursed after that', async () => {
        const { first } = createOffice(stage, her.tenant)
        const { status, body } = await first.post('/disbursements', { loanId: '101' })
        expect({ status, body }).toMatchObject({ status: 201 })
        const paid = async () => (await first.get(`/disbursements/${body.id}`)).state === 'paid'
        await hurry(stage, paid, HOUR_MS, 'paid out', 5000)
        const moved = await her.truth()
        expect(moved.filter(({ kind }) => kind === 'disburse')).toMatchObject([{ status: 'succeeded' }])
        expect(await verifyLedger(stage.house.db, [her.tenant])).toEqual([])
      })
  },
)
