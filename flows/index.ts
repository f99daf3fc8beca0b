import type { AnyStateMachine } from 'xstate'
import { addWallet } from './add-wallet.ts'
import { complaint } from './complaint.ts'
import { consent } from './consent.ts'
import { day } from './day.ts'
import type { Screen } from './dialogue.ts'
import { facts } from './facts.ts'
import { find } from './find.ts'
import { firstContact } from './first-contact.ts'
import { group } from './group.ts'
import { guard } from './guard.ts'
import type { Handover } from './handover.ts'
import { home } from './home.ts'
import { loans } from './loans.ts'
import { missing } from './missing.ts'
import { others } from './others.ts'
import { paid } from './paid.ts'
import { pay } from './pay.ts'
import { payLoan } from './pay-loan.ts'
import { payers } from './payers.ts'
import { payments } from './payments.ts'
import { pin } from './pin.ts'
import { push } from './push.ts'
import { reply } from './reply.ts'
import { request } from './request.ts'
import { resume } from './resume.ts'
import { settings } from './settings.ts'
import { staff } from './staff.ts'
import { staffPin } from './staff-pin.ts'
import { unlock } from './unlock.ts'
import { wallets } from './wallets.ts'
import { welcome } from './welcome.ts'

export type FlowName = Exclude<Handover['to'], 'kept'>

/** A flow as the host sees it: the machine, and how each of its screens reads. */
export type AnyFlow = {
  readonly machine: AnyStateMachine
  readonly screens: Readonly<Record<string, Screen<never>>>
}

/** Every dialogue by name; a hand-over to one that is missing here does not compile. */
export const FLOWS: Readonly<Record<FlowName, AnyFlow>> = {
  welcome,
  'first-contact': firstContact,
  facts,
  consent,
  home,
  request,
  pay,
  guard,
  'pay-loan': payLoan,
  others,
  group,
  payers,
  loans,
  wallets,
  'add-wallet': addWallet,
  payments,
  missing,
  complaint,
  settings,
  pin,
  reply,
  resume,
  'staff-pin': staffPin,
  staff,
  find,
  push,
  day,
  paid,
  unlock,
}
