import { join, relative } from 'node:path'
import { createContractTable } from './contract-table.ts'

/** The parts of jest's results that are told. */
type TestCase = {
  readonly status: 'passed' | 'failed' | 'skipped' | 'pending' | 'todo' | 'disabled' | 'focused'
  readonly fullName: string
  readonly failureMessages: readonly string[]
}
type FileResult = {
  readonly testFilePath: string
  readonly testExecError?: unknown
  readonly failureMessage?: string | null
  readonly testResults: readonly TestCase[]
  readonly perfStats: { readonly runtime: number }
  readonly console?: readonly { readonly type: string; readonly message: string }[] | null
}
type Config = { readonly rootDir: string; readonly testNamePattern?: string }

/** One line a file, each failure in full, and as the last line `N passed, N failed`. */
export default class Reporter {
  #config: Config
  #passed = 0
  #failed = 0
  #contract = createContractTable()
  #times = new Map<string, number>()

  constructor(config: Config) {
    this.#config = config
  }

  onTestResult(_test: unknown, result: FileResult): void {
    const passed = result.testResults.filter(({ status }) => status === 'passed').length
    const failures = this.#failuresOf(result)
    for (const { fullName, status } of result.testResults) this.#contract.note(fullName, status === 'passed')
    this.#passed += passed
    this.#failed += failures.length
    const name = relative(this.#config.rootDir, result.testFilePath)
    this.#times.set(name, result.perfStats.runtime)
    const counts = failures.length === 0 ? `${passed} passed` : `${passed} passed, ${failures.length} failed`
    say(
      `${failures.length === 0 ? 'ok  ' : 'FAIL'} ${name}  ${counts}  ${(result.perfStats.runtime / 1000).toFixed(1)} s`,
    )
    for (const { type, message } of result.console ?? []) say(indent(`[${type}] ${message}`))
    for (const failure of failures) say(`\n${indent(failure)}\n`)
  }

  onRunComplete(): void {
    const { lines, missing } = this.#contract.end()
    for (const line of lines) say(line)
    if (!this.#config.testNamePattern)
      for (const what of missing) {
        say(`FAIL a case of the contract was not run: ${what}`)
        this.#failed += 1
      }
    this.#tellShare()
    say(`${this.#passed} passed, ${this.#failed} failed`)
  }

  /** The campaign is to take no more than a tenth of a whole run; nobody fails for a busy machine. */
  #tellShare(): void {
    const campaign = this.#times.get(CAMPAIGN)
    if (campaign === undefined || this.#times.size < 2) return
    const all = [...this.#times.values()].reduce((sum, time) => sum + time, 0)
    say(`the fault campaign took ${((100 * campaign) / all).toFixed(0)} % of the time of all test files`)
  }

  /** Makes the run fail for what jest itself lets pass: skipped tests. */
  getLastError(): Error | undefined {
    return this.#failed > 0 ? new Error(`${this.#failed} failed`) : undefined
  }

  #failuresOf(result: FileResult): string[] {
    const failures = result.testResults.flatMap(test => this.#failureOf(test))
    const outside = result.testExecError !== undefined || (result.failureMessage && failures.length === 0)
    if (!outside) return failures
    const what = result.testResults.length === 0 ? 'The file did not run.' : 'It failed outside of its tests.'
    return [...failures, `${what}\n${result.failureMessage || String(result.testExecError)}`]
  }

  #failureOf(test: TestCase): string[] {
    if (test.status === 'passed') return []
    if (test.status === 'failed')
      return [[`● ${test.fullName}`, ...test.failureMessages.map(withoutFrames)].join('\n')]
    // `-t` leaves tests out on purpose; anything else that did not run hides a defect.
    if (this.#config.testNamePattern) return []
    return [`● ${test.fullName}\nIt did not run (${test.status}): skipped tests count as failed here.`]
  }
}

const CAMPAIGN = join('test', 'chaos', 'chaos.test.ts')

const say = (text: string): void => void process.stdout.write(`${text}\n`)

/** Frames of the runner say nothing about the failure. */
const withoutFrames = (message: string): string =>
  message.replace(/\n +at .*(node_modules\/(jest|@jest)|\(node:|node:internal|<anonymous>\)).*/g, '')

const indent = (text: string): string => text.replace(/^/gm, '    ')
