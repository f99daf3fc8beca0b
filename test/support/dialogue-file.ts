import { createHandset } from '../../src/commands/dial/handset.ts'
import { type Held, heldBy } from '../../src/commands/dial/number.ts'
import { createPhone, type Phone, type Shown } from '../../src/commands/dial/phone.ts'
import {
  CODE_MARK,
  createRecording,
  noCodes,
  PIN_MARK,
  type Recording,
  STAFF_PIN_MARK,
  WALLET_PIN_MARK,
} from '../../src/commands/dial/record.ts'
import type { TestStage } from './stage.ts'

/** What every simulated wallet of a borrower of the demo is opened with. */
const WALLET_PIN = '1111'
const STEP_MS = 500

/** Lines before the first phone's own say what the dialogue is about. */
const bodyOf = (text: string): string => text.slice(text.search(/^phone /m))

/** What is typed on a phone before another one is taken up, or the same one again. */
function scenesOf(body: string): { held: Held; typed: readonly string[] }[] {
  return body.split(/^(?=phone )/m).map(scene => {
    const held = heldBy(/^phone (\S+)$/m.exec(scene)?.[1])
    if (typeof held === 'string') throw new Error(held)
    return { held, typed: [...scene.matchAll(/^> (.*)$/gm)].map(([, line = '']) => line) }
  })
}

/** Types all that a dialogue file types, on a stage, and answers what a recording of it says now. */
export async function replay(stage: TestStage, file: string): Promise<string> {
  const pause = async (): Promise<void> => {
    stage.clock.advance(STEP_MS)
    await stage.settle()
  }
  const scenes = scenesOf(bodyOf(file))
  const codes = noCodes()
  const phones = new Map<string, Phone>()
  const recordings: Recording[] = []
  try {
    // all are switched on before anything is sent to them
    for (const { held } of scenes) {
      if (phones.has(held.number)) continue
      const handset = createHandset(stage.url, held.number)
      const show = (shown: Shown) => recordings.at(-1)?.shown(shown)
      const phone = createPhone(stage.url, held, handset, show, pause)
      phones.set(held.number, phone)
      await phone.open()
    }
    for (const { held, typed } of scenes) {
      const recording = createRecording(held, codes)
      recordings.push(recording)
      for (const line of typed) {
        const said = line
          .replace(PIN_MARK, held.borrower.pin)
          .replace(WALLET_PIN_MARK, WALLET_PIN)
          .replace(STAFF_PIN_MARK, held.officer.pin)
          .replace(CODE_MARK, codes.told.at(-1) ?? CODE_MARK)
        recording.typed(said)
        await phones.get(held.number)?.take(said)
      }
    }
  } finally {
    for (const phone of phones.values()) await phone.close()
  }
  return recordings.map(recording => recording.text()).join('\n')
}

/** A recording as a file expects it: what stands in braces may be anything without a blank, such as a receipt. */
export function asExpected(file: string, recorded: string): string {
  const expected = bodyOf(file)
  const escaped = expected.replace(/[.*+?^$()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replace(/\{[a-z-]+\}/g, '\\S+')}$`).test(recorded) ? expected : recorded
}

export { bodyOf }
