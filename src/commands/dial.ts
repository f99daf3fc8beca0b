import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { createHandset } from './dial/handset.ts'
import { type Held, heldBy } from './dial/number.ts'
import { createPhone, LEAVES, type Phone } from './dial/phone.ts'
import { createRecording, told } from './dial/record.ts'
import { findServer } from './dial/server.ts'
import { fail, reason } from './support.ts'

/**
 * `npm run dial -- +254700000001`: a phone in the terminal. Typed lines are what the person types; SMS and wallet prompts
 * are shown as they come. A script may send the lines too: each is answered before the next is read, and `wait sms` or
 * `wait prompt` waits for the next one. `--record file` writes the dialogue down, to be played again as a test.
 */
const POLL_MS = 1000

const options = optionsOf(process.argv.slice(2))
if (typeof options === 'string') fail(options)
const held = heldBy(options.number)
if (typeof held === 'string') fail(held)
try {
  await hold(held, options.record)
} catch (error) {
  fail(reason(error))
}

type Options = { readonly number: string | undefined; readonly record: string | undefined }

/** Reads the arguments; a text is what is wrong with them. */
function optionsOf(args: string[]): Options | string {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { record: { type: 'string' } },
      allowPositionals: true,
    })
    if (positionals.length > 1) return 'one phone at a time: npm run dial -- +254700000001'
    return { number: positionals[0], record: values.record }
  } catch (error) {
    return `${reason(error)}: npm run dial -- +254700000001 --record dialogue.txt`
  }
}

async function hold(held: Held, record: string | undefined): Promise<void> {
  // a file that cannot be written is told before anybody talks
  if (record !== undefined) writeFileSync(record, '')
  const server = await findServer()
  try {
    console.log(greeting(held, server.url))
    await talk(held, server.url, record)
  } finally {
    await server.leave()
  }
}

async function talk(held: Held, url: string, record: string | undefined): Promise<void> {
  const terminal = process.stdin.isTTY === true
  const lines = createInterface({ input: process.stdin, output: process.stdout, terminal, prompt: '> ' })
  /** From the start: a script's lines are there before the phone is. */
  const typed = lines[Symbol.asyncIterator]()
  let open = true
  lines.once('close', () => {
    open = false
  })
  lines.on('SIGINT', () => lines.close())
  process.once('SIGTERM', () => lines.close())
  const ask = (): void => {
    if (terminal && open) lines.prompt(true)
  }
  const print = (text: string): void => {
    if (terminal) process.stdout.write('\r\x1b[K')
    console.log(text)
    ask()
  }
  const recording = createRecording(held)
  const phone = createPhone(url, held, createHandset(url, held.number), shown => {
    recording.shown(shown)
    print(told(shown, held.code))
  })
  let broken: unknown
  let looking: Promise<void> = Promise.resolve()
  /** One look at a time, and none while a line is being taken: both would show the same SMS. */
  let busy = false
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    looking = phone
      .look()
      .catch((error: unknown) => {
        broken = new Error(`the server does not answer any more: ${reason(error)}`)
        lines.close()
      })
      .finally(() => {
        busy = false
      })
  }, POLL_MS)

  async function takeLine(line: string): Promise<boolean> {
    await looking
    busy = true
    try {
      if (!LEAVES.test(line.trim())) recording.typed(line)
      return await phone.take(line)
    } finally {
      busy = false
    }
  }

  await phone.open()
  try {
    ask()
    for await (const line of typed) {
      if (!(await takeLine(line))) break
      ask()
    }
    if (broken !== undefined) throw broken
  } finally {
    clearInterval(timer)
    lines.close()
    await looking
    await leave(phone)
    if (record !== undefined) writeFileSync(record, recording.text())
  }
}

/** A phone that cannot be given back is given back by its lease. */
async function leave(phone: Phone): Promise<void> {
  await phone.close().catch(() => undefined)
}

function greeting({ number, whose, borrower, officer, lender, tenant, code }: Held, url: string): string {
  const who = {
    borrower: `${borrower.firstName}'s phone: her PIN at ${lender} is ${borrower.pin}, her wallet's 1111`,
    payer: `the phone of a wallet that only pays: the wallet's PIN is 2222`,
    officer: `the phone of ${officer.name}, an officer of ${lender}: the staff PIN is ${officer.pin}`,
    stranger: `a phone that ${lender} does not know`,
  }[whose]
  return `${number}, ${who}.\nEnter dials ${code} (${tenant} at ${url}); quit or Ctrl-D leaves.`
}
