import { randomUUID } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { AWA, type Caller, COLLECTS, onMtnStage, PAYS, party, STRANGER } from './mtn-momo-caller.ts'
import type { Stage } from './support.ts'

let stage: Stage
let mtn: Caller

onMtnStage((opened, caller) => {
  stage = opened
  mtn = caller
})

describe('a refund', () => {
  it('pays the wallet that paid out of the payouts’ float, and marks the collection', async () => {
    const original = await mtn.collected()
    const [float, wallet] = [Number(await mtn.floatOf(PAYS)), Number(await stage.balance('mtn-momo', AWA))]
    const { reference, status } = await mtn.refund(PAYS, original, { body: { amount: '2000' } })
    expect(status).toBe(202)
    await stage.pass(1)
    expect(await mtn.inquire('refund', PAYS, reference)).toMatchObject({
      status: 'SUCCESSFUL',
      amount: '2000',
      payee: party(AWA),
    })
    expect(await mtn.floatOf(PAYS)).toBe(String(float - 2000))
    expect(await stage.balance('mtn-momo', AWA)).toBe(String(wallet + 2000))
    expect(await stage.truth('mtn-momo', reference)).toMatchObject({ kind: 'refund', original })
    expect(await stage.truth('mtn-momo', original)).toMatchObject({
      status: 'succeeded',
      refundedBy: reference,
    })
  })

  it('happens once, also where two are asked for at the same time', async () => {
    const original = await mtn.collected()
    const float = Number(await mtn.floatOf(PAYS))
    const both = await Promise.all([mtn.refund(PAYS, original), mtn.refund(PAYS, original)])
    await stage.pass(1)
    const later = await mtn.refund(PAYS, original)
    await stage.pass(1)
    const ends = []
    for (const { reference } of [...both, later]) ends.push(await mtn.ended('refund', PAYS, reference))
    expect(ends.filter(([status]) => status === 'SUCCESSFUL')).toHaveLength(1)
    expect(ends.filter(([, reason]) => reason === 'COULD_NOT_PERFORM_TRANSACTION')).toHaveLength(2)
    expect(await mtn.floatOf(PAYS)).toBe(String(float - 5000))
  })

  it('is never more than was paid, and never of what was not paid', async () => {
    const original = await mtn.collected()
    const more = await mtn.refund(PAYS, original, { body: { amount: '5001' } })
    const { reference: open } = await mtn.collect(COLLECTS, '237679999999')
    await stage.pass(1)
    const unpaid = await mtn.refund(PAYS, open)
    await stage.pass(1)
    for (const { reference } of [more, unpaid])
      expect(await mtn.ended('refund', PAYS, reference)).toEqual(['FAILED', 'COULD_NOT_PERFORM_TRANSACTION'])
  })

  it('fails without float, and can be asked for again', async () => {
    const original = await mtn.collected()
    await stage.script({ simulator: 'mtn-momo', kind: 'no-float', msisdn: AWA })
    const first = await mtn.refund(PAYS, original)
    await stage.pass(1)
    expect(await mtn.ended('refund', PAYS, first.reference)).toEqual(['FAILED', 'NOT_ENOUGH_FUNDS'])
    const second = await mtn.refund(PAYS, original)
    await stage.pass(1)
    expect((await mtn.inquire('refund', PAYS, second.reference)).status).toBe('SUCCESSFUL')
  })

  it('excludes a reversal of the same payment', async () => {
    await stage.script({ simulator: 'mtn-momo', kind: 'reversed-later' })
    const original = await mtn.collected()
    const wallet = Number(await stage.balance('mtn-momo', AWA))
    await mtn.refund(PAYS, original)
    await stage.pass(120)
    expect((await mtn.inquire('collect', COLLECTS, original)).status).toBe('SUCCESSFUL')
    expect(await stage.balance('mtn-momo', AWA)).toBe(String(wallet + 5000))
  })

  it('is refused at once where there is no such collection of this business', async () => {
    const original = await mtn.collected()
    const payout = await mtn.transfer(PAYS, AWA)
    for (const [who, reference] of [
      [PAYS, randomUUID()],
      [PAYS, payout.reference],
      [PAYS, '1'],
      [STRANGER, original],
    ] as const)
      expect(await mtn.refund(who, reference)).toMatchObject({ status: 404, code: 'RESOURCE_NOT_FOUND' })
    expect((await mtn.refund(PAYS, undefined)).status).toBe(400)
  })
})
