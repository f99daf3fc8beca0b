import smpp from 'smpp'
import * as z from 'zod'
import type { SmsOrder } from '../channel.ts'

/**
 * Registered texts: India's operators let an SMS through only with the ids under which its sender and its text stand on
 * their ledger (TRAI, Telecom Commercial Communications Customer Preference Regulations, 2018). They go as parameters of the
 * vendor's own, whose numbers no standard fixes: those here are what Indian operators' gateways are configured with in
 * kneodev/ksmppd issue 134 and onlinecity/php-smpp issue 95.
 */
const Id = z.string().regex(/^\d{1,30}$/, 'the digits of a registration')
const Tag = z.int().min(0x1400).max(0x3fff)

export const Registration = z.object({
  entityId: Id,
  /** Those who carry it for the sender, where the operator asks for the chain. */
  carriers: z.string().min(1).max(200).optional(),
  /** By topic and language, as `paid: { en: "1107165409153095415" }`: what has none does not leave by this line. */
  templates: z.record(z.string(), z.record(z.string(), Id)),
  tags: z
    .object({ entity: Tag.default(0x1400), template: Tag.default(0x1401), carriers: Tag.default(0x1402) })
    .prefault({}),
})
export type Registration = z.infer<typeof Registration>

/** The parameters of an order; undefined where its text is not registered. */
export function registered(
  { about, language }: Pick<SmsOrder, 'about' | 'language'>,
  registration: Registration | undefined,
): Record<string, string> | undefined {
  if (registration === undefined) return {}
  const { entityId, carriers, templates, tags } = registration
  const template = templates[about]?.[language]
  if (template === undefined) return undefined
  return {
    [parameter(tags.entity)]: entityId,
    [parameter(tags.template)]: template,
    ...(carriers === undefined ? {} : { [parameter(tags.carriers)]: carriers }),
  }
}

/** The library writes a parameter by its name, and knows none of the vendors' own. */
function parameter(id: number): string {
  const name = `vendor_${id.toString(16)}`
  if (!Object.hasOwn(smpp.tlvs, name)) smpp.addTLV(name, { id, type: smpp.types.tlv.string })
  return name
}
