import type { ClaimDecision } from '../../flows/claim.ts'
import type { Answer, Decision, Question } from '../../flows/dialogue.ts'
import type { OfficerDecision } from '../../flows/officer.ts'
import { fromText } from '../domain/money.ts'
import { later, localDate, localTime, momentOf } from '../domain/time.ts'
import { openNumberedCase } from '../gateway/cases.ts'
import { act } from '../gateway/context.ts'
import type { Gateway } from '../gateway/index.ts'
import { shownFor } from '../gateway/pay-references.ts'
import { canPay, shutUntil } from '../gateway/plan.ts'
import { reminderTime } from '../gateway/reminder-hours.ts'
import type { Decided } from '../gateway/requests.ts'
import type { Act } from '../gateway/step.ts'
import type { NameAnswer } from '../providers/provider.ts'
import { preferWallet, removeWallet, type Wallet, wallet, walletsOf } from '../store/people.ts'
import { claimTurn, saveDecision, storedDecision, type TurnKey } from '../store/turns.ts'
import { createClaims, isClaim } from './claim-decisions.ts'
import { keepConsent } from './consent.ts'
import type { Caller } from './desk.ts'
import { checkFacts, checkLinkCode, type Looked, lookAtFacts } from './first-contact.ts'
import { lookAtHolder } from './holder.ts'
import { confirmWallet, proposeWallet } from './new-wallets.ts'
import { createOfficerDecisions } from './officer-decisions.ts'
import { tellOwner } from './owner.ts'
import { missedPayee } from './payees.ts'
import { endPayer, namePayer } from './payers.ts'
import { checkPin, confirmPin, proposePin } from './pin.ts'
import { checkCode } from './pin-code.ts'

/** This turn was decided by another hop: the same session, the same place, other input. */
export class LostTurn extends Error {
  override readonly name = 'LostTurn'
}

/** Every decision, and whose it is. */
const DECISIONS: Readonly<Record<Decision['kind'], 'borrower' | 'officer'>> = {
  'check-pin': 'borrower',
  'check-code': 'borrower',
  'propose-pin': 'borrower',
  'confirm-pin': 'borrower',
  'check-link-code': 'borrower',
  'check-facts': 'borrower',
  consent: 'borrower',
  approve: 'borrower',
  'pay-for': 'borrower',
  'missed-payee': 'borrower',
  'name-payer': 'borrower',
  'end-payer': 'borrower',
  postpone: 'borrower',
  'prefer-wallet': 'borrower',
  'remove-wallet': 'borrower',
  'propose-wallet': 'borrower',
  'confirm-wallet': 'borrower',
  decline: 'borrower',
  'find-payment': 'borrower',
  'paid-by-mistake': 'borrower',
  'send-payment': 'borrower',
  complain: 'borrower',
  'send-loan': 'borrower',
  'send-statement': 'borrower',
  'check-staff-pin': 'officer',
  push: 'officer',
  'said-paid': 'officer',
  'unlock-pin': 'officer',
  'send-link-code': 'officer',
}
export const isDecision = (question: Question): question is Decision =>
  Object.hasOwn(DECISIONS, question.kind)
const isOfficers = (decision: Decision): decision is OfficerDecision => DECISIONS[decision.kind] === 'officer'

/** What a borrower decides. */
type Borrowers = Exclude<Decision, OfficerDecision | ClaimDecision>

const UNIQUE_VIOLATION = '23505'

/**
 * Decisions, each with its answer in one commit keyed by (session, turn, ordinal): a turn that is run again, even after a
 * crash, gets the stored answer and does nothing twice.
 */
export function createDecisions(
  gateway: Gateway,
): (caller: Caller, key: TurnKey, ordinal: number, decision: Decision) => Promise<Answer> {
  const { deps, requests } = gateway
  const officers = createOfficerDecisions(gateway)
  const claims = createClaims(gateway)

  async function take(
    commit: Act,
    caller: Caller,
    decision: Borrowers,
    looked: Looked,
    holder: NameAnswer | undefined,
  ): Promise<Answer> {
    switch (decision.kind) {
      case 'check-pin':
        return checkPin(commit, deps.keys, caller, decision.customerId, decision.pin)
      case 'check-code':
        return checkCode(commit, deps.keys, decision.customerId, decision.pin)
      case 'propose-pin':
        return proposePin(commit, deps.keys, caller, decision.customerId, decision.pin)
      case 'confirm-pin':
        return confirmPin(commit, gateway, caller, decision.customerId, decision.pin)
      case 'check-link-code':
        return checkLinkCode(commit, gateway, caller, decision)
      case 'check-facts':
        return checkFacts(commit, gateway, caller, looked)
      case 'consent':
        return keepConsent(commit, gateway, caller, decision)
      case 'approve':
        return approve(commit, caller, decision)
      case 'pay-for':
        return payFor(commit, caller, decision)
      case 'missed-payee':
        return missedPayee(commit, deps, caller)
      case 'name-payer':
        return namePayer(commit, gateway, caller, decision)
      case 'end-payer':
        return endPayer(commit, gateway, decision)
      case 'prefer-wallet':
      case 'remove-wallet':
        return decideOnWallet(commit, decision)
      case 'propose-wallet':
        return proposeWallet(commit, gateway, decision, holder)
      case 'confirm-wallet':
        return confirmWallet(commit, gateway, decision)
      case 'postpone':
        return postpone(commit, decision)
      case 'decline':
        return decline(commit, caller, decision)
    }
  }

  async function decideOnWallet(
    { trx, setup, at }: Act,
    { kind, customerId, walletId }: Extract<Decision, { kind: 'prefer-wallet' | 'remove-wallet' }>,
  ): Promise<Answer> {
    const { id: tenantId } = setup.tenant
    const all = await walletsOf(trx, tenantId, customerId)
    if (!all.some(({ id }) => id === walletId)) return { type: 'REFUSED', why: 'no-wallet' }
    if (kind === 'remove-wallet' && all.length === 1) return { type: 'REFUSED', why: 'last-wallet' }
    await (kind === 'prefer-wallet' ? preferWallet : removeWallet)(trx, tenantId, walletId, at)
    return { type: 'DONE' }
  }

  async function postpone(
    commit: Act,
    { customerId, requestId, until }: Extract<Decision, { kind: 'postpone' }>,
  ): Promise<Answer> {
    const { setup, at } = commit
    const reminded = until === null ? reminderTime(setup.tenant, at) : new Date(until)
    const answer = answerOf(commit, await requests.postpone(commit, customerId, requestId, reminded))
    return answer.type === 'DONE' ? { ...answer, reminds: momentOf(reminded, at, setup.tenant.zone) } : answer
  }

  /** Whose loan it is not is no answer about money: somebody finds out whom we ask. */
  async function decline(
    commit: Act,
    { phone }: Caller,
    { customerId, requestId, reason }: Extract<Decision, { kind: 'decline' }>,
  ): Promise<Answer> {
    const answer = answerOf(commit, await requests.decline(commit, customerId, requestId, reason))
    if (answer.type !== 'DONE' || reason !== 'not-mine') return answer
    const about = { about: 'not-mine', subject: 'request', subjectId: requestId } as const
    const number = await openNumberedCase(deps.ids, commit, { ...about, customerId, detail: { phone } })
    return { type: 'CASE', number }
  }

  async function approve(
    commit: Act,
    caller: Caller,
    decision: Extract<Decision, { kind: 'approve' }>,
  ): Promise<Answer> {
    const { setup, at } = commit
    const { by } = caller
    const amount = fromText(decision.amount)
    const payer = await payingWallet(commit, decision)
    if (payer === undefined) return { type: 'REFUSED', why: 'no-wallet' }
    const wanted = {
      customerId: decision.customerId,
      loanId: decision.loanId,
      loanAccount: decision.account,
      amount,
      dueOn: localDate(at, setup.tenant.zone),
      mode: 'dial',
      basis: 'named',
    } as const
    const decided = await requests.approve(commit, wanted, decision.requestId, payer, amount, by)
    await tellOwner(commit, gateway, caller, decided, payer, amount)
    return promised(commit, decided, payer, await shownFor(commit, decision.loanId, decision.account))
  }

  async function payFor(
    commit: Act,
    caller: Caller,
    decision: Extract<Decision, { kind: 'pay-for' }>,
  ): Promise<Answer> {
    const payer = await payingWallet(commit, decision)
    if (payer === undefined) return { type: 'REFUSED', why: 'no-wallet' }
    const lines = decision.lines.map(line => ({ ...line, amount: fromText(line.amount) }))
    const amount = fromText(decision.amount)
    const decided = await requests.payFor(commit, lines, payer, amount, caller.by)
    await tellOwner(commit, gateway, caller, decided, payer, amount)
    const [only, ...others] = lines
    const reference =
      only === undefined || others.length > 0 ? undefined : await shownFor(commit, only.loanId, '')
    return promised(commit, decided, payer, reference)
  }

  return async (caller, key, ordinal, decision) => {
    let working = true
    try {
      const seen = await officers.look(caller, decision)
      const loan = isClaim(decision) ? await claims.look(caller, decision) : undefined
      const looked: Looked =
        decision.kind === 'check-facts' ? await lookAtFacts(gateway, caller, decision) : { kind: 'silent' }
      const holder =
        decision.kind === 'propose-wallet' ? await lookAtHolder(gateway, caller, decision) : undefined
      return await act(deps, caller.tenantId, async commit => {
        if (!(await claimTurn(commit.trx, key, commit.at))) throw new LostTurn()
        const known = await storedDecision<Answer>(commit.trx, key, ordinal)
        const answer =
          known ??
          (isOfficers(decision)
            ? await officers.take(commit, caller, decision, seen)
            : isClaim(decision)
              ? await claims.take(commit, caller, decision, loan)
              : await take(commit, caller, decision, looked, holder))
        if (known === undefined)
          await saveDecision(commit.trx, key, ordinal, decision.kind, answer, commit.at)
        working = false
        return answer
      })
    } catch (error) {
      if (error instanceof LostTurn) throw error
      if ((error as { code?: string }).code === UNIQUE_VIOLATION) return { type: 'REFUSED', why: 'gone' }
      deps.log.error(
        { tenant: caller.tenantId, decision: decision.kind, error: String(error) },
        'a decision was not taken',
      )
      return { type: 'NO_ANSWER', committed: working ? 'no' : 'unknown' }
    }
  }
}

/** The wallet that she chose, where it is hers and can pay this. */
async function payingWallet(
  { trx, setup, at }: Act,
  decision: Extract<Decision, { kind: 'approve' | 'pay-for' }>,
): Promise<Wallet | undefined> {
  const amount = fromText(decision.amount)
  const payer = await wallet(trx, setup.tenant.id, decision.walletId)
  return payer?.customerId === decision.customerId &&
    payer.currency === amount.currency &&
    canPay(setup, payer, amount, at)
    ? payer
    : undefined
}

/** What happens next, where it was approved: the prompts, when they may come, and the other way in. */
function promised(
  commit: Act,
  decided: Decided,
  { provider }: Wallet,
  reference: string | undefined,
): Answer {
  const { setup, at } = commit
  const answer = answerOf(commit, decided)
  if (answer.type !== 'DONE') return answer
  const opens = shutUntil(setup, provider, later(at, setup.tenant.settings.pushDelayMs))
  return {
    ...answer,
    ...(reference === undefined || reference === '' ? {} : { payReference: reference }),
    ...(opens === undefined ? {} : { opens: momentOf(opens, at, setup.tenant.zone) }),
  }
}

function answerOf({ setup }: Act, decided: Decided): Answer {
  if (decided.kind === 'done')
    return { type: 'DONE', ...(decided.prompts === undefined ? {} : { prompts: decided.prompts }) }
  const when =
    'at' in decided
      ? { when: localTime(new Date(decided.at), setup.tenant.zone) }
      : 'plan' in decided && decided.plan.when !== undefined
        ? { opensOn: decided.plan.when }
        : {}
  return { type: 'REFUSED', why: decided.why, ...when }
}
