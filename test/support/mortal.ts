import { AsyncLocalStorage } from 'node:async_hooks'
import type { CrashPoint } from '../../src/gateway/context.ts'

/** One life of the application: what is in its hands when it dies goes no further. */
type Life = { dead: boolean }

/**
 * An application that may die at a named point while it works, and be taken up by another on the same database. What was
 * in a commit when it died commits or not, as in a crash of the process; whatever comes after hangs for ever.
 */
export function createMortal() {
  const lives = new AsyncLocalStorage<Life>()
  let fatal: { point: CrashPoint; died: () => void } | undefined
  return {
    async at(point: CrashPoint): Promise<void> {
      const life = lives.getStore()
      if (life === undefined) return
      if (fatal?.point === point) {
        life.dead = true
        fatal.died()
        fatal = undefined
      }
      if (life.dead && point !== 'before-commit') await new Promise(() => {})
    },
    /** Works until the application dies there; whoever works after this is another one. */
    async until(point: CrashPoint, work: () => Promise<unknown>): Promise<void> {
      const death = new Promise<'died'>(died => {
        fatal = { point, died: () => died('died') }
      })
      const ended = await Promise.race([lives.run({ dead: false }, work), death])
      if (ended !== 'died') throw new Error(`it never came to ${point}`)
    },
  }
}
