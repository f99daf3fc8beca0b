import { json, Router, text } from 'express'
import { type LocalDate, localDate } from '../domain/time.ts'
import { act } from '../gateway/context.ts'
import type { Gateway } from '../gateway/index.ts'
import { offers } from '../gateway/road.ts'
import type { Act } from '../gateway/step.ts'
import { readTariffs, writeTariffs } from '../store/tariff-csv.ts'
import { replaceTariffs, replaceTerms, replaceWindows, termsFrom, windowsFrom } from '../store/terms.ts'
import { readWays } from '../store/ways.ts'
import { callerOf, requireScope } from './auth.ts'
import { badRequest, type Problem } from './problem.ts'
import { Csv, Limits, Routes, Windows } from './term-bodies.ts'
import { reading, writing } from './writes.ts'

/** A list of many rows is longer than most bodies. */
const LONG = json({ limit: '1mb' })

const today = ({ setup, at }: Act): LocalDate => localDate(at, setup.tenant.zone)
const wrong = (errors: readonly string[]): Problem => badRequest('the list is not understood', errors)

/** Rows that say the same thing twice, by what makes them one. */
function twins<Row extends object>(rows: readonly Row[], keys: readonly (keyof Row)[]): string[] {
  const seen = new Set<string>()
  return rows.flatMap((row, index) => {
    const key = JSON.stringify(keys.map(each => row[each]))
    if (!seen.has(key)) {
      seen.add(key)
      return []
    }
    return [`data.${index}: stands in the list twice`]
  })
}

const LIMIT_KEY = ['provider', 'tier', 'operation', 'window', 'measure', 'currency', 'from'] as const

async function routesOf(commit: Act): Promise<object> {
  const names = new Map(commit.setup.connections.map(connection => [connection.id, connection.name]))
  const rows = await termsFrom({ trx: commit.trx, tenantId: commit.setup.tenant.id }, 'routes', today(commit))
  return {
    data: rows.map(row => ({
      provider: row.provider,
      currency: row.currency,
      operation: row.operation,
      priority: row.priority,
      connection: names.get(String(row.connection_id)),
      from: row.valid_from,
      until: row.valid_until,
    })),
  }
}

async function limitsOf(commit: Act): Promise<object> {
  const rows = await termsFrom({ trx: commit.trx, tenantId: commit.setup.tenant.id }, 'limits', today(commit))
  return {
    data: rows.map(row => ({
      provider: row.provider,
      tier: row.tier,
      operation: row.operation,
      window: row.span,
      measure: row.measure,
      value: row.value,
      currency: row.currency,
      source: row.source,
      from: row.valid_from,
      until: row.valid_until,
    })),
  }
}

async function windowsOf({ trx, setup, at }: Act): Promise<object> {
  const rows = await windowsFrom({ trx, tenantId: setup.tenant.id }, at)
  return {
    data: rows.map(row => ({
      provider: row.provider,
      from: row.starts_at,
      until: row.ends_at,
      note: row.note,
    })),
  }
}

/** `/api/v1/tariffs`, `/routes`, `/limits`, `/maintenance`: the tenant's own terms, each a whole list. */
export function termRoutes(gateway: Gateway, ring: () => void): Router {
  const { deps } = gateway
  const { ids, tenants } = deps
  const router = Router()
  const write = writing(deps, ring)
  const mayRead = requireScope('terms:read')
  const mayWrite = requireScope('terms:write')
  const done = ({ caller }: { readonly caller: { readonly tenantId: string } }) =>
    tenants.forget(caller.tenantId)
  const show = (view: (commit: Act) => Promise<object>) =>
    reading(request => act(deps, callerOf(request).tenantId, view))
  const here = ({ trx, setup }: Act) => ({ trx, tenantId: setup.tenant.id, ids })

  router.get('/routes', mayRead, show(routesOf))
  router.put(
    '/routes',
    mayWrite,
    write({
      body: Routes,
      parse: LONG,
      done,
      async carryOut(commit, { body: { data } }) {
        const known = new Map(commit.setup.connections.map(connection => [connection.name, connection]))
        const faults = data.flatMap(({ connection, provider, currency: of, operation }, index) => {
          const found = known.get(connection)
          if (found === undefined) return [`data.${index}: there is no connection ${connection}`]
          if (found.currency !== of) return [`data.${index}: ${connection} moves ${found.currency}`]
          if (!offers(found, operation)) return [`data.${index}: ${connection} does not ${operation}`]
          return found.aggregator === undefined && found.provider !== provider
            ? [`data.${index}: ${connection} serves ${found.provider}`]
            : []
        })
        faults.push(...twins(data, ['provider', 'currency', 'operation', 'connection', 'from']))
        if (faults.length > 0) return wrong(faults)
        const rows = data.map(({ connection, ...row }) => ({
          ...row,
          connectionId: known.get(connection)?.id ?? '',
        }))
        await replaceTerms(here(commit), 'routes', rows, today(commit))
        return { status: 200, body: await routesOf(commit) }
      },
    }),
  )

  router.get('/limits', mayRead, show(limitsOf))
  router.put(
    '/limits',
    mayWrite,
    write({
      body: Limits,
      parse: LONG,
      done,
      async carryOut(commit, { body: { data } }) {
        const faults = twins(data, LIMIT_KEY)
        if (faults.length > 0) return wrong(faults)
        await replaceTerms(here(commit), 'limits', data, today(commit))
        return { status: 200, body: await limitsOf(commit) }
      },
    }),
  )

  router.get('/maintenance', mayRead, show(windowsOf))
  router.put(
    '/maintenance',
    mayWrite,
    write({
      body: Windows,
      parse: LONG,
      done,
      async carryOut(commit, { body: { data } }) {
        const windows = data.map(row => ({ ...row, from: new Date(row.from), until: new Date(row.until) }))
        const over = windows.flatMap(({ until }, index) =>
          until <= commit.at ? [`data.${index}: this window is over`] : [],
        )
        if (over.length > 0) return wrong(over)
        await replaceWindows(here(commit), windows, commit.at)
        return { status: 200, body: await windowsOf(commit) }
      },
    }),
  )

  router.get('/tariffs', mayRead, (request, response, next) => {
    // as they are now: what is remembered may be older than another process's last change
    act(deps, callerOf(request).tenantId, ({ trx, setup, at }) => readWays(trx, setup.tenant, at))
      .then(({ tariffs }) => {
        response.setHeader('content-type', 'text/csv; charset=utf-8')
        response.end(writeTariffs(tariffs))
      })
      .catch(next)
  })
  router.put(
    '/tariffs',
    mayWrite,
    write({
      parse: text({ type: 'text/csv', limit: '1mb' }),
      body: Csv,
      done,
      async carryOut(commit, { body: { csv } }) {
        const read = readTariffs(csv)
        if (read.kind === 'faults')
          return wrong(read.faults.map(({ line, problem }) => `line ${line}: ${problem}`))
        const names = new Set(commit.setup.connections.map(connection => connection.name))
        const strange = [...new Set(read.tariffs.map(({ connection }) => connection))].filter(
          connection => !names.has(connection),
        )
        if (strange.length > 0)
          return wrong(strange.map(connection => `there is no connection ${connection}`))
        await replaceTariffs(here(commit), read.tariffs)
        return { status: 200, body: { rows: read.tariffs.length } }
      },
    }),
  )
  return router
}
