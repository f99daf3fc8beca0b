import { setTimeout as sleep } from 'node:timers/promises'
import { createUssdGateway, UssdBreach } from '../../simulators/africastalking-ussd.ts'
import type { UssdScreen } from '../../simulators/kit/ussd-screen.ts'
import type { Handset, WalletPrompt } from './handset.ts'
import type { Held } from './number.ts'

export type Phone = {
  /** What came before we held it: only the last SMS is shown. */
  open(): Promise<void>
  /** Looks once for what is new, and shows it. */
  look(): Promise<void>
  /** Takes one typed line; false where the person leaves. */
  take(line: string): Promise<boolean>
  close(): Promise<void>
}

const WAIT_MS = 30_000
const WAIT_POLL_MS = 250
const PROVIDERS: Readonly<Record<string, string>> = { mpesa: 'M-Pesa', 'mtn-momo': 'MTN MoMo' }

/** A phone in the hand: an open USSD screen takes what is typed, then a wallet's prompt; else a line dials. */
export function createPhone(url: string, held: Held, handset: Handset, print: (text: string) => void): Phone {
  const gateway = createUssdGateway({
    url: `${url}/ussd/${held.tenant}`,
    phone: held.number,
    code: held.code,
  })
  const seen = new Set<string>()
  /** What came and was not waited for yet, since the person last did something. */
  let arrived: ('sms' | 'prompt')[] = []
  let prompts: readonly WalletPrompt[] = []
  let inSession = false

  const block = (title: string, text: string): void => print(`${title}\n${text.replace(/^/gm, '  | ')}`)

  async function look(): Promise<void> {
    const news = await handset.look()
    prompts = news.prompts
    for (const { from, text } of news.sms) {
      block(`SMS from ${from}`, text)
      arrived.push('sms')
    }
    for (const { promptId, provider, text } of prompts) {
      if (seen.has(promptId)) continue
      seen.add(promptId)
      block(`${PROVIDERS[provider] ?? provider} asks (type the wallet's PIN, or cancel)`, text)
      arrived.push('prompt')
    }
  }

  async function ussd(hop: () => Promise<UssdScreen>): Promise<void> {
    try {
      const screen = await hop()
      inSession = screen.kind === 'CON'
      block(inSession ? held.code : `${held.code} (the session is over)`, screen.text)
    } catch (error) {
      if (!(error instanceof UssdBreach)) throw error
      inSession = false
      print(`the network broke the session off: ${error.message}`)
    }
  }

  async function dial(code: string): Promise<void> {
    if (code === held.code) return ussd(() => gateway.dial())
    const prefix = `${held.code.slice(0, -1)}*`
    if (code.startsWith(prefix)) return ussd(() => gateway.dial(code.slice(prefix.length, -1)))
    print(`nobody answers ${code}: ${held.lender} has ${held.code}`)
  }

  async function answerPrompt({ promptId }: WalletPrompt, line: string): Promise<void> {
    const cancelled = line === 'cancel'
    const taken = await handset.answer(promptId, cancelled ? { cancel: true } : { pin: line })
    prompts = prompts.filter(prompt => prompt.promptId !== promptId)
    print(!taken ? 'the prompt is over' : cancelled ? 'cancelled' : 'PIN sent to the wallet')
  }

  async function wait(what: 'sms' | 'prompt'): Promise<void> {
    for (const end = performance.now() + WAIT_MS; performance.now() < end; await sleep(WAIT_POLL_MS)) {
      await look()
      const at = arrived.indexOf(what)
      if (at < 0) continue
      arrived = arrived.slice(at + 1)
      return
    }
    throw new Error(`no ${what === 'sms' ? 'SMS' : 'prompt'} came within ${WAIT_MS / 1000} s`)
  }

  return {
    look,
    async open() {
      const last = (await handset.attach()).at(-1)
      if (last !== undefined) block(`SMS from ${last.from} (earlier)`, last.text)
    },
    async take(typed) {
      const line = typed.trim()
      if (/^(quit|exit)$/i.test(line)) return false
      const waited = /^wait\s+(sms|prompt)$/i.exec(line)?.[1]?.toLowerCase()
      if (waited !== undefined) await wait(waited === 'sms' ? 'sms' : 'prompt')
      else {
        arrived = []
        const [prompt] = prompts
        if (/^\*[\d*]+#$/.test(line)) await dial(line)
        else if (inSession) {
          if (line !== '') await ussd(() => gateway.answer(line))
        } else if (prompt !== undefined && line !== '') await answerPrompt(prompt, line)
        else if (line === '') await dial(held.code)
        else print(`nothing is asked: Enter dials ${held.code}`)
      }
      return true
    },
    async close() {
      if (inSession) await gateway.drop().catch(() => undefined)
      await handset.detach()
    },
  }
}
