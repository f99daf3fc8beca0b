/** An operator's announced shut-down. */
export type Shutdown = { readonly from: Date; readonly until: Date }

/** Nothing starts this shortly before one: a prompt must be answered, and its answer must reach us, before it begins. */
export const BEFORE_MS = 5 * 60_000

/** When a call may leave again that a shut-down, or one right after it, keeps from leaving now; undefined where none does. */
export function closedUntil(shutdowns: readonly Shutdown[], at: Date): Date | undefined {
  const inForce = shutdowns.filter(
    ({ from, until }) => from.getTime() - BEFORE_MS <= at.getTime() && at < until,
  )
  const end = inForce.map(({ until }) => until).sort((a, b) => b.getTime() - a.getTime())[0]
  return end && (closedUntil(shutdowns, end) ?? end)
}

/** How much of the time between two instants a provider was shut down: for so long the clocks of age stand still. */
export function stillMs(shutdowns: readonly Shutdown[], since: Date, at: Date): number {
  const spans = shutdowns
    .map(({ from, until }) => [
      Math.max(from.getTime(), since.getTime()),
      Math.min(until.getTime(), at.getTime()),
    ])
    .filter(([from = 0, until = 0]) => until > from)
    .sort(([a = 0], [b = 0]) => a - b)
  let total = 0
  let end = 0
  for (const [from = 0, until = 0] of spans) {
    total += Math.max(0, until - Math.max(from, end))
    end = Math.max(end, until)
  }
  return total
}
