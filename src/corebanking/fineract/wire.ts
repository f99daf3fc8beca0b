import * as z from 'zod'

/**
 * The shapes of Fineract's answers, as far as we read them, after `parseJson`: every number is text.
 * Source: apache/fineract, ClientData, LoanAccountData, LoanScheduleData, LoanTransactionData, GenericResultsetData,
 * CommandProcessingResult, ApiGlobalErrorResponse.
 */

const Enumerated = z.object({ id: z.string() })
const Day = z.union([z.array(z.string()).min(3), z.string()])

export const Client = z.object({
  id: z.string(),
  firstname: z.string().nullish(),
  displayName: z.string().default(''),
  mobileNo: z.string().nullish(),
  active: z.boolean().optional(),
  status: Enumerated.optional(),
  groups: z.array(z.object({ id: z.string() })).nullish(),
})

/** GroupGeneralData: without its associations where nobody is a member, or has a role. */
export const Group = z.object({
  id: z.string(),
  name: z.string(),
  status: Enumerated.optional(),
  activeClientMembers: z.array(z.object({ id: z.string() })).default([]),
  groupRoles: z.array(z.object({ clientId: z.string(), role: z.object({ name: z.string() }) })).default([]),
})

export const SearchHits = z.array(
  z.object({
    entityId: z.string(),
    entityType: z.string().optional(),
    entityMobileNo: z.string().nullish(),
    entityAccountNo: z.string().nullish(),
    entityName: z.string().nullish(),
    parentId: z.string().nullish(),
  }),
)

/** ClientIdentifierData. */
export const Identifiers = z.array(
  z.object({ documentKey: z.string().nullish(), status: z.string().nullish() }),
)

const Cell = z.union([z.string(), z.boolean()]).nullish()
export const WalletRows = z.array(
  z.object({
    client_id: z.string().optional(),
    msisdn: z.string().optional(),
    provider_code: z.string().nullish(),
    currency_code: z.string().nullish(),
    may_dial: Cell,
    is_default: Cell,
    kyc_tier: z.string().max(20).nullish(),
  }),
)

/** GLAccountData: `usage` 1 is an account that takes entries, 2 a heading. */
export const LedgerAccounts = z.array(
  z.object({
    id: z.string(),
    disabled: z.boolean().optional(),
    manualEntriesAllowed: z.boolean().optional(),
    usage: Enumerated.optional(),
  }),
)

export const Accounts = z.object({
  loanAccounts: z.array(z.object({ id: z.string(), status: Enumerated.optional() })).default([]),
  savingsAccounts: z
    .array(
      z.object({
        id: z.string(),
        accountNo: z.string(),
        status: Enumerated.optional(),
        depositType: Enumerated.optional(),
        currency: z.object({ code: z.string() }),
      }),
    )
    .default([]),
})

export const PayOff = z.object({ amount: z.string(), currency: z.object({ code: z.string() }) })

const Period = z.object({
  period: z.string().optional(),
  dueDate: Day,
  totalDueForPeriod: z.string().optional(),
  totalOutstandingForPeriod: z.string().optional(),
  complete: z.boolean().optional(),
})

export const Transaction = z.object({
  id: z.string(),
  type: Enumerated.optional(),
  date: Day,
  currency: z.object({ code: z.string() }).optional(),
  amount: z.string(),
  externalId: z.string().nullish(),
  manuallyReversed: z.boolean().optional(),
  reversedOnDate: Day.nullish(),
  paymentDetailData: z.object({ receiptNumber: z.string().nullish() }).nullish(),
})
export type Transaction = z.infer<typeof Transaction>

export const Loan = z.object({
  id: z.string(),
  accountNo: z.string(),
  clientId: z.string().optional(),
  loanProductName: z.string().default(''),
  status: Enumerated,
  currency: z.object({ code: z.string() }),
  netDisbursalAmount: z.string().optional(),
  approvedPrincipal: z.string().optional(),
  timeline: z.object({ approvedOnDate: Day.nullish(), actualDisbursementDate: Day.nullish() }).nullish(),
  summary: z.object({ totalOutstanding: z.string().optional() }).nullish(),
  repaymentSchedule: z.object({ periods: z.array(Period) }).nullish(),
  transactions: z.array(Transaction).nullish(),
})
export type Loan = z.infer<typeof Loan>

export const SavingsTransaction = z.object({
  id: z.string(),
  transactionType: Enumerated.optional(),
  date: Day,
  currency: z.object({ code: z.string() }).optional(),
  amount: z.string(),
  reversed: z.boolean().optional(),
  paymentDetailData: z.object({ checkNumber: z.string().nullish() }).nullish(),
})
export type SavingsTransaction = z.infer<typeof SavingsTransaction>

/** Spring's Page, whose count is spelled by the serialiser: its field `total`, or its property `totalElements`. */
export const SavingsTransactions = z
  .object({
    content: z.array(SavingsTransaction),
    total: z.coerce.number().optional(),
    totalElements: z.coerce.number().optional(),
  })
  .transform(({ content, total, totalElements }) => ({ rows: content, total: total ?? totalElements }))

const JournalEntry = z.object({
  transactionId: z.string(),
  transactionDate: Day,
  entryType: Enumerated,
  amount: z.string(),
  currency: z.object({ code: z.string() }).optional(),
  manualEntry: z.boolean().optional(),
  reversed: z.boolean().optional(),
  referenceNumber: z.string().nullish(),
})

export type JournalEntry = z.infer<typeof JournalEntry>

/** org.apache.fineract.infrastructure.core.service.Page. */
export const JournalEntries = z
  .object({ pageItems: z.array(JournalEntry), totalFilteredRecords: z.coerce.number().optional() })
  .transform(({ pageItems, totalFilteredRecords }) => ({ rows: pageItems, total: totalFilteredRecords }))

/** A report's rows, as objects (`genericResultSet=false`) or as headers and rows, the form of old. */
export const Report = z.union([
  z.array(z.record(z.string(), z.unknown())),
  z
    .object({
      columnHeaders: z.array(z.object({ columnName: z.string() })),
      data: z.array(z.object({ row: z.array(z.unknown()) })),
    })
    .transform(({ columnHeaders, data }) =>
      data.map(({ row }) =>
        Object.fromEntries(columnHeaders.map((header, at) => [header.columnName, row[at]])),
      ),
    ),
])

export const DueRow = z.object({
  loan_id: z.string(),
  client_id: z.string(),
  mobile_no: z.string().nullish(),
  due: z.string(),
  overdue: z.string().nullish(),
  currency_code: z.string(),
})

export const CommandResult = z.object({
  loanId: z.string().optional(),
  resourceId: z.string().optional(),
  transactionId: z.string().optional(),
  savingsId: z.string().optional(),
  resourceExternalId: z.unknown().optional(),
  subResourceExternalId: z.unknown().optional(),
  commandId: z.string().optional(),
  rollbackTransaction: z.boolean().optional(),
  changes: z.record(z.string(), z.unknown()).optional(),
})

const Code = z.string().regex(/^[\w.\- ]{1,200}$/)
export const Failure = z.object({
  userMessageGlobalisationCode: Code,
  errors: z
    .array(z.object({ userMessageGlobalisationCode: Code.optional(), parameterName: z.string().nullish() }))
    .nullish(),
})
