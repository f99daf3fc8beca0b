import type { Answer } from '../../../flows/dialogue.ts'
import {
  DAY_LINES,
  type DayLineView,
  type DayState,
  type Officer,
  type OfficerDecision,
  type OfficerQuestion,
  type PaymentFate,
  type PinOwner,
  type PushNo,
} from '../../../flows/officer.ts'
import { LANGUAGES, type Language } from '../../../flows/words/words.ts'
import type { MoneyText } from '../../domain/money.ts'
import type { LocalDate } from '../../domain/time.ts'
import { LINE_NAME_LENGTH } from '../screen-name.ts'
import { ACCOUNT, FIRST_NAME, NO_ANSWER, RECEIPT, UNREAD } from './no-answer.ts'

/** The longest data that an officer's screens must bear, and every answer to what they ask. */

export const officer = (language: Language): Officer => ({
  staffId: 'officer',
  name: FIRST_NAME,
  language,
  languages: LANGUAGES,
  proven: false,
})

const PUSH_NOES = [
  'nothing-to-pay',
  'bad-amount',
  'no-consent',
  'no-wallet',
  'being-paid',
  'declined-today',
  'over-limit',
] as const satisfies readonly PushNo[]

const clients = (count: number, loanId: string | null = null): Answer => ({
  type: 'CLIENTS',
  clients: Array.from({ length: count }, () => ({ customerId: 'her', firstName: FIRST_NAME })),
  loanId,
})

const MANY = 99_999
const DAY_STATES = ['promised', 'waiting', 'paying', 'paid', 'declined', 'over'] as const satisfies DayState[]

const lines = (most: MoneyText, state: DayState): readonly DayLineView[] =>
  Array.from({ length: DAY_LINES }, () => ({
    firstName: FIRST_NAME.slice(0, LINE_NAME_LENGTH),
    amount: most,
    state,
    promised: state === 'promised' ? { time: '23:59' } : null,
  }))

const FATES = [
  'booked',
  'booking',
  'suspense',
  'sent',
  'checking',
  'returned',
  'written-off',
] as const satisfies PaymentFate[]

const payment = (amount: MoneyText, fate: PaymentFate): Answer => ({
  type: 'PAYMENT',
  payment: { fate, amount, receipt: RECEIPT, account: ACCOUNT, on: '2026-12-28' },
})

export const everyFate = (most: MoneyText): readonly Answer[] => FATES.map(fate => payment(most, fate))
export const CASE: Answer = { type: 'CASE', number: '999999' }

const owner = (kind: PinOwner['kind'], locked: boolean): PinOwner => ({
  ...{ kind, locked, id: 'owner', name: FIRST_NAME },
})

export function officersAnswers(
  question: OfficerQuestion | OfficerDecision,
  most: MoneyText,
): readonly Answer[] {
  switch (question.kind) {
    case 'find-client':
      return [clients(1), clients(1, 'loan'), clients(4), clients(0), UNREAD]
    case 'day': {
      // a list ends, or the walk never would
      const more = question.page < 2
      const counts = { asked: MANY, promised: MANY, paying: MANY, paid: MANY, declined: MANY }
      return [
        ...DAY_STATES.map((state): Answer => ({ type: 'DAY', counts, lines: lines(most, state), more })),
        {
          type: 'DAY',
          counts,
          lines: lines(most, 'promised').map(line => ({ ...line, promised: null })),
          more,
        },
        { type: 'DAY', counts: { ...counts, asked: 0 }, lines: [], more: false },
        UNREAD,
      ]
    }
    case 'whose-pin':
      return [
        ...(['customer', 'staff'] as const).flatMap(kind =>
          [true, false].map((locked): Answer => ({ type: 'PINS', owners: [owner(kind, locked)] })),
        ),
        { type: 'PINS', owners: Array.from({ length: 4 }, () => owner('staff', true)) },
        { type: 'PINS', owners: [] },
        UNREAD,
      ]
    case 'unlock-pin':
    case 'send-link-code':
      return [{ type: 'DONE' }, { type: 'REFUSED', why: 'gone' }, ...NO_ANSWER]
    case 'find-receipt':
      return [...everyFate(most), { type: 'PAYMENT', payment: null }, UNREAD]
    case 'said-paid':
      return [...everyFate(most), CASE, { type: 'UNREADABLE' }, ...NO_ANSWER]
    case 'check-staff-pin':
      return [
        { type: 'DONE' },
        { type: 'REFUSED', why: 'wrong-pin', left: 2 },
        { type: 'REFUSED', why: 'pin-locked' },
        ...NO_ANSWER,
      ]
    case 'push':
      return [
        { type: 'PUSHED', amount: most },
        { type: 'PUSHED', amount: most, silent: true },
        { type: 'PUSHED', amount: most, opens: { time: '08:00', day: '2026-12-31' as LocalDate } },
        ...PUSH_NOES.map((why): Answer => ({ type: 'UNPUSHED', why })),
        ...NO_ANSWER,
      ]
  }
}
