import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { House } from '../../src/main.ts'
import type { DueKind } from '../../src/store/due.ts'
import type { Lender } from './cast.ts'
import type { Place, Race } from './house.ts'
import { performOrder } from './orders.ts'
import type { Order } from './schedule.ts'

/** The application under trial, in this process or in one of its own. */
export type App = {
  tick(kinds: readonly DueKind[]): Promise<unknown>
  order(order: Order): Promise<string>
  /** The configuration of a tenant was changed underneath. */
  forget(tenant: string): Promise<unknown>
  close(): Promise<void>
  /** It has died: nothing of it may do anything any more. */
  bury(): Promise<void>
}

export const appOf = (house: House, lenders: readonly Lender[], race: Race): App => ({
  tick: kinds => house.worker.tick(kinds),
  order: order => performOrder(house, lenders, race, order),
  forget: async tenant => house.gateway.deps.tenants.forget(tenant),
  close: () => house.close(),
  async bury() {
    await house.abandon()
    // its pool lets go of what the server cuts; what hangs in it hangs for ever, and nobody waits for it
    setTimeout(() => void house.db.close().catch(() => undefined), 0)
  },
})

/** What the process of an application is told at its start. */
export type Birth = {
  readonly place: Place
  readonly name: string
  readonly seed: number
  /** How often it was composed before. */
  readonly born: number
  readonly lenders: readonly Lender[]
  readonly now: number
  /** It kills itself when it comes to its named point of this number. */
  readonly dieAt: number | undefined
}
export type Told = { readonly id: number; readonly now: number } & (
  | { readonly what: 'tick'; readonly kinds: readonly DueKind[] }
  | { readonly what: 'order'; readonly order: Order }
  | { readonly what: 'forget'; readonly tenant: string }
)
export type Answer = { readonly id: number; readonly done?: unknown; readonly failed?: string }

/** An application in a process of its own, that `kill -9` ends; `onDeath` hears of it. */
export async function forkApp(birth: Birth, clock: { now(): Date }, onDeath: () => void): Promise<App> {
  const child = fork(join(import.meta.dirname, 'process.ts'), [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const waiting = new Map<number, { resolve(done: unknown): void; reject(error: Error): void }>()
  let closing = false
  const died = once(child, 'exit')
  child.on('message', ({ id, done, failed }: Answer) => {
    const asker = waiting.get(id)
    waiting.delete(id)
    if (failed === undefined) asker?.resolve(done)
    else asker?.reject(new Error(failed))
  })
  let last = 0
  type Question = Told extends infer Each ? (Each extends Told ? Omit<Each, 'id' | 'now'> : never) : never
  const ask = (question: Question): Promise<unknown> =>
    new Promise((resolve, reject) => {
      last += 1
      waiting.set(last, { resolve, reject })
      // a process that was killed between two questions takes no more of them
      child.send({ ...question, id: last, now: clock.now().getTime() }, error => {
        if (error !== null) reject(error)
      })
    })
  const up = new Promise((resolve, reject) => {
    waiting.set(0, { resolve, reject })
    void died.then(() => reject(new Error('the application did not start')))
  })
  child.send(birth)
  await up
  void died.then(() => closing || onDeath())
  return {
    tick: kinds => ask({ what: 'tick', kinds }),
    order: async order => String(await ask({ what: 'order', order })),
    forget: tenant => ask({ what: 'forget', tenant }),
    async close() {
      closing = true
      child.kill('SIGTERM')
      await died
    },
    async bury() {
      await died
    },
  }
}
