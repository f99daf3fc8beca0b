import { randomUUID } from 'node:crypto'
import type { SimReply } from '../kit/http.ts'
import { type Caller, type House, mayDo, type Session } from './house.ts'
import { type Json, write } from './json.ts'
import { envelope, Refusal, replyText } from './refusal.ts'
import { table } from './schema.ts'

/**
 * The command source: every write goes through it, under (action, entity, key).
 * Upstream: org.apache.fineract.commands.service.SynchronousCommandProcessingService, CommandSourceService,
 * infrastructure.core.filters.IdempotencyStoreFilter.
 */

export type CommandResult = Readonly<Record<string, Json>>

export type Call = {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: string
}

export type Command = {
  /** Under which a held command is found again when a checker approves it. */
  readonly name: string
  readonly action: string
  /** LOAN, JOURNALENTRY, the datatable's own name… */
  readonly entity: (call: Call) => string
  readonly run: (session: Session, call: Call) => Promise<CommandResult>
}

/** CommandProcessingResultType. */
export const STATUS = {
  processed: 1,
  awaitingApproval: 2,
  rejected: 3,
  underProcessing: 4,
  error: 5,
} as const

export type CommandRow = {
  readonly id: string
  readonly action: string
  readonly entity: string
  readonly status: number
  readonly command: string
  readonly params: Record<string, string>
  readonly query: string
  readonly body: string
  readonly loan_id: string | null
  readonly maker: string
  readonly made_at: Date
  readonly result_status: number | null
  readonly result_body: string | null
}

const CACHED = { 'x-served-from-cache': 'true' }

/** The handler ran and is rolled back: nothing was booked, though the answer is a 200. */
class HeldForApproval extends Error {
  readonly result: CommandResult
  constructor(result: CommandResult) {
    super('held for approval')
    this.result = result
  }
}

export const permissionOf = (command: Command, call: Call): string =>
  `${command.action}_${command.entity(call)}`

function isHeld({ tenant, user }: Caller, permission: string): boolean {
  const { makerChecker = false } = tenant.settings
  if (makerChecker === false || mayDo(user, 'CHECKER_SUPER_USER')) return false
  return makerChecker === true || makerChecker.includes(permission)
}

/** What an earlier call under this key left; undefined where there was none. Neither body, loan nor user is compared. */
function earlier(row: CommandRow | undefined, body: string): SimReply | undefined {
  if (row === undefined) return undefined
  if (row.status === STATUS.processed || row.status === STATUS.error)
    return replyText(row.result_status ?? 200, row.result_body ?? '', CACHED)
  return replyText(425, body, CACHED)
}

async function close(house: House, id: string, status: number, resultStatus: number, body: string) {
  await house
    .db(table('commands'))
    .where({ id })
    .update({ status, result_status: resultStatus, result_body: body })
}

/** The row of a new command, committed before its handler starts; undefined where another call has the key. */
async function reserve(house: House, caller: Caller, command: Command, call: Call, key: string) {
  const [row]: { id: string }[] = await house
    .db(table('commands'))
    .insert({
      tenant: caller.tenant.id,
      action: command.action,
      entity: command.entity(call),
      idempotency_key: key,
      status: STATUS.underProcessing,
      command: command.name,
      params: JSON.stringify(call.params),
      query: call.query.toString(),
      body: call.body,
      loan_id: command.entity(call) === 'LOAN' ? (call.params.id ?? null) : null,
      maker: caller.user.username,
      made_at: house.clock.now(),
    })
    .onConflict(['tenant', 'action', 'entity', 'idempotency_key'])
    .ignore()
    .returning('id')
  return row?.id
}

/** CommandWrapperBuilder leaves the entity of these open until they are made. */
const WITHOUT_ENTITY: ReadonlySet<string> = new Set(['REPAYMENT', 'CREATE', 'DEPOSIT', 'WITHDRAWAL'])

/** RollbackTransactionNotApprovedExceptionMapper prints with a bare Gson: an ExternalId becomes `{}`. */
function heldBody(id: string, { resourceId }: CommandResult, command: Command): string {
  return write({
    commandId: Number(id),
    ...(WITHOUT_ENTITY.has(command.action) ? {} : { resourceId }),
    rollbackTransaction: true,
    resourceExternalId: {},
    subResourceExternalId: {},
  })
}

export type Execution = { readonly status: number; readonly body: string; readonly failed: boolean }

/** Runs the handler; its effects and its stored answer are one commit. */
export async function execute(
  house: House,
  caller: Caller,
  command: Command,
  call: Call,
  id: string,
  approved: boolean,
  scripted?: string,
): Promise<Execution> {
  try {
    const body = await house.db.transaction(async trx => {
      const result = await command.run({ ...caller, house, trx, scripted }, call)
      if (!approved && isHeld(caller, permissionOf(command, call))) throw new HeldForApproval(result)
      const text = write(result)
      await trx(table('commands'))
        .where({ id })
        .update({ status: STATUS.processed, result_status: 200, result_body: text })
      return text
    })
    return { status: 200, body, failed: false }
  } catch (error) {
    if (error instanceof HeldForApproval) {
      const body = heldBody(id, error.result, command)
      await close(house, id, STATUS.awaitingApproval, 200, body)
      return { status: 200, body, failed: true }
    }
    const refusal =
      error instanceof Refusal
        ? error
        : new Refusal(500, write({ Exception: error instanceof Error ? error.message : String(error) }))
    await close(house, id, STATUS.error, refusal.status, refusal.body)
    return { status: refusal.status, body: refusal.body, failed: true }
  }
}

const MAX_KEY = 50

/** The pipeline after permission and body were found good; `heard` is told of all but replays. */
export async function process(
  house: House,
  caller: Caller,
  command: Command,
  call: Call,
  header: string | undefined,
  scripted: string | undefined,
  heard: (execution: Execution) => Promise<void>,
): Promise<SimReply> {
  const key = header || randomUUID()
  if (key.length > MAX_KEY) throw new Error(`ERROR: value too long for type character varying(${MAX_KEY})`)
  const where = {
    tenant: caller.tenant.id,
    action: command.action,
    entity: command.entity(call),
    idempotency_key: key,
  }
  const find = (): Promise<CommandRow | undefined> => house.db(table('commands')).where(where).first()
  const stored = earlier(await find(), call.body)
  if (stored !== undefined) return stored
  if (scripted === 'under-processing') return replyText(425, call.body, CACHED)
  const id = await reserve(house, caller, command, call, key)
  if (id === undefined) return earlier(await find(), call.body) ?? replyText(425, call.body, CACHED)
  // A server that dies here leaves its row under processing: 425 for ever.
  if (scripted === 'stuck') return 'hang-up'
  if (scripted === 'conflict') {
    const type = command.entity(call).toLowerCase()
    const code = `error.msg.platform.service.${type}.conflict`
    const body = envelope(409, code, 'Another transaction changed this record.', [{ code, message: code }])
    await close(house, id, STATUS.error, 409, body)
    return replyText(409, body)
  }
  const execution = await execute(house, caller, command, call, id, false, scripted)
  await heard(execution)
  return replyText(execution.status, execution.body)
}
