import { describe, expect, it } from '@jest/globals'
import {
  AWA,
  type Caller,
  COLLECTS,
  onMtnStage,
  PAYS,
  SANDBOX_COLLECTS,
  SANDBOX_PAYS,
  type User,
} from './mtn-momo-caller.ts'
import type { Stage } from './support.ts'

let stage: Stage
let mtn: Caller

onMtnStage((opened, caller) => {
  stage = opened
  mtn = caller
})

describe('an account holder and a balance', () => {
  const holder = (who: User, msisdn: string, what: string) =>
    mtn.ask<object>(who, `/${who.product}/v1_0/accountholder/MSISDN/${msisdn}/${what}`)

  it('are told to both products', async () => {
    for (const who of [COLLECTS, PAYS]) {
      expect(await holder(who, AWA, 'active')).toEqual({ result: true })
      expect(await holder(who, AWA, 'basicuserinfo')).toEqual({ given_name: 'Awa', family_name: 'Ngo' })
      expect(await holder(who, '237679999999', 'active')).toMatchObject({ code: 'RESOURCE_NOT_FOUND' })
      expect(await mtn.ask(who, `/${who.product}/v1_0/account/balance`)).toEqual({
        availableBalance: await mtn.floatOf(who),
        currency: 'XAF',
      })
    }
  })

  it.each([
    ['450', { code: 'RESOURCE_NOT_FOUND' }],
    ['451', { result: false }],
    ['452', { code: 'NOT_ALLOWED' }],
    ['453', { code: 'NOT_ALLOWED_TARGET_ENVIRONMENT' }],
    ['454', { code: 'INTERNAL_PROCESSING_ERROR' }],
    ['455', { code: 'SERVICE_UNAVAILABLE' }],
    ['999', { result: true }],
  ])('in the sandbox, 46733123%s', async (digits, answer) => {
    expect(await holder(SANDBOX_PAYS, `46733123${digits}`, 'active')).toMatchObject(answer)
  })
})

describe('the sandbox', () => {
  it.each([
    ['450', 'FAILED', 'INTERNAL_PROCESSING_ERROR'],
    ['451', 'FAILED', 'APPROVAL_REJECTED'],
    ['452', 'FAILED', 'EXPIRED'],
    ['453', 'PENDING', undefined],
    ['454', 'PENDING', undefined],
    ['455', 'FAILED', 'NOT_ENOUGH_FUNDS'],
    ['456', 'FAILED', 'PAYER_LIMIT_REACHED'],
    ['457', 'FAILED', 'PAYEE_NOT_FOUND'],
    ['999', 'SUCCESSFUL', undefined],
  ])('pays 46733123%s: %s %s', async (digits, status, reason) => {
    const { reference } = await mtn.transfer(SANDBOX_PAYS, `46733123${digits}`)
    await stage.pass(1)
    expect(await mtn.ended('disburse', SANDBOX_PAYS, reference)).toEqual([status, reason])
    if (digits !== '454') return
    await stage.pass(25)
    expect((await mtn.inquire('disburse', SANDBOX_PAYS, reference)).status).toBe('SUCCESSFUL')
  })

  it.each([
    ['458', 500, 'NOT_ALLOWED'],
    ['459', 500, 'NOT_ALLOWED_TARGET_ENVIRONMENT'],
    ['460', 500, 'INVALID_CALLBACK_URL_HOST'],
    ['461', 500, 'INVALID_CURRENCY'],
    ['462', 500, 'INTERNAL_PROCESSING_ERROR'],
    ['463', 503, 'SERVICE_UNAVAILABLE'],
  ])('refuses 46733123%s with %i %s', async (digits, status, code) => {
    const answer = await mtn.transfer(SANDBOX_PAYS, `46733123${digits}`)
    expect(answer).toMatchObject({ status, code })
    expect((await mtn.inquire('disburse', SANDBOX_PAYS, answer.reference)).code).toBe('RESOURCE_NOT_FOUND')
  })

  it.each([
    ['2', 'FAILED', 'INTERNAL_PROCESSING_ERROR'],
    ['3', 'FAILED', 'APPROVAL_REJECTED'],
    ['4', 'FAILED', 'EXPIRED'],
    ['5', 'PENDING', undefined],
    ['6', 'PENDING', undefined],
    ['13', 'FAILED', 'COULD_NOT_PERFORM_TRANSACTION'],
  ])('gives back %s: %s %s', async (original, status, reason) => {
    const { reference } = await mtn.refund(SANDBOX_PAYS, original)
    await stage.pass(1)
    expect(await mtn.ended('refund', SANDBOX_PAYS, reference)).toEqual([status, reason])
    if (original !== '6') return
    await stage.pass(25)
    expect((await mtn.inquire('refund', SANDBOX_PAYS, reference)).status).toBe('SUCCESSFUL')
  })

  it.each([
    ['1', 404, 'RESOURCE_NOT_FOUND'],
    ['7', 500, 'NOT_ALLOWED'],
    ['12', 503, 'SERVICE_UNAVAILABLE'],
  ])('refuses to give back %s with %i %s', async (original, status, code) => {
    expect(await mtn.refund(SANDBOX_PAYS, original)).toMatchObject({ status, code })
  })

  it('gives back what one of its made-up numbers has paid', async () => {
    const { reference: original } = await mtn.collect(SANDBOX_COLLECTS, '46733123999')
    await stage.pass(1)
    const { reference } = await mtn.refund(SANDBOX_PAYS, original)
    await stage.pass(1)
    expect((await mtn.inquire('refund', SANDBOX_PAYS, reference)).status).toBe('SUCCESSFUL')
  })
})
