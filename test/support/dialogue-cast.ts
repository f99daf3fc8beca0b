import { addNeighbour } from './neighbour.ts'
import { addGroup, insideSimulators } from './sim.ts'
import type { TestStage } from './stage.ts'
import type { DemoTenant } from './ussd.ts'

/** Who a dialogue needs beside the demo's people, by the beginning of its file's name. */
const CASTS: Readonly<Record<string, (stage: TestStage) => Promise<unknown>>> = {
  'adds-a-wallet.fr': stage => addMtnWallet(stage, '237670000077', 'BIH ATEBA'),
  'pays-for-someone-else.en': stage => addNeighbour(stage, 'demo-ke', 61, 'Akinyi'),
  'pays-for-someone-else.fr': stage => addNeighbour(stage, 'demo-cm', 61, 'Awa'),
  'pays-for-her-group.en': stage => groupOf(stage, 'demo-ke', ['Akinyi', 'Baraka', 'Chebet']),
  'two-on-a-phone.en': stage => addNeighbour(stage, 'demo-ke', 61, 'Akinyi'),
  'two-on-a-phone.fr': stage => addNeighbour(stage, 'demo-cm', 61, 'Awa'),
  'pays-for-her-group.fr': stage => groupOf(stage, 'demo-cm', ['Awa', 'Bih']),
}

/** A group that the demo's borrower leads. */
async function groupOf(stage: TestStage, tenant: DemoTenant, names: readonly string[]): Promise<void> {
  const ids = names.map((_, at) => 61 + at)
  for (const [at, name] of names.entries()) await addNeighbour(stage, tenant, 61 + at, name)
  await addGroup(stage, tenant, {
    id: 5,
    name: 'Upendo',
    members: [1, ...ids],
    roles: [{ clientId: 1, role: 'Leader' }],
  })
}

/** A wallet of a stranger at MTN, who tells its holder's name. */
const addMtnWallet = (stage: TestStage, msisdn: string, name: string): Promise<unknown> =>
  insideSimulators(stage, db =>
    db('sim_mtn_momo.wallets').insert({ msisdn, currency: 'XAF', pin: '1111', name, balance_minor: '0' }),
  )

export async function prepare(stage: TestStage, file: string): Promise<void> {
  await CASTS[file.replace(/\.txt$/, '')]?.(stage)
}
