import { daysLeft, expiriesOf } from '../domain/expiry.ts'
import { formatMoney, money } from '../domain/money.ts'
import { parseMsisdn } from '../domain/msisdn.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { HttpAnswer, RawRequest, Tools } from '../domain/outside.ts'
import { localDate } from '../domain/time.ts'
import type { AttemptRef, Balance, BalancesTold, Operation, Reached } from '../providers/provider.ts'
import type { Connection } from '../store/tenants.ts'
import { act, type GatewayDeps } from './context.ts'
import { isListed } from './origin.ts'
import { adapterOf, codeFor, lackingCode, productsOf, routesOf } from './road.ts'
import type { Setup } from './step.ts'
import { timingOf } from './timing.ts'

/** One thing that was looked at, as a sentence: it works, somebody should know, or it does not work. */
export type Finding = { readonly kind: 'works' | 'note' | 'fails'; readonly text: string }

const works = (text: string): Finding => ({ kind: 'works', text })
const note = (text: string): Finding => ({ kind: 'note', text })
const fails = (text: string): Finding => ({ kind: 'fails', text })

/** `/healthz` answers with this at once. */
const REACH_MS = 10_000
const WARN_DAYS = 30
/** So long a balance that is told by callback is waited for. */
const TELL_LOOKS = 40
const TELL_LOOK_MS = 250

/**
 * What works of a connection, moving no money: its configuration, its credentials (by the balances that they show, or by a
 * question about a payment that never was), whether the outside reaches us, and when keys and certificates end.
 */
export async function checkConnection(
  deps: GatewayDeps,
  tenantId: string,
  name: string,
): Promise<readonly Finding[]> {
  const setup = await act(deps, tenantId, async commit => commit.setup)
  const connection = setup.connections.find(known => known.name === name)
  if (connection === undefined)
    throw new Error(
      `${tenantId} has no connection ${name}; it has ${setup.connections.map(known => known.name).join(', ')}`,
    )
  const wrong = faultsOf(connection)
  if (wrong !== undefined) return [fails(`configuration: ${wrong}`)]
  return [
    works(`configuration: ${connection.adapter}, ${productsOf(connection).flat().join(', ')}`),
    ...(await credentials(deps, setup, connection)),
    ...(await operators(deps, setup, connection)),
    ...(await reach(deps, connection)),
    await lastCallback(deps, connection),
    ...expiries(deps, setup, connection),
    ...(connection.state === 'paused'
      ? [
          fails(
            `it is paused for ${connection.pausedFor}: when that is mended, npm run tenant -- resume ${tenantId} ${name}`,
          ),
        ]
      : []),
  ]
}

async function lastCallback(deps: GatewayDeps, { tenantId, id }: Connection): Promise<Finding> {
  const last = await act(deps, tenantId, ({ trx }) =>
    trx('callbacks').where({ tenant_id: tenantId, source_id: id }).max('received_at as at').first(),
  )
  return last?.at == null
    ? note('callback: none has come yet')
    : works(`callback: the last one came ${last.at.toISOString()}`)
}

/** What its adapter, or the gateway, finds wrong with the configuration; undefined where nothing is. */
function faultsOf(connection: Connection): string | undefined {
  try {
    adapterOf(connection).config(connection.config)
    timingOf(connection)
    return undefined
  } catch (error) {
    const { issues } = error as { issues?: { path: PropertyKey[]; message: string }[] }
    if (issues === undefined) throw error
    return issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
  }
}

/** Each group of operations has credentials of its own, and is asked by itself. */
async function credentials(deps: GatewayDeps, setup: Setup, connection: Connection): Promise<Finding[]> {
  const told = await balances(deps, connection)
  const asked = productsOf(connection).map(async product => {
    const [operation] = product
    if (operation === undefined) return []
    return [await question(deps, setup, connection, operation, product.join(', '))]
  })
  return [...told, ...(await Promise.all(asked)).flat()]
}

async function balances(deps: GatewayDeps, connection: Connection): Promise<Finding[]> {
  const { tools, ids } = deps
  // the answer to an earlier question may come late
  const mark = ids.next()
  const url = `${callbackUrlOf(deps, connection)}?check=${mark}`
  const answer = await adapterOf(connection).balances?.(connection.config, tools, url)
  if (answer === undefined) return []
  return answer.kind === 'later' ? toldLater(deps, connection, mark) : told(answer)
}

function told(answer: BalancesTold): Finding[] {
  switch (answer.kind) {
    case 'balances':
      return answer.balances.map(shown)
    case 'our-fault':
      return [fails(`balance: ${answer.fault}${answer.detail === undefined ? '' : `, ${answer.detail}`}`)]
    case 'unknown':
      return [note(`balance: no clear answer (${answer.why})`)]
  }
}

/** Whom an aggregator's account reaches, and whether that suffices for the routes that go by it today. */
async function operators(
  { tools, clock }: GatewayDeps,
  setup: Setup,
  connection: Connection,
): Promise<Finding[]> {
  const answer = await adapterOf(connection).reached?.(connection.config, tools)
  if (answer === undefined) return []
  if (answer.kind === 'our-fault')
    return [fails(`operators: ${answer.fault}${answer.detail === undefined ? '' : `, ${answer.detail}`}`)]
  if (answer.kind === 'unknown') return [note(`operators: no clear answer (${answer.why})`)]
  const { reached } = answer
  return [...reached.map(each => works(`operators: ${reachedText(each)}`)), ...routed()]

  function routed(): Finding[] {
    const at = clock.now()
    return routesOf(setup, connection, localDate(at, setup.tenant.zone)).map(({ provider, operation }) => {
      const code = codeFor(setup, connection, provider, at)
      const what = `route of ${provider}, ${operation}`
      if (code === undefined) return fails(`${what}: ${lackingCode(setup, connection, provider, at)}`)
      const found = reached.find(each => each.code === code && each.operation === operation)
      if (found === undefined) return fails(`${what}: ${code} is not switched on for this account`)
      if (found.now === 'closed') return fails(`${what}: ${code} is closed just now`)
      if (found.now === undefined || found.now === 'open') return works(`${what}: by ${code}`)
      return note(`${what}: ${code} is ${found.now === 'delayed' ? 'delayed' : 'in no known state'} just now`)
    })
  }
}

function reachedText({ code, operation, minimum, maximum, now }: Reached): string {
  const bounds = [
    ...(minimum === undefined ? [] : [`from ${minimum.currency} ${formatMoney(minimum)}`]),
    ...(maximum === undefined ? [] : [`up to ${maximum.currency} ${formatMoney(maximum)}`]),
  ]
  const state = now === undefined ? [] : [now === 'unknown' ? 'in no known state' : now]
  return [`${code}, ${operation}`, bounds.join(' '), ...state].filter(part => part !== '').join(', ')
}

const shown = ({ account, amount }: Balance): Finding =>
  works(`balance: ${account} ${amount.currency} ${formatMoney(amount)}`)

/** Waits for the callback that tells them: that it comes shows, besides, that the outside reaches us. */
async function toldLater(deps: GatewayDeps, connection: Connection, mark: string): Promise<Finding[]> {
  for (let looks = 0; looks < TELL_LOOKS; looks++) {
    const kept: { request: RawRequest }[] = await act(deps, connection.tenantId, ({ trx }) =>
      trx('callbacks')
        .where({ tenant_id: connection.tenantId, source_id: connection.id })
        .whereRaw("request -> 'query' ->> 'check' = ?", [mark])
        .select('request'),
    )
    for (const { request } of kept) {
      const reading = adapterOf(connection).readCallback(request, connection.config, undefined)
      if (reading.kind !== 'balances') continue
      return isListed(connection, request.from)
        ? [...told(reading.answer), works('callback: the answer about the balance came by one, just now')]
        : [
            note(
              `balance: told by ${request.from}, which callbackFrom does not list: what it says is not believed`,
            ),
          ]
    }
    await new Promise(resolve => setTimeout(resolve, TELL_LOOK_MS))
  }
  return [
    note(
      `balance: asked for and taken, but no callback told it within ${(TELL_LOOKS * TELL_LOOK_MS) / 1000} s: is the server up, and does the outside reach it?`,
    ),
  ]
}

const callbackUrlOf = ({ publicUrl, ids }: GatewayDeps, { token }: Connection): string =>
  `${publicUrl()}/providers/${token}/callback/${ids.next()}`

/** A payment that never was is asked about: a clear "never heard of it" says that we were let in. */
async function question(
  deps: GatewayDeps,
  setup: Setup,
  connection: Connection,
  operation: Operation,
  what: string,
): Promise<Finding> {
  const adapter = adapterOf(connection)
  const reference = adapter.newReference()
  const code = codeOf(deps, setup, connection)
  const nobody: AttemptRef = {
    operation,
    reference,
    providerReference: reference,
    amount: money(100n, connection.currency),
    msisdn: parseMsisdn(setup.tenant.settings.lenderPhone) ?? ('+0' as AttemptRef['msisdn']),
    shownReference: 'CHECK',
    callbackUrl: callbackUrlOf(deps, connection),
    ...code,
    ...(operation === 'refund'
      ? { original: { reference, providerReference: reference, receipt: reference } }
      : {}),
  }
  const { tools, last } = heardBy(deps)
  const outcome = await adapter.inquire(nobody, connection.config, tools)
  const heard = last()
  if (outcome.kind === 'unknown' && heard !== undefined) {
    const { host, answer } = heard
    if (answer.kind === 'no-answer')
      return fails(`${what}: ${host} was not reached (${answer.why}): is the address right, and open to us?`)
    if (answer.status === 401 || answer.status === 403)
      return fails(`credentials of ${what}: ${host} refused them with ${answer.status}`)
    if (answer.status === 404)
      return fails(`${what}: ${host} has nothing at this address (404): is the path of baseUrl right?`)
  }
  if (outcome.kind === 'our-fault' && outcome.fault === 'configuration' && lacksCode(connection, code))
    return fails(
      `${what}: no route names an operator for which a code of ${connection.aggregator} is in force: see npm run aggregator:codes, and PUT /api/v1/routes`,
    )
  return understood(what, outcome)
}

const lacksCode = ({ aggregator }: Connection, { code }: { readonly code?: string }): boolean =>
  aggregator !== undefined && code === undefined

type Heard = { readonly host: string; readonly answer: HttpAnswer }

/** The same tools, and what was heard last by them: an adapter's "no clear word" does not say whether anybody was there. */
function heardBy({ tools }: GatewayDeps): { readonly tools: Tools; last(): Heard | undefined } {
  let last: Heard | undefined
  return {
    last: () => last,
    tools: {
      ...tools,
      async http(request) {
        const answer = await tools.http(request)
        last = { host: hostOf(request.url), answer }
        return answer
      },
    },
  }
}

const hostOf = (url: string): string => URL.parse(url)?.host ?? url

/** An aggregator is asked by its code for an operator that a route names. */
function codeOf({ clock }: GatewayDeps, setup: Setup, connection: Connection): { readonly code?: string } {
  const at = clock.now()
  const codes = routesOf(setup, connection, localDate(at, setup.tenant.zone)).map(({ provider }) =>
    codeFor(setup, connection, provider, at),
  )
  const code = codes.find(each => each !== undefined)
  return code === undefined ? {} : { code }
}

function understood(what: string, outcome: Outcome): Finding {
  switch (outcome.kind) {
    case 'our-fault':
      return fails(
        `${outcome.fault === 'credentials' ? 'credentials of ' : ''}${what}: ${outcome.fault}${outcome.detail === undefined ? '' : `, ${outcome.detail}`}`,
      )
    case 'unknown':
      return note(
        `credentials of ${what}: not refused, and no clear word of a payment that never was (${outcome.why})`,
      )
    default:
      return works(`credentials of ${what}: a question was answered`)
  }
}

async function reach({ tools, publicUrl }: GatewayDeps, connection: Connection): Promise<Finding[]> {
  const url = publicUrl()
  const answer = await tools.http({ method: 'GET', url: `${url}/healthz`, deadlineMs: REACH_MS })
  const reached = answer.kind === 'answer' && answer.status === 200 && answer.body === 'ok'
  const { callbackFrom } = connection.config
  return [
    reached
      ? works(`callback: ${url} reaches us, seen from here; from outside only a callback shows it`)
      : fails(
          `callback: ${url} does not reach us (${answer.kind === 'answer' ? `status ${answer.status}` : answer.why}): see PUBLIC_URL`,
        ),
    Array.isArray(callbackFrom) && callbackFrom.length > 0
      ? works(`callback: believed from ${callbackFrom.join(', ')}`)
      : note(
          'callback: callbackFrom lists no address, so a callback that does not prove itself is a hint only',
        ),
  ]
}

function expiries({ clock }: GatewayDeps, setup: Setup, { config }: Connection): Finding[] {
  return expiriesOf(config).map(expiry => {
    const left = daysLeft(expiry, clock.now())
    const text = `${expiry.credential}: ends ${localDate(expiry.at, setup.tenant.zone)}`
    if (left < 0) return fails(`${text}, which is over`)
    return left <= WARN_DAYS ? note(`${text}, in ${left} days`) : works(text)
  })
}
