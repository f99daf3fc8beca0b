import type { RawRequest } from '../domain/outside.ts'
import { inTime, localDate } from '../domain/time.ts'
import type { Question, Verdict } from '../providers/provider.ts'
import type { Connection } from '../store/tenants.ts'
import { act, type GatewayDeps } from './context.ts'
import { currencyOf, isAwaited } from './join.ts'
import { loanOf } from './named-loan.ts'
import { hears, isListed } from './origin.ts'
import { adapterOf } from './road.ts'

/** Providers give some eight seconds, and a customer stands at a counter: who cannot say no by then says yes. */
const VERDICT_MS = 1_500

/**
 * A provider asks whether a customer's payment is welcome. It is, unless the tenant wants unknown references refused and
 * this one is nobody's for certain: a core that is away or slow refuses nobody's money. Nothing is kept, for the payment
 * may still not come, and its confirmation tells all of it again. Who is not on the connection's list of senders is told
 * nothing about our loans.
 */
export async function verdictOn(
  deps: GatewayDeps,
  connection: Connection,
  request: RawRequest,
): Promise<Verdict | 'unreadable' | 'not-asked-here'> {
  const { validation, proves } = adapterOf(connection)
  if (validation === undefined || !hears(connection)) return 'not-asked-here'
  const asked = validation.read(request, connection.config)
  if (typeof asked === 'string') return asked
  const isProven = proves?.(request, connection.config, deps.clock.now()) === true
  if (!isProven && !isListed(connection, request.from)) return 'welcome'
  return (await isWelcome(deps, connection, asked, VERDICT_MS)) ? 'welcome' : 'unknown-account'
}

/** Whether the tenant wants a payment with this reference, as far as can be told in time. */
export async function isWelcome(
  deps: GatewayDeps,
  connection: Connection,
  asked: Question,
  withinMs: number,
): Promise<boolean> {
  const about = { tenant: connection.tenantId, connection: connection.name }
  const looked = isTaken(deps, connection, asked).catch((error: unknown) => {
    deps.log.warn({ ...about, error: String(error) }, 'a payment was asked about, and could not be looked up')
    return true
  })
  return inTime(looked, withinMs, () => true)
}

async function isTaken(deps: GatewayDeps, connection: Connection, asked: Question): Promise<boolean> {
  const { tenantId } = connection
  const { settings, zone } = await deps.tenants.tenant(tenantId)
  if (settings.inbound.unknown === 'suspense') return true
  if (await act(deps, tenantId, commit => isAwaited(commit, connection, asked))) return true
  const core = deps.coreOf(await deps.tenants.core(tenantId))
  const today = localDate(deps.clock.now(), zone)
  return (await loanOf(core, asked.shownReference, currencyOf(asked), today)) !== undefined
}
