import { septets } from '../domain/gsm7.ts'
import type { Session } from '../store/sessions.ts'

/** What turns the page; also the flows' own word for more. */
export const MORE = '98'

/** A septet is seven bits, and a sign that GSM-7 lacks makes every sign of the screen sixteen. */
const UCS2_SEPTETS = 16 / 7

/** Septets that a text takes of a screen. */
const weigh = (text: string): number => septets(text) ?? Math.ceil(text.length * UCS2_SEPTETS)

/**
 * A screen as pages of at most `room` septets, split between lines only: no option, no amount and no question is cut in
 * two. `more` is the line that stands under every page but the last. A line that is wider than a page stands alone: the
 * walk over all screens finds it.
 */
export function pagesOf(text: string, room: number, more: string): readonly string[] {
  if (weigh(text) <= room) return [text]
  const lines = text.split('\n')
  const pages: string[] = []
  let page: string[] = []
  for (const [at, line] of lines.entries()) {
    const whole = [...page, line]
    const fits = at === lines.length - 1 ? whole : [...whole, more]
    if (page.length > 0 && weigh(fits.join('\n')) > room) {
      pages.push([...page, more].join('\n'))
      page = [line]
    } else page = whole
  }
  return [...pages, page.join('\n')]
}

/**
 * The last screen of a session, as many of its sentences as fit. It has no pages: while a session is open the wallet's
 * own question cannot come. What counts stands first in every such screen.
 */
export function shortened(text: string, room: number): string {
  if (weigh(text) <= room) return text
  let kept = ''
  for (const sentence of text.match(/.+?(?:[.?!](?=\s)\s*|$)/gs) ?? []) {
    if (kept !== '' && weigh((kept + sentence).trimEnd()) > room) break
    kept += sentence
  }
  return kept.trimEnd()
}

/** What a session keeps of a screen: the page that is shown, and those to turn to. */
export function firstPage(
  reply: Session['reply'],
  room: number,
  more: string,
): Pick<Session, 'reply' | 'rest'> {
  const [text = '', ...rest] = reply.kind === 'con' ? pagesOf(reply.text, room, more) : [reply.text]
  return { reply: { ...reply, text }, ...(rest.length === 0 ? {} : { rest }) }
}

/** The session with its page turned; undefined where all was shown. */
export function nextPage(session: Session | undefined): Session | undefined {
  const [text, ...rest] = session?.rest ?? []
  return session === undefined || text === undefined
    ? undefined
    : { ...session, reply: { ...session.reply, text }, rest }
}
