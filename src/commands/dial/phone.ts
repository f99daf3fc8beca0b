import { setTimeout as sleep } from 'node:timers/promises'
import { createUssdGateway, UssdBreach } from '../../simulators/africastalking-ussd.ts'
import type { UssdScreen } from '../../simulators/kit/ussd-screen.ts'
import type { Handset, WalletPrompt } from './handset.ts'
import type { Held } from './number.ts'

/** What the phone shows: a screen of a session, an SMS, a wallet's question, or a word about the phone itself. */
export type Shown =
  | { readonly kind: 'screen'; readonly isOver: boolean; readonly text: string }
  | { readonly kind: 'sms'; readonly from: string; readonly text: string; readonly earlier: boolean }
  | { readonly kind: 'prompt'; readonly provider: string; readonly text: string }
  | { readonly kind: 'note'; readonly text: string }

export type Phone = {
  /** What came before we held it: only the last SMS is shown. */
  open(): Promise<void>
  /** Looks once for what is new, and shows it. */
  look(): Promise<void>
  /** Takes one typed line; false where the person leaves. */
  take(line: string): Promise<boolean>
  close(): Promise<void>
}

/** The words of who has had enough. */
export const LEAVES = /^(quit|exit)$/i
const WAIT_LOOKS = 120
const WAIT_POLL_MS = 250
const PROVIDERS: Readonly<Record<string, string>> = { mpesa: 'M-Pesa', 'mtn-momo': 'MTN MoMo' }

/**
 * A phone in the hand: an open USSD screen takes what is typed, then a wallet's prompt; else a line dials. `pause` passes
 * between two looks while something is waited for.
 */
export function createPhone(
  url: string,
  held: Held,
  handset: Handset,
  show: (shown: Shown) => void,
  pause: () => Promise<unknown> = () => sleep(WAIT_POLL_MS),
): Phone {
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

  const note = (text: string): void => show({ kind: 'note', text })

  async function look(): Promise<void> {
    const news = await handset.look()
    prompts = news.prompts
    for (const { from, text } of news.sms) {
      show({ kind: 'sms', from, text, earlier: false })
      arrived.push('sms')
    }
    for (const { promptId, provider, text } of prompts) {
      if (seen.has(promptId)) continue
      seen.add(promptId)
      show({ kind: 'prompt', provider: PROVIDERS[provider] ?? provider, text })
      arrived.push('prompt')
    }
  }

  async function ussd(hop: () => Promise<UssdScreen>): Promise<void> {
    try {
      const screen = await hop()
      inSession = screen.kind === 'CON'
      show({ kind: 'screen', isOver: !inSession, text: screen.text })
    } catch (error) {
      if (!(error instanceof UssdBreach)) throw error
      inSession = false
      note(`the network broke the session off: ${error.message}`)
    }
  }

  async function dial(code: string): Promise<void> {
    if (code === held.code) return ussd(() => gateway.dial())
    const prefix = `${held.code.slice(0, -1)}*`
    if (code.startsWith(prefix)) return ussd(() => gateway.dial(code.slice(prefix.length, -1)))
    note(`nobody answers ${code}: ${held.lender} has ${held.code}`)
  }

  async function answerPrompt({ promptId }: WalletPrompt, line: string): Promise<void> {
    const cancelled = line === 'cancel'
    const taken = await handset.answer(promptId, cancelled ? { cancel: true } : { pin: line })
    prompts = prompts.filter(prompt => prompt.promptId !== promptId)
    note(!taken ? 'the prompt is over' : cancelled ? 'cancelled' : 'PIN sent to the wallet')
  }

  async function wait(what: 'sms' | 'prompt'): Promise<void> {
    for (let looks = 0; looks < WAIT_LOOKS; looks++) {
      await look()
      const at = arrived.indexOf(what)
      if (at < 0) {
        await pause()
        continue
      }
      arrived = arrived.slice(at + 1)
      return
    }
    throw new Error(
      `no ${what === 'sms' ? 'SMS' : 'prompt'} came within ${(WAIT_LOOKS * WAIT_POLL_MS) / 1000} s`,
    )
  }

  return {
    look,
    async open() {
      const last = (await handset.attach()).at(-1)
      if (last !== undefined) show({ kind: 'sms', ...last, earlier: true })
    },
    async take(typed) {
      const line = typed.trim()
      if (LEAVES.test(line)) return false
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
        else note(`nothing is asked: Enter dials ${held.code}`)
      }
      return true
    },
    async close() {
      if (inSession) await gateway.drop().catch(() => undefined)
      await handset.detach()
    },
  }
}
