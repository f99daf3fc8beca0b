import type { CountryCode } from 'libphonenumber-js/max'
import type { Answer, Decision } from '../../flows/dialogue.ts'
import type { OfficerDecision, PushNo } from '../../flows/officer.ts'
import { parseMoney, toText } from '../domain/money.ts'
import { type Msisdn, parseMsisdn } from '../domain/msisdn.ts'
import { quietUntil } from '../domain/quiet-hours.ts'
import { addDays, type LocalDate, later, localDate, momentOf } from '../domain/time.ts'
import type { Gateway } from '../gateway/index.ts'
import type { PushRefusal, Refused, Target } from '../gateway/push.ts'
import { lookForPayment, type Said } from '../gateway/said-paid.ts'
import type { Act } from '../gateway/step.ts'
import { isSuppressed } from '../gateway/suppressions.ts'
import type { LifeRow } from '../store/lives.ts'
import { staffRow } from '../store/staff.ts'
import type { Caller } from './desk.ts'
import { foundView } from './officer-desk.ts'
import { checkStaffPin } from './staff-pin.ts'
import { sendLinkCode, unlockPin } from './unlock.ts'

/** Why an officer's push was not made; null: nobody can tell now, and nothing was done. */
const PUSH_NOES: Readonly<Record<PushRefusal, PushNo | null>> = {
  'no-such-loan': null,
  'core-away': null,
  'nothing-to-pay': 'nothing-to-pay',
  'bad-amount': 'bad-amount',
  'over-the-debt': 'bad-amount',
  'no-consent': 'no-consent',
  'no-wallet': 'no-wallet',
  'no-road': 'no-wallet',
  'being-paid': 'being-paid',
  'declined-today': 'declined-today',
  'over-limit': 'over-limit',
  fraction: 'over-limit',
  'not-a-multiple': 'over-limit',
  'below-minimum': 'over-limit',
}

const noAnswer: Answer = { type: 'NO_ANSWER', committed: 'no' }

/** What an officer decides, by the same ways as the API; each step is kept with who ordered it. */
export type OfficerDesk = {
  /** Reads what a decision needs from outside; done before the commit. */
  look(caller: Caller, decision: Decision): Promise<Target | Refused | undefined>
  take(
    act: Act,
    caller: Caller,
    decision: OfficerDecision,
    seen: Target | Refused | undefined,
  ): Promise<Answer>
}

/** Whether the SMS that asks her will be held back for good. */
async function isSilent(act: Act, requestId: string): Promise<boolean> {
  const prompt: LifeRow | undefined = await act
    .trx('messages')
    .where({ tenant_id: act.setup.tenant.id, request_id: requestId, about: 'prompt' })
    .orderBy('id', 'desc')
    .first()
  return prompt !== undefined && (await isSuppressed(act, prompt.msisdn as Msisdn, prompt))
}

export function createOfficerDecisions(gateway: Gateway): OfficerDesk {
  const { deps, pusher } = gateway
  async function push(
    commit: Act,
    { amount, mode, loanId }: Extract<OfficerDecision, { kind: 'push' }>,
    target: Target | Refused | undefined,
  ): Promise<Answer> {
    if (target === undefined) return noAnswer
    const order = { loanId, mode, ...(amount === null ? {} : { amount: amount.amount }) }
    const pushed = target.kind === 'refused' ? target : await pusher.push(commit, order, target)
    if (pushed.kind === 'refused') {
      const why = PUSH_NOES[pushed.why]
      return why === null ? noAnswer : { type: 'UNPUSHED', why }
    }
    const row = await commit
      .trx('collection_requests')
      .where({ tenant_id: commit.setup.tenant.id, id: pushed.requestId })
      .first('amount_minor', 'currency')
    const { tenant } = commit.setup
    const morning = quietUntil(tenant, later(commit.at, tenant.settings.pushDelayMs))
    return {
      type: 'PUSHED',
      amount: toText({ minor: row.amount_minor, currency: row.currency }),
      ...((await isSilent(commit, pushed.requestId)) ? { silent: true } : {}),
      ...(morning === undefined ? {} : { opens: momentOf(morning, commit.at, tenant.zone) }),
    }
  }

  async function saidPaid(
    commit: Act,
    decision: Extract<OfficerDecision, { kind: 'said-paid' }>,
    teller: { readonly staffId: string; readonly name: string },
  ): Promise<Answer> {
    const said = readSaid(commit, decision)
    if (said === undefined) return { type: 'UNREADABLE' }
    const found = await lookForPayment(deps, commit, said, teller)
    return 'caseNumber' in found
      ? { type: 'CASE', number: found.caseNumber }
      : { type: 'PAYMENT', payment: foundView(found) }
  }

  return {
    look: async ({ tenantId }, decision) =>
      decision.kind === 'push' ? pusher.target(tenantId, decision.loanId) : undefined,
    async take(act, caller, decision, seen) {
      const { staffId } = decision
      if (decision.kind === 'check-staff-pin')
        return checkStaffPin(act, deps.keys, caller, staffId, decision.pin)
      const row = await staffRow(act.trx, caller.tenantId, caller.phone)
      if (row?.id !== staffId) return noAnswer
      if (decision.kind === 'said-paid') return saidPaid(act, decision, { staffId, name: String(row.name) })
      if (decision.kind === 'unlock-pin') return unlockPin(act, gateway, caller, decision)
      if (decision.kind === 'send-link-code') return sendLinkCode(act, gateway, caller, decision)
      return push({ ...act, by: `staff:${staffId}` }, decision, seen)
    },
  }
}

/** What an officer typed about a payment; undefined where it can be no phone, no amount of theirs, or no day that was. */
function readSaid(
  { setup: { tenant }, at }: Act,
  { phone, amount, day, receipt }: Extract<OfficerDecision, { kind: 'said-paid' }>,
): Said | undefined {
  const payer = parseMsisdn(phone, tenant.country as CountryCode)
  const money = parseMoney(amount.replace(',', '.'), tenant.currency)
  const on = dayTyped(day, localDate(at, tenant.zone))
  if (payer === undefined || money === undefined || money.minor === 0n || on === undefined) return undefined
  return { phone: payer, amount: money, day: on, receipt }
}

/** `1` is today, `2` yesterday, `0503` the last fifth of March; undefined for a day that no calendar has. */
function dayTyped(text: string, today: LocalDate): LocalDate | undefined {
  if (text === '1') return today
  if (text === '2') return addDays(today, -1)
  const ofYear = (year: number) => `${year}-${text.slice(2)}-${text.slice(0, 2)}` as LocalDate
  const year = Number(today.slice(0, 4))
  const day = ofYear(year) <= today ? ofYear(year) : ofYear(year - 1)
  return Number.isNaN(Date.parse(`${day}T00:00:00Z`)) || addDays(day, 0) !== day ? undefined : day
}
