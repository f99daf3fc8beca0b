import { WORDS } from '../../../flows/words/index.ts'
import type { Language } from '../../../flows/words/words.ts'
import { SCRIPT, type Script } from '../run.ts'
import { BUDGET } from './checks.ts'
import { checkNarrow } from './narrow.ts'
import { listenedTo, missingSentences } from './sentences.ts'
import { faultsOfStates, longestSms } from './states.ts'
import { type Finding, type Walk, walkAll } from './walk.ts'

/** The whole check of the dialogues: what was walked, what is tight, and all that is wrong. */
export type FlowsReport = {
  readonly walks: readonly Walk[]
  readonly lines: readonly string[]
  readonly faults: readonly string[]
}

const TIGHTEST = 5

/** A finding as a person reads it: what, on which screen, and what she dialled and typed to get there. */
const tell = (language: string, { what, label, screen, path }: Finding): string =>
  [
    `${language} ${label}: ${what}`,
    ...screen.split('\n').map(line => `    | ${line}`),
    `    by ${path.join(' > ')}`,
  ].join('\n')

/** The tightest screens, each state once. */
function tightest({ screens }: Walk): string[] {
  const widest = new Map<string, number>()
  for (const { label, septets } of screens.values())
    widest.set(label, Math.max(septets, widest.get(label) ?? 0))
  return [...widest]
    .sort(([, a], [, b]) => b - a)
    .slice(0, TIGHTEST)
    .map(([label, septets]) => `    ${String(septets).padStart(3)} of ${BUDGET}  ${label}`)
}

const signed = (language: Language): string[] => {
  const { signedBy } = WORDS[language]
  return [
    signedBy === null
      ? `    a draft: no native reader has signed it yet`
      : `    signed by ${signedBy}, a native reader`,
  ]
}

export async function checkFlows(given: Script = SCRIPT): Promise<FlowsReport> {
  const missing = missingSentences(given)
  if (missing.length > 0) return { walks: [], lines: [], faults: missing }
  const { script, unsaid } = listenedTo(given)
  const walks = await walkAll(script)
  const shown = new Set(walks.flatMap(walk => [...walk.shown]))
  const messages = longestSms(script)
  const narrow = checkNarrow(walks, script)
  const long = messages.filter(({ parts }) => parts > 1)
  return {
    walks,
    lines: [
      ...walks.flatMap(walk => [
        `${walk.language}: ${walk.screens.size} screens on ${walk.paths} paths; the tightest:`,
        ...tightest(walk),
        ...signed(walk.language),
      ]),
      ...narrow.lines,
      `sms: ${messages.length} texts with the longest data, ${long.length} of two parts${long.length === 0 ? '' : ':'}`,
      ...long.map(
        ({ language, name, text, parts }) => `    ${language} ${name}: ${parts} parts, ${text.length} signs`,
      ),
    ],
    faults: [
      ...faultsOfStates(script, shown),
      ...unsaid(),
      ...narrow.faults,
      ...messages
        .filter(({ parts }) => parts > 2)
        .map(({ language, name }) => `${language} ${name}: more than two SMS`),
      ...walks.flatMap(({ language, findings }) => findings.map(finding => tell(language, finding))),
    ],
  }
}
