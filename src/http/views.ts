import { z } from 'zod'
import { parseMsisdn } from '../domain/msisdn.ts'
import type { Act } from '../gateway/step.ts'
import { customersOfPhone } from '../store/people.ts'

/** A customer by our id, or by a phone, also with its `+` lost to the query string; undefined where it is neither. */
export async function customerIds({ trx, setup }: Act, text: string): Promise<string[] | undefined> {
  if (z.uuid().safeParse(text).success) return [text]
  const phone = parseMsisdn(text)
  return phone && (await customersOfPhone(trx, setup.tenant.id, phone)).map(({ id }) => id)
}
