import { WORDS } from '../../flows/words/index.ts'
import { toGsm7 } from '../../src/domain/gsm7.ts'
import { createUssdGateway } from '../../src/simulators/africastalking-ussd.ts'
import { withHer } from './other-phone.ts'
import type { Playable } from './stage.ts'

/** The cast of a demo tenant, and what a story does with it. */
const CAST = {
  'demo-ke': {
    provider: 'mpesa',
    connection: 'daraja',
    language: 'en',
    own: '+254700000001',
    payer: '+254700000002',
    dialled: { own: '0700000001', payer: '0700000002' },
    code: '*384*100#',
  },
  'demo-cm': {
    provider: 'mtn-momo',
    connection: 'mtn',
    language: 'fr',
    own: '+237670000001',
    payer: '+237670000002',
    dialled: { own: '670000001', payer: '670000002' },
    code: '*126*200#',
  },
} as const

export type TenantName = keyof typeof CAST
/** Who plays: the tenant, the simulator that knows the truth, the borrower's own phone and one that only pays. */
export type Cast = {
  readonly tenant: string
  readonly provider: string
  /** The tenant's own connection to it. */
  readonly connection: string
  readonly language: 'en' | 'fr' | 'sw'
  readonly own: string
  readonly payer: string
  /** As they stand on her screens. */
  readonly dialled: { readonly own: string; readonly payer: string }
  readonly code: string
}
export type Row = Record<string, unknown>
export type RequestView = Row & {
  readonly id: string
  readonly state: string
  readonly transactions: readonly (Row & { readonly id: string; readonly state: string })[]
}

let keys = 0

/** One borrower's story on a stage: she is asked, approves, and everybody who knows something is heard. */
export const createStory = <Name extends TenantName>(stage: Playable, tenant: Name) =>
  storyOf<(typeof CAST)[TenantName] & { readonly tenant: Name }>(stage, { ...CAST[tenant], tenant })

/** The same for any tenant whose keys are called as the demo's. */
export function storyOf<Played extends Cast>(stage: Playable, cast: Played) {
  const { tenant } = cast
  const key = `${tenant}-key`
  const get = async (path: string, apiKey?: string): Promise<Row[]> => (await stage.get(path, apiKey)).data

  /** The newest request of the loan, or the one of that id. */
  async function request(id?: string): Promise<RequestView> {
    const all = (await get('/api/v1/collection-requests', key)) as RequestView[]
    const found = id === undefined ? all[0] : all.find(row => row.id === id)
    if (found === undefined) throw new Error(`no request ${id ?? ''}`)
    return found
  }

  const story = {
    ...cast,
    key,
    /** An officer asks for an amount on the loan. */
    async ask(amount: string, loanId = '1'): Promise<{ status: number; body: Row }> {
      keys += 1
      const answer = await stage.post(
        '/api/v1/collection-requests',
        { loanId, amount, mode: 'ask' },
        { key, idempotencyKey: `story-${keys}` },
      )
      await stage.settle()
      return answer
    },
    /** She dials, takes the pending request, and pays it with that wallet: the last screen. */
    async approve(wallet: 'own' | 'payer' = 'own'): Promise<string> {
      const phone = createUssdGateway({
        url: `${stage.url}/ussd/${tenant}`,
        phone: cast.own,
        code: cast.code,
      })
      const first = await phone.dial()
      // what failed before is offered first; another answer leads to all
      if (first.text.includes(asSms(WORDS[cast.language].tried.other))) await phone.answer('3')
      const wallets = await phone.answer('1')
      const option = new RegExp(`^(\\d) .*${cast.dialled[wallet]}`, 'm').exec(wallets.text)?.[1]
      if (option === undefined) throw new Error(`no such wallet on "${wallets.text}"`)
      await withHer(phone, await phone.answer(option))
      return (await phone.answer('2580')).text
    },
    request,
    /** The request reaches a state, the clock moving as far as it must. */
    state: (id: string, state: string, withinMs = 60_000, stepMs?: number): Promise<RequestView> =>
      hurry(
        stage,
        async () => {
          const row = await request(id)
          return row.state === state ? row : undefined
        },
        withinMs,
        `request ${state}`,
        stepMs,
      ),
    /** The newest movement of money of a request reaches a state. */
    movement: (id: string, state: string, withinMs = 60_000, stepMs?: number): Promise<RequestView> =>
      hurry(
        stage,
        async () => {
          const row = await request(id)
          return row.transactions.at(-1)?.state === state ? row : undefined
        },
        withinMs,
        `transaction ${state}`,
        stepMs,
      ),
    /** What the provider really did, oldest first. */
    truth: (): Promise<Row[]> => get(`/sim/providers/${cast.provider}/transactions?limit=1000`),
    /** Repayments in the core's books that are not of the seed. */
    booked: async (loanId = '1'): Promise<Row[]> =>
      (await get(`/sim/fineract/${tenant}/transactions?loanId=${loanId}`)).filter(
        row => row.type === 'repayment' && !String(row.receiptNumber).startsWith('SEED'),
      ),
    /** What a phone has read by SMS, oldest first. */
    sms: async (to: string): Promise<string[]> =>
      (await get(`/sim/sms?to=${encodeURIComponent(to)}&limit=1000`)).map(row => String(row.text)),
    /** Rows of ours, as the server may read them, by their key: the lender, then the oldest id. */
    rows: (table: string, where: object = {}): Promise<Row[]> =>
      stage.house.db.asTenant(tenant, trx =>
        trx(table)
          .where({ tenant_id: tenant, ...where })
          .orderByRaw('1, 2'),
      ),
    change: (table: string, where: object, values: object): Promise<unknown> =>
      stage.house.db.asTenant(tenant, trx =>
        trx(table)
          .where({ tenant_id: tenant, ...where })
          .update(values),
      ),
    cases: async (state = 'open'): Promise<string[]> =>
      (await story.rows('cases', { state })).map(({ kind }) => String(kind)).sort(),
    /** What an operator or a teller does to the core behind our back. */
    async core(controls: object): Promise<Row> {
      const answer = await fetch(`${stage.url}/sim/fineract/${tenant}/controls`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(controls),
      })
      if (!answer.ok) throw new Error(`controls: ${answer.status} ${await answer.text()}`)
      return (await answer.json()) as Row
    },
  }
  return story
}

export type Story = ReturnType<typeof createStory<TenantName>>

/** A sentence of ours as it is read on a phone. */
export const asSms = (text: string): string => toGsm7(text).trim()

/** Moves the clock in long strides until the condition holds; throws after `withinMs` of its time. */
export async function hurry<T>(
  stage: Playable,
  condition: () => Promise<T | undefined | false>,
  withinMs: number,
  what: string,
  stepMs = 1000,
): Promise<T> {
  const end = stage.clock.now().getTime() + withinMs
  for (;;) {
    await stage.settle()
    const held = await condition()
    if (held !== undefined && held !== false) return held
    if (stage.clock.now().getTime() >= end) throw new Error(`${what}: not within ${withinMs / 1000} s`)
    stage.clock.advance(stepMs)
  }
}

/** Lets so much time pass in strides, doing what falls due. */
export async function pass(stage: Playable, ms: number, stepMs = 5000): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    stage.clock.advance(Math.min(stepMs, ms - passed))
    await stage.settle()
  }
}
