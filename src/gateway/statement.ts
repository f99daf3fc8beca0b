import { later } from '../domain/time.ts'
import type { StatementLine } from '../providers/provider.ts'
import type { Connection } from '../store/tenants.ts'
import { act, type GatewayDeps } from './context.ts'
import { joinPayment, receivePayment } from './join.ts'
import { adapterOf } from './road.ts'
import type { Stepper } from './step.ts'

/**
 * What became of a line: `known` by its receipt, `joined` to the push whose end it is, `new`: a payment of its own, or left
 * for later, for its push may still be told about.
 */
export type Fate = 'known' | 'joined' | 'new' | 'left'
export type TakenLine = { readonly line: StatementLine; readonly fate: Fate }

/** A payment as young as this may still be on its way to us by its own road. */
const YOUNG_MS = 30 * 60_000

/**
 * Pulls what a connection's provider says came in, and gives each line to the road that a payment told at once takes: one
 * receipt is one payment, whichever road tells it first. Throws where there is no such connection, where customers cannot
 * pay by themselves (their pushes can be asked about), and where the provider gave no statement.
 */
export async function takeStatement(
  deps: GatewayDeps & { readonly stepper: Stepper },
  tenantId: string,
  name: string,
  from: Date,
  to: Date,
): Promise<readonly TakenLine[]> {
  const known = await deps.tenants.connections(tenantId)
  const connection = known.find(each => each.name === name)
  if (connection === undefined)
    throw new Error(
      `${tenantId} has no connection ${name}; it has ${known.map(each => each.name).join(', ')}`,
    )
  const adapter = adapterOf(connection)
  if (adapter.statement === undefined || !adapter.can.customerInitiated)
    throw new Error(`${connection.adapter} tells nothing there that we do not ask about anyway`)
  const answer = await adapter.statement(from, to, connection.config, deps.tools)
  if (answer.kind !== 'lines')
    throw new Error(
      answer.kind === 'unknown'
        ? `no clear answer (${answer.why}): try again`
        : `${answer.fault}${answer.detail === undefined ? '' : `, ${answer.detail}`}`,
    )
  const taken: TakenLine[] = []
  for (const line of answer.lines)
    if (line.side === 'credit') taken.push({ line, fate: await take(deps, connection, line) })
  return taken
}

const take = (
  deps: GatewayDeps & { readonly stepper: Stepper },
  connection: Connection,
  { receipt, amount, at, reference, msisdn }: StatementLine,
): Promise<Fate> =>
  act(deps, connection.tenantId, async commit => {
    const payment = {
      ...({ kind: 'payment', receipt, amount, at, shownReference: reference ?? '' } as const),
      ...(msisdn === undefined ? {} : { msisdn }),
    }
    const joined = await joinPayment(commit, deps, connection, payment)
    if (joined !== 'nobody') return joined
    if (later(at, YOUNG_MS) > commit.at) return 'left'
    await receivePayment(commit, deps, connection, payment, 'statement')
    return 'new'
  })
