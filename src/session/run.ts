import type { AnyMachineSnapshot } from 'xstate'
import type { Answer, DialogueEvent, House, Meta, Note, Person, Question } from '../../flows/dialogue.ts'
import type { Handover } from '../../flows/handover.ts'
import { type AnyFlow, FLOWS, type FlowName } from '../../flows/index.ts'
import type { Officer } from '../../flows/officer.ts'
import { WORDS } from '../../flows/words/index.ts'
import type { Language, Words } from '../../flows/words/words.ts'
import type { Session } from '../store/sessions.ts'
import { begin, type Step, step } from './pure.ts'
import { MAX_HANDOVERS, MAX_MISSES, MAX_QUESTIONS } from './rules.ts'

/** The version of the dialogues' contexts; a snapshot of another version restarts politely. */
export const FLOW_VERSION = 9

export type StoredFlow = NonNullable<Session['flow']>

/** Where a dialogue stands: which flow, and its machine's snapshot. */
export type Standing = { readonly name: FlowName; readonly snapshot: AnyMachineSnapshot }

export type Turned = {
  readonly reply: Session['reply']
  readonly standing: Standing | null
  /** Where it stopped, also where that is the end; absent where nothing more was understood. */
  readonly ended: Standing | null
  readonly misses: number
  readonly notes: readonly Note[]
}

export type Ask = (question: Question, ordinal: number) => Promise<Answer>

/** What is played: the flows, and their words in every language. */
export type Script = {
  readonly flows: Readonly<Record<FlowName, AnyFlow>>
  readonly words: Readonly<Record<Language, Words>>
}
export const SCRIPT: Script = { flows: FLOWS, words: WORDS }

/** Reads a stored dialogue; throws where this release does not know its state. */
export function restoreFlow(stored: StoredFlow): Standing {
  if (stored.v !== FLOW_VERSION || !Object.hasOwn(FLOWS, stored.name))
    throw new Error('a dialogue of another release')
  const name = stored.name as FlowName
  return {
    name,
    snapshot: FLOWS[name].machine.resolveState({ value: stored.value, context: stored.context }),
  }
}

export const storeFlow = ({ name, snapshot }: Standing): StoredFlow => ({
  v: FLOW_VERSION,
  name,
  value: String(snapshot.value),
  context: snapshot.context,
})

const metaOf = ({ name, snapshot }: Standing, { flows } = SCRIPT): Meta | undefined =>
  flows[name].machine.getStateNodeById(`${name}.${String(snapshot.value)}`).meta

/** Who is on the phone, a customer or an officer; undefined before that is known. */
const speakerOf = (standing: Standing | null): Person | Officer | undefined =>
  (standing?.snapshot.context as { me?: Person | Officer } | undefined)?.me

export function personOf(standing: Standing | null): Person | undefined {
  const me = speakerOf(standing)
  return me === undefined || 'staffId' in me ? undefined : me
}

/** Who is on the phone speaks it, or what was chosen on it before that is known. */
export const languageOf = (standing: Standing | null, house: House): Language =>
  speakerOf(standing)?.language ??
  (standing?.snapshot.context as { language?: Language } | undefined)?.language ??
  house.languages[0] ??
  'en'

/** What a state says before its screen where her last answer was not understood. */
const hintOf = (standing: Standing, script: Script): Hint => metaOf(standing, script)?.hint ?? 'badAnswer'

type Hint = NonNullable<Meta['hint']> | 'badAnswer' | 'pinDialled'

/** The screen of a state, a hint before it where there is one. */
export function render(standing: Standing, house: House, hint: Hint | undefined, script = SCRIPT): string {
  const meta = metaOf(standing, script)
  const words = script.words[languageOf(standing, house)]
  const screen = meta === undefined ? undefined : script.flows[standing.name].screens[meta.screen]
  if (meta === undefined || screen === undefined)
    throw new Error(`${standing.name}.${String(standing.snapshot.value)} has no screen`)
  const text = screen(standing.snapshot.context as never, words, house)
  return hint === undefined ? text : `${words[hint]}\n${text}`
}

/** What the state expects to be typed. */
export function expects(
  standing: Standing,
  script = SCRIPT,
): 'pin' | 'amount' | 'client' | 'receipt' | 'reference' | 'option' {
  const meta = metaOf(standing, script)
  if (meta?.secret === true) return 'pin'
  if (meta?.hint === 'badClient') return 'client'
  if (meta?.hint === 'badReceipt') return 'receipt'
  if (meta?.hint === 'badReference') return 'reference'
  return meta?.hint === 'badAmount' ? 'amount' : 'option'
}

/** Where `00` leads: to the main menu, but to the first question where she has not yet shown who she is. */
function homeOf(standing: Standing): Handover {
  const me = speakerOf(standing)
  if (me !== undefined && 'staffId' in me) return me.proven ? { to: 'staff', me } : { to: 'welcome' }
  return me === undefined || me.askPin.toEnter ? { to: 'welcome' } : { to: 'home', me, fresh: false }
}

const typedEvent = (input: string): DialogueEvent =>
  input === '0' ? { type: 'BACK' } : { type: 'INPUT', text: input }

/**
 * One turn of a dialogue: step the flow with what she typed (undefined: the first screen), let every question be answered
 * and stepped in turn, follow hand-overs, and stop at a screen. Pure but for `ask`; the same for every flow. `first`:
 * where a dialogue begins.
 */
export async function runTurn(
  from: { standing: Standing | null; misses: number },
  input: string | undefined,
  house: House,
  ask: Ask,
  script: Script = SCRIPT,
  first: Handover = { to: 'welcome' },
): Promise<Turned> {
  const { flows, words } = script
  const notes: Note[] = []
  let asked = 0

  async function settle(name: FlowName, first: Step): Promise<Standing> {
    let [snapshot, actions] = first
    for (;;) {
      for (const action of actions) if (action.type === 'do') notes.push(action.params as Note)
      const question = actions.find(action => action.type === 'ask')
      if (question === undefined) return { name, snapshot }
      asked += 1
      if (asked > MAX_QUESTIONS)
        throw new Error(`${name} asks more than ${MAX_QUESTIONS} questions in a turn`)
      const answer = await ask(question.params as Question, asked)
      ;[snapshot, actions] = step(flows[name].machine, snapshot, answer)
    }
  }

  const start = async (handover: Handover): Promise<Standing> =>
    handover.to === 'kept'
      ? restoreFlow(handover.kept)
      : settle(handover.to, begin(flows[handover.to].machine, handover))

  async function follow(standing: Standing): Promise<Standing> {
    let now = standing
    for (let passed = 0; now.snapshot.status === 'done' && metaOf(now, script) === undefined; passed++) {
      if (passed === MAX_HANDOVERS) throw new Error(`flows hand over without end at ${now.name}`)
      now = await start((now.snapshot.output as Handover | undefined) ?? { to: 'welcome' })
    }
    return now
  }

  const shown = (standing: Standing, misses: number): Turned => {
    const ended = standing.snapshot.status === 'done'
    const label = `${standing.name}.${String(standing.snapshot.value)}`
    const hint = misses > 0 ? hintOf(standing, script) : undefined
    return {
      reply: { kind: ended ? 'end' : 'con', text: render(standing, house, hint, script), label },
      standing: ended ? null : standing,
      ended: standing,
      misses,
      notes,
    }
  }

  const { standing } = from
  if (standing === null || input === undefined) return shown(await follow(await start(first)), 0)
  if (input === '00') return shown(await follow(await start(homeOf(standing))), 0)
  const [next, actions] = step(flows[standing.name].machine, standing.snapshot, typedEvent(input))
  if (next === standing.snapshot && actions.length === 0) {
    const misses = from.misses + 1
    if (misses < MAX_MISSES) return shown(standing, misses)
    const text = words[languageOf(standing, house)].tooManyErrors(house.lender)
    return {
      reply: { kind: 'end', text, label: 'too-many-errors' },
      standing: null,
      ended: null,
      misses,
      notes,
    }
  }
  return shown(await follow(await settle(standing.name, [next, actions])), 0)
}
