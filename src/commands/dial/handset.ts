import { z } from 'zod'

/** The simulated phone on the server's side: what it shows, and how a wallet's prompt is answered. */
const Attached = z.object({ next: z.string() })
const Screen = z.object({
  attached: z.boolean(),
  prompts: z.array(z.object({ promptId: z.string(), provider: z.string(), text: z.string() })),
  sms: z.array(z.object({ from: z.string(), text: z.string() })),
  next: z.string(),
})

export type WalletPrompt = z.infer<typeof Screen>['prompts'][number]
export type Sms = z.infer<typeof Screen>['sms'][number]

export type Handset = {
  /** Takes the phone into the hand: its wallet waits for us now. Answers the SMS that came before. */
  attach(): Promise<readonly Sms[]>
  /** What is new: SMS since the last look, and the prompts that are open. */
  look(): Promise<{ readonly sms: readonly Sms[]; readonly prompts: readonly WalletPrompt[] }>
  /** False where the prompt is over. */
  answer(promptId: string, answer: { readonly pin: string } | { readonly cancel: true }): Promise<boolean>
  detach(): Promise<void>
}

const CALL_MS = 10_000

export function createHandset(url: string, number: string): Handset {
  const base = `${url}/sim/phones/${encodeURIComponent(number)}`
  let since = '0'

  async function call(method: string, path: string, body?: object): Promise<Response> {
    const response = await fetch(`${base}${path}`, {
      method,
      signal: AbortSignal.timeout(CALL_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok && path !== '/answer')
      throw new Error(`${url} has no simulated phones (${response.status}): start it with SIMULATORS=on`)
    return response
  }

  const attach = async () => Attached.parse(await (await call('POST', '/attach')).json())
  const look = async () => Screen.parse(await (await call('GET', `/screen?since=${since}`)).json())

  return {
    async attach() {
      const { next } = await attach()
      const { sms } = await look()
      since = next
      return sms
    },
    async look() {
      const screen = await look()
      since = screen.next
      // the server was away for longer than its lease: take the phone into the hand again
      if (!screen.attached) await attach()
      return screen
    },
    answer: async (promptId, answer) => (await call('POST', '/answer', { promptId, ...answer })).ok,
    async detach() {
      await call('DELETE', '/attach')
    },
  }
}
