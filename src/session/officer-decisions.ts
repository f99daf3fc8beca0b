import type { Answer, Decision } from '../../flows/dialogue.ts'
import type { OfficerDecision, PushNo } from '../../flows/officer.ts'
import { toText } from '../domain/money.ts'
import type { Gateway } from '../gateway/index.ts'
import type { PushRefusal, Refused, Target } from '../gateway/push.ts'
import type { Act } from '../gateway/step.ts'
import { staffRow } from '../store/staff.ts'
import type { Caller } from './desk.ts'
import { checkStaffPin } from './staff-pin.ts'

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

const OFFICER: ReadonlySet<string> = new Set<OfficerDecision['kind']>(['check-staff-pin', 'push'])
export const isOfficers = (decision: Decision): decision is OfficerDecision => OFFICER.has(decision.kind)

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

export function createOfficerDecisions({ deps, pusher }: Gateway): OfficerDesk {
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
    return { type: 'PUSHED', amount: toText({ minor: row.amount_minor, currency: row.currency }) }
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
      return push({ ...act, by: `staff:${staffId}` }, decision, seen)
    },
  }
}
