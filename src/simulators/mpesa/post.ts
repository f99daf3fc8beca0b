import type { Knex } from 'knex'
import { type House, MPESA } from './house.ts'

/** A call to a listener, kept in the commit of what it tells. */
export type Post = { readonly reference: string; readonly url: string; readonly body: string }

/** Plans a POST of JSON that leaves at once; `times` of the same. */
export async function post(house: House, told: Post, trx: Knex.Transaction, times = 1): Promise<void> {
  for (let time = 0; time < times; time++)
    await house.callbacks.plan(
      {
        ...told,
        simulator: MPESA,
        method: 'POST',
        contentType: 'application/json',
        dueAt: house.clock.now(),
      },
      trx,
    )
}

/** How often a result is told, by the faults that were scripted for it. */
export const timesTold = (tellings: readonly string[]): number => {
  if (tellings.includes('no-callback')) return 0
  return tellings.includes('duplicate-callback') ? 2 : 1
}
