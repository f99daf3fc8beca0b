import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * What the campaign is worth: each rule's guard is taken out of a copy of the program, and the campaign must notice. A
 * guard is named by the very words of the source, so that one that was moved or changed is told at once.
 */

type Guard = {
  readonly rule: string
  readonly without: string
  readonly file: string
  readonly find: string
  readonly put: string
}

export const GUARDS: readonly Guard[] = [
  {
    rule: 'M2',
    without: 'no look at the clock between claim and call',
    file: 'src/gateway/send.ts',
    find: 'if (deps.elapsed() - claimed > START_MARGIN_MS) return\n      const adapter',
    put: 'const adapter',
  },
  {
    rule: 'M2',
    without: 'an attempt that is marked as sent is sent all the same',
    file: 'src/gateway/send.ts',
    find: "attempt.state !== 'planned'",
    put: "attempt.state === 'closed'",
  },
  {
    rule: 'M3',
    without: 'what was not answered is sent again',
    file: 'flows/answer.ts',
    find: "UNKNOWN: 'pending',",
    put: "UNKNOWN: { target: 'sending', reenter: true },",
  },
  {
    rule: 'M4',
    without: 'an answer that says nothing is taken for a no',
    file: 'src/gateway/outcomes.ts',
    find: "return { type: 'UNKNOWN', at, ...still }",
    put: "return { type: 'DECLINED', at, reason: 'unreachable' }",
  },
  {
    rule: 'M5',
    without: 'a callback is believed wherever it comes from',
    file: 'src/gateway/callback-payments.ts',
    find: 'if (stored.proven && (sameAmount || !canAsk))',
    put: 'if (stored.proven !== undefined)',
  },
  {
    rule: 'M6',
    without: 'an entry whose answer was lost is made anew, and not looked up',
    file: 'flows/booking.ts',
    find: "UNKNOWN: { target: 'unknown', actions: 'tried' },",
    put: "UNKNOWN: { target: 'planned', actions: 'anew' },",
  },
  {
    rule: 'M6',
    without: 'money counts from the day on which we heard of it',
    file: 'src/gateway/outcomes.ts',
    find: 'localDate(outcome.at ?? request?.decided_at ?? at, setup.tenant.zone)',
    put: 'localDate(at, setup.tenant.zone)',
  },
  {
    rule: 'M8',
    without: 'two plans for one wallet do not wait for each other',
    file: 'src/gateway/plan.ts',
    find: 'if (reserve)\n',
    put: 'if (reserve && tenantId === undefined)\n',
  },
  {
    rule: 'M12',
    without: 'a loan has as many open entries as there are',
    file: 'src/gateway/entries.ts',
    find: 'slot: entry.slot,',
    put: 'slot: id,',
  },
  {
    rule: 'M13',
    without: 'money that went back after booking is left booked',
    file: 'flows/money-in.ts',
    find: 'booked: {\n      on: {\n        CONFIRMED,\n        REVERSED: reversedWholly,',
    put: "booked: {\n      on: {\n        CONFIRMED,\n        REVERSED: { actions: openCase('reversed') },",
  },
  {
    rule: 'M14',
    without: 'a payment at the paybill never joins the push it belongs to',
    file: 'src/gateway/join.ts',
    find: 'attempt === undefined || fitting.length > 1',
    put: 'attempt === undefined || fitting.length > 0',
  },
  {
    rule: 'M14',
    without: "the core is not searched for a teller's booking of the same receipt",
    file: 'src/gateway/book.ts',
    find: "booking.entry === 'repayment' ? await alreadyTyped(core, work) : undefined",
    put: "booking.entry === 'journal' ? await alreadyTyped(core, work) : undefined",
  },
]

const ROOT = resolve(import.meta.dirname, '..', '..')
const COPIED = ['flows', 'migrations', 'src', 'test', 'package.json', 'tsconfig.json']

/** How often the source says what the guard is known by: once, or the guard has been moved or changed. */
export const timesSaid = ({ file, find }: Guard): number =>
  readFileSync(join(ROOT, file), 'utf8').split(find).length - 1

/** A copy of the program without the guard. */
function without(guard: Guard): string {
  const { file, find, put } = guard
  if (timesSaid(guard) !== 1) throw new Error(`${file} does not say "${find}" exactly once`)
  const copy = mkdtempSync(join(tmpdir(), 'hatua-guard-'))
  for (const name of COPIED) cpSync(join(ROOT, name), join(copy, name), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  const source = readFileSync(join(copy, file), 'utf8')
  writeFileSync(join(copy, file), source.replace(find, put))
  return copy
}

/** The first schedule that fails without the guard, and what was found then; undefined where none does. */
async function noticed(guard: Guard, args: readonly string[]): Promise<string | undefined> {
  const copy = without(guard)
  try {
    const run = ['--import', './src/commands/guard.js', 'test/chaos/run.ts', ...args]
    const child = spawn(process.execPath, run, { cwd: copy, stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.on('data', chunk => {
      said += chunk
    })
    await once(child, 'close')
    const found = /^schedule (\d+) of seed (\d+) fails:\n {2}- (.*)$/m.exec(said)
    return found === null ? undefined : `seed ${found[2]}, schedule ${found[1]} | ${found[3]}`
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

/** Prints a row for each guard as it is found; answers whether every one of them is missed. */
export async function tryGuards(seed: number, schedules: number, only: string | undefined): Promise<boolean> {
  let missed = true
  process.stdout.write('| rule | without it | noticed at | as |\n|---|---|---|---|\n')
  for (const guard of GUARDS.filter(({ rule }) => only === undefined || rule === only)) {
    const found = await noticed(guard, ['--seed', String(seed), '--schedules', String(schedules)])
    if (found === undefined) missed = false
    process.stdout.write(`| ${guard.rule} | ${guard.without} | ${found ?? '**not noticed**'} |\n`)
  }
  return missed
}
