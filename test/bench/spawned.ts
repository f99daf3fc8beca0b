import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import type { FromServer } from './servers/child.ts'

const READY_MS = 20_000
const STOP_MS = 5_000

/** A server in a process of its own, so that its CPU time is its own too. */
export type Spawned = {
  readonly name: ServerName
  readonly url: string
  /** User and system time so far, in microseconds. */
  cpuUs(): Promise<number>
  stop(): Promise<void>
}

export type ServerName = 'floor' | 'peer' | 'ours' | 'settler'

export async function spawnServer(
  name: ServerName,
  environment: Readonly<Record<string, string>>,
  execArgv: readonly string[] = [],
): Promise<Spawned> {
  const child = fork(resolve(import.meta.dirname, 'servers', `${name}.ts`), {
    env: { ...process.env, ...environment },
    execArgv: [...execArgv],
  })
  const { port } = await heard(child, name, message => 'port' in message)
  return {
    name,
    url: `http://127.0.0.1:${port}/ussd${name === 'ours' ? '/demo-ke' : ''}`,
    async cpuUs() {
      const answer = heard(child, name, message => 'cpuUs' in message)
      child.send('cpu')
      return (await answer).cpuUs
    },
    async stop() {
      if (child.exitCode !== null) return
      const gone = once(child, 'exit')
      if (child.connected) child.disconnect()
      const forced = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      await gone
      clearTimeout(forced)
    },
  }
}

/** The next message of that kind, or an error where the process ends or keeps silent. */
function heard<Kind extends FromServer>(
  child: ChildProcess,
  name: string,
  wanted: (message: FromServer) => message is Kind,
): Promise<Kind> {
  return new Promise((resolve, reject) => {
    const end = (act: () => void): void => {
      clearTimeout(late)
      child.off('message', hear).off('exit', gone)
      act()
    }
    const hear = (message: FromServer): void => {
      if (wanted(message)) end(() => resolve(message))
    }
    const gone = (code: number | null): void =>
      end(() => reject(new Error(`the ${name} server ended with ${code}`)))
    const late = setTimeout(() => end(() => reject(new Error(`the ${name} server keeps silent`))), READY_MS)
    child.on('message', hear).once('exit', gone)
  })
}
