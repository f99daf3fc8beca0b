import { type AddressInfo, createServer } from 'node:net'
import { ensureSchema } from '../kit/database.ts'
import { mounted, type Route, type SimReply } from '../kit/http.ts'
import { after, digitsOnly, e164 } from '../kit/numbers.ts'
import { page } from '../kit/views.ts'
import {
  ACCOUNTS,
  DELIVERIES,
  type House,
  MESSAGES,
  type MessageRow,
  type Registration,
  SMSC,
  STATEMENTS,
} from './house.ts'
import { STATUS } from './pdu.ts'
import { planDelivery, RECEIPT_FAULTS, writtenBy } from './receipts.ts'
import { BIND_FAULTS, LINE_FAULTS, openSession, type Session } from './session.ts'
import { REFUSAL_FAULTS } from './submit.ts'

export type SmscSeed = {
  readonly accounts: readonly {
    readonly systemId: string
    readonly password: string
    readonly senders: readonly string[]
    /** Messages that may be without an answer at once, and lines that may be open. */
    readonly window?: number
    readonly binds?: number
    /** `decimal`: receipts name messages so, answers in hexadecimal. */
    readonly receiptIds?: 'same' | 'decimal'
    /** Only these texts reach a phone, under this entity's id: `*` stands for what varies. */
    readonly registration?: Registration
  }[]
}

/** A delivery that was not taken is tried again after this. */
const AGAIN_MS = 5_000

const view = (row: MessageRow): object => ({
  id: row.id,
  to: e164(row.msisdn),
  from: row.sender,
  text: row.text,
  at: row.created_at.toISOString(),
  status: row.status,
  coding: row.coding,
  part: row.part,
  parts: row.parts,
  octets: row.octets,
  validity: row.validity,
})

function readWritten(body: string): { from: string; to: string; text: string } | undefined {
  try {
    const { from, to, text } = JSON.parse(body)
    const right = typeof from === 'string' && typeof to === 'string' && typeof text === 'string'
    return right ? { from: digitsOnly(from), to: to.replace(/^\+/, ''), text } : undefined
  } catch {
    return undefined
  }
}

/** The lines that are open, and what leaves by them. */
function createHall(house: House) {
  const { db, clock, jobs } = house
  const sessions = new Set<Session>()
  const of = (systemId: string) => [...sessions].filter(session => session.account()?.system_id === systemId)
  const flushing = new Map<string, Promise<void>>()

  /** One after the other, each until it is taken. */
  async function flush(systemId: string): Promise<void> {
    for (;;) {
      const [session] = of(systemId)
      const row = await db(DELIVERIES)
        .where({ system_id: systemId, taken_at: null })
        .andWhere('due_at', '<=', clock.now())
        .orderBy('id')
        .first()
      if (session === undefined || row === undefined) return
      const status = await session.deliver(Buffer.from(row.body, 'hex'))
      if (status !== STATUS.ok)
        return jobs.plan({
          simulator: SMSC,
          kind: 'flush',
          payload: { systemId },
          dueAt: after(clock.now(), AGAIN_MS),
        })
      await db(DELIVERIES).where({ id: row.id }).update({ taken_at: clock.now() })
    }
  }

  return {
    sessions,
    bound: (systemId: string) => of(systemId).length,
    flush(systemId: string): Promise<void> {
      const next = (flushing.get(systemId) ?? Promise.resolve()).then(() => flush(systemId))
      flushing.set(
        systemId,
        next.catch(() => undefined),
      )
      return next
    },
  }
}

function controls({ db, ...house }: House, hall: ReturnType<typeof createHall>, port: number): Route[] {
  return [
    {
      method: 'GET',
      path: '',
      handle: () => ({ status: 200, body: { address: `smpp://127.0.0.1:${port}` } }),
    },
    {
      method: 'GET',
      path: '/messages',
      handle({ query }) {
        const rows = db(MESSAGES)
        const to = digitsOnly(query.get('to') ?? '')
        if (to !== '') rows.where({ msisdn: to })
        return page<MessageRow>(rows, query, view)
      },
    },
    {
      method: 'GET',
      path: '/:systemId/lines',
      handle: ({ params }) => ({ status: 200, body: { bound: hall.bound(params.systemId ?? '') } }),
    },
    {
      method: 'DELETE',
      path: '/:systemId/lines',
      handle({ params }) {
        for (const session of hall.sessions)
          if (session.account()?.system_id === params.systemId) session.end()
        return { status: 204 }
      },
    },
    {
      method: 'POST',
      path: '/:systemId/inbound',
      async handle({ params, body }): Promise<SimReply> {
        const written = readWritten(body)
        if (written === undefined) return { status: 400, body: { status: 400, detail: '{from, to, text}' } }
        const pdu = writtenBy(written.from, written.to, written.text)
        await db.transaction(trx =>
          planDelivery({ db, ...house }, params.systemId ?? '', pdu, house.clock.now(), trx),
        )
        return { status: 202 }
      },
    },
  ]
}

/** An operator's SMSC on a TCP port of this machine, by SMPP 3.4. */
export async function createSmscSimulator(house: House) {
  await ensureSchema(house.db, 'sim_smsc', STATEMENTS)
  const hall = createHall(house)
  house.jobs.on(SMSC, 'flush', ({ systemId }) => hall.flush(String(systemId)))
  const server = createServer({ noDelay: true }, socket => {
    const session = openSession(house, hall, socket, () => hall.sessions.delete(session))
    hall.sessions.add(session)
  })
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    port,
    routes: mounted(`/${SMSC}`, controls(house, hall, port)),
    kinds: [...LINE_FAULTS, ...BIND_FAULTS, ...REFUSAL_FAULTS, ...RECEIPT_FAULTS],
    async seed({ accounts }: SmscSeed) {
      for (const {
        systemId,
        password,
        senders,
        window = 10,
        binds = 1,
        receiptIds = 'same',
        registration,
      } of accounts)
        await house
          .db(ACCOUNTS)
          .insert({
            system_id: systemId,
            password,
            senders,
            window_size: window,
            binds,
            receipt_ids: receiptIds,
            registration: registration === undefined ? null : JSON.stringify(registration),
          })
          .onConflict('system_id')
          .merge()
    },
    async close() {
      for (const session of hall.sessions) session.end()
      await new Promise(done => server.close(done))
    },
  }
}
