import type { AnyStateMachine } from 'xstate'
import { FLOWS } from '../../../flows/index.ts'
import { LANGUAGES, type Language } from '../../../flows/words/words.ts'
import { MACHINES } from '../../gateway/lives.ts'
import { BUDGET } from './checks.ts'
import type { Walk } from './walk.ts'

/** The machines as pages for people: a diagram each, and of a dialogue its screens in every language. */

const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', fr: 'French', sw: 'Swahili' }

/** States may be called by words that mermaid keeps for itself, and by names with hyphens: each gets a name of its own. */
const nameOf = (state: string): string => `s_${state.replaceAll('-', '_')}`

/** What a transition is called by: its event; an own decision without one; the time that passes. */
function labelOf(event: string): string {
  if (event === '') return ''
  const after = /^xstate\.after\.(.+?)\.[^.]+\./.exec(event)
  return after === null ? event : `after ${after[1]}`
}

type Edge = { readonly from: string; readonly to: string; readonly label: string }

function edgesOf({ root }: AnyStateMachine): Edge[] {
  return Object.values(root.states).flatMap(state =>
    [...state.transitions.values(), state.always ?? []]
      .flat()
      .flatMap(({ eventType, target }) =>
        (target ?? []).map(to => ({ from: state.key, to: to.key, label: labelOf(eventType) })),
      ),
  )
}

/** A machine as a mermaid state diagram; what leads from one state to another stands on one arrow. */
export function diagramOf(machine: AnyStateMachine): string {
  const states = Object.values(machine.root.states)
  const arrows = new Map<string, Set<string>>()
  for (const { from, to, label } of edgesOf(machine)) {
    const arrow = `${nameOf(from)} --> ${nameOf(to)}`
    arrows.set(arrow, (arrows.get(arrow) ?? new Set()).add(label))
  }
  const initial = [...machine.root.initial.target].map(({ key }) => `[*] --> ${nameOf(key)}`)
  return [
    '```mermaid',
    'stateDiagram-v2',
    ...states.map(({ key }) => `  state "${key}" as ${nameOf(key)}`),
    ...initial.map(line => `  ${line}`),
    ...[...arrows].map(([arrow, labels]) => {
      const said = [...labels].filter(label => label !== '').join(', ')
      return said === '' ? `  ${arrow}` : `  ${arrow} : ${said}`
    }),
    ...states.filter(({ type }) => type === 'final').map(({ key }) => `  ${nameOf(key)} --> [*]`),
    '```',
  ].join('\n')
}

/** What leads from a screen to which others, as it was walked; inputs that lead to the same stand together. */
function waysOf(walks: readonly Walk[], label: string): string[] {
  const targets = new Map<string, Set<string>>()
  for (const { ways } of walks)
    for (const [input, tos] of ways.get(label) ?? [])
      targets.set(input, new Set([...(targets.get(input) ?? []), ...tos]))
  const inputs = new Map<string, string[]>()
  for (const [input, tos] of targets) {
    const to = [...tos].sort().join(', ')
    inputs.set(to, [...(inputs.get(to) ?? []), input])
  }
  return [...inputs].map(([to, typed]) => `- ${typed.map(each => `\`${each}\``).join(' ')} → ${to}`)
}

/** The longest that this state shows in a language. */
const widest = ({ screens }: Walk, label: string): { text: string; septets: number } | undefined =>
  [...screens]
    .filter(([, screen]) => screen.label === label)
    .map(([text, { septets }]) => ({ text, septets }))
    .sort((a, b) => b.septets - a.septets || (a.text < b.text ? -1 : 1))[0]

function screenOf(walks: readonly Walk[], label: string): string {
  const texts = LANGUAGES.flatMap(language => {
    const shown = walks
      .filter(walk => walk.language === language)
      .map(walk => widest(walk, label))
      .find(found => found !== undefined)
    return shown === undefined
      ? []
      : [
          `${LANGUAGE_NAMES[language]}, ${shown.septets} of ${BUDGET} septets:\n\n\`\`\`text\n${shown.text}\n\`\`\``,
        ]
  })
  return [`### ${label}`, ...texts, waysOf(walks, label).join('\n')].filter(part => part !== '').join('\n\n')
}

const MADE = 'Made by `npm run flows:draw`; a test holds it against the machines.'

const dialoguePage = (name: string, machine: AnyStateMachine, walks: readonly Walk[]): string =>
  [
    `# ${name}`,
    `A dialogue, \`flows/${name}.ts\`. ${MADE}`,
    diagramOf(machine),
    '## Screens\n\nEach as long as it gets. Below it, what may be typed and where that leads: each answer of the desk may lead elsewhere.',
    ...Object.values(machine.root.states)
      .filter(({ meta }) => meta !== undefined)
      .map(({ key }) => screenOf(walks, `${name}.${key}`)),
  ].join('\n\n')

const lifePage = (name: string, machine: AnyStateMachine): string =>
  [
    `# ${name}`,
    `The life of a row: its states are words of a column, and every event is a commit. ${MADE}`,
    diagramOf(machine),
  ].join('\n\n')

/** All pages by file name: an index, each dialogue, and each kind of row. */
export function drawFlows(walks: readonly Walk[]): ReadonlyMap<string, string> {
  const dialogues = Object.entries(FLOWS).map(
    ([name, { machine }]) => [name, dialoguePage(name, machine, walks)] as const,
  )
  const lives = Object.entries(MACHINES).flatMap(([kind, machines]) =>
    Object.entries(machines).map(([variant, machine]) => {
      const name = variant === kind ? `row-${kind}` : `row-${kind}-${variant}`
      return [name, lifePage(name, machine)] as const
    }),
  )
  const list = (pages: readonly (readonly [string, string])[]): string =>
    pages.map(([name]) => `- [${name}](${name}.md)`).join('\n')
  const index = [
    '# The machines, drawn',
    MADE,
    `## Dialogues\n\nWhat a phone shows. A dialogue that ends without a screen hands over to the next.\n\n${list(dialogues)}`,
    `## Rows\n\nWhat waits is a row: requests, movements of money, bookings, messages.\n\n${list(lives)}`,
  ].join('\n\n')
  return new Map(
    [['README', index] as const, ...dialogues, ...lives].map(([name, page]) => [`${name}.md`, `${page}\n`]),
  )
}
