import { after, e164 } from '../kit/numbers.ts'
import type { Client, House, Row } from './house.ts'
import { amountText } from './money.ts'
import { keptError } from './replies.ts'
import { requestState, responseReversal, responseTransaction } from './rules.ts'

/** The customer has five minutes to answer her phone. */
export const PROMPT_LIFE_MS = 300_000
export const POLL_LIMIT = 100

/** `transactionStatus` is free text; these are the usual words. */
const WORDS = { pending: 'pending', succeeded: 'completed', failed: 'failed', reversed: 'reversed' } as const

export const partiesOf = (row: Row, client: Client, original?: Row) => {
  const lender = [{ key: client.account_key, value: client.account_value }]
  const customer = [{ key: 'msisdn', value: e164(row.msisdn) }]
  const pays = (original ?? row).kind === 'collect'
  const toLender = row.kind === 'refund' ? !pays : pays
  return toLender
    ? { creditParty: lender, debitParty: customer }
    : { creditParty: customer, debitParty: lender }
}

const told = (row: Row) => ({
  transactionReference: row.name,
  transactionStatus: WORDS[row.status],
  ...(row.receipt === null ? {} : { transactionReceipt: row.receipt }),
  ...(row.description === null ? {} : { descriptionText: row.description }),
  creationDate: row.created_at.toISOString(),
  modificationDate: row.modified_at.toISOString(),
})

/** One line of a statement; a payment that went back stands beside what took it back. */
export const entryBody = (row: Row, client: Client, original?: Row) => ({
  ...told(row),
  ...partiesOf(row, client, original),
  amount: amountText(row),
  currency: row.currency,
  displayType: row.type,
})

/** The final representation of a transaction, or of a reversal. */
export function transactionBody(row: Row, client: Client, original?: Row, amount = amountText(row)): object {
  const body = {
    ...entryBody(row, client, original),
    amount,
    type: row.type,
    ...(row.reference === null ? {} : { requestingOrganisationTransactionReference: row.reference }),
    ...(row.original === null ? {} : { originalTransactionReference: row.original }),
  }
  return row.kind === 'refund' ? responseReversal.parse(body) : responseTransaction.parse(body)
}

/** Where a request stands. The transaction has a name of its own once the request has ended. */
export function stateBody(house: House, row: Row): object {
  const status = row.status === 'pending' ? 'pending' : row.status === 'failed' ? 'failed' : 'completed'
  return requestState.parse({
    serverCorrelationId: row.server_id,
    status,
    notificationMethod: row.callback_url === null ? 'polling' : 'callback',
    objectReference: status === 'completed' ? row.name : '',
    pollLimit: POLL_LIMIT,
    ...(status === 'pending' ? { expiryTime: after(row.created_at, PROMPT_LIFE_MS).toISOString() } : {}),
    ...(status === 'failed' && row.error !== null ? { error: keptError(house, row.error) } : {}),
  })
}
