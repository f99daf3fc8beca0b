import type { Answer, Decision } from '../../flows/dialogue.ts'
import { WORDS } from '../../flows/words/index.ts'
import type { FactCheck } from '../corebanking/core-banking.ts'
import { MAX_PIN_TRIES } from '../domain/pin.ts'
import { later } from '../domain/time.ts'
import { openCase, settleCase } from '../gateway/cases.ts'
import type { Gateway } from '../gateway/index.ts'
import { linkClient } from '../gateway/link.ts'
import type { Act } from '../gateway/step.ts'
import type { Row } from '../store/database.ts'
import { type Customer, customer, phonesOf } from '../store/people.ts'
import { linkPhone } from '../store/phones.ts'
import type { Caller } from './desk.ts'
import { isLocked } from './pin.ts'

/** A phone becomes somebody's: by an officer's code, or by what she knows of herself; wrong ones are counted, and locked for a day. */

type CodeCheck = Extract<Decision, { kind: 'check-link-code' }>
type FactsCheck = Extract<Decision, { kind: 'check-facts' }>

/** What the core said of the facts; her row here where they agree. */
type Seen = FactCheck & { readonly her?: Customer }
/** `silent`: the core did not answer, and nothing is counted. */
export type Looked = { readonly kind: 'silent' } | { readonly kind: 'read'; readonly seen: Seen | undefined }

/** For so long she may choose her first PIN; then she shows again who she is. */
const CHOOSE_MS = 3_600_000

type Tried = { readonly kind: 'phone' | 'client'; readonly subject: string }
type Count = Tried & { readonly tries: number; readonly locked: boolean }

/** Asks the core about the facts, before the commit. */
export async function lookAtFacts(
  { deps }: Gateway,
  { tenantId }: Caller,
  { account, digits }: FactsCheck,
): Promise<Looked> {
  const core = deps.coreOf(await deps.tenants.core(tenantId))
  const checked = await core.checkFacts({ account, digits })
  if (checked.kind === 'no-answer') return { kind: 'silent' }
  const { value } = checked
  if (value === undefined || !value.agree) return { kind: 'read', seen: value }
  const her = await linkClient(deps, tenantId, core, value.clientId)
  return her === undefined ? { kind: 'silent' } : { kind: 'read', seen: { ...value, her } }
}

/** Whichever was wrong, and where somebody has tried this client too often from elsewhere, the answer is the same. */
export async function checkFacts(
  act: Act,
  gateway: Gateway,
  caller: Caller,
  looked: Looked,
): Promise<Answer> {
  if (looked.kind === 'silent') return { type: 'NO_ANSWER', committed: 'no' }
  const { seen } = looked
  const [phone, client] = await countsOf(act, [
    { kind: 'phone', subject: caller.phone },
    ...(seen === undefined ? [] : [{ kind: 'client', subject: seen.clientId } as const]),
  ])
  if (phone === undefined || phone.locked) return { type: 'REFUSED', why: 'link-locked' }
  if (seen?.her === undefined || client?.locked !== false)
    return wrong(act, gateway, [phone, ...(client === undefined ? [] : [client])])
  await forgive(act, [phone, client])
  return linked(act, gateway, caller, seen.her, 'facts')
}

/** The code is good for the phone that it was sent to, and once. */
export async function checkLinkCode(
  act: Act,
  gateway: Gateway,
  caller: Caller,
  { digits }: CodeCheck,
): Promise<Answer> {
  const { trx, setup, at } = act
  const [phone] = await countsOf(act, [{ kind: 'phone', subject: caller.phone }])
  if (phone === undefined || phone.locked) return { type: 'REFUSED', why: 'link-locked' }
  const row: Row | undefined = await trx('link_codes')
    .where({ tenant_id: setup.tenant.id, msisdn: caller.phone })
    .where('until', '>', at)
    .whereNotNull('code_hash')
    .forUpdate()
    .first()
  const right = row !== undefined && (await gateway.deps.keys.checkPin(digits, String(row.code_hash)))
  const her = right ? await customer(trx, setup.tenant.id, String(row.customer_id)) : undefined
  if (her === undefined) return wrong(act, gateway, [phone])
  await forgive(act, [phone])
  await spendLinkCode(act, caller.phone)
  return linked(act, gateway, caller, her, 'code')
}

/** A code for this phone is good no more; it leaves the SMS that brought it too. */
export async function spendLinkCode({ trx, setup, at }: Act, phone: string): Promise<void> {
  const here = { tenant_id: setup.tenant.id, msisdn: phone }
  await trx('link_codes').where(here).update({ code_hash: null, until: at })
  await trx('messages')
    .where({ ...here, about: 'link-code' })
    .whereNotIn('state', ['queued', 'sending'])
    .update({ body: trx.raw("regexp_replace(body, '\\d{6}', '......')") })
}

/** Counters are locked before anything is compared, so that parallel guesses queue up. */
async function countsOf({ trx, setup, at }: Act, tried: readonly Tried[]): Promise<readonly Count[]> {
  const counts: Count[] = []
  for (const one of tried) {
    const where = { tenant_id: setup.tenant.id, ...one }
    await trx('link_tries')
      .insert({ ...where, tries: 0 })
      .onConflict()
      .ignore()
    const row: Row = await trx('link_tries').where(where).forUpdate().first()
    const lockedAt = (row.locked_at ?? null) as Date | null
    const locked = isLocked(lockedAt, at)
    // a lock that has run out starts the count again
    counts.push({ ...one, locked, tries: lockedAt !== null && !locked ? 0 : Number(row.tries) })
  }
  return counts
}

const keep = ({ trx, setup }: Act, { kind, subject }: Tried, tries: number, lockedAt: Date | null) =>
  trx('link_tries')
    .where({ tenant_id: setup.tenant.id, kind, subject })
    .update({ tries, locked_at: lockedAt })

async function forgive(act: Act, counts: readonly Tried[]): Promise<void> {
  for (const count of counts) await keep(act, count, 0, null)
}

/** One wrong try, of a phone and where there is one of a client; the one that is the last locks it, and an officer hears. */
async function wrong(act: Act, gateway: Gateway, counts: readonly Count[]): Promise<Answer> {
  const { at } = act
  let left = 0
  for (const count of counts) {
    if (count.locked) continue
    const tries = count.tries + 1
    const isLast = tries >= MAX_PIN_TRIES
    await keep(act, count, tries, isLast ? at : null)
    if (count.kind === 'phone') left = MAX_PIN_TRIES - tries
    if (isLast)
      await openCase(gateway.deps.ids, act, {
        about: 'link-locked',
        subject: count.kind,
        subjectId: gateway.deps.ids.next(),
        key: `link-locked:${count.kind}:${count.subject}`,
        detail: { [count.kind]: count.subject },
      })
  }
  return left > 0 ? { type: 'REFUSED', why: 'not-hers', left } : { type: 'REFUSED', why: 'link-locked' }
}

/** It is hers from now on, in the language that was chosen on it; her other phone is told, for it may be somebody else. */
async function linked(
  act: Act,
  { deps, messenger }: Gateway,
  { phone }: Caller,
  her: Customer,
  way: 'code' | 'facts',
): Promise<Answer> {
  const { trx, setup, at } = act
  const { id: tenantId, settings } = setup.tenant
  const here = { tenant_id: tenantId, msisdn: phone }
  const chosen: Row | undefined = await trx('phones').where(here).first('language')
  const [other] = (await phonesOf(trx, tenantId, her.id)).filter(known => known !== phone)
  const met: Row | undefined = await trx('phone_links')
    .where({ ...here, customer_id: her.id })
    .first('way')
  await linkPhone({ trx, tenantId, phone }, her.id, way, at)
  // a case about another SIM of this phone has settled itself
  await settleCase(deps.ids, act, 'sim-changed', `${her.id}:${phone}`)
  await trx('customers')
    .where({ tenant_id: tenantId, id: her.id })
    .update({
      // on a phone that she has dialled from before, her language is the one that she has
      language: met === undefined ? (chosen?.language ?? her.language) : her.language,
      ...(her.hasPin ? {} : { new_pin_hash: null, new_pin_until: later(at, CHOOSE_MS) }),
    })
  if (met === undefined && other !== undefined)
    await messenger.tell(act, {
      key: `phone-linked:${her.id}:${phone}:${at.toISOString()}`,
      ...{ to: other, customerId: her.id, about: 'pin-changed', language: her.language },
      text: WORDS[her.language].contact.linkedSms(settings.lender, settings.lenderPhone),
    })
  return { type: 'DONE' }
}
