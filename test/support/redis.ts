import { type ChildProcess, spawn } from 'node:child_process'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { findRedis } from './redis-finder.ts'

const READY_LIMIT_MS = 15_000
const STOP_LIMIT_MS = 5_000
/** A database for each jest worker, with room to spare. */
const DATABASES = 64

export type TestRedis = { readonly url: string; stop(): Promise<void> }

/** A real Redis on a free port of 127.0.0.1 that keeps nothing on disk, for the tests and the bench. */
export async function startRedis(): Promise<TestRedis> {
  const found = await findRedis()
  const port = await freePort()
  const args = ['--save', '', '--appendonly', 'no', '--databases', String(DATABASES)]
  const child = spawn(...guarded(found.command(port, args)), {
    env: { ...process.env, ...found.env },
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr?.on('data', chunk => {
    said = `${said}${chunk}`.slice(-2000)
  })
  await ready(port, child, () => said)
  child.unref()
  const stop = async () => {
    child.stdin?.end()
    const deadline = performance.now() + STOP_LIMIT_MS
    while (child.exitCode === null && child.signalCode === null && performance.now() < deadline)
      await sleep(10)
  }
  return { url: `redis://127.0.0.1:${port}`, stop }
}

/**
 * A small shell stands between: it ends Redis when our end of its standard input closes, be it by `stop()` or because
 * our process was killed. So no test run leaves a server behind. A server that fails ends the shell with its own code.
 */
function guarded(command: readonly string[]): [string, string[]] {
  const script =
    'exec 3<&0; "$@" </dev/null 3<&- & server=$!; { cat <&3; kill $server; } >/dev/null & wait $server'
  return ['/bin/sh', ['-c', script, 'redis', ...command]]
}

async function ready(port: number, child: ChildProcess, said: () => string): Promise<void> {
  const deadline = performance.now() + READY_LIMIT_MS
  while (performance.now() < deadline) {
    if (await answers(port)) return
    if (child.exitCode !== null) throw new Error(`Redis did not start: ${said().trim()}`)
    await sleep(20)
  }
  child.stdin?.end()
  throw new Error(`Redis did not answer on port ${port} within ${READY_LIMIT_MS} ms: ${said().trim()}`)
}

function answers(port: number): Promise<boolean> {
  return new Promise(done => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    socket.setTimeout(1000, () => socket.destroy())
    socket.once('data', data => {
      done(String(data).startsWith('+PONG'))
      socket.destroy()
    })
    socket.once('error', () => done(false))
    socket.once('close', () => done(false))
  })
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer()
    server.once('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => found(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
