import type { House } from '../../flows/dialogue.ts'
import { isDecision } from './decisions.ts'
import { type Ask, expects, render, runTurn, type Turned } from './run.ts'

/** A dialled string is short; what stands behind the first few is not typed for her. */
const MAX_DIALLED = 5

/** Thrown where an input that was dialled would decide something. */
class WouldDecide extends Error {
  override readonly name = 'WouldDecide'
}

/**
 * What she dialled behind the code (`*384*100*2*500#`) is typed for her, screen by screen, as far as it leads: not into a
 * decision, which a PIN is too (it would stay in her call log), and not beyond an answer that a screen does not
 * understand. A PIN she is told not to dial. No further one is begun after `until` (of `performance.now()`): what is shown by then is where she goes on.
 */
export async function typeDialled(
  first: Turned,
  dialled: readonly string[],
  house: House,
  ask: Ask,
  until: number,
): Promise<Turned> {
  const reading: Ask = (question, ordinal) =>
    isDecision(question) ? Promise.reject(new WouldDecide()) : ask(question, ordinal)
  let turned = first
  for (const input of dialled.slice(0, MAX_DIALLED)) {
    const { standing } = turned
    if (standing === null || performance.now() > until) break
    if (expects(standing) === 'pin')
      return { ...turned, reply: { ...turned.reply, text: render(standing, house, 'pinDialled') } }
    const next = await runTurn({ standing, misses: 0 }, input, house, reading).catch(error => {
      if (error instanceof WouldDecide) return undefined
      throw error
    })
    if (next === undefined || next.misses > 0 || next.notes.length > 0) break
    turned = next
  }
  return turned
}
