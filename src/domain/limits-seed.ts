import type { Cap, Limit } from './limits.ts'
import { money, parseMoney } from './money.ts'
import type { LocalDate } from './time.ts'

/**
 * Limits as far as public sources tell them, for a tenant that has not entered its own. Regulators and operators move
 * them, and a contract may say otherwise: each row gives way to a tenant's row of the same key. Where nothing reliable
 * is published (MTN Cameroon and Wave Senegal refuse by an error word only; EcoCash in ZWG and USD) there is no row,
 * and no row means no cap of ours, never a cap of nought.
 */

/** When these came into force is published almost nowhere: they hold for any day. */
const EVER = '2000-01-01' as LocalDate

type Where = Pick<Limit, 'country' | 'provider' | 'tier' | 'currency' | 'operation' | 'source'> &
  Partial<Pick<Limit, 'from' | 'until'>>

const row = (where: Where, cap: Pick<Cap, 'window' | 'measure' | 'value'>): Limit =>
  ({ from: EVER, ...where, ...cap }) as Limit

/** A row on an amount, given in major units. */
function amount(
  where: Where,
  window: Cap['window'],
  major: string,
  measure: 'amount' | 'minimum' | 'multiple' = 'amount',
) {
  const value = parseMoney(major, where.currency)
  if (value === undefined) throw new Error(`not an amount of ${where.currency}: ${major}`)
  return row(where, { window, measure, value: money(value.minor, where.currency) })
}

const number = (where: Where, window: 'day' | 'week' | 'month', value: number) =>
  row(where, { window, measure: 'number', value })

/** Sure for 2025: Safaricom's Daraja portal and tariff poster. Both directions count, the cautious reading. */
const MPESA_KE = {
  country: 'KE',
  provider: 'mpesa-ke',
  tier: '*',
  currency: 'KES',
  operation: '*',
  source: 'Safaricom, developer.safaricom.co.ke, APIs: M-PESA Express and B2C, 2025',
} as const

/**
 * Not sure. Minimum and maximum come from an aggregator's rules, the rest from the press of 2018: enter what the
 * contract says. What Orange calls a withdrawal takes money out of the wallet, as our collection does.
 */
const ORANGE_CM = {
  country: 'CM',
  provider: 'orange-cm',
  tier: '*',
  currency: 'XAF',
  operation: '*',
  source: 'docs.hub2.io, policies; camer.be and stopblablacam.com, 30 March 2018',
} as const

/** Indicative: a remittance company's table gives 5 to 10 million by operator; the lower one is taken. */
const UGANDA = {
  country: 'UG',
  provider: '*',
  tier: '*',
  currency: 'UGX',
  operation: '*',
  source: 'help.nala.money, limits of mobile wallets',
} as const

/** Indicative: the same kind of table, by the registration of the line. */
const TANZANIA = {
  country: 'TZ',
  provider: '*',
  currency: 'TZS',
  operation: '*',
  source: 'help.nala.money, limits of mobile wallets',
} as const

/**
 * Well known, from copies of the regulator's text: prepaid instruments without and with full KYC. The regulator's year
 * begins in April and ours in January, which does no harm: twelve times the monthly cap is the yearly one. That no more
 * than INR 50,000 in cash is loaded in a month has no row: what we pay out is credited, never handed in as cash, and what
 * she brings to an agent is not ours to count.
 */
const INDIA = {
  country: 'IN',
  provider: '*',
  currency: 'INR',
  source: 'Reserve Bank of India, FAQ on Prepaid Payment Instruments',
} as const
const MIN_KYC_IN = { ...INDIA, tier: 'min-kyc', operation: 'disburse' } as const
const FULL_KYC_IN = { ...INDIA, tier: 'full-kyc', operation: 'disburse' } as const

/** History: the currency was replaced on 8 April 2024. The years are the press's; the caps were reset many times. */
const ECOCASH_ZWL = {
  country: 'ZW',
  provider: 'ecocash-zw',
  tier: '*',
  currency: 'ZWL',
  operation: 'collect',
  until: '2024-04-08' as LocalDate,
  source: 'techzim.co.zw, 2020 and 2021',
} as const

export const SEED: readonly Limit[] = [
  amount({ ...MPESA_KE, operation: 'collect' }, 'transaction', '1', 'minimum'),
  amount({ ...MPESA_KE, operation: 'disburse' }, 'transaction', '10', 'minimum'),
  amount(MPESA_KE, 'transaction', '250000'),
  amount(MPESA_KE, 'day', '500000'),
  amount(MPESA_KE, 'balance', '500000'),

  amount(ORANGE_CM, 'transaction', '500', 'minimum'),
  amount(ORANGE_CM, 'transaction', '500000'),
  amount({ ...ORANGE_CM, operation: 'disburse' }, 'transaction', '5', 'multiple'),
  amount({ ...ORANGE_CM, operation: 'collect' }, 'day', '750000'),
  number(ORANGE_CM, 'day', 5),
  number(ORANGE_CM, 'week', 15),
  number(ORANGE_CM, 'month', 40),

  amount(UGANDA, 'transaction', '5000000'),

  amount({ ...TANZANIA, tier: 'tier-1' }, 'transaction', '1000000'),
  amount({ ...TANZANIA, tier: 'tier-2' }, 'transaction', '3000000'),
  amount({ ...TANZANIA, tier: 'tier-3' }, 'transaction', '10000000'),

  amount(MIN_KYC_IN, 'month', '10000'),
  amount(MIN_KYC_IN, 'year', '120000'),
  amount(MIN_KYC_IN, 'balance', '10000'),
  // What is paid in counts; of what is taken out only this much may go in a month.
  amount({ ...MIN_KYC_IN, operation: 'collect' }, 'month', '10000'),
  amount(FULL_KYC_IN, 'balance', '200000'),

  amount({ ...ECOCASH_ZWL, from: '2020-01-01' as LocalDate }, 'day', '5000'),
  amount({ ...ECOCASH_ZWL, from: '2021-01-01' as LocalDate }, 'transaction', '20000'),
  amount({ ...ECOCASH_ZWL, from: '2021-01-01' as LocalDate }, 'week', '35000'),
]
