import type { Answer } from '../../../flows/dialogue.ts'
import type { Officer, OfficerDecision, OfficerQuestion, PushNo } from '../../../flows/officer.ts'
import { LANGUAGES, type Language } from '../../../flows/words/words.ts'
import type { MoneyText } from '../../domain/money.ts'
import { FIRST_NAME, NO_ANSWER, UNREAD } from './no-answer.ts'

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

export function officersAnswers(
  question: OfficerQuestion | OfficerDecision,
  most: MoneyText,
): readonly Answer[] {
  switch (question.kind) {
    case 'find-client':
      return [clients(1), clients(1, 'loan'), clients(4), clients(0), UNREAD]
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
        ...PUSH_NOES.map((why): Answer => ({ type: 'UNPUSHED', why })),
        ...NO_ANSWER,
      ]
  }
}
