import type { Held } from './number.ts'
import type { Shown } from './phone.ts'

/**
 * A dialogue as a text file: `>` before what is typed, `<` before what the phone shows, further lines of a text indented.
 * Her PIN in the demo, her wallet's and her officer's are written as `<PIN>`, `<WALLET PIN>` and `<STAFF PIN>`, a code
 * that an SMS told as `<CODE>`: it is another one each time. What comes unasked is waited for when it is played again, so a
 * `wait` is written before it.
 */
export type Recording = {
  typed(line: string): void
  shown(shown: Shown): void
  text(): string
}

export const PIN_MARK = '<PIN>'
export const WALLET_PIN_MARK = '<WALLET PIN>'
export const STAFF_PIN_MARK = '<STAFF PIN>'
export const CODE_MARK = '<CODE>'

/** The one-time codes of a dialogue: what looks like one in an SMS, and which of them were typed. */
export type Codes = { readonly told: string[]; readonly typed: Set<string> }
export const noCodes = (): Codes => ({ told: [], typed: new Set() })

/** `codes`: shared by the phones of one dialogue, for a code may go to one and be typed on another. */
export function createRecording(
  { number, code, borrower, officer }: Held,
  codes: Codes = noCodes(),
): Recording {
  const lines = [`phone ${number}`, '']
  let last = ''
  /** A wallet asks, and no screen of ours is open. */
  let asked = false
  const written = (said: string): string => {
    if (said === '') return code
    if (said === borrower.pin) return PIN_MARK
    if (said === officer.pin) return STAFF_PIN_MARK
    if (codes.told.includes(said)) {
      codes.typed.add(said)
      return CODE_MARK
    }
    return asked && /^\d{4,6}$/.test(said) ? WALLET_PIN_MARK : said
  }
  const type = (line: string): void => {
    last = line
    lines.push(`> ${line}`)
  }
  const waitFor = (what: 'sms' | 'prompt'): void => {
    if (last !== `wait ${what}`) type(`wait ${what}`)
    last = ''
  }
  const write = (title: string, text: string): void =>
    void lines.push(`< ${title} ${text.replaceAll('\n', '\n  ')}`)
  return {
    typed(line) {
      const said = line.trim()
      // a wait is written with what it waited for
      if (/^wait\s/i.test(said)) return
      type(written(said))
    },
    shown(shown) {
      switch (shown.kind) {
        case 'screen':
          asked = false
          return write(shown.isOver ? 'END' : 'CON', shown.text)
        case 'sms':
          if (shown.earlier) return
          waitFor('sms')
          codes.told.push(...(shown.text.match(/\b\d{6}\b/g) ?? []))
          return write(`SMS ${shown.from}:`, shown.text)
        case 'prompt':
          waitFor('prompt')
          asked = true
          return write(`PROMPT ${shown.provider}:`, shown.text)
        case 'note':
          return write('NOTE', shown.text)
      }
    },
    text: () =>
      [...codes.typed].reduce((text, typed) => text.replaceAll(typed, '{code}'), `${lines.join('\n')}\n`),
  }
}

/** A phone in the terminal: a title, and the text beside a bar. */
export function told(shown: Shown, code: string): string {
  const block = (title: string): string => `${title}\n${shown.text.replace(/^/gm, '  | ')}`
  switch (shown.kind) {
    case 'screen':
      return block(shown.isOver ? `${code} (the session is over)` : code)
    case 'sms':
      return block(`SMS from ${shown.from}${shown.earlier ? ' (earlier)' : ''}`)
    case 'prompt':
      return block(`${shown.provider} asks (type the wallet's PIN, or cancel)`)
    case 'note':
      return shown.text
  }
}
