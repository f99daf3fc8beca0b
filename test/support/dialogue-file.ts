import { createHandset } from '../../src/commands/dial/handset.ts'
import { heldBy } from '../../src/commands/dial/number.ts'
import { createPhone } from '../../src/commands/dial/phone.ts'
import { createRecording, PIN_MARK, STAFF_PIN_MARK, WALLET_PIN_MARK } from '../../src/commands/dial/record.ts'
import type { TestStage } from './stage.ts'

/** What every simulated wallet of a borrower of the demo is opened with. */
const WALLET_PIN = '1111'
const STEP_MS = 500

const heldIn = (text: string) => {
  const held = heldBy(/^phone (\S+)$/m.exec(text)?.[1])
  if (typeof held === 'string') throw new Error(held)
  return held
}

/** Lines before the phone's own say what the dialogue is about. */
const bodyOf = (text: string): string => text.slice(text.search(/^phone /m))

/** Types all that a dialogue file types, on a stage, and answers what a recording of it says now. */
export async function replay(stage: TestStage, file: string): Promise<string> {
  const text = bodyOf(file)
  const held = heldIn(text)
  const recording = createRecording(held)
  const pause = async (): Promise<void> => {
    stage.clock.advance(STEP_MS)
    await stage.settle()
  }
  const phone = createPhone(stage.url, held, createHandset(stage.url, held.number), recording.shown, pause)
  await phone.open()
  try {
    for (const [, line = ''] of text.matchAll(/^> (.*)$/gm)) {
      const typed = line
        .replace(PIN_MARK, held.borrower.pin)
        .replace(WALLET_PIN_MARK, WALLET_PIN)
        .replace(STAFF_PIN_MARK, held.officer.pin)
      recording.typed(typed)
      await phone.take(typed)
    }
  } finally {
    await phone.close()
  }
  return recording.text()
}

/** A recording as a file expects it: what stands in braces may be anything without a blank, such as a receipt. */
export function asExpected(file: string, recorded: string): string {
  const expected = bodyOf(file)
  const escaped = expected.replace(/[.*+?^$()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replace(/\{[a-z-]+\}/g, '\\S+')}$`).test(recorded) ? expected : recorded
}

export { bodyOf }
