import { createBatch, orderBatch } from '../../src/gateway/batches.ts'
import { act } from '../../src/gateway/context.ts'
import { parseMoney } from '../../src/domain/money.ts'
import type { House } from '../../src/main.ts'
import { createUssdGateway } from '../../src/simulators/africastalking-ussd.ts'
import { customerOfClient, walletsOf } from '../../src/store/people.ts'
import type { Lender, Person } from './cast.ts'
import { MTN, MPESA } from './cast.ts'
import { BUSY_MS, type Deed, type Drawn, tell } from './schedule.ts'
import type { World } from './world.ts'

/** After the last deed the line is sound again; so long is given for everything to come to its end. */
const CALM_MS = 75 * 60_000
const MAX_ROUNDS = 4_000

/** Plays a schedule, then lets the clock run until it is quiet. */
export async function play(world: World, drawn: Drawn): Promise<void> {
  await world.reset(drawn.schedule)
  const deeds = drawn.deeds(world.lenders)
  const start = world.clock.now().getTime()
  for (const { afterMs, deed } of deeds) {
    await runTo(world, start + afterMs)
    world.note(tell(deed))
    const done = await world.attempt(house => perform(world, house, deed))
    world.note(done === 'crashed' ? '  … the application died of it' : `  ${done.done}`)
  }
  await runTo(world, start + BUSY_MS + 10 * 60_000)
  await world.simulators.faults.clear()
  for (const lender of world.lenders) await mend(world, lender)
  world.note('the line is sound again')
  await runTo(world, start + BUSY_MS + CALM_MS)
}

/** Jumps from one due time to the next, doing what falls due, until that time. */
async function runTo(world: World, until: number): Promise<void> {
  for (let round = 0; ; round++) {
    if (round > MAX_ROUNDS)
      throw new Error(`something is due again and again at ${world.clock.now().toISOString()}`)
    await world.settle()
    const next = Math.min(await nextDue(world), until)
    if (next >= until) return world.clock.set(new Date(Math.max(until, world.clock.now().getTime())))
    world.clock.set(new Date(Math.max(next, world.clock.now().getTime() + 1)))
  }
}

const DUE = [
  ...[
    'transactions',
    'bookings',
    'collection_requests',
    'disbursements',
    'batches',
    'callbacks',
    'messages',
  ].map(table => `select min(greatest(due_at, lease_until)) as at from ${table} where due_at is not null`),
  'select min(due_at) from sim_kit.jobs',
].join(' union all ')

async function nextDue({ admin }: World): Promise<number> {
  const { rows } = await admin.query(`select min(at) as at from (${DUE}) due`)
  return rows[0].at === null ? Number.POSITIVE_INFINITY : rows[0].at.getTime()
}

const post = (url: string, body: object): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

/** The lender's people mend what they were told of: floats are filled, connections resumed, the core is up. */
async function mend(world: World, lender: Lender): Promise<void> {
  await refill(world, lender)
  await post(`${world.simUrl}/fineract/${lender.id}/controls`, { down: false })
  await world.admin.query(`update connections set state = 'active', paused_for = null where tenant_id = $1`, [
    lender.id,
  ])
  world.app().gateway.deps.tenants.forget(lender.id)
}

async function refill({ simUrl }: World, { simulator }: Lender): Promise<void> {
  if (simulator === 'mpesa')
    await post(`${simUrl}/providers/mpesa/accounts`, { shortcode: MPESA.shortcode, amount: '500000' })
  else
    await post(`${simUrl}/providers/mtn-momo/accounts`, {
      apiUser: MTN.disbursement.apiUser,
      amount: '5000000',
    })
}

async function perform(world: World, house: House, deed: Deed): Promise<string> {
  const { gateway } = house
  const { deps } = gateway
  switch (deed.kind) {
    case 'fault':
      await world.simulators.faults.script({
        simulator: deed.simulator,
        kind: deed.fault,
        times: 1,
        ...(deed.msisdn === '' ? {} : { msisdn: deed.msisdn }),
      })
      return 'scripted'
    case 'push': {
      const target = await gateway.pusher.target(deed.person.tenant, deed.person.loanId)
      if (target.kind === 'refused') return target.why
      const lender = lenderOf(world, deed.person)
      const due = parseMoney(lender.due, lender.currency)
      const minor = due === undefined ? 0n : (due.minor * BigInt(Math.round(deed.share * 10))) / 10n
      const amount = (minor / (lender.currency === 'KES' ? 100n : 1n)).toString()
      const pushed = await act(deps, deed.person.tenant, async commit => {
        await preferWallet(commit, deed.person, deed.wallet)
        return gateway.pusher.push(commit, { loanId: deed.person.loanId, amount, mode: 'prompt' }, target)
      })
      return pushed.kind === 'refused' ? pushed.why : `pushed ${amount}`
    }
    case 'dial':
      return dial(world, house, deed.person, deed.flush)
    case 'disburse': {
      const { tenant, newLoanId } = deed.person
      const target = await gateway.payouts.target(tenant, newLoanId)
      if (target.kind === 'refused') return target.why
      const ordered = await act(deps, tenant, commit =>
        gateway.payouts.order(commit, { loanId: newLoanId }, target, 'one'),
      )
      if (ordered.kind === 'refused') return ordered.why
      const approved = await act(deps, tenant, commit => gateway.payouts.approve(commit, ordered.id, 'two'))
      return approved.kind === 'refused' ? approved.why : 'ordered and approved'
    }
    case 'batch':
      return batch(world, house, deed.people)
    case 'pays-bill': {
      const answer = await post(`${world.simUrl}/providers/mpesa/c2b`, {
        shortcode: MPESA.shortcode,
        msisdn: deed.person.phone,
        amount: deed.amount,
        billRefNumber: deed.known ? deed.person.account : 'NOBODY',
      })
      return `${answer.status}`
    }
    case 'teller-repays':
    case 'teller-disburses': {
      const { tenant, loanId, newLoanId } = deed.person
      const { zone } = lenderOf(world, deed.person)
      const date = new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(world.clock.now())
      const typed =
        deed.kind === 'teller-repays'
          ? {
              tellerRepayment: {
                loanId,
                amount: deed.amount,
                date,
                receiptNumber: `TELLER${world.notes.length}`,
              },
            }
          : { tellerDisbursal: { loanId: newLoanId, date } }
      return `${(await post(`${world.simUrl}/fineract/${tenant}/controls`, typed)).status}`
    }
    case 'refill': {
      const lender = world.lenders.find(({ id }) => id === deed.lender)
      if (lender !== undefined) await mend(world, lender)
      return 'refilled'
    }
    case 'core-down':
    case 'core-up':
      await post(`${world.simUrl}/fineract/${deed.lender}/controls`, { down: deed.kind === 'core-down' })
      return 'so it is'
  }
}

const lenderOf = ({ lenders }: World, { tenant }: Person): Lender => {
  const found = lenders.find(({ id }) => id === tenant)
  if (found === undefined) throw new Error(`no lender ${tenant}`)
  return found
}

type Commit = Parameters<Parameters<typeof act>[2]>[0]

/** The wallet that is pushed is the one that worked last. */
async function preferWallet({ trx, at }: Commit, person: Person, wallet: 'phone' | 'other'): Promise<void> {
  await trx('wallets')
    .where({ tenant_id: person.tenant, msisdn: person[wallet] })
    .update({ last_worked_at: at })
}

async function batch(world: World, { gateway }: House, people: readonly Person[]): Promise<string> {
  const { deps } = gateway
  const tenant = people[0]?.tenant ?? ''
  const lender = world.lenders.find(({ id }) => id === tenant)
  const net = lender && parseMoney(lender.net, lender.currency)
  if (net === undefined) throw new Error('no net amount')
  try {
    const id = await act(deps, tenant, async commit => {
      const items = []
      for (const person of people) {
        const customer = await customerOfClient(commit.trx, tenant, person.clientId)
        if (customer === undefined) throw new Error(`no customer ${person.clientId}`)
        const [wallet] = await walletsOf(commit.trx, tenant, customer.id)
        if (wallet === undefined) throw new Error('no wallet')
        items.push({
          customerId: customer.id,
          walletId: wallet.id,
          loanId: person.newLoanId,
          loanAccount: person.newAccount,
          programme: null,
          amount: net,
        })
      }
      return createBatch({ ids: deps.ids, stepper: gateway.stepper }, commit, 'chaos', items, 'one')
    })
    await act(deps, tenant, commit => orderBatch({ stepper: gateway.stepper }, commit, id, 'APPROVE'))
    return 'let go'
  } catch (error) {
    // a loan of the batch has an open disbursement already: nothing of the batch stands
    if ((error as { code?: string }).code === '23505') return 'refused: a loan of it is being disbursed'
    throw error
  }
}

/** She dials, and pays what is asked of her or due; `flush`: all of Redis is lost between two hops. */
async function dial(world: World, house: House, person: Person, flush: boolean): Promise<string> {
  const lender = lenderOf(world, person)
  const [channel] = lender.plan.channels
  if (channel === undefined) throw new Error('no USSD channel')
  const phone = createUssdGateway({
    url: `${house.gateway.deps.publicUrl()}/ussd/${lender.id}`,
    phone: person.phone,
    code: channel.address,
  })
  let screen = await phone.dial()
  for (let hop = 0; hop < 8 && screen.kind === 'CON'; hop++) {
    if (flush && hop === 1) await world.flushRedis()
    screen = await phone.answer('1')
  }
  return screen.text.split('\n')[0] ?? ''
}
