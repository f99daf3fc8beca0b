import type { PhoneView } from '../../../flows/contact.ts'
import type { Person } from '../../../flows/dialogue.ts'
import type { Handover } from '../../../flows/handover.ts'
import { LANGUAGES, type Language } from '../../../flows/words/words.ts'
import { FLOW_VERSION } from '../run.ts'
import { FIRST_NAME } from './no-answer.ts'

/** Who may be on a phone, and how she stands on it. */

export function people(language: Language): readonly Person[] {
  const asks = (toEnter: boolean, guarded: boolean) => ({ toEnter, toRead: guarded, toPay: guarded })
  const person = (hasPin: boolean, askPin: Person['askPin']): Person => ({
    customerId: 'her',
    firstName: FIRST_NAME,
    language,
    languages: LANGUAGES,
    hasPin,
    askPin,
  })
  return [
    person(true, asks(false, true)),
    person(true, asks(false, false)),
    person(false, asks(false, true)),
    person(true, asks(true, true)),
    person(false, asks(true, false)),
    person(false, asks(false, false)),
  ]
}

/** To whom a code was sent for a new PIN: alone on her phone, or one of several. */
export const coded = (language: Language): readonly Person[] =>
  people(language)
    .filter(({ hasPin, askPin }) => hasPin && askPin.toRead)
    .map(one => ({ ...one, hasCode: true }))

/** Who was linked to her phone just now, chooses her PIN and is asked for her consent; and who must show who she is again. */
export function newlyLinked(language: Language): readonly Person[] {
  const [first, , unguarded] = people(language)
  if (first === undefined || unguarded === undefined) return []
  return [
    { ...unguarded, mayChoosePin: true, toAgree: true },
    { ...first, toAgree: true },
    { ...first, toProve: true },
    { ...first, discreet: true },
  ]
}

/** A lender that speaks this language first; where it was chosen on the phone, that is it. */
export const phoneOf = (language: Language, known: boolean): PhoneView => ({
  language,
  languages: [language, ...LANGUAGES.filter(other => other !== language)],
  known,
  hasCode: false,
})

/** Somebody who was cut off in her settings, and somebody of whom only the language was known. */
export function cutOffs(language: Language): readonly Handover[] {
  const [me] = people(language)
  if (me === undefined) return []
  const phone = phoneOf(language, false)
  const kept = (name: string, value: string, context: object) => ({ v: FLOW_VERSION, name, value, context })
  return [
    { to: 'resume', kept: kept('settings', 'menu', { me, hours: [], hour: null }), me },
    { to: 'resume', kept: kept('first-contact', 'menu', { phone, language, left: null }), language },
  ]
}
