import * as z from 'zod'
import { CURRENCIES } from './currencies.ts'

/**
 * The schemas of the GSMA Mobile Money API 1.2 that this simulator holds requests and its own answers against: lengths,
 * patterns, required fields and enumerations as its OpenAPI document has them.
 */

const text = (min: number, max: number) => z.string().min(min).max(max)
const time = z.iso.datetime({ offset: true })
export const UUID = /^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$/

const amount = text(1, 23).regex(/^([0]|([1-9][0-9]{0,17}))([.][0-9]{0,3}[0-9])?$/)
const currency = z.string().refine(code => CURRENCIES.has(code), 'a currency of ISO 4217')
const pair = z.object({ key: text(1, 256), value: text(1, 256) })
const party = z.array(pair).min(1).max(10)
const more = z.array(pair).max(20)
const fees = z
  .array(z.object({ feeType: text(1, 256), feeAmount: amount, feeCurrency: currency }))
  .min(1)
  .max(20)

export const TYPES = [
  'billpay',
  'deposit',
  'disbursement',
  'transfer',
  'merchantpay',
  'inttransfer',
  'adjustment',
  'reversal',
  'withdrawal',
] as const
export const IDENTIFIERS = [
  'accountcategory',
  'bankaccountno',
  'accountrank',
  'identityalias',
  'iban',
  'accountid',
  'msisdn',
  'swiftbic',
  'sortcode',
  'organisationid',
  'username',
  'walletid',
  'linkref',
  'consumerno',
  'serviceprovider',
  'storeid',
  'bankname',
  'bankaccounttitle',
  'emailaddress',
  'mandatereference',
] as const

const organisation = z.object({
  requestingOrganisationIdentifierType: z.enum(['lei', 'swiftbic', 'organisationid']),
  requestingOrganisationIdentifier: text(1, 256),
})
const GEO = /^(-?(90|(\d|[1-8]\d)(\.\d{1,6}){0,1})),{1}(-?(180|(\d|\d\d|1[0-7]\d)(\.\d{1,6}){0,1}))$/

const common = {
  requestingOrganisationTransactionReference: text(0, 256).optional(),
  subType: text(0, 256).optional(),
  descriptionText: text(0, 160).optional(),
  fees: fees.optional(),
  geoCode: text(0, 256).regex(GEO).optional(),
  requestingOrganisation: organisation.optional(),
  servicingIdentity: text(0, 256).optional(),
  requestDate: time.optional(),
  customData: more.optional(),
  metadata: more.optional(),
}
const terms = {
  ...common,
  amount,
  currency,
  originalTransactionReference: text(0, 256).optional(),
  oneTimeCode: text(0, 256).optional(),
}

/** `POST /transactions`: the type is in the body, and both parties are. */
export const requestTransaction = z.object({
  ...terms,
  type: z.enum(TYPES),
  creditParty: party,
  debitParty: party,
})
export type RequestTransaction = z.infer<typeof requestTransaction>

/** `POST /transactions/type/{transactionType}`: one party is enough. */
export const requestTransactionType = z
  .object({ ...terms, creditParty: party.optional(), debitParty: party.optional() })
  .refine(({ creditParty, debitParty }) => creditParty !== undefined || debitParty !== undefined, {
    path: ['creditParty'],
    message: 'creditParty or debitParty',
  })
export type RequestTransactionType = z.infer<typeof requestTransactionType>

export const requestReversal = z.object({
  ...common,
  type: z.enum(['adjustment', 'reversal']),
  amount: amount.optional(),
  currency: currency.optional(),
  creditParty: party.optional(),
  debitParty: party.optional(),
})

const batchStatus = z.enum(['created', 'approved', 'completed'])
/** The document spells the description with a small d. */
export const requestBatchTransaction = z.object({
  transactions: z.array(requestTransaction).min(1).max(999_999),
  batchStatus: batchStatus.optional(),
  batchTitle: text(0, 256).optional(),
  batchdescription: text(0, 256).optional(),
  batchDescription: text(0, 256).optional(),
  requestingOrganisation: organisation.optional(),
  scheduledStartDate: time.optional(),
  requestDate: time.optional(),
  customData: more.optional(),
})

export const requestPatch = z
  .array(z.object({ op: z.enum(['replace', 'add']), path: text(0, 256), value: text(0, 256) }))
  .min(1)
  .max(10)

/** Headers of a request, where they are there. */
export const requestHeaders = z.object({
  'x-correlationid': z.string().regex(UUID).optional(),
  'x-callback-url': z.url().optional(),
  'x-date': time.optional(),
  'x-client-id': text(0, 256).optional(),
  'x-channel': text(0, 256).optional(),
  'x-account-holding-institution-identifier-type': z.enum(['lei', 'swiftbic', 'organisationid']).optional(),
})

const told = {
  transactionReference: text(1, 256),
  transactionStatus: text(1, 256),
  transactionReceipt: text(0, 256).optional(),
  creationDate: time.optional(),
  modificationDate: time.optional(),
}
export const responseTransaction = z.object({
  ...terms,
  ...told,
  type: z.enum(TYPES),
  creditParty: party,
  debitParty: party,
})
export const responseReversal = z.object({
  ...common,
  ...told,
  type: z.enum(['adjustment', 'reversal']),
  originalTransactionReference: text(0, 256),
  amount: amount.optional(),
  currency: currency.optional(),
  creditParty: party.optional(),
  debitParty: party.optional(),
})
export const responseStatementEntries = z.array(
  z.object({
    ...told,
    amount,
    currency,
    creditParty: party,
    debitParty: party,
    descriptionText: text(0, 160).optional(),
    displayType: text(0, 256).optional(),
  }),
)

export const CATEGORIES = {
  businessRule: 400,
  validation: 400,
  authorisation: 401,
  identification: 404,
  internal: 500,
  serviceUnavailable: 503,
} as const
export type Category = keyof typeof CATEGORIES

export const ERROR_CODES = [
  'genericError',
  'dailyVolumeLimitExceeded',
  'dailyValueLimitExceeded',
  'weeklyVolumeLimitExceeded',
  'weeklyValueLimitExceeded',
  'monthlyVolumeLimitExceeded',
  'monthlyValueLimitExceeded',
  'accountMaxTotalVolumeExceeded',
  'accountMaxTotalValueExceeded',
  'lessThanTransactionMinValue',
  'greaterThanTransactionMaxValue',
  'maxBalanceExceeded',
  'samePartiesError',
  'duplicateRequest',
  'insufficientFunds',
  'incorrectState',
  'underPaymentNotAllowed',
  'overPaymentNotAllowed',
  'rateLimitError',
  'transactionTypeError',
  'noMandateAuthority',
  'linkViolation',
  'countryofOriginNotPermitted',
  'nationalityNotPermitted',
  'idDocumentNotSupported',
  'issuingCountryNotSupported',
  'quoteHasExpired',
  'identifierError',
  'lengthError',
  'formatError',
  'negativeValue',
  'currencyNotSupported',
  'mandatoryValueNotSupplied',
  'invalidOffset',
  'clientAuthorisationError',
  'requestDeclined',
  'servicingPartyAuthorisationError',
  'requestingPartyAuthorisationError',
] as const
export type ErrorCode = (typeof ERROR_CODES)[number]

export const errorObject = z.object({
  errorCategory: z.enum(Object.keys(CATEGORIES) as Category[]),
  errorCode: z.enum(ERROR_CODES),
  errordescription: text(0, 256).optional(),
  errorDateTime: time.optional(),
  errorParameters: more.optional(),
})
export const requestState = z.object({
  serverCorrelationId: z.string().regex(UUID),
  status: z.enum(['pending', 'completed', 'failed']),
  notificationMethod: z.enum(['callback', 'polling']),
  objectReference: text(0, 256).optional(),
  pendingReason: text(0, 256).optional(),
  expiryTime: time.optional(),
  pollLimit: z.number().int().positive().optional(),
  error: errorObject.optional(),
})
export const responseResponse = z.object({ link: text(1, 256) })
export const responseHeartbeat = z.object({ serviceStatus: z.enum(['available', 'unavailable', 'degraded']) })

export const responseAccountStatus = z.object({
  accountStatus: z.enum(['available', 'unavailable', 'unregistered']),
})
export const responseAccountName = z.object({
  name: z.object({ firstName: text(0, 256), lastName: text(0, 256), fullName: text(0, 256) }).partial(),
})
export const responseAccountBalance = z.object({
  accountStatus: responseAccountStatus.shape.accountStatus,
  currentBalance: amount,
  availableBalance: amount,
  reservedBalance: amount,
  unclearedBalance: amount,
  currency,
})

export const responseBatch = z.object({
  batchId: text(1, 256),
  batchStatus,
  approvalDate: time.optional(),
  completionDate: time.optional(),
  batchTitle: text(0, 256).optional(),
  processingFlag: z.boolean(),
  completedCount: z.number().int(),
  rejectionCount: z.number().int(),
  parsingSuccessCount: z.number().int(),
  creationDate: time,
})
export const batchCompletions = z.array(
  z.object({
    transactionReference: text(1, 256),
    requestingOrganisationTransactionReference: text(0, 256).optional(),
    creditParty: party,
    debitParty: party,
    completionDate: time,
    link: text(1, 256),
  }),
)
export const batchRejections = z.array(
  z.object({
    transactionReference: text(1, 256).optional(),
    requestingOrganisationTransactionReference: text(0, 256).optional(),
    creditParty: party,
    debitParty: party,
    rejectionReason: text(1, 256),
    rejectionDate: time,
  }),
)
