import * as z from 'zod'
import { formatMoney } from '../../domain/money.ts'
import { digitsOf } from '../../domain/msisdn.ts'
import type { Order } from '../provider.ts'
import { currencyWordOf, parseObject, wireNumber } from './common.ts'
import type { EipConfig } from './eip-config.ts'

/**
 * The shapes of EcoCash Instant Payments. Two editions are about: the gateway at payonline (`transactionOperationStatus`,
 * `paymentAmount`, numbers) and the developer portal's (`status`, `transactionId`, texts, `/` at the end of paths). Both are
 * read; what is sent is chosen by `amountForm` and `trailingSlash`.
 */

const Told = z.union([z.string(), z.number()]).nullish()

/** The transaction object: answer to an order and to a question, and body of a callback. The PIN in it is not looked at. */
const Transaction = z.object({
  status: Told,
  transactionStatus: z.string().nullish(),
  transactionOperationStatus: z.string().nullish(),
  clientCorrelator: z.string().nullish(),
  transactionId: z.string().nullish(),
  ecocashReference: z.string().nullish(),
  serverReferenceCode: z.string().nullish(),
  amount: Told,
  currency: z.string().nullish(),
  paymentAmount: z
    .object({
      totalAmountCharged: Told,
      charginginformation: z.object({ amount: Told, currency: z.string().nullish() }).nullish(),
    })
    .nullish(),
  statusCode: Told,
  statusMessage: z.string().nullish(),
  responseMessage: z.string().nullish(),
  remarks: z.string().nullish(),
})
export type Transaction = z.infer<typeof Transaction>

/** Undefined for HTML, cut JSON, and whatever has another shape. */
export function readTransaction(body: string): Transaction | undefined {
  const parsed = Transaction.safeParse(parseObject(body))
  return parsed.success ? parsed.data : undefined
}

/** The status word; a number beside `exception` is a ServiceError's, and no status of a payment. */
export function wordOf({
  status,
  transactionStatus,
  transactionOperationStatus,
}: Transaction): string | undefined {
  const words = [status, transactionStatus, transactionOperationStatus]
  return words.find(word => typeof word === 'string' && word !== '') as string | undefined
}

/** How payonline says that it never heard of a correlator: 200, and every field null (measured on its preproduction, 2026). */
export function isAllNull(body: string): boolean {
  const fields = parseObject(body)
  return (
    fields !== undefined &&
    'clientCorrelator' in fields &&
    'transactionOperationStatus' in fields &&
    Object.values(fields).every(value => value === null || value === 0)
  )
}

/** An error in the portal's own form, which no proxy has. */
export const isPortalError = ({ statusCode, statusMessage }: Transaction): boolean =>
  statusCode != null && typeof statusMessage === 'string'

/** The body of an order; undefined where its amount is not exactly a JSON number. */
export function orderBody(order: Order, config: EipConfig): string | undefined {
  const { amount, original, operation } = order
  const told = config.amountForm === 'text' ? formatMoney(amount) : wireNumber(amount)
  if (told === undefined) return undefined
  const currency = currencyWordOf(config)
  return JSON.stringify({
    clientCorrelator: order.reference,
    notifyUrl: order.callbackUrl,
    referenceCode: order.shownReference,
    endUserId: digitsOf(order.msisdn),
    ...(operation === 'refund'
      ? {
          tranType: config.refundType,
          originalEcocashReference: original?.receipt,
          remark: order.shownReference,
        }
      : { tranType: 'MER', transactionOperationStatus: 'Charged', remarks: order.shownReference }),
    // lower-case and `onBeHalfOf`: so EcoCash spells them
    paymentAmount: {
      charginginformation: { amount: told, currency, description: order.shownReference },
      chargeMetaData: {
        channel: config.channel,
        purchaseCategoryCode: config.purchaseCategory,
        onBeHalfOf: config.merchantName,
      },
    },
    merchantCode: config.merchantCode,
    merchantPin: config.merchantPin,
    merchantNumber: config.merchantNumber,
    currencyCode: currency,
    countryCode: 'ZW',
    terminalID: config.terminalId,
    location: config.location,
    superMerchantName: config.superMerchantName ?? config.merchantName,
    merchantName: config.merchantName,
  })
}
