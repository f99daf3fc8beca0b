import type { Route } from '../../kit/http.ts'
import { commandRoute } from '../command-route.ts'
import type { Call, Command } from '../commands.ts'
import { parseDate } from '../dates.ts'
import { apiRoute } from '../gate.ts'
import { type House, requireRead, type Tenant } from '../house.ts'
import type { Json } from '../json.ts'
import { paymentTypeNames } from '../loans/transactions.ts'
import { parseDecimal, toMinor } from '../money.ts'
import { invalid, notFound, reply, unknownCommand } from '../refusal.ts'
import { DEPOSIT, UNDO_SAVINGS, WITHDRAWAL } from './commands.ts'
import { accountJson, transactionJson } from './read.ts'
import { findSavings, listTransactions, SAVINGS_TYPE, type SavingsTransactionRow } from './rows.ts'

/** SavingsAccountsApiResource and SavingsAccountTransactionsApiResource. */

export const SAVINGS_COMMANDS: readonly Command[] = [DEPOSIT, WITHDRAWAL, UNDO_SAVINGS]

function transactionCommand({ query }: Call): Command {
  const word = query.get('command')
  if (word === 'deposit') return DEPOSIT
  if (word === 'withdrawal') return WITHDRAWAL
  throw unknownCommand(word)
}

function adjustCommand({ query }: Call): Command {
  if (query.get('command') === 'undo') return UNDO_SAVINGS
  throw unknownCommand(query.get('command'))
}

function dayOf(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  const [format, locale] = [query.get('dateFormat'), query.get('locale')]
  const day = format === null || locale === null ? undefined : parseDate(text, format, locale)
  if (day === undefined)
    throw invalid('validation.msg.invalid.dateFormat.format', `The parameter ${name} is no date.`, name)
  return day
}

/** SavingsAccountTransactionsSearchServiceImpl: by day, amount, side and type, but by no detail of the payment. */
function filterOf(query: URLSearchParams, tenant: Tenant): (row: SavingsTransactionRow) => boolean {
  const [from = '', to = '9999-12-31'] = [dayOf(query, 'fromDate'), dayOf(query, 'toDate')]
  const amount = (name: string) => {
    const given = parseDecimal(query.get(name) ?? '', query.get('locale') ?? 'en')
    return given && toMinor(given, tenant.currency.digits)
  }
  const [least = 0n, most] = [amount('fromAmount'), amount('toAmount')]
  const types = query.get('types')?.split(',')
  const side = (name: string, type: number) => (row: SavingsTransactionRow) =>
    query.get(name) === null || (row.type === type) === (query.get(name) === 'true')
  const sides = [side('credit', SAVINGS_TYPE.deposit), side('debit', SAVINGS_TYPE.withdrawal)]
  return row =>
    row.on_date >= from &&
    row.on_date <= to &&
    BigInt(row.amount) >= least &&
    (most === undefined || BigInt(row.amount) <= most) &&
    (types === undefined || types.includes(String(row.type))) &&
    sides.every(fits => fits(row))
}

/** Spring's PageImpl, printed by its fields; the latest first. */
function pageOf(rows: readonly Json[], query: URLSearchParams): Json {
  const size = Number(query.get('limit') ?? 50)
  const page = Number(query.get('offset') ?? 0)
  return {
    total: rows.length,
    content: rows.slice(page * size, (page + 1) * size),
    pageable: { page, size },
  }
}

export function savingsRoutes(house: House): Route[] {
  const { db } = house
  type Read = (
    tenant: Tenant,
    params: Readonly<Record<string, string>>,
    query: URLSearchParams,
  ) => Promise<Json>
  const readRoute = (path: string, read: Read) =>
    apiRoute(house, 'GET', `/savingsaccounts/:id${path}`, async ({ tenant, user }, { params, query }) => {
      requireRead(user, 'SAVINGSACCOUNT')
      return reply(200, await read(tenant, params, query))
    })
  const shown = async (tenant: Tenant, id: string, fits: (row: SavingsTransactionRow) => boolean) => {
    const savings = await findSavings(db, tenant.id, id)
    const rows = await listTransactions(db, tenant.id, savings.id)
    const names = await paymentTypeNames(db, tenant.id)
    const latest = rows.filter(fits).toReversed()
    return { savings, rows, views: latest.map(row => transactionJson(row, rows, names, tenant)) }
  }
  return [
    readRoute('', async (tenant, { id = '' }, query) => {
      const { savings, rows, views } = await shown(tenant, id, () => true)
      const wanted = (query.get('associations') ?? '').split(',')
      const isWanted = wanted.includes('transactions') || wanted.includes('all')
      return { ...accountJson(savings, rows, tenant), transactions: isWanted ? views : undefined }
    }),
    readRoute('/transactions/search', async (tenant, { id = '' }, query) =>
      pageOf((await shown(tenant, id, filterOf(query, tenant))).views, query),
    ),
    readRoute('/transactions/:txId', async (tenant, { id = '', txId = '' }) => {
      const [view] = (await shown(tenant, id, row => row.id === txId)).views
      if (view === undefined)
        throw notFound('error.msg.saving.account.trasaction.id.invalid', `No transaction ${txId}`, txId)
      return view
    }),
    commandRoute(house, 'POST', '/savingsaccounts/:id/transactions', transactionCommand),
    commandRoute(house, 'POST', '/savingsaccounts/:id/transactions/:txId', adjustCommand),
  ]
}
