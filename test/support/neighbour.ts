import { setPin } from '../../src/store/tenancy.ts'
import { addClient } from './sim.ts'
import type { TestStage } from './stage.ts'
import { type DemoTenant, rowOf } from './ussd.ts'

/** Somebody whose loan the demo's borrower may pay: her phone, and the number by which anybody pays it. */
export type Neighbour = {
  readonly phone: string
  readonly loanId: string
  readonly reference: string
  readonly customerId: string
}

/** By which she shows who she is. */
export const NEIGHBOURS_PIN = '4711'

const COUNTRY = { 'demo-ke': '254711', 'demo-cm': '237671' } as const

let keys = 0

/**
 * Another client of the core with a loan of which an instalment is due today, for whom an officer has asked; `id` is
 * that of both.
 */
export async function addNeighbour(
  stage: TestStage,
  tenant: DemoTenant,
  id: number,
  firstname: string,
  loan: { readonly principal?: string; readonly interestPerPeriod?: string } = {},
): Promise<Neighbour> {
  const number = `${COUNTRY[tenant]}${String(id).padStart(6, '0')}`
  const client = { id, accountNo: String(id).padStart(9, '0'), firstname, mobileNo: number }
  const accountNo = String(id + 500).padStart(9, '0')
  const kenya = tenant === 'demo-ke'
  await addClient(stage, tenant, client, [
    {
      ...{ id, accountNo, firstDue: '2026-03-05', instalments: 6 },
      principal: kenya ? '6000' : '60000',
      interestPerPeriod: kenya ? '100' : '1000',
      ...loan,
    },
  ])
  keys += 1
  const asked = await stage.post(
    '/api/v1/collection-requests',
    { loanId: String(id), mode: 'ask' },
    { key: `${tenant}-key`, idempotencyKey: `neighbour-${keys}` },
  )
  if (asked.status !== 201) throw new Error(JSON.stringify(asked.body))
  await stage.settle()
  const found = await rowOf(stage, `select * from pay_references where loan_id = '${id}'`, tenant)
  const customerId = String(found.customer_id)
  const { db, gateway } = stage.house
  await db.asTenant(tenant, trx => setPin(trx, gateway.deps.keys, tenant, customerId, NEIGHBOURS_PIN))
  return { phone: `+${number}`, loanId: String(id), reference: String(found.value), customerId }
}
