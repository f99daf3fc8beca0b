import type { Route, SimReply } from '../kit/http.ts'
import { formatAmount } from '../kit/money.ts'
import { digitsOnly } from '../kit/numbers.ts'
import { type House, rowBy, WAVE } from './house.ts'
import { type Opened, openLink } from './life.ts'

/** The page behind a link. At Wave it hands over to the app on the phone; here it asks on the simulated phone. */

const SAYS: Readonly<Record<Opened, string>> = {
  asked: 'Open Wave on your phone and enter your code.',
  'not-there': 'This link leads nowhere.',
  over: 'This link has been paid, or has expired.',
  whose: 'Which phone pays?',
  'another-phone': 'This link is for another phone.',
}

const FORM =
  '<form><input name="phone" type="tel" placeholder="+221761110000" required><button>Open</button></form>'

const escaped = (text: string): string => text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`)

const html = (status: number, text: string): SimReply => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: `<!doctype html><meta name="viewport" content="width=device-width"><title>Wave</title><h1>Wave</h1>${text}`,
})

/** `GET /c/<session>`: on the phone that the session is for, or on `?phone=`. */
export const pageRoute = (house: House): Route => ({
  method: 'GET',
  path: `/${WAVE}/c/:id`,
  async handle({ params, query }) {
    const id = params.id ?? ''
    const opened = await openLink(house, id, digitsOnly(query.get('phone') ?? '') || undefined)
    const row = await rowBy(house.db, id)
    const what =
      row === undefined
        ? ''
        : `<p>${row.currency} ${formatAmount(BigInt(row.amount_minor), row.currency)} to ${escaped(row.business)}</p>`
    return html(
      opened === 'not-there' ? 404 : 200,
      `${what}<p>${SAYS[opened]}</p>${opened === 'whose' ? FORM : ''}`,
    )
  },
})
