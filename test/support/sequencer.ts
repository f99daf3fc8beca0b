import sequencer from '@jest/test-sequencer'

type Test = { readonly path: string }

/** Its types tell of its CommonJS side, where the class is one step deeper. */
const Sequencer = sequencer as unknown as new (
  ...options: unknown[]
) => { sort(tests: readonly Test[]): Test[] }

/** Those that take longest go first, so that no worker is left alone with one of them at the end. */
const LONG = [
  'session/walk.test.ts',
  'chaos/chaos.test.ts',
  'session/dialogues.test.ts',
  'story/crash.test.ts',
  'session/walk-mutants.test.ts',
]

function rank({ path }: Test): number {
  const at = LONG.findIndex(long => path.endsWith(`/test/${long}`))
  return at === -1 ? LONG.length : at
}

export default class LongestFirst extends Sequencer {
  /** The rest as jest would have them. */
  override sort(tests: readonly Test[]): Test[] {
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other))
  }
}
