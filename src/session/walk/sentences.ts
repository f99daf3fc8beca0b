import { LANGUAGES, type Language, type Words } from '../../../flows/words/words.ts'
import type { Script } from '../run.ts'

/** Whether every language has every sentence, and whether every sentence is said on the walk: what is not said was never weighed. */

/** The sentences of a language by name: `sms.paid`. */
export const sentencesOf = (words: object, within = ''): string[] =>
  Object.entries(words).flatMap(([name, sentence]) => {
    if (sentence === undefined) return []
    return isGroup(sentence) ? sentencesOf(sentence, `${within}${name}.`) : [`${within}${name}`]
  })

const isGroup = (sentence: unknown): sentence is object => typeof sentence === 'object' && sentence !== null

/** The sentences that one language has and another lacks. */
export function missingSentences({ words }: Pick<Script, 'words'>): string[] {
  const all = new Set(LANGUAGES.flatMap(language => sentencesOf(words[language])))
  return LANGUAGES.flatMap(language => {
    const has = new Set(sentencesOf(words[language]))
    return [...all].filter(name => !has.has(name)).map(name => `${language}: the sentence ${name} is missing`)
  })
}

/** What a person reads elsewhere than on a walk: the languages' own names stand in the list of languages, who signed in the report. */
const SAID_ELSEWHERE: ReadonlySet<string> = new Set(['name', 'signedBy', 'ucs2'])

/** The same script, which notes every sentence that is read from it. */
export function listenedTo(script: Script): { readonly script: Script; readonly unsaid: () => string[] } {
  const said = Object.fromEntries(LANGUAGES.map(language => [language, new Set<string>()])) as Record<
    Language,
    Set<string>
  >
  const words = Object.fromEntries(
    LANGUAGES.map(language => [language, noting(script.words[language], said[language])]),
  ) as Record<Language, Words>
  return {
    script: { ...script, words },
    unsaid: () =>
      LANGUAGES.flatMap(language =>
        sentencesOf(script.words[language])
          .filter(name => !said[language].has(name) && !SAID_ELSEWHERE.has(name))
          .map(name => `${language}: nothing says ${name}, so nobody has seen whether it fits`),
      ),
  }
}

function noting<Group extends object>(group: Group, said: Set<string>, within = ''): Group {
  const noted = Object.entries(group).map(([name, sentence]) => {
    const full = `${within}${name}`
    const value = isGroup(sentence) ? noting(sentence, said, `${full}.`) : sentence
    return [
      name,
      {
        enumerable: true,
        get: () => {
          if (!isGroup(sentence)) said.add(full)
          return value
        },
      },
    ] as const
  })
  return Object.defineProperties({}, Object.fromEntries(noted)) as Group
}
