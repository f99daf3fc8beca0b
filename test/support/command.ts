import { spawn } from 'node:child_process'
import { resolve } from 'node:path'

export type Ran = { readonly code: number | null; readonly out: string; readonly error: string }

/** A command of ours in a process of its own, as a script drives it: all lines at once, then what it showed. */
export function runCommand(
  name: string,
  { args = [], lines = [], env }: { args?: readonly string[]; lines?: readonly string[]; env: object },
): Promise<Ran> {
  return new Promise((done, fail) => {
    const file = resolve(import.meta.dirname, `../../src/commands/${name}.ts`)
    const child = spawn(process.execPath, [file, ...args], {
      env: { ...process.env, ...env, NODE_OPTIONS: '' },
    })
    let [out, error] = ['', '']
    child.stdout.on('data', chunk => {
      out += chunk
    })
    child.stderr.on('data', chunk => {
      error += chunk
    })
    child.once('error', fail)
    child.once('close', code => done({ code, out, error }))
    child.stdin.end(lines.map(line => `${line}\n`).join(''))
  })
}
