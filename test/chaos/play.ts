import { exponentOf } from '../../src/domain/money.ts'
import { createUssdGateway } from '../../src/simulators/africastalking-ussd.ts'
import type { Lender, Person } from './cast.ts'
import { decisionOf } from './desk.ts'
import { BUSY_MS, type Deed, type Drawn, type Order, tell } from './schedule.ts'
import { pages } from './truth.ts'
import type { World } from './world.ts'

/** After the last deed the line is sound again; so long is given for everything to come to its end. */
const CALM_MS = 75 * 60_000
/** What a limit of the day holds back goes in the morning. */
const NEXT_DAY_MS = 26 * 3_600_000
const MAX_ROUNDS = 4_000

/** Plays a schedule, then lets the clock run until it is quiet. */
export async function play(world: World, drawn: Drawn): Promise<void> {
  await world.reset(drawn.schedule)
  const deeds = drawn.deeds(world.lenders)
  const start = world.clock.now().getTime()
  let done = 0
  const watched: Watched[] = []
  const opened = new Set<string>()
  world.watch = async () => {
    await openLinks(world, opened)
    await typeReceipts(world, watched)
  }
  world.people = async () => {
    for (;;) {
      const next = deeds[done]
      const at = next === undefined ? Number.POSITIVE_INFINITY : start + next.afterMs
      if (next === undefined || at > world.clock.now().getTime()) return at
      done += 1
      world.note(tell(next.deed))
      const ended = await perform(world, next.deed, watched)
      world.note(ended === 'crashed' ? '  … the application died of it' : `  ${ended.done}`)
    }
  }
  await runTo(world, start + BUSY_MS + 10 * 60_000)
  await world.simulators.faults.clear()
  for (const lender of world.lenders) await mend(world, lender)
  world.note('the line is sound again')
  const spread = world.lenders.some(({ caps }) =>
    caps.some(({ operation, window }) => operation === 'disburse' && window === 'day'),
  )
  await runTo(world, start + (spread ? NEXT_DAY_MS : BUSY_MS + CALM_MS))
}

/** Jumps from one due time to the next, doing what falls due, until that time. */
async function runTo(world: World, until: number): Promise<void> {
  for (let round = 0; ; round++) {
    if (round > MAX_ROUNDS)
      throw new Error(`something is due again and again at ${world.clock.now().toISOString()}`)
    const next = Math.min(await world.people(), await world.settle(), until)
    if (next >= until) return world.clock.set(new Date(Math.max(until, world.clock.now().getTime())))
    world.clock.set(new Date(Math.max(next, world.clock.now().getTime() + 1)))
  }
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
  await world.attempt(app => app.forget(lender.id))
}

async function refill({ simUrl }: World, { way, can }: Lender): Promise<void> {
  if (can.operations.disburse === undefined) return
  const amount = exponentOf(way.currency) === 0 ? '5000000' : '500000'
  const answer = await post(`${simUrl}/providers/${way.simulator}/accounts`, { ...way.account, amount })
  if (!answer.ok)
    throw new Error(`no account of ${way.adapter} is filled: ${answer.status} ${await answer.text()}`)
}

type Done = { readonly done: string } | 'crashed'

async function perform(world: World, deed: Deed, watched: Watched[]): Promise<Done> {
  switch (deed.kind) {
    case 'push':
    case 'race':
    case 'disburse':
    case 'batch':
    case 'decide':
    case 'hold-batch':
      return world.attempt(app => app.order(deed))
    case 'dial':
      return world.attempt(() => dial(world, deed.person, deed.flush), 'hop')
    case 'desk': {
      const lender = world.lenders.find(({ id }) => id === deed.lender)
      const order = lender && (await decisionOf(world, lender, deed))
      return order === undefined ? { done: 'the desk is empty' } : world.attempt(app => app.order(order))
    }
    case 'shows-receipt':
      watched.push({ person: deed.person, since: world.clock.now().toISOString() })
      return { done: 'she will' }
    default:
      return { done: await outside(world, deed) }
  }
}

type Outside = Exclude<Deed, Order | { readonly kind: 'dial' | 'shows-receipt' | 'desk' }>

async function outside(world: World, deed: Outside): Promise<string> {
  switch (deed.kind) {
    case 'fault':
      await world.simulators.faults.script({
        simulator: deed.simulator,
        kind: deed.fault,
        times: 1,
        ...(deed.msisdn === '' ? {} : { msisdn: deed.msisdn }),
      })
      return 'scripted'
    case 'pays-bill': {
      const paid: number[] = []
      for (let n = 0; n < deed.times; n++) {
        const answer = await post(`${world.simUrl}/providers/mpesa/c2b`, {
          ...lenderOf(world, deed.person).way.account,
          msisdn: deed.person.phone,
          amount: deed.amount,
          billRefNumber: deed.known ? deed.person.account : 'NOBODY',
        })
        paid.push(answer.status)
      }
      return paid.join(', ')
    }
    case 'teller-repays':
    case 'teller-disburses': {
      const { tenant, loanId, newLoanId } = deed.person
      const { zone } = lenderOf(world, deed.person).way
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

/** On a smartphone a link in an SMS is opened at once, once. */
async function openLinks(world: World, opened: Set<string>): Promise<void> {
  for (const { way, people } of world.lenders) {
    if (way.byLink === undefined) continue
    for (const { phone, other } of people)
      for (const number of [phone, other])
        for (const { text } of await pages<{ readonly text: string }>(
          `${world.simUrl}/sms?to=${encodeURIComponent(number)}`,
        )) {
          const link = /https?:\/\/\S+/.exec(text)?.[0]
          if (link === undefined || opened.has(link)) continue
          opened.add(link)
          world.note(`a link is opened on ${number}: ${(await fetch(link)).status}`)
        }
  }
}

/** Somebody who will show the next receipt that she gets to a teller. */
type Watched = { readonly person: Person; readonly since: string }

/** The teller looks at the loan, and types the receipt where it is not there: often before our worker has heard of it. */
async function typeReceipts(world: World, watched: Watched[]): Promise<void> {
  for (const each of [...watched]) {
    const { person, since } = each
    const { simulator, zone } = lenderOf(world, person).way
    type Paid = { readonly kind: string; readonly msisdn: string; readonly status: string } & {
      readonly createdAt: string
      readonly receipt?: string
      readonly amount: string
    }
    const paid = await pages<Paid>(`${world.simUrl}/providers/${simulator}/transactions`)
    const found = paid.find(
      ({ kind, msisdn, status, createdAt, receipt }) =>
        (kind === 'collect' || kind === 'c2b') &&
        status === 'succeeded' &&
        msisdn === person.phone &&
        createdAt >= since &&
        receipt !== undefined,
    )
    if (found === undefined) continue
    watched.splice(watched.indexOf(each), 1)
    const onLoan = `${world.simUrl}/fineract/${person.tenant}/transactions?loanId=${person.loanId}`
    const standing = await pages<{ readonly receiptNumber: string | null }>(onLoan)
    if (standing.some(({ receiptNumber }) => receiptNumber === found.receipt)) continue
    const date = new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(world.clock.now())
    const typed = { loanId: person.loanId, amount: found.amount, date, receiptNumber: found.receipt }
    const answer = await post(`${world.simUrl}/fineract/${person.tenant}/controls`, {
      tellerRepayment: typed,
    })
    world.note(
      // its letters are the operator's: no seed draws them
      `a teller types the receipt of ${found.amount} on loan ${person.loanId}: ${answer.status}`,
    )
  }
}

const lenderOf = ({ lenders }: World, { tenant }: Person): Lender => {
  const found = lenders.find(({ id }) => id === tenant)
  if (found === undefined) throw new Error(`no lender ${tenant}`)
  return found
}

/** She dials, and pays what is asked of her or due; `flush`: all of Redis is lost between two hops. */
async function dial(world: World, person: Person, flush: boolean): Promise<string> {
  const lender = lenderOf(world, person)
  const [channel] = lender.plan.channels
  if (channel === undefined) throw new Error('no USSD channel')
  const phone = createUssdGateway({
    url: `${world.appUrl}/ussd/${lender.id}`,
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
