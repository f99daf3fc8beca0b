import type { Listeners, Registration } from '../providers/provider.ts'
import type { GatewayDeps } from './context.ts'
import { adapterOf } from './road.ts'

export type Registered = { readonly done: boolean; readonly text: string }

/**
 * Tells a connection's provider where to tell us, and where to ask us, about what customers pay by themselves. Throws
 * where there is no such connection, or where its provider is not told so.
 */
export async function registerConnection(
  { tenants, tools, publicUrl }: Pick<GatewayDeps, 'tenants' | 'tools' | 'publicUrl'>,
  tenantId: string,
  name: string,
): Promise<Registered> {
  const known = await tenants.connections(tenantId)
  const connection = known.find(each => each.name === name)
  if (connection === undefined)
    throw new Error(
      `${tenantId} has no connection ${name}; it has ${known.map(each => each.name).join(', ')}`,
    )
  const { register } = adapterOf(connection)
  if (register === undefined) throw new Error(`${connection.adapter} is told no addresses by a call`)
  const own = `${publicUrl()}/providers/${connection.token}`
  const listeners = { callback: `${own}/callback`, validation: `${own}/validation` }
  return said(await register(listeners, connection.config, tools), listeners)
}

function said(answer: Registration, { callback, validation }: Listeners): Registered {
  switch (answer.kind) {
    case 'registered':
      return { done: true, text: `payments are told to ${callback}, and asked about before at ${validation}` }
    case 'our-fault':
      return { done: false, text: `not registered: ${answer.detail}` }
    case 'unknown':
      return { done: false, text: `no clear answer (${answer.why}): try again` }
  }
}
