/** What the judge reads: the simulators' truth, and our rows. */

export type Truth = {
  readonly reference: string | null
  readonly kind: 'collect' | 'disburse' | 'refund' | 'c2b'
  readonly msisdn?: string
  readonly amount: string
  readonly status: 'pending' | 'succeeded' | 'failed' | 'reversed'
  readonly receipt?: string
  readonly createdAt: string
  readonly completedAt?: string
  readonly reversedAt?: string
  readonly conversationId?: string
  /** Of a refund: what it gives back, by any of its names. */
  readonly original?: string
  readonly resultCode?: string
}

export type Movement = {
  readonly id: string
  readonly kind: 'collect' | 'disburse' | 'return'
  readonly state: string
  readonly amount: string
  readonly confirmed: string | null
  readonly receipt: string | null
  readonly due_at: Date | null
  readonly created_at: Date
  /** When we first heard that it came through. */
  readonly heard_at: Date | null
  /** Then its receipt was told, and nobody had hinted at one before: whoever tells a receipt tells the time, too. */
  readonly told: boolean
  readonly request_id: string | null
  readonly disbursement_id: string | null
  /** Of a return: the payment that it gives back. */
  readonly original_id: string | null
  /** Empty where the provider masks it. */
  readonly msisdn: string
  readonly references: readonly string[]
  /** Those of the last attempt. */
  readonly last: readonly string[]
  /** The provider's last word was none that the adapter or the profile lists: neither yes nor no, until a person looks. */
  readonly unlisted: boolean
}

export type Entry = {
  readonly id: string
  readonly entry: string
  readonly state: string
  readonly amount: string
  readonly external_id: string
  readonly core_transaction_id: string | null
  readonly created_at: Date
  /** A person knows that it is entered on a later day than the money came. */
  readonly late: boolean
  readonly transaction_id: string | null
  readonly disbursement_id: string | null
  readonly loan_id: string | null
  /** Of the payment that it books. */
  readonly receipt: string | null
  readonly due_at: Date | null
}

export type CoreRow = {
  readonly id: string
  readonly loanId: string
  readonly type: string
  readonly amount: string
  readonly net?: string
  readonly externalId: string | null
  readonly receiptNumber: string | null
  readonly date: string
  readonly reversed: boolean
}

/** A simulator's amount in minor units, read without the product's own codec. */
export const minor = (amount: string): bigint => {
  const [whole = '0', fraction] = amount.split('.')
  return BigInt(fraction === undefined ? whole : whole + fraction.padEnd(2, '0'))
}

export async function pages<T>(url: string): Promise<T[]> {
  const found: T[] = []
  let after = '0'
  for (;;) {
    const answer = await fetch(`${url}${url.includes('?') ? '&' : '?'}limit=1000&after=${after}`)
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
    const { data, next } = (await answer.json()) as { data: T[]; next: string | null }
    found.push(...data)
    if (next === null) return found
    after = next
  }
}

export const dayIn = (zone: string, at: string | Date): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(new Date(at))

/**
 * Ours of a movement at the provider: by its receipt; where nobody has that, by a reference of ours, or by its own name
 * for it. A payment at the paybill may have joined a push that looks like it: then the push's own is known by its receipt.
 */
export function oursOf(
  movements: readonly Movement[],
  { kind, reference, receipt, conversationId, original }: Truth,
): readonly Movement[] {
  // some providers give a refund no name of ours: it is known by what it gives back
  if (kind === 'refund' && original !== undefined) {
    const paid = movements.filter(
      ({ references, receipt: known }) => references.includes(original) || known === original,
    )
    const back = movements.filter(({ original_id: from }) => paid.some(({ id }) => id === from))
    const told = back.filter(({ state }) => state === 'booked')
    if (back.length > 0) return told.length > 0 ? told : back.slice(-1)
  }
  const paid = receipt === undefined ? [] : movements.filter(({ receipt: known }) => known === receipt)
  if (paid.length > 0) return paid
  return movements.filter(
    ({ references }) =>
      (reference !== null && references.includes(reference)) ||
      (conversationId !== undefined && references.includes(conversationId)),
  )
}

/** What the provider did for each movement of ours, by its id. */
export function rowsOf(movements: readonly Movement[], truth: readonly Truth[]): Map<string, Truth[]> {
  const rows = new Map<string, Truth[]>()
  for (const row of truth)
    for (const { id } of oursOf(movements, row)) rows.set(id, [...(rows.get(id) ?? []), row])
  return rows
}
