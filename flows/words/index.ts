import { en } from './en.ts'
import { fr } from './fr.ts'
import { sw } from './sw.ts'
import type { Language, Words } from './words.ts'

/** A language is a file: one that is missing here does not compile. */
export const WORDS: Readonly<Record<Language, Words>> = { en, fr, sw }
