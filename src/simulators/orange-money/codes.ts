import { FATES, type Fate } from '../kit/fates.ts'

/** Why Orange refuses. The first three were seen at Orange; those that begin with 900 are this simulator's own. */
export const CODES = {
  '60019': 'Le solde du compte du payeur est insuffisant',
  '00671': "Le numero du beneficiaire n'existe pas",
  '99051': "Le beneficiaire n'a pas de compte Orange Money",
  '90001': 'Le montant est inferieur au minimum',
  '90002': 'Le montant est superieur au maximum autorise',
  '90003': "Le montant n'est pas un multiple autorise",
  '90004': "L'utilisateur est bloque",
  '90005': 'Le PIN du canal est errone',
  '90006': 'payToken invalide ou expire',
  '90007': 'Code secret errone',
  '90008': "L'abonne est injoignable",
  '90009': 'Le marchand ne peut pas recevoir ce paiement',
} as const
export type Code = keyof typeof CODES
export const isCode = (text: string): text is Code => Object.hasOwn(CODES, text)

/** Stays PENDING for ever. */
export const NEVER = 'NEVER'
export const PAID = 'SUCCESSFULL'

/** How a payment goes: refused at once, or taken, and how it ends (null: as she and the money decide). */
export type Course =
  | { readonly refused: Code }
  | { readonly ends: string | null; readonly prompted: boolean; readonly soon: boolean }

const refused = (code: Code): Course => ({ refused: code })
const ends = (as: string, prompted: boolean, soon = false): Course => ({ ends: as, prompted, soon })

/** What a scripted fault means for a merchant payment. */
const PAYMENT: Readonly<Record<Fate, Course>> = {
  'insufficient-funds': refused('60019'),
  'no-float': refused('90009'),
  'wrong-pin': ends('90007', true),
  cancelled: ends('CANCELLED', true),
  expired: ends('EXPIRED', false),
  unreachable: ends('90008', false, true),
  'no-answer-ever': ends(NEVER, false),
}

/** And for a cash-in, where nobody is asked: a fault of a customer's own answer waits for her next prompt. */
const CASH_IN: Readonly<Record<string, Course>> = {
  'no-float': refused('60019'),
  'payee-refused': refused('90004'),
  unreachable: ends('90008', false, true),
  'no-answer-ever': ends(NEVER, false),
}

export const FATES_OF = { mp: FATES, cashin: Object.keys(CASH_IN) } as const
export const courseOfFate = (product: 'mp' | 'cashin', fate: string): Course | undefined =>
  product === 'mp' ? PAYMENT[fate as Fate] : CASH_IN[fate]
