import { en } from './en.ts'
import { fr } from './fr.ts'
import { sw } from './sw.ts'
import { LANGUAGES, type Language, type Words } from './words.ts'

/** A language is a file: one that is missing here does not compile. */
export const WORDS: Readonly<Record<Language, Words>> = { en, fr, sw }

export const isLanguage = (text: string): text is Language => (LANGUAGES as readonly string[]).includes(text)
