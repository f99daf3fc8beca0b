/** Which adapter kept which case of the contract of a provider, out of the names of the tests that ran. */

const CASE = /^(.+?) keeps the contract of a provider (.+)$/
/** What only this vendor says is a case of its own. */
const OWN = /^(sending|asking): /

export type ContractTable = {
  note(testName: string, passed: boolean): void
  /** The table, and the cases that some adapter did not run; nothing where fewer than two adapters ran. */
  end(): { readonly lines: readonly string[]; readonly missing: readonly string[] }
}

export function createContractTable(): ContractTable {
  const adapters = new Map<string, Map<string, boolean>>()
  const own = new Map<string, number>()
  return {
    note(testName, passed) {
      const [, adapter, what] = CASE.exec(testName) ?? []
      if (adapter === undefined || what === undefined) return
      const cases = adapters.get(adapter) ?? new Map<string, boolean>()
      adapters.set(adapter, cases)
      if (OWN.test(what)) own.set(adapter, (own.get(adapter) ?? 0) + 1)
      else cases.set(what, passed)
    },
    end() {
      if (adapters.size < 2) return { lines: [], missing: [] }
      const names = [...adapters.keys()].sort()
      const all = [...new Set([...adapters.values()].flatMap(cases => [...cases.keys()]))]
      const width = Math.max(...all.map(what => what.length))
      const cell = (adapter: string, what: string): string => {
        const passed = adapters.get(adapter)?.get(what)
        return passed === undefined ? '-' : passed ? '+' : 'FAIL'
      }
      const row = (what: string, cells: readonly string[]): string =>
        `${what.padEnd(width)}  ${cells.map((text, at) => text.padStart(String(at + 1).length + 1)).join(' ')}`.trimEnd()
      return {
        lines: [
          `the contract of a provider: ${names.length} adapters and operations, ${all.length} cases each`,
          ...names.map((name, at) => `  ${at + 1} ${name}, and ${own.get(name) ?? 0} answers of its own`),
          row(
            '',
            names.map((_, at) => String(at + 1)),
          ),
          ...all.map(what =>
            row(
              what,
              names.map(name => cell(name, what)),
            ),
          ),
        ],
        missing: names.flatMap(name =>
          all.filter(what => adapters.get(name)?.has(what) !== true).map(what => `${name}: ${what}`),
        ),
      }
    },
  }
}
