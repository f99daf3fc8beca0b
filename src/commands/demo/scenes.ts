import { createUssdGateway } from '../../simulators/africastalking-ussd.ts'
import type { Stage } from '../stage.ts'

/** One lender's cast: who dials, with what, and what she answers. */
export type Cast = {
  readonly id: string
  readonly lender: string
  readonly provider: 'mpesa' | 'mtn-momo'
  readonly phone: string
  readonly code: string
  readonly pin: string
  readonly key: string
  /** How long this provider keeps us waiting before a payment is called unresolved. */
  readonly patienceMs: number
}

export type Say = (text: string) => void

type Payment = { readonly state: string; readonly receipt: string | null }
type Request = { readonly id: string; readonly state: string; readonly transactions: readonly Payment[] }

const DAY_MS = 24 * 3_600_000
const indent = (text: string): string => text.replaceAll('\n', '\n           ')

/** Plays one lender's story, telling it as it happens; throws where it does not go as told. */
export function createPlay(stage: Stage, cast: Cast, say: Say) {
  let seen = 0

  /** Tells every SMS that has come since the last look. */
  async function hear(): Promise<string[]> {
    const all = (
      (await (await fetch(`${stage.url}/sim/sms?limit=200`)).json()) as {
        data: { id: string; to: string; text: string; from: string }[]
      }
    ).data
    const mine = all.filter(({ to }) => to.startsWith(cast.phone.slice(0, 4)))
    const fresh = mine.slice(seen)
    seen = mine.length
    for (const { to, text } of fresh) say(`  SMS to ${to}: ${text}`)
    return fresh.map(({ text }) => text)
  }

  async function latest(): Promise<Request | undefined> {
    const response = await fetch(`${stage.url}/api/v1/collection-requests?limit=1`, {
      headers: { authorization: `Bearer ${cast.key}` },
    })
    return ((await response.json()) as { data: Request[] }).data[0]
  }

  /** Dials, and answers each screen in turn. */
  async function dial(...answers: readonly string[]): Promise<void> {
    const phone = createUssdGateway({
      url: `${stage.url}/ussd/${cast.id}`,
      phone: cast.phone,
      code: cast.code,
    })
    say(`  ${cast.phone} dials ${cast.code}`)
    let screen = await phone.dial()
    say(`    ${screen.kind} | ${indent(screen.text)}`)
    for (const answer of answers) {
      say(`    > ${answer === cast.pin ? 'her PIN' : answer}`)
      screen = await phone.answer(answer)
      say(`    ${screen.kind} | ${indent(screen.text)}`)
    }
    if (screen.kind !== 'END') throw new Error('the dialogue did not end')
  }

  async function push(): Promise<void> {
    const response = await fetch(`${stage.url}/api/v1/collection-requests`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${cast.key}`,
        'content-type': 'application/json',
        'idempotency-key': `demo-${stage.clock.now().getTime()}`,
      },
      body: JSON.stringify({ loanId: '1', mode: 'ask' }),
    })
    if (!response.ok) throw new Error(`the officer's push was refused: ${await response.text()}`)
    say('  the loan officer asks for the next instalment')
    await stage.settle()
    await hear()
  }

  const requestIs = (state: string, transaction: string) => async (): Promise<Request | false> => {
    const request = await latest()
    return request?.state === state && request.transactions.at(-1)?.state === transaction ? request : false
  }

  async function ends(state: string, transaction: string, withinMs: number): Promise<void> {
    const started = stage.clock.now().getTime()
    const request = await stage.until(
      requestIs(state, transaction),
      withinMs,
      `request ${state}, transaction ${transaction}`,
    )
    await hear()
    const receipt = request.transactions.at(-1)?.receipt
    say(
      `  = request ${state}, transaction ${transaction}${receipt == null ? '' : `, receipt ${receipt}`}, after ${(stage.clock.now().getTime() - started) / 1000} s`,
    )
  }

  const fault = (kind: string): Promise<void> =>
    stage.house.simulators?.faults.script({ simulator: cast.provider, kind }) ?? Promise.resolve()
  const nextDay = async (): Promise<void> => {
    await stage.pass(DAY_MS, DAY_MS / 24)
    await hear()
  }
  const approve = (wallet: string): Promise<void> => dial('1', wallet, cast.pin)

  return {
    async pays(): Promise<void> {
      say(`\n${cast.lender}: the due-date run asks, she approves`)
      await stage.settle()
      await hear()
      await approve('1')
      await ends('paid', 'booked', 60_000)
    },
    async triesTheSecondWallet(): Promise<void> {
      say(`\n${cast.lender}: not enough money, then the second wallet`)
      await push()
      await fault('insufficient-funds')
      await approve('1')
      await ends('asked', 'failed', 60_000)
      await approve('2')
      await ends('paid', 'booked', 60_000)
    },
    async survivesALostAnswer(): Promise<void> {
      say(`\n${cast.lender}: the provider's answer is lost, and the payment comes good all the same`)
      await push()
      await fault('lost-answer')
      await approve('1')
      await ends('paid', 'booked', 5 * 60_000)
    },
    async declines(): Promise<void> {
      await nextDay()
      say(`\n${cast.lender}: a day later, she declines`)
      await push()
      await dial('4', '2')
      await hear()
      const request = await latest()
      if (request?.state !== 'declined') throw new Error(`the request is ${request?.state}, not declined`)
      say('  = request declined')
    },
    async staysUnresolved(): Promise<void> {
      await nextDay()
      say(`\n${cast.lender}: another day, the answer is lost and nothing more is heard`)
      await push()
      for (const kind of cast.provider === 'mpesa' ? ['lost-answer', 'no-callback'] : ['no-answer-ever'])
        await fault(kind)
      await approve('1')
      await ends('approved', 'unresolved', cast.patienceMs)
      say('  = nothing is sent again; it stands as unresolved until somebody knows')
    },
  }
}
