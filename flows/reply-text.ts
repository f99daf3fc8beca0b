/** What a borrower answers by SMS: a verb in any of our languages and the code of the request it is about. */

export type Verb = 'yes' | 'no' | 'later' | 'balance' | 'help'

/** `code`: null where she left it out. `unclear`: whatever else people write. */
export type Said =
  | { readonly kind: 'verb'; readonly verb: Verb; readonly code: string | null }
  | { readonly kind: 'unclear' }

/**
 * Never one of the words that an SMS gateway takes for itself when it stands alone (STOP, START, CANCEL, END, QUIT …):
 * they would subscribe or unsubscribe her. That is why an answer always carries its code.
 */
const VERBS: Readonly<Record<Verb, readonly string[]>> = {
  yes: ['YES', 'OUI', 'NDIYO', 'NDIO', '1'],
  no: ['NO', 'NON', 'HAPANA', '2'],
  later: ['LATER', 'PLUS TARD', 'TARD', 'BAADAYE', '3'],
  balance: ['BAL', 'BALANCE', 'SOLDE', 'SALIO'],
  help: ['HELP', 'AIDE', 'MSAADA'],
}

const VERB_OF = new Map(
  Object.entries(VERBS).flatMap(([verb, words]) => words.map(word => [word, verb as Verb])),
)

/** Words that gateways and people take for "no more of this" and "again, please", where they stand alone. */
const WISHES: Readonly<Record<'stop' | 'start', readonly string[]>> = {
  stop: [
    ...['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT'],
    ...['ARRET', 'ARRETE', 'ARRETER', 'ACHA', 'SITISHA', 'KOMA'],
  ],
  start: ['START', 'UNSTOP', 'REPRENDRE', 'ANZA'],
}

/** A code is four digits; an operator's keyboard may glue it to the verb, or put signs between. */
const ANSWER = /^([A-Z]+(?: [A-Z]+)?|[123](?= ))(?: ?(\d{4}))?$/

/** Capitals, digits and single blanks, accents and signs left out. */
const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, ' ')
    .trim()

/** Reads an answer; anything that is not exactly one is unclear, and is never guessed at. */
export function readReply(text: string): Said {
  const found = ANSWER.exec(plain(text.slice(0, 200)))
  const verb = VERB_OF.get(found?.[1] ?? '')
  return verb === undefined ? { kind: 'unclear' } : { kind: 'verb', verb, code: found?.[2] ?? null }
}

/** What people add out of courtesy. */
const COURTESY = /\b(PLEASE|PLS|KINDLY|SVP|S IL VOUS PLAIT|MERCI|TAFADHALI|THANKS|THANK YOU|ASANTE)\b/g

/** Whether she wants no more reminders, or wants them again; undefined for whatever else she writes. */
export function readWish(text: string): 'stop' | 'start' | undefined {
  const words = plain(text.slice(0, 200)).replace(COURTESY, ' ').trim().split(/ +/)
  // "stop sending me messages" is one too; with a number it may be about something else
  const stops = words[0] === 'STOP' && !words.some(word => /\d/.test(word))
  const word = stops ? 'STOP' : words.join(' ')
  if (WISHES.stop.includes(word)) return 'stop'
  return WISHES.start.includes(word) ? 'start' : undefined
}
