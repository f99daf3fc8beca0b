import { setTimeout as sleep } from 'node:timers/promises'
import { newSessionId, type Post } from './load.ts'
import type { BenchPerson } from './world.ts'

/** What went wrong in a session, in words; empty: nothing. */
export type GateResult = { readonly sessions: number; readonly hops: number; readonly faults: string[] }

type Step = { readonly text: string; readonly shows: string; readonly slow?: true }

/** Menu, settings, back, then her loan behind her PIN: every screen but the settings and the PIN's names her or her account. */
const stepsOf = ({ firstName, account }: BenchPerson, pin: string): Step[] => [
  { text: '', shows: `Hello ${firstName}` },
  { text: '5', shows: '1 Language' },
  { text: '5*0', shows: `Hello ${firstName}` },
  { text: '5*0*2', shows: 'PIN' },
  { text: `5*0*2*${pin}`, shows: account, slow: true },
]

const NAMES = /Amani\d+|\b00000\d{4}\b/g
const LONGEST_PAUSE_MS = 20
/** A PIN's slow hash takes its time on purpose: all phones at once would ask how many cores there are, not what is right. */
const PINS_AT_ONCE = 4

/** A small generator of its own, so that a run that failed can be played again. */
function createDice(seed: number): (sides: number) => number {
  let state = seed
  return sides => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

/** Lets so many through at a time. */
function createTurnstile(places: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let free = places
  return async work => {
    if (free > 0) free -= 1
    else await new Promise<void>(resolve => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    }
  }
}

/**
 * All sessions at once, interleaved, with hops that are repeated at the same time, repeated afterwards, or come once more
 * when she is already further: none may be lost or mixed, and nobody may see another's data.
 */
export async function playGate(
  post: Post,
  url: string,
  people: readonly BenchPerson[],
  pin: string,
): Promise<GateResult> {
  const faults: string[] = []
  const dice = createDice(64)
  const turnstile = createTurnstile(PINS_AT_ONCE)
  let hops = 0

  async function session(person: BenchPerson): Promise<void> {
    const { phone, firstName, account } = person
    const sessionId = newSessionId()
    const say = (what: string): void => void faults.push(`${phone}: ${what}`)
    const hop = async (text: string): Promise<string> => {
      hops += 1
      const screen = await post(url, { sessionId, phone, text })
      for (const [shown] of screen.matchAll(NAMES))
        if (shown !== firstName && shown !== account) say(`saw ${shown}`)
      return screen
    }
    let earlier: string | undefined
    /** At the same time, afterwards, or an earlier one late. */
    const repeated = async (text: string): Promise<string[]> => {
      const twice = dice(3)
      const answers = await Promise.all(twice === 0 ? [hop(text), hop(text)] : [hop(text)])
      if (twice === 1) answers.push(await hop(text))
      if (twice === 2 && earlier !== undefined) answers.push(await hop(earlier))
      return answers
    }
    for (const { text, shows, slow } of stepsOf(person, pin)) {
      await sleep(dice(LONGEST_PAUSE_MS))
      const answers = await (slow ? turnstile(() => repeated(text)) : repeated(text))
      const [first = ''] = answers
      if (!first.includes(shows)) say(`"${text}" was answered with "${first}"`)
      if (answers.some(answer => answer !== first)) say(`"${text}" was answered in two ways`)
      earlier = text
    }
  }

  await Promise.all(
    people.map(person =>
      session(person).catch((error: unknown) => {
        faults.push(`${person.phone}: ${error instanceof Error ? error.message : String(error)}`)
      }),
    ),
  )
  return { sessions: people.length, hops, faults }
}
