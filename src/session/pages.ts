import type { Room } from '../channels/channel.ts'
import { septets } from '../domain/gsm7.ts'
import type { Session } from '../store/sessions.ts'

/** What turns the page; also the flows' own word for more. */
export const MORE = '98'

/** Whether a screen holds a text: a sign that GSM-7 lacks makes every sign of it sixteen bits. */
export function holds(room: Room, text: string): boolean {
  const count = septets(text)
  return count === undefined ? text.length <= room.units : count <= room.septets
}

/**
 * A screen as pages that hold it, split between lines: no option, no amount and no question is cut in two. `more` is the
 * line that stands under every page but the last. A line that is wider than a page is divided between its words, and one
 * that cannot be stands alone: the walk over all screens finds it.
 */
export function pagesOf(text: string, room: Room, more: string): readonly string[] {
  if (holds(room, text)) return [text]
  const lines = text.split('\n').flatMap(line => divided(line, piece => holds(room, `${piece}\n${more}`)))
  const pages: string[] = []
  let page: string[] = []
  for (const [at, line] of lines.entries()) {
    const whole = [...page, line]
    const fits = at === lines.length - 1 ? whole : [...whole, more]
    if (page.length > 0 && !holds(room, fits.join('\n'))) {
      pages.push([...page, more].join('\n'))
      page = [line]
    } else page = whole
  }
  return [...pages, page.join('\n')]
}

/** A line in as few pieces as fit, never cut beside a figure: `1 Pay`, `KES 1 300` and `M-PESA 0700000001` stay whole. */
function divided(line: string, fits: (piece: string) => boolean): string[] {
  if (fits(line)) return [line]
  const pieces: string[] = []
  for (const word of line.split(/(?<!\d) (?!\d)/)) {
    const longer = [...pieces.slice(-1), word].join(' ')
    if (fits(longer)) pieces.splice(-1, 1, longer)
    else pieces.push(word)
  }
  return pieces
}

/** Sentences end with a stop and a space; those of Ethiopia, Myanmar and India have a stop of their own. */
const SENTENCE = /.+?(?:[.?!።။।](?=\s)\s*|$)/gs

/**
 * The last screen of a session, as many of its sentences as fit. It has no pages: while a session is open the wallet's
 * own question cannot come. What counts stands first in every such screen.
 */
export function shortened(text: string, room: Room): string {
  if (holds(room, text)) return text
  let kept = ''
  for (const sentence of text.match(SENTENCE) ?? []) {
    if (kept !== '' && !holds(room, (kept + sentence).trimEnd())) break
    kept += sentence
  }
  return kept.trimEnd()
}

/** What a session keeps of a screen: the page that is shown, and those to turn to. */
export function firstPage(
  reply: Session['reply'],
  room: Room,
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
