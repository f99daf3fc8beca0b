import { septets, strangers } from './gsm7.ts'

export type UssdScreen = {
  readonly kind: 'CON' | 'END'
  /** Without the prefix. */
  readonly text: string
  readonly elapsedMs: number
}

/** What a gateway finds wrong with an answer, in words; undefined where nothing is. */
export function breachOfScreen(answer: Response, body: string, maxSeptets: number): string | undefined {
  if (answer.status !== 200) return `status ${answer.status} instead of 200`
  const type = answer.headers.get('content-type') ?? ''
  if (!/^text\/plain\s*(;|$)/i.test(type)) return `content type "${type}" instead of text/plain`
  if (!/^(CON|END) /.test(body)) return 'the answer does not begin with "CON " or "END "'
  const foreign = strangers(body)
  if (foreign.length > 0)
    return `not in the GSM-7 alphabet: ${foreign.map(character => JSON.stringify(character)).join(' ')}`
  const length = septets(body)
  return length > maxSeptets ? `${length} septets with the prefix, at most ${maxSeptets} fit` : undefined
}
