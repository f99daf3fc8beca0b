import type { Knex } from 'knex'
import { after } from '../kit/numbers.ts'
import { type Account, DELIVERIES, type House, type MessageRow, messageId, SMSC } from './house.ts'
import { cstring, tlv, writeMessage } from './pdu.ts'
import { write } from './text.ts'

/** What the SMSC tells by deliver_sm. Source: SMPP 3.4 §4.6, §5.2.12 and appendix B. */

/** What may be wrong with the telling of a delivery. */
export const RECEIPT_FAULTS = [
  'no-callback',
  'duplicate-callback',
  'callback-first',
  'undelivered',
  'text-only',
] as const

const RECEIPT = 0x04
const RECEIPTED_ID = 0x001e
const STATE = 0x0427
const DELIVERED_MS = 1_500
const INTERNATIONAL = { ton: 1, npi: 1 } as const

/** In the caller's commit; it leaves when it is due and a line is open. */
export async function planDelivery(
  { jobs }: House,
  systemId: string,
  body: Buffer,
  dueAt: Date,
  trx: Knex.Transaction,
): Promise<void> {
  await trx(DELIVERIES).insert({ system_id: systemId, body: body.toString('hex'), due_at: dueAt })
  await jobs.plan(
    { simulator: SMSC, kind: 'flush', payload: { systemId }, dueAt, lane: `smsc:${systemId}` },
    trx,
  )
}

/** `YYMMDDhhmm` */
const minute = (at: Date): string => at.toISOString().replace(/\D/g, '').slice(2, 12)

/** The text names the message in the base that this operator's receipts have; the parameter as the answer did. */
function receiptOf(account: Account, row: MessageRow, at: Date, textOnly: boolean): Buffer {
  const done = row.status === 'accepted'
  const id = account.receipt_ids === 'same' ? messageId(row) : row.id.padStart(10, '0')
  const text = [
    `id:${id} sub:001 dlvrd:${done ? '001' : '000'} submit date:${minute(row.created_at)} done date:${minute(at)}`,
    `stat:${done ? 'DELIVRD' : 'UNDELIV'} err:${done ? '000' : '027'} text:${row.text.slice(0, 20)}`,
  ].join(' ')
  return writeMessage({
    source: { ...INTERNATIONAL, address: row.msisdn },
    destination: { ton: 5, npi: 0, address: row.sender },
    esmClass: RECEIPT,
    registered: 0,
    coding: 0,
    octets: Buffer.from(text, 'latin1'),
    tlvs: textOnly
      ? Buffer.alloc(0)
      : Buffer.concat([tlv(RECEIPTED_ID, cstring(messageId(row))), tlv(STATE, Buffer.of(done ? 2 : 5))]),
  })
}

export async function planReceipt(
  house: House,
  account: Account,
  row: MessageRow,
  faults: readonly string[],
  trx: Knex.Transaction,
): Promise<void> {
  if (faults.includes('no-callback')) return
  const first = faults.includes('callback-first')
  const at = after(house.clock.now(), first ? 0 : DELIVERED_MS)
  const body = receiptOf(account, row, at, faults.includes('text-only'))
  await planDelivery(house, account.system_id, body, at, trx)
  if (faults.includes('duplicate-callback')) await planDelivery(house, account.system_id, body, at, trx)
}

/** What somebody writes to a number of the account. */
export const writtenBy = (from: string, to: string, text: string): Buffer => {
  const { coding, octets } = write(text)
  return writeMessage({
    source: { ...INTERNATIONAL, address: from },
    destination: { ton: 0, npi: 1, address: to },
    esmClass: 0,
    registered: 0,
    coding,
    octets,
    tlvs: Buffer.alloc(0),
  })
}
