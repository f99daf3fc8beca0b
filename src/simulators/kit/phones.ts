import { ATTACH_LEASE_MS, type Handset, type PromptAnswer, type PromptRow } from './handset.ts'
import type { Route, SimReply } from './http.ts'
import type { ReadInbox } from './inbox.ts'
import { digitsOnly, e164 } from './numbers.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const problem = (status: number, detail: string): SimReply => ({ status, body: { status, detail } })

const shown = (prompt: PromptRow): object => ({
  promptId: prompt.id,
  provider: prompt.simulator,
  text: prompt.text,
  amount: prompt.amount,
  currency: prompt.currency,
  openedAt: prompt.opened_at.toISOString(),
  expiresAt: prompt.expires_at.toISOString(),
})

function readAnswer(body: string): { promptId: string; answer: PromptAnswer } | undefined {
  try {
    const { promptId, pin, cancel } = JSON.parse(body)
    if (typeof promptId !== 'string' || !UUID.test(promptId)) return undefined
    if (cancel === true && pin === undefined) return { promptId, answer: { kind: 'cancel' } }
    return typeof pin === 'string' ? { promptId, answer: { kind: 'pin', pin } } : undefined
  } catch {
    return undefined
  }
}

/** Phones, as the dial command and the handset page hold them. */
export function phoneRoutes(handset: Handset, inbox: ReadInbox): Route[] {
  const numberOf = (params: Readonly<Record<string, string>>): string => digitsOnly(params.msisdn ?? '')
  return [
    {
      method: 'POST',
      path: '/phones/:msisdn/attach',
      async handle({ params }) {
        const msisdn = numberOf(params)
        if (msisdn === '') return problem(400, 'a phone number, please')
        await handset.attach(msisdn)
        const { next } = await inbox(msisdn, undefined)
        return { status: 200, body: { msisdn: e164(msisdn), leaseMs: ATTACH_LEASE_MS, next } }
      },
    },
    {
      method: 'DELETE',
      path: '/phones/:msisdn/attach',
      async handle({ params }) {
        await handset.detach(numberOf(params))
        return { status: 204 }
      },
    },
    {
      method: 'GET',
      path: '/phones/:msisdn/screen',
      async handle({ params, query }) {
        const msisdn = numberOf(params)
        const since = query.get('since') ?? '0'
        if (!/^\d{1,18}$/.test(since)) return problem(400, 'since: a cursor of an earlier answer')
        const attached = await handset.renew(msisdn)
        const prompts = await handset.open(msisdn)
        const { data, next } = await inbox(msisdn, since)
        return {
          status: 200,
          body: { msisdn: e164(msisdn), attached, prompts: prompts.map(shown), sms: data, next },
        }
      },
    },
    {
      method: 'POST',
      path: '/phones/:msisdn/answer',
      async handle({ params, body }) {
        const read = readAnswer(body)
        if (read === undefined) return problem(400, '{promptId, pin} or {promptId, cancel: true}')
        const taken = await handset.answer(numberOf(params), read.promptId, read.answer)
        return taken ? { status: 200, body: { taken } } : problem(404, 'no such prompt is open on this phone')
      },
    },
  ]
}
