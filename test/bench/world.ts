import { randomBytes } from 'node:crypto'
import { demoSimulators } from '../../src/commands/demo-parties.ts'
import { type DemoTenant, demoTenants } from '../../src/commands/demo-tenants.ts'
import { parseMsisdn } from '../../src/domain/msisdn.ts'
import { createHouse, createLog, type House } from '../../src/main.ts'
import { migrate } from '../../src/store/migrate.ts'
import { saveCustomer, saveWallet } from '../../src/store/people.ts'
import { createTenant, setPin } from '../../src/store/tenancy.ts'
import { startPostgres } from '../support/postgres.ts'
import { startRedis } from '../support/redis.ts'

/** A borrower of the bench: a name and a loan account that no other has, so that a mix-up shows. */
export type BenchPerson = {
  readonly phone: string
  readonly firstName: string
  readonly account: string
  readonly loanId: string
}

export type World = {
  /** What the servers under measure are started with. */
  readonly environment: Readonly<Record<string, string>>
  readonly people: readonly BenchPerson[]
  readonly pin: string
  readonly apiKey: string
  /** Loans of other people, who have consented to prompts and whose wallets answer. */
  readonly payerLoans: readonly string[]
  /** The simulated wallets begin to answer, and parties to call back. */
  answer(): void
  /** As the administrator sees it: the same Postgres, behind nobody's back. */
  readonly adminUrl: string
  close(): Promise<void>
}

const PEOPLE = 64
const PAYERS = 100
/** Short, so that the simulators' own rhythm is not what is measured. */
const SIMULATORS_TICK_MS = 20
const PIN = '2580'
/** Nothing is due yet, so that nobody but the bench asks for it. */
const PAYERS_LOAN = {
  product: 'Biashara',
  principal: '12000',
  interestPerPeriod: '300',
  instalments: 12,
  firstDue: '2030-01-05',
  monthly: true,
} as const

const crowd = (size: number, prefix: 1 | 2, firstLoan: number): BenchPerson[] =>
  Array.from({ length: size }, (_, at) => {
    const number = String(at + 1).padStart(3, '0')
    return {
      phone: `+25471${prefix}000${number}`,
      firstName: `Amani${number}`,
      account: `00000${6 + prefix}${number}`,
      loanId: String(firstLoan + at),
    }
  })

const people = crowd(PEOPLE, 1, 100)
const payers = crowd(PAYERS, 2, 1_000)

/** Real services, and everything around our server simulated in the bench's own process, where its cost is not ours. */
export async function openWorld(): Promise<World> {
  const stops: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const stop of stops.reverse()) await stop()
  }
  try {
    const redis = await startRedis()
    stops.push(redis.stop)
    const postgres = await startPostgres()
    stops.push(postgres.stop)
    await migrate(postgres.adminUrl)
    const secretsKey = randomBytes(32)
    const house = await createHouse({
      embedded: true,
      databaseUrl: postgres.adminUrl,
      secretsKey,
      simulators: true,
      role: 'web',
      log: createLog('warn'),
    })
    stops.push(house.close)
    await seed(house, `http://127.0.0.1:${await house.serve(0, '127.0.0.1')}`)
    const environment = {
      DATABASE_URL: postgres.adminUrl,
      REDIS_URL: redis.url,
      SECRETS_KEY: secretsKey.toString('hex'),
    }
    return {
      environment,
      people,
      pin: PIN,
      apiKey: 'demo-ke-key',
      payerLoans: payers.map(({ loanId }) => loanId),
      answer: () => house.simulators?.start(SIMULATORS_TICK_MS),
      adminUrl: postgres.adminUrl,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** The Kenyan demo tenant, its simulated parties named by address for they are in another process, and the borrowers. */
async function seed(house: House, url: string): Promise<void> {
  const tenants = demoTenants(true).filter(({ plan }) => plan.id === 'demo-ke')
  const seeds = demoSimulators(tenants, url)
  const [core] = seeds.fineract?.tenants ?? []
  const [tenant] = tenants
  const [loan] = core?.loans ?? []
  if (house.simulators === undefined || tenant === undefined || core === undefined || loan === undefined)
    throw new Error('the demo tenant of Kenya is missing')
  const clients = [...people, ...payers].map(({ phone, firstName, loanId }) => ({
    id: Number(loanId),
    accountNo: loanId.padStart(9, '0'),
    firstname: firstName,
    lastname: 'Otieno',
    mobileNo: phone.slice(1),
  }))
  const own = ({ account, loanId }: BenchPerson) => ({
    id: Number(loanId),
    accountNo: account,
    clientId: Number(loanId),
  })
  const loans = [
    ...people.map(person => ({ ...loan, ...own(person) })),
    ...payers.map(payer => ({ ...PAYERS_LOAN, ...own(payer) })),
  ]
  const wallets = payers.map(({ phone, firstName }) => ({
    msisdn: phone,
    pin: '1111',
    balance: '100000',
    name: `${firstName} Otieno`,
  }))
  await house.simulators.seed({
    ...seeds,
    ...(seeds.mpesa === undefined ? {} : { mpesa: { ...seeds.mpesa, wallets } }),
    fineract: { tenants: [{ ...core, clients, loans }] },
  })
  const { ids, clock } = house.gateway.deps
  const plan = JSON.parse(JSON.stringify(tenant.plan).replaceAll('sim://', `${url}/sim/`))
  await createTenant({ ...house, ids }, plan, clock.now())
  for (const person of people) await seedPerson(house, tenant, person, PIN)
  // who never dials needs no PIN, and its slow hash takes its time
  for (const payer of payers) await seedPerson(house, tenant, payer)
}

async function seedPerson(
  { db, keys, gateway }: House,
  { plan }: DemoTenant,
  person: BenchPerson,
  pin?: string,
): Promise<void> {
  const { ids, clock } = gateway.deps
  const at = clock.now()
  const phone = parseMsisdn(person.phone)
  if (phone === undefined) throw new Error(`${person.phone} is not a phone`)
  await db.asTenant(plan.id, async trx => {
    const { id } = await saveCustomer(trx, plan.id, {
      id: ids.next(),
      coreClientId: person.loanId,
      firstName: person.firstName,
      displayName: `${person.firstName} Otieno`,
      language: 'en',
      phone,
      consentAt: at,
      createdAt: at,
    })
    if (pin !== undefined) await setPin(trx, keys, plan.id, id, pin)
    await saveWallet(trx, plan.id, {
      id: ids.next(),
      customerId: id,
      provider: 'mpesa-ke',
      currency: plan.currency,
      msisdn: phone,
      mayDial: true,
      isDefault: true,
      createdAt: at,
    })
  })
}
