/** Names as two houses write them: order, case, accents and second names differ. */

const wordsOf = (name: string): Set<string> =>
  new Set(
    name
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .split(/[^\p{L}]+/u)
      .filter(word => word.length > 1),
  )

/**
 * True where two names may be one person's: they share two words, or all that the shorter one has. Initials and titles
 * of one letter say nothing.
 */
export function mayBeSame(a: string, b: string): boolean {
  const [ours, theirs] = [wordsOf(a), wordsOf(b)]
  const shared = [...ours].filter(word => theirs.has(word)).length
  return shared > 0 && shared >= Math.min(2, ours.size, theirs.size)
}
