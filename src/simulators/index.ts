import { type AggregatorSeed, createAggregatorSimulators } from './aggregator/index.ts'
import { type AirtelSeed, createAirtelSimulator } from './airtel/index.ts'
import { faultRoutes } from './controls.ts'
import { createEcoCashSimulator, type EcoCashSeed } from './ecocash/index.ts'
import { createFineractSimulator, type FineractSeed } from './fineract/index.ts'
import { createGsmaSimulator, type GsmaSeed } from './gsma/index.ts'
import { createCallbacks } from './kit/callbacks.ts'
import { createSimDatabase } from './kit/database.ts'
import { createFaults, type Faults } from './kit/faults.ts'
import { createHandset } from './kit/handset.ts'
import { createRouter, type Route, type SimHandler } from './kit/http.ts'
import { createInbox } from './kit/inbox.ts'
import { createJobs } from './kit/jobs.ts'
import { phoneRoutes } from './kit/phones.ts'
import { createMpesaSimulator, type MpesaSeed } from './mpesa/index.ts'
import { createMtnMomoSimulator, type MtnMomoSeed } from './mtn-momo/index.ts'
import { createOrangeMoneySimulator, type OrangeMoneySeed } from './orange-money/index.ts'
import { createSmsSimulator, type SmsSeed } from './sms/index.ts'
import { createSmscSimulator, type SmscSeed } from './smsc/index.ts'
import { createTwilioSimulator, type TwilioSeed } from './twilio/index.ts'
import { createWaveSimulator, type WaveSeed } from './wave/index.ts'

export type { AggregatorSeed } from './aggregator/index.ts'

export type SimulatorSeed = {
  readonly mpesa?: MpesaSeed
  readonly mtnMomo?: MtnMomoSeed
  readonly orangeMoney?: OrangeMoneySeed
  readonly wave?: WaveSeed
  readonly airtel?: AirtelSeed
  readonly ecocash?: EcoCashSeed
  readonly gsma?: GsmaSeed
  readonly aggregators?: AggregatorSeed
  readonly sms?: SmsSeed
  readonly twilio?: TwilioSeed
  readonly smsc?: SmscSeed
  readonly fineract?: FineractSeed
}

export type Simulators = {
  /** Answers a request; its URL is relative to `/sim`. */
  readonly handle: SimHandler
  /** Does what is due by the clock: prompts, callbacks, delivery reports; answers how many. */
  tick(): Promise<number>
  start(everyMs: number): void
  stop(): void
  readonly faults: Faults
  /** Where the SMSC listens on this machine. */
  readonly smscPort: number
  /** Repeatable: credentials are brought up to date, balances that exist stay as they are. */
  seed(data: SimulatorSeed): Promise<void>
  close(): Promise<void>
}

export type SimulatorOptions = {
  readonly databaseUrl: string
  readonly clock: { now(): Date }
  readonly log?: { error(data: object, message: string): void }
  /** Everything one after the other, so that the same seed plays the same story. */
  readonly inTurn?: boolean
}

/** A repeated tick that reports what went wrong and goes on. */
function createTimer(tick: () => Promise<number>, log: SimulatorOptions['log']) {
  let timer: NodeJS.Timeout | undefined
  return {
    start(everyMs: number) {
      timer ??= setInterval(() => {
        tick().catch((error: unknown) => log?.error({ err: error }, 'a simulator could not do what was due'))
      }, everyMs).unref()
    },
    stop() {
      clearInterval(timer)
      timer = undefined
    },
  }
}

/** One of them, as the house sees it: its name among the faults, and its part of a seed. */
function party<Seed>(
  name: string,
  { routes, kinds, seed }: Simulated<Seed>,
  part: (data: SimulatorSeed) => Seed | undefined,
) {
  return {
    name,
    routes,
    kinds,
    async seed(data: SimulatorSeed): Promise<void> {
      const own = part(data)
      if (own !== undefined) await seed(own)
    },
  }
}
type Simulated<Seed> = {
  readonly routes: readonly Route[]
  readonly kinds: readonly string[]
  seed(data: Seed): Promise<unknown>
}

/** All simulators on one Postgres, each with a schema of its own, and their controls. */
export async function createSimulators({
  databaseUrl,
  clock,
  log,
  inTurn = false,
}: SimulatorOptions): Promise<Simulators> {
  const db = createSimDatabase(databaseUrl)
  const faults = await createFaults(db)
  const jobs = await createJobs(db, clock, inTurn)
  const callbacks = await createCallbacks(db, clock, jobs)
  const handset = await createHandset(db, clock, jobs)
  const inbox = await createInbox(db)
  const house = { db, clock, faults, jobs, callbacks, handset, inbox }
  const aggregators = await createAggregatorSimulators(house)
  const smsc = await createSmscSimulator(house)
  const parties = [
    party('mpesa', await createMpesaSimulator(house), data => data.mpesa),
    party('mtn-momo', await createMtnMomoSimulator(house), data => data.mtnMomo),
    party('orange-money', await createOrangeMoneySimulator(house), data => data.orangeMoney),
    party('wave', await createWaveSimulator(house), data => data.wave),
    party('airtel', await createAirtelSimulator(house), data => data.airtel),
    party('ecocash', await createEcoCashSimulator(house), data => data.ecocash),
    party('gsma', await createGsmaSimulator(house), data => data.gsma),
    party('sms', await createSmsSimulator(house), data => data.sms),
    party('twilio', await createTwilioSimulator(house), data => data.twilio),
    party('smsc', smsc, data => data.smsc),
    party('fineract', await createFineractSimulator(house), data => data.fineract),
  ]
  const known = {
    ...Object.fromEntries(parties.map(({ name, kinds }) => [name, kinds])),
    ...aggregators.kinds,
  }
  const { start, stop } = createTimer(jobs.tick, log)
  return {
    handle: createRouter([
      ...parties.flatMap(({ routes }) => routes),
      ...aggregators.routes,
      ...phoneRoutes(handset, inbox.read),
      ...faultRoutes(faults, known),
    ]),
    tick: jobs.tick,
    start,
    stop,
    faults,
    smscPort: smsc.port,
    async seed(data) {
      for (const { seed } of parties) await seed(data)
      if (data.aggregators !== undefined) await aggregators.seed(data.aggregators)
    },
    async close() {
      stop()
      await smsc.close()
      await jobs.idle()
      await db.destroy()
    },
  }
}
