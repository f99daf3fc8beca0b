import { verifyLedger } from '../../src/store/ledger.ts'
import type { Lender } from './cast.ts'
import { withCore, withMarks } from './judge-core.ts'
import { withDates } from './judge-dates.ts'
import { withEnds } from './judge-ends.ts'
import { withLeases } from './judge-leases.ts'
import { withOrders, withSlots } from './judge-orders.ts'
import { withCaps, withProvider } from './judge-provider.ts'
import { confirmationsHeard, entriesOf, heldByPeople, marked, movementsOf } from './judge-rows.ts'
import { withTold } from './judge-told.ts'
import { withTwins } from './judge-twins.ts'
import { ordersOf, withOrdersEnded } from './judge-waits.ts'
import { type CoreRow, pages, type Truth } from './truth.ts'
import type { World } from './world.ts'

/** Compares what really happened, by the simulators' own books, with what we believe. Each disagreement is a sentence. */

export async function judge(world: World): Promise<string[]> {
  const found: string[] = []
  for (const lender of world.lenders)
    found.push(...(await judgeLender(world, lender)).map(text => `${lender.id}: ${text}`))
  const broken = await verifyLedger(
    world.db,
    world.lenders.map(({ id }) => id),
  )
  for (const { tenantId, equation, accounts, rows, currency } of broken)
    found.push(`${tenantId}: ${equation}: ${accounts} ${currency} in the accounts, ${rows} in the rows`)
  return found
}

async function judgeLender(world: World, lender: Lender): Promise<string[]> {
  const truth = await pages<Truth>(`${world.simUrl}/providers/${lender.way.simulator}/transactions`)
  const movements = await movementsOf(world, lender.id)
  const entries = await entriesOf(world, lender.id)
  const core = await pages<CoreRow>(`${world.simUrl}/fineract/${lender.id}/transactions`)
  const marks = await marked(world, lender.id)
  const orders = await ordersOf(world, lender.id)
  return [
    ...withProvider(lender, truth, movements, await confirmationsHeard(world)),
    ...withCore(entries, core, movements),
    ...withMarks(entries, marks),
    ...withDates(lender, truth, movements, entries, { core, marked: marks }),
    ...withEnds(movements, entries, await heldByPeople(world, lender.id)),
    ...withOrdersEnded(orders, movements, entries),
    ...withCaps(lender, truth, movements),
    ...withTwins(truth, movements),
    ...(await withLeases(world, lender.id, truth)),
    ...(await withOrders(world, lender, truth, movements, orders)),
    ...(await withSlots(world, lender.id)),
    ...(lender.hears ? await withTold(world, lender.id) : []),
  ]
}
