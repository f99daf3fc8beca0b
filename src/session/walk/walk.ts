import type { Handover } from '../../../flows/handover.ts'
import { LANGUAGES, type Language } from '../../../flows/words/words.ts'
import type { MoneyText } from '../../domain/money.ts'
import {
  expects,
  languageOf,
  render,
  runTurn,
  SCRIPT,
  type Script,
  type Standing,
  storeFlow,
  type Turned,
} from '../run.ts'
import { faultsOfText, printed, weigh } from './checks.ts'
import { AMOUNTS, answersTo, longestHouse, PIN } from './longest.ts'
import { cutOffs } from './longest-people.ts'
import { SAID, SHORTCUTS, TYPED } from './typed.ts'

/**
 * Walks every path of every flow, breadth first over (state, context), by the host's own turn: what is proved is what
 * runs. Answers are drawn for every kind of question, inputs for every kind of screen, always with the longest data.
 */

/** `label`: the state that it was found in, as `flow.state`. */
export type Finding = {
  readonly what: string
  readonly label: string
  readonly screen: string
  readonly path: readonly string[]
}

/** `isEnd`: the session is over with it. */
type Screen = { readonly label: string; readonly septets: number; readonly isEnd: boolean }

export type Walk = {
  readonly language: Language
  readonly screens: ReadonlyMap<string, Screen>
  readonly paths: number
  readonly findings: readonly Finding[]
  /** The states that were shown, as `flow.state`. */
  readonly shown: ReadonlySet<string>
  /** Of each state, where each understood input led; what is typed in secret is told as such. */
  readonly ways: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>
}

type Node = {
  readonly standing: Standing
  readonly misses: number
  readonly text: string
  readonly label: string
  readonly path: readonly string[]
  /** Keys of the screens that this one leads to; an end is the empty key. */
  readonly leads: Set<string>
}

type Step = { readonly turned: Turned; readonly answers: readonly string[] }

const END = ''
/** Where a borrower, and an officer, is at home. */
const MENUS: ReadonlySet<string> = new Set(['home.menu', 'staff.menu'])
/** What is asked before anything else: there is nothing to go back to. */
const BEFORE_ALL: ReadonlySet<string> = new Set([
  ...MENUS,
  'first-contact.languages',
  'consent.asking',
  'resume.asking',
])
/** A walk that grows beyond this has lost its way: some context grows without end. */
const MAX_SCREENS = 100_000

const keyOf = (standing: Standing, misses: number): string =>
  `${misses} ${JSON.stringify(storeFlow(standing))}`

/** Everything that one input may lead to: the turn is run once for every sequence of answers. */
async function steps(
  trip: Trip,
  from: Partial<Omit<Node, 'standing'>> & { readonly standing: Standing | null; readonly misses: number },
  input: string | undefined,
  first?: Handover,
): Promise<Step[]> {
  const { most, language, script } = trip
  const found: Step[] = []
  const open: (readonly ReturnType<typeof answersTo>[number][])[] = [[]]
  for (let given = open.pop(); given !== undefined; given = open.pop()) {
    const taken = [...given]
    const turned = await runTurn(
      from,
      input,
      longestHouse(language),
      async (question, ordinal) => {
        if (
          ('pin' in question || 'digits' in question) &&
          from.standing !== null &&
          expects(from.standing, script) !== 'pin'
        )
          find(trip, 'what is typed here is checked as a PIN, and it is not marked secret', from)
        const known = taken[ordinal - 1]
        if (known !== undefined) return known
        const [first, ...others] = answersTo(question, language, most)
        if (first === undefined) throw new Error(`nothing answers ${question.kind}`)
        for (const other of others) open.push([...taken, other])
        taken.push(first)
        return first
      },
      script,
      first,
    )
    found.push({
      turned,
      answers: taken.map(answer =>
        'why' in answer ? answer.why : 'committed' in answer ? `no answer, ${answer.committed}` : answer.type,
      ),
    })
  }
  return found
}

/** What a walk has seen so far. */
type Trip = {
  readonly language: Language
  readonly most: MoneyText
  readonly script: Script
  readonly screens: Map<string, Screen>
  readonly findings: Finding[]
  readonly shown: Set<string>
  readonly ways: Map<string, Map<string, Set<string>>>
  readonly nodes: Map<string, Node>
  readonly queue: Node[]
  paths: number
}

/** Tells what is wrong with a state once, on the shortest path to it. */
function find(
  { findings }: Trip,
  what: string,
  { label = '', text: screen = '', path = [] }: Partial<Pick<Node, 'label' | 'text' | 'path'>>,
): void {
  if (!findings.some(known => known.what === what && known.label === label))
    findings.push({ what, label, screen, path })
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Looks at what a step led to; answers its key. */
function arrive(
  trip: Trip,
  { turned, answers }: Step,
  input: string | undefined,
  path: readonly string[],
): string {
  const { reply, standing, misses } = turned
  const { screens, shown, nodes, queue, language, script } = trip
  const label = reply.label ?? ''
  const here = [...path, `${input ?? 'dial'}${answers.length === 0 ? '' : ` (${answers.join(', ')})`}`]
  const at = { label, text: reply.text, path: here }
  trip.paths += 1
  shown.add(label)
  if (!screens.has(reply.text)) {
    screens.set(reply.text, {
      label,
      septets: weigh(reply.text),
      isEnd: reply.kind === 'end',
    })
    for (const fault of faultsOfText(reply.text, script.words[language].ucs2)) find(trip, fault, at)
  }
  const key = standing === null ? END : keyOf(standing, misses)
  if (key.includes(PIN) || reply.text.includes(PIN)) find(trip, 'a PIN is kept or shown', at)
  if (standing === null || nodes.has(key)) return key
  // Another language is walked for itself.
  if (languageOf(standing, longestHouse(language)) !== language) return key
  if (nodes.size >= MAX_SCREENS) throw new Error(`more than ${MAX_SCREENS} screens, the last ${label}`)
  const node = { ...at, standing, misses, leads: new Set<string>() }
  nodes.set(key, node)
  queue.push(node)
  return key
}

/** Types one input on a screen, and looks at all that it may lead to; answers whether it was understood. */
async function go(trip: Trip, node: Node, input: string): Promise<boolean> {
  let understood = false
  try {
    for (const step of await steps(trip, node, input)) {
      const key = arrive(trip, step, input, node.path)
      if (step.turned.misses > node.misses || step.turned.reply.label === 'too-many-errors') continue
      understood = true
      // `00` works everywhere and is printed hardly anywhere: it is no excuse for a screen without a way on.
      if (input === '00') continue
      node.leads.add(key)
      keepWay(trip.ways, node.label, input === PIN ? 'PIN' : input, step.turned.reply.label ?? '')
    }
  } catch (error) {
    find(trip, wordsOf(error), { ...node, path: [...node.path, input] })
  }
  return understood
}

function keepWay(ways: Trip['ways'], from: string, input: string, to: string): void {
  const inputs = ways.get(from) ?? new Map<string, Set<string>>()
  ways.set(from, inputs.set(input, (inputs.get(input) ?? new Set()).add(to)))
}

async function expand(trip: Trip, node: Node): Promise<void> {
  if (expects(node.standing, trip.script) === 'pin')
    for (const fault of faultsOfText(
      render(node.standing, longestHouse(trip.language), 'pinDialled', trip.script),
      trip.script.words[trip.language].ucs2,
    ))
      find(trip, `${fault}, where she dialled a PIN`, node)
  // What is understood does not depend on the misses before it: it was walked from the screen without a hint.
  if (node.misses > 0) return void (await go(trip, node, 'x'))
  const understood = new Set<string>()
  for (const input of TYPED[expects(node.standing, trip.script)])
    if (await go(trip, node, input)) understood.add(input)
  for (const option of printed(node.text))
    if (!understood.has(option)) find(trip, `it offers ${option} and does not understand it`, node)
  if (!understood.has('0') && !BEFORE_ALL.has(node.label))
    find(trip, 'nothing leads back: 0 is not understood', node)
  const here = keyOf(node.standing, 0)
  if ([...node.leads].every(key => key === here)) find(trip, 'a dead end: nothing leads on', node)
}

/** Walks all that can be reached in one language and one currency. */
export async function walk(language: Language, most: MoneyText, script = SCRIPT): Promise<Walk> {
  const trip: Trip = {
    language,
    most,
    script,
    screens: new Map(),
    findings: [],
    shown: new Set(),
    ways: new Map(),
    nodes: new Map(),
    queue: [],
    paths: 0,
  }
  const { nodes, queue } = trip
  try {
    for (const step of await steps(trip, { standing: null, misses: 0 }, undefined))
      arrive(trip, step, undefined, [])
    for (const shortcut of SHORTCUTS)
      for (const step of await steps(trip, { standing: null, misses: 0 }, undefined, {
        to: 'welcome',
        shortcut,
      }))
        arrive(trip, step, `dial ${shortcut.kind}`, [])
    for (const cutOff of cutOffs(language))
      for (const step of await steps(trip, { standing: null, misses: 0 }, undefined, cutOff))
        arrive(trip, step, 'dial again', [])
    for (const said of SAID)
      for (const step of await steps(trip, { standing: null, misses: 0 }, undefined, { to: 'reply', said }))
        arrive(trip, step, said.kind === 'unclear' ? 'an SMS' : `SMS ${said.verb} ${said.code ?? ''}`, [])
  } catch (error) {
    find(trip, wordsOf(error), { path: ['dial'] })
  }
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) await expand(trip, node)
  for (const node of trapped(nodes)) find(trip, 'it leads neither to an end nor to the menu', node)
  return trip
}

/** Screens from which no path leads to an end or to a main menu. */
function trapped(nodes: ReadonlyMap<string, Node>): Node[] {
  const free = new Set([END])
  for (const [key, { label }] of nodes) if (MENUS.has(label)) free.add(key)
  for (let grown = true; grown; ) {
    grown = false
    for (const [key, node] of nodes)
      if (!free.has(key) && [...node.leads].some(next => free.has(next))) grown = free.add(key) !== undefined
  }
  return [...nodes].flatMap(([key, node]) => (free.has(key) || node.misses > 0 ? [] : [node]))
}

/** The ways of several walks, each way once. */
function joined(walks: readonly Walk[]): Walk['ways'] {
  const all: Trip['ways'] = new Map()
  for (const { ways } of walks)
    for (const [from, inputs] of ways)
      for (const [input, tos] of inputs) for (const to of tos) keepWay(all, from, input, to)
  return all
}

/** All languages, both currencies; the walks of a language together. */
export async function walkAll(script?: Script): Promise<Walk[]> {
  const walks: Walk[] = []
  for (const language of LANGUAGES) {
    const each: Walk[] = []
    for (const most of AMOUNTS) each.push(await walk(language, most, script))
    walks.push({
      language,
      screens: new Map(each.flatMap(({ screens }) => [...screens])),
      paths: each.reduce((sum, { paths }) => sum + paths, 0),
      findings: each.flatMap(({ findings }) => findings),
      shown: new Set(each.flatMap(({ shown }) => [...shown])),
      ways: joined(each),
    })
  }
  return walks
}
