import { type AggregatorSeed, createAggregatorSimulators } from './aggregator/index.ts'
import { faultRoutes } from './controls.ts'
import { createFineractSimulator, type FineractSeed } from './fineract/index.ts'
import { createCallbacks } from './kit/callbacks.ts'
import { createSimDatabase } from './kit/database.ts'
import { createFaults, type Faults } from './kit/faults.ts'
import { createHandset } from './kit/handset.ts'
import { createRouter, type SimHandler } from './kit/http.ts'
import { createJobs } from './kit/jobs.ts'
import { phoneRoutes } from './kit/phones.ts'
import { createMpesaSimulator, type MpesaSeed } from './mpesa/index.ts'
import { createMtnMomoSimulator, type MtnMomoSeed } from './mtn-momo/index.ts'
import { createOrangeMoneySimulator, type OrangeMoneySeed } from './orange-money/index.ts'
import { createSmsSimulator, type SmsSeed } from './sms/index.ts'

export type SimulatorSeed = {
  readonly mpesa?: MpesaSeed
  readonly mtnMomo?: MtnMomoSeed
  readonly orangeMoney?: OrangeMoneySeed
  readonly aggregators?: AggregatorSeed
  readonly sms?: SmsSeed
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
  const house = { db, clock, faults, jobs, callbacks, handset }
  const mpesa = await createMpesaSimulator(house)
  const mtnMomo = await createMtnMomoSimulator(house)
  const orangeMoney = await createOrangeMoneySimulator(house)
  const aggregators = await createAggregatorSimulators(house)
  const sms = await createSmsSimulator(house)
  const fineract = await createFineractSimulator(house)
  const known = {
    ...{ mpesa: mpesa.kinds, 'mtn-momo': mtnMomo.kinds, sms: sms.kinds, fineract: fineract.kinds },
    'orange-money': orangeMoney.kinds,
    ...aggregators.kinds,
  }
  const { start, stop } = createTimer(jobs.tick, log)
  return {
    handle: createRouter([
      ...mpesa.routes,
      ...mtnMomo.routes,
      ...orangeMoney.routes,
      ...aggregators.routes,
      ...sms.routes,
      ...fineract.routes,
      ...phoneRoutes(handset, sms.inbox),
      ...faultRoutes(faults, known),
    ]),
    tick: jobs.tick,
    start,
    stop,
    faults,
    async seed(data) {
      if (data.mpesa !== undefined) await mpesa.seed(data.mpesa)
      if (data.mtnMomo !== undefined) await mtnMomo.seed(data.mtnMomo)
      if (data.orangeMoney !== undefined) await orangeMoney.seed(data.orangeMoney)
      if (data.aggregators !== undefined) await aggregators.seed(data.aggregators)
      if (data.sms !== undefined) await sms.seed(data.sms)
      if (data.fineract !== undefined) await fineract.seed(data.fineract)
    },
    async close() {
      stop()
      await jobs.idle()
      await db.destroy()
    },
  }
}
