import { type AnyMachineSnapshot, initialTransition, transition } from 'xstate'
import type { DialogueEvent, LoanView, Person, RequestView, WalletView } from '../../flows/dialogue.ts'
import { FLOWS, type FlowName } from '../../flows/index.ts'

/** The cast of the dialogues' own tests, and a stage for one flow: no host, no desk, events as they come. */
export const me: Person = {
  customerId: 'her',
  firstName: 'Wanjiku',
  language: 'en',
  languages: ['en', 'sw'],
  hasPin: true,
  askPin: { toEnter: false, toRead: true, toPay: true },
}
export const kes = (amount: string) => ({ amount, currency: 'KES' })
export const loan: LoanView = {
  id: '1',
  account: '000000011',
  due: kes('1300.00'),
  arrears: kes('0.00'),
  balance: kes('13000.00'),
  next: null,
  schedule: Array.from({ length: 7 }, (_, at) => ({
    number: at + 1,
    due: '2026-03-05',
    amount: kes('1300.00'),
    paid: at < 2,
  })),
}
export const request: RequestView = {
  id: 'r1',
  loanId: '1',
  account: loan.account,
  amount: kes('1300.00'),
  dueOn: '2026-03-05',
  basis: 'due',
}
export const mpesa: WalletView = {
  id: 'w1',
  label: 'M-PESA 0700000001',
  provider: 'mpesa-ke',
  wholeUnitsOnly: true,
  byLink: false,
  charge: null,
}
export const mtn: WalletView = {
  id: 'w2',
  label: 'MTN MoMo 670000001',
  provider: 'mtn-cm',
  wholeUnitsOnly: false,
  byLink: false,
  charge: null,
}

export const typed = (text: string): DialogueEvent =>
  text === '0' ? { type: 'BACK' } : { type: 'INPUT', text }
export const wallets = (...all: WalletView[]): DialogueEvent => ({
  type: 'WALLETS',
  wallets: all,
  roundUp: true,
})
export const noAnswer = (committed: 'yes' | 'no' | 'unknown'): DialogueEvent => ({
  type: 'NO_ANSWER',
  committed,
})
export const DONE: DialogueEvent = { type: 'DONE' }
export const loans = (count: number): DialogueEvent => ({
  type: 'LOANS',
  loans: Array.from({ length: count }, () => loan),
})

/** Plays a flow through these events; `asked` is what the last step asked. */
export function play(name: FlowName, input: object, ...events: readonly (string | DialogueEvent)[]) {
  const { machine } = FLOWS[name]
  let [snapshot, actions] = initialTransition(machine, input as never)
  for (const event of events)
    [snapshot, actions] = transition(machine, snapshot, typeof event === 'string' ? typed(event) : event)
  const asked = actions.flatMap(action =>
    action.type === ('ask' as string) ? [action.params as object] : [],
  )
  const { value, status, output, context } = snapshot as AnyMachineSnapshot
  return {
    state: String(value),
    over: status === 'done',
    leads: output as object | undefined,
    context,
    asked: asked[0],
  }
}
