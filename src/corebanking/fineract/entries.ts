import type { BookingOutcome, CoreEntry } from '../core-banking.ts'
import type { Api } from './call.ts'
import { deposit, undoDeposit } from './deposits.ts'
import { disbursal, undoDisbursal } from './disbursals.ts'
import { journal } from './journals.ts'
import { repayment, undoRepayment } from './repayments.ts'
import { refused, type Way } from './writes.ts'

const WAYS: { readonly [Kind in CoreEntry['kind']]: Way<Kind> } = {
  repayment,
  deposit,
  disbursal,
  'undo-repayment': undoRepayment,
  'undo-deposit': undoDeposit,
  'undo-disbursal': undoDisbursal,
  journal,
}
const wayOf = <Kind extends CoreEntry['kind']>(kind: Kind): Way<Kind> => WAYS[kind]

/** The column of idempotency keys (m_portfolio_command_source), and that of external ids. */
const MAX_KEY = 50
const MAX_EXTERNAL_ID = 100

export async function enter(api: Api, entry: CoreEntry): Promise<BookingOutcome> {
  if (entry.idempotencyKey.length > MAX_KEY) return refused('idempotency-key-too-long', 'never')
  if (entry.externalId.length > MAX_EXTERNAL_ID) return refused('external-id-too-long', 'never')
  return wayOf(entry.kind).enter(api, entry)
}

export const lookUp = (api: Api, entry: CoreEntry): Promise<BookingOutcome> =>
  wayOf(entry.kind).lookUp(api, entry)
