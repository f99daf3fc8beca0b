import { RE2JS } from 're2js'

/**
 * Regular expressions out of a profile. RE2 matches in time linear to the text, whatever the expression: so no check of
 * ours has to guess which ones explode. What RE2 has not got (look-around, back-references) is refused as it is read.
 */
export type Pattern = {
  readonly source: string
  /** The first group, or the whole match where there is none; undefined where nothing matches. */
  find(text: string): string | undefined
}

const MAX_PATTERN = 200
/** Words, codes and one-line answers are short; what is longer matches nothing, for cut it might match what it is not. */
const MAX_TEXT = 4_000

/** Throws a sentence where the expression is none. */
export function compilePattern(source: string): Pattern {
  if (source.length > MAX_PATTERN) throw new Error(`an expression of more than ${MAX_PATTERN} characters`)
  const compiled = RE2JS.compile(source)
  return {
    source,
    find(text) {
      if (text.length > MAX_TEXT) return undefined
      const matcher = compiled.matcher(text)
      if (!matcher.find()) return undefined
      return (matcher.groupCount() > 0 ? matcher.group(1) : matcher.group(0)) ?? undefined
    },
  }
}
