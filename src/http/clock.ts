import { json, type NextFunction, type Request, type Response, Router } from 'express'
import { z } from 'zod'
import { type Duration, formatDuration, parseDuration } from '../domain/duration.ts'
import type { StoredClock } from '../store/clock.ts'
import { badRequest, type Problem, sendProblem } from './problem.ts'

const DAY_MS = 86_400_000
/** What is longer was most likely meant otherwise, and there is no way back. */
const MAX_DAYS = 366

const Body = z.strictObject({ advance: z.string().max(64) })

const EXAMPLE = '{"advance":"PT2H"}'
const noBody = badRequest(`send JSON that says how far, as an ISO 8601 duration: ${EXAMPLE}`)
const tooFar: Problem = {
  status: 409,
  title: 'Too far',
  detail: 'the clock has come as far as it may: remove the folder .data/, or the database, to start anew',
}

const FAULTS: Readonly<Record<Extract<Duration, string>, string>> = {
  negative: 'time never goes back: send a duration without a sign, such as "PT2H"',
  calendar: 'years and months have no fixed length: send days, such as "P30D"',
  malformed:
    'advance is an ISO 8601 duration in weeks, or in days, hours, minutes and seconds: such as "P1DT2H30M"',
}

/** Milliseconds to advance by, or what is wrong and what to do. */
function read(body: unknown): number | Problem {
  const parsed = Body.safeParse(body)
  if (!parsed.success) return noBody
  const ms = parseDuration(parsed.data.advance)
  if (typeof ms === 'string') return badRequest(FAULTS[ms])
  if (ms === 0) return badRequest('advance by more than nothing: "PT1S" is a second')
  if (ms > MAX_DAYS * DAY_MS)
    return badRequest(`advance by at most ${MAX_DAYS} days at a time: "P${MAX_DAYS}D"`)
  return ms
}

/**
 * `/sim/clock`: the clock of the whole house, simulators and all. `GET` tells it, `POST {"advance":"PT2H"}` sets it
 * forward; then `ring` wakes the workers, for much may be due at once.
 */
export function clockRoutes(clock: StoredClock, ring: () => void): Router {
  const router = Router()

  function tell(response: Response): void {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ now: clock.now().toISOString(), offset: formatDuration(clock.offsetMs()) }))
  }

  async function advance(request: Request, response: Response): Promise<void> {
    const ms = read(request.body)
    if (typeof ms !== 'number') return sendProblem(response, ms)
    if (!(await clock.advance(ms))) return sendProblem(response, tooFar)
    tell(response)
    ring()
  }

  router.get('/', (_request, response) => tell(response))
  // whatever it calls itself: curl says that its JSON is a form
  router.post('/', json({ type: () => true, limit: '1kb' }), (request, response, next) => {
    advance(request, response).catch(next)
  })
  router.use((error: { status?: number }, _request: Request, response: Response, next: NextFunction) =>
    error.status === 400 ? sendProblem(response, noBody) : next(error),
  )
  return router
}
