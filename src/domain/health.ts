/** How a connection is, from what became of our own calls; nobody is asked for it. */
export type Health = {
  /** Calls that brought a clear answer, and those that brought none. */
  readonly clear: number
  readonly unknown: number
}

/** With fewer calls than this nothing is concluded. */
const LEAST = 5
/** With so large a share of silence the connection is sick. */
const SICK_SHARE = 0.5
/** Traffic of so long counts. */
export const HEALTH_WINDOW_MS = 5 * 60_000
/** A sick connection rests so long at first, and twice as long each time that a probe finds it sick still. */
const REST_MS = 60_000
const MAX_REST_MS = 15 * 60_000

export const isSick = ({ clear, unknown }: Health): boolean =>
  clear + unknown >= LEAST && unknown / (clear + unknown) >= SICK_SHARE

/** How long a sick connection rests: longer, the longer it has been sick already. */
export const restMs = (sickForMs: number): number => Math.min(Math.max(REST_MS, sickForMs), MAX_REST_MS)
