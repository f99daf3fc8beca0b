import { type Slice, sliceOf, table } from './figures.ts'
import { type Post, play } from './load.ts'
import type { Spawned } from './spawned.ts'
import type { World } from './world.ts'

/** The PIN's slow hash and the commits set the pace here, so a few at a time. */
const AT_ONCE = 4

/**
 * The demo's dialogue that pays: request, wallet, PIN, approved. Comes last, for whoever has a pending request sees it
 * before the menu.
 */
export async function measurePaying(
  post: Post,
  ours: Spawned,
  { people, pin, apiKey }: World,
): Promise<Slice> {
  for (const { loanId } of people) {
    const answer = await fetch(new URL('/api/v1/collection-requests', ours.url), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': `bench-${loanId}`,
      },
      body: JSON.stringify({ loanId, mode: 'ask' }),
    })
    if (!answer.ok) throw new Error(`no request for loan ${loanId}: ${answer.status} ${await answer.text()}`)
  }
  const before = await ours.cpuUs()
  const times = await play(post, ours.url, {
    phones: people.map(({ phone }) => phone),
    texts: ['', '1', '1*1', `1*1*${pin}`],
    dialogues: people.length,
    atOnce: AT_ONCE,
  })
  return sliceOf(times, (await ours.cpuUs()) - before)
}

export const payingTable = ({ cpuUs, p50Ms, p99Ms }: Slice): string =>
  table([
    ['request, wallet, PIN, approved', 'CPU us/hop', 'p50 ms', 'p99 ms'],
    ['Hatua', cpuUs.toFixed(0), p50Ms.toFixed(1), p99Ms.toFixed(1)],
  ])
