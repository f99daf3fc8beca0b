import type { SimReply } from '../kit/http.ts'
import { digitsOf, parseAmount } from '../kit/money.ts'
import type { Fields } from './auth.ts'
import type { Business } from './house.ts'
import { invalid, refusal } from './replies.ts'

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/

/** Https, but for this very machine. */
function isPage(value: unknown): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false
  const { protocol, hostname } = new URL(value)
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname))
}

/** Reads field by field, as docs.wave.com describes each; keeps the refusal of the first that is wrong. */
export function createReader(fields: Fields, { currency, aggregator }: Business) {
  let wrong: SimReply | undefined
  const refuse = (reply: SimReply): void => {
    wrong ??= reply
  }
  return {
    refused: (): SimReply | undefined => wrong,
    /** The wallet's own currency, and an aggregator's merchant. */
    terms(): void {
      if (typeof fields.currency !== 'string') refuse(invalid('currency', 'must be a string'))
      if (fields.currency !== currency)
        refuse(refusal(400, 'currency-mismatch', `The wallet is in ${currency}`))
      if (aggregator && typeof fields.aggregated_merchant_id !== 'string')
        refuse(refusal(400, 'aggregated-merchant-required', 'An aggregator names the merchant'))
    },
    /** At most so many characters; null where there is nothing. */
    text(name: string, max: number): string | null {
      const value = fields[name] ?? null
      if (value === null) return null
      if (typeof value === 'string' && value !== '' && value.length <= max) return value
      refuse(invalid(name, `a text of 1 to ${max} characters`))
      return null
    },
    /** Text without a sign, or decimals that the currency has not got; a payout (`whole`) never has any. */
    amount(name: string, whole = false): bigint {
      const value = fields[name]
      const minor = typeof value === 'string' ? parseAmount(value, currency) : undefined
      const unit = 10n ** BigInt(whole ? digitsOf(currency) : 0)
      if (minor !== undefined && minor > 0n && minor % unit === 0n) return minor
      refuse(invalid(name, `a text with an amount of ${currency}`))
      return 0n
    },
    /** E.164 with its plus; as digits, for that is how this house keeps numbers. */
    mobile(name: string): string {
      const value = fields[name]
      if (typeof value === 'string' && /^\+[1-9]\d{7,14}$/.test(value)) return value.slice(1)
      refuse(invalid(name, 'must be a mobile number in E.164'))
      return ''
    },
    page(name: string): string {
      const value = fields[name]
      if (isPage(value)) return value
      refuse(invalid(name, 'must be an https address'))
      return ''
    },
  }
}
