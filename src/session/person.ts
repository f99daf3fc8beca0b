import type { PhoneView } from '../../flows/contact.ts'
import type { Answer, Person } from '../../flows/dialogue.ts'
import type { Officer } from '../../flows/officer.ts'
import type { Tenant } from '../domain/tenant.ts'
import { later } from '../domain/time.ts'
import type { Dialler, Dialling } from '../store/first-screen.ts'
import type { StaffMember } from '../store/staff.ts'
import { screenName } from './screen-name.ts'

/** Who may be on a phone, as the dialogues see them. */
export type Known = Dialling & { readonly tenant: Tenant; readonly at: Date }

const DAY_MS = 86_400_000

/** Where others share the phone, each must show who she is first. */
const isShared = ({ people }: Known): boolean => people.length > 1

const isGood = (until: Date | undefined, at: Date): boolean => until !== undefined && until > at

/** What her lender guards by our PIN, on this phone: there she needs one. */
const needsPin = (known: Known): boolean => {
  const { pinFor } = known.tenant.settings
  return pinFor.reading || pinFor.paying || isShared(known)
}

/**
 * The phone may be somebody else's by now: nobody of ours used it for so long that its operator may have given it away,
 * or its SIM is another one since she showed who she is. And who was linked here and never chose a PIN shows it again.
 */
function mustProve({ link, hasPin, newPinUntil, codeUntil }: Dialler, known: Known): boolean {
  const { at, phone, tenant } = known
  const { simChangedAt } = phone
  const shown = link?.provenAt ?? link?.since
  if (simChangedAt !== undefined && (shown === undefined || simChangedAt > shown)) return true
  if (link === undefined) return false
  if (link.seenAt < later(at, -tenant.settings.silentDays * DAY_MS)) return true
  return (
    link.way !== 'core' && needsPin(known) && !hasPin && !isGood(newPinUntil, at) && !isGood(codeUntil, at)
  )
}

/** Who has used the phone is noted once a day; who must show first who she is has not used it. */
export const toBeSeen = (known: Known): readonly string[] =>
  known.people
    .filter(one => one.link === undefined || one.link.seenAt < later(known.at, -DAY_MS))
    .filter(one => !mustProve(one, known))
    .map(({ id }) => id)

function personOf(one: Dialler, known: Known): Person {
  const { tenant, at } = known
  const { id, firstName, language, hasPin, codeUntil, newPinUntil, link, wasAsked } = one
  const { languages, pinFor, firstScreen } = tenant.settings
  const isLinked = link !== undefined && link.way !== 'core'
  const discreet = firstScreen === 'discreet'
  return {
    customerId: id,
    firstName: screenName(firstName),
    language,
    languages,
    hasPin,
    ...(isGood(codeUntil, at) ? { hasCode: true } : {}),
    ...(mustProve(one, known) ? { toProve: true } : {}),
    ...(isLinked && needsPin(known) && !hasPin && isGood(newPinUntil, at) ? { mayChoosePin: true } : {}),
    ...(isLinked && !wasAsked ? { toAgree: true } : {}),
    ...(discreet ? { discreet: true } : {}),
    askPin: {
      toEnter: isShared(known) || (discreet && hasPin),
      toRead: pinFor.reading,
      toPay: pinFor.paying,
    },
  }
}

/** Who writes by SMS: where she must first show who she is, an SMS does nothing that a PIN could guard. */
export function writerOf(one: Dialler, known: Known): Person {
  const me = personOf(one, known)
  return me.toProve === true ? { ...me, askPin: { toEnter: true, toRead: true, toPay: true } } : me
}

export const peopleOf = (known: Known): Answer => ({
  type: 'PEOPLE',
  people: [
    ...known.people.map(person => personOf(person, known)),
    ...(known.officer === undefined ? [] : [officerOf(known.officer, known.tenant)]),
  ],
  phone: phoneOf(known),
})

const phoneOf = ({ people, phone, tenant, at }: Known): PhoneView => ({
  language: people[0]?.language ?? phone.language ?? null,
  languages: tenant.settings.languages,
  known: people.length > 0,
  hasCode: isGood(phone.codeUntil, at),
})

const officerOf = ({ id, name, language }: StaffMember, { settings: { languages } }: Tenant): Officer => ({
  staffId: id,
  name: screenName(name),
  language,
  languages,
  proven: false,
})
