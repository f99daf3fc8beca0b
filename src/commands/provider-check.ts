import { readConfig } from '../config.ts'
import { checkConnection, type Finding } from '../gateway/check-connection.ts'
import type { House } from '../main.ts'
import { adoptProfiles } from '../providers/index.ts'
import { withHouse } from './house.ts'
import { fail, reason } from './support.ts'

/** `npm run provider:check -- [tenant] <connection>`: prints what works of a connection, and moves no money. */

const USAGE = 'use: npm run provider:check -- [<tenant>] <connection>'
const MARK: Readonly<Record<Finding['kind'], string>> = { works: 'ok  ', note: 'note', fails: 'FAIL' }

/** The one tenant that has a connection of that name. */
async function tenantOf({ gateway }: House, name: string): Promise<string> {
  const { tenants } = gateway.deps
  const having: string[] = []
  for (const id of await tenants.all())
    if ((await tenants.connections(id)).some(connection => connection.name === name)) having.push(id)
  const [only] = having
  if (only !== undefined && having.length === 1) return only
  throw new Error(
    having.length === 0
      ? `nobody has a connection ${name}`
      : `${having.join(', ')} each have a connection ${name}: name the tenant too`,
  )
}

async function check(house: House, [one, two]: readonly string[]): Promise<boolean> {
  if (one === undefined || one.startsWith('-')) throw new Error(USAGE)
  const [tenantId, name] = two === undefined ? [await tenantOf(house, one), one] : [one, two]
  if (!(await house.gateway.deps.tenants.all()).includes(tenantId)) throw new Error(`no tenant ${tenantId}`)
  const findings = await checkConnection(house.gateway.deps, tenantId, name)
  for (const { kind, text } of findings) console.log(`${MARK[kind]}  ${text}`)
  return findings.every(({ kind }) => kind !== 'fails')
}

try {
  const { profiles } = readConfig(process.env)
  if (profiles !== undefined) adoptProfiles(profiles)
  if (!(await withHouse(house => check(house, process.argv.slice(2))))) fail('not everything works')
} catch (error) {
  fail(reason(error))
}
