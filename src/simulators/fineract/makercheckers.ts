import type { Route } from '../kit/http.ts'
import { type Call, type Command, type CommandRow, execute, STATUS } from './commands.ts'
import { timeArray } from './dates.ts'
import { apiRoute } from './gate.ts'
import { type Caller, type House, mayDo } from './house.ts'
import type { Json } from './json.ts'
import { isId } from './loans/rows.ts'
import { invalid, notAuthorized, notFound, reply, replyText, unknownCommand } from './refusal.ts'
import { table } from './schema.ts'

/** MakercheckersApiResource: a held command is run again, for good, when a checker approves it. */

async function find(house: House, { tenant }: Caller, id: string): Promise<CommandRow> {
  const row = isId(id) && (await house.db(table('commands')).where({ tenant: tenant.id, id }).first())
  if (!row) throw notFound('error.msg.command.id.invalid', `Audit with identifier ${id} does not exist`, id)
  if (row.status !== STATUS.awaitingApproval)
    throw invalid('error.msg.command.not.awaiting.approval', 'Command is not awaiting approval.')
  return row
}

/** The maker does not check her own work (`enable-same-maker-checker` is off). */
function requireChecker({ user }: Caller, row: CommandRow): void {
  const permission = `${row.action}_${row.entity}_CHECKER`
  if (!mayDo(user, 'CHECKER_SUPER_USER') && !mayDo(user, permission))
    throw notAuthorized(`User has no authority to: ${permission}`)
  if (user.username === row.maker) throw notAuthorized('Can not be checked by the same user.')
}

const view = (row: CommandRow): Json => ({
  id: Number(row.id),
  actionName: row.action,
  entityName: row.entity,
  loanId: row.loan_id === null ? undefined : Number(row.loan_id),
  maker: row.maker,
  madeOnDate: timeArray(row.made_at),
  processingResult: 'awaiting.approval',
  commandAsJson: row.body,
})

export function makerCheckerRoutes(house: House, commands: readonly Command[]): Route[] {
  const { db } = house
  return [
    apiRoute(house, 'GET', '/makercheckers', async ({ tenant }, { query }) => {
      const where: Record<string, string> = {}
      for (const [name, column] of [
        ['actionName', 'action'],
        ['entityName', 'entity'],
        ['loanid', 'loan_id'],
      ] as const) {
        const value = query.get(name)
        if (value !== null) where[column] = value
      }
      const rows: CommandRow[] = await db(table('commands'))
        .where({ tenant: tenant.id, status: STATUS.awaitingApproval, ...where })
        .orderBy('id')
      return reply(200, rows.map(view))
    }),
    apiRoute(house, 'POST', '/makercheckers/:id', async (caller, { params, query }) => {
      const word = query.get('command')
      if (word !== 'approve' && word !== 'reject') throw unknownCommand(word)
      const row = await find(house, caller, params.id ?? '')
      requireChecker(caller, row)
      await db(table('commands')).where({ id: row.id }).update({ checker: caller.user.username })
      if (word === 'reject') {
        await db(table('commands')).where({ id: row.id }).update({ status: STATUS.rejected })
        return reply(200, { commandId: Number(row.id) })
      }
      const command = commands.find(({ name }) => name === row.command)
      if (command === undefined) throw new Error(`no command ${row.command}`)
      const call: Call = { params: row.params, query: new URLSearchParams(row.query), body: row.body }
      const { status, body } = await execute(house, caller, command, call, row.id, true)
      return replyText(status, body)
    }),
    apiRoute(house, 'DELETE', '/makercheckers/:id', async (caller, { params }) => {
      const row = await find(house, caller, params.id ?? '')
      requireChecker({ ...caller, user: caller.user }, row)
      await db(table('commands')).where({ id: row.id }).delete()
      return reply(200, { commandId: Number(row.id) })
    }),
  ]
}
