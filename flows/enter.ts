import type { Person } from './dialogue.ts'
import { type Handover, onward, type Shortcut } from './handover.ts'

/** Who needs a PIN and has none shows by the facts who she is, and chooses one. */
export const toFirstPin = ({ language, languages }: Person): Handover => ({
  to: 'facts',
  phone: { language, languages, known: true, hasCode: false },
  forPin: true,
})

/**
 * Where somebody goes who is known by now: first what is still to be settled on this phone, one after the other, then
 * to her menu, behind her PIN where that stands before everything.
 */
export function entering(me: Person, input: { readonly shortcut?: Shortcut }): Handover {
  const { hasCode = false, ...known } = me
  if (hasCode) return { to: 'pin', me: known, by: 'code' }
  if (me.mayChoosePin === true) return { to: 'pin', me, by: 'link', ...onward(input) }
  // whoever holds a phone of several people agrees to nothing in another's name
  if (me.toAgree === true && !me.askPin.toEnter) return { to: 'consent', me, ...onward(input) }
  const { discreet = false, toProve: _, ...met } = known
  return met.askPin.toEnter
    ? { to: 'guard', me: met, before: 'home', ...onward(input) }
    : { to: 'home', me: met, fresh: !discreet, ...onward(input) }
}
