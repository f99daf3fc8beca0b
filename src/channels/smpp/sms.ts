import * as z from 'zod'
import type { LinedSms } from '../channel.ts'
import { openLine } from './line.ts'
import { Registration } from './registration.ts'
import { readDelivery, readInbound } from './told.ts'

/** A direct line to an operator's SMSC by SMPP 3.4 (smpp.org, "Short Message Peer-to-Peer Protocol Specification v3.4"). */
const Config = z.object({
  /** Already resolved: `smpp://smsc.example:2775`, `smpps://` where the line is encrypted, or a simulator. */
  baseUrl: z
    .string()
    .regex(/^(smpps?:\/\/[\w.[\]:-]+:\d{2,5}|sim:\/\/smsc)$/, 'such as smpps://smsc.example:3550'),
  systemId: z.string().min(1).max(15),
  password: z.string().min(1).max(8),
  systemType: z.string().max(12).default(''),
  serviceType: z.string().max(5).default(''),
  /** The sender, where an order names none; its type and plan, where the operator wants others than follow from it. */
  from: z.string().min(1).max(20).optional(),
  sourceTon: z.int().min(0).max(6).optional(),
  sourceNpi: z.int().min(0).max(18).optional(),
  /** Connections that the operator allows at once, all processes together. */
  binds: z.int().min(1).max(50).default(1),
  /** Messages without an answer that the operator allows at once, by connection. */
  window: z.int().min(1).max(1_000).default(10),
  /** Long texts in parts with a header, or whole in message_payload: as the operator takes them. */
  long: z.enum(['parts', 'payload']).default('parts'),
  /** The base of the ids in receipts, where answers have the other one: `decimal` where those are hexadecimal. */
  receiptIds: z.enum(['same', 'decimal', 'hexadecimal']).default('same'),
  registration: Registration.optional(),
  enquireMs: z.int().min(1_000).max(600_000).default(30_000),
  callMs: z.int().positive().max(20_000).default(10_000),
})
export type SmppConfig = z.infer<typeof Config>

export const smppSms: LinedSms<SmppConfig> = {
  name: 'smpp',
  config: raw => Config.parse(raw),
  lines: ({ binds }) => binds,
  open: openLine,
  readInbound,
  readDelivery,
}
