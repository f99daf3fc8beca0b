/** Per-recipient codes that are no acceptance, and the fault that brings each (AT, "Sending SMS", status codes). */
export const REFUSALS = {
  'risk-hold': [401, 'RiskHold'],
  'insufficient-balance': [405, 'InsufficientBalance'],
  'user-in-blacklist': [406, 'UserInBlacklist'],
  'could-not-route': [407, 'CouldNotRoute'],
  'do-not-disturb': [409, 'DoNotDisturbRejection'],
  'gateway-error': [501, 'GatewayError'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>

export const REFUSAL_FAULTS = Object.keys(REFUSALS) as (keyof typeof REFUSALS)[]

/** What may be wrong with the telling of a delivery. */
export const REPORT_FAULTS = ['no-callback', 'duplicate-callback', 'callback-first', 'undelivered'] as const

export type Acceptance = { readonly code: number; readonly status: string; readonly accepted: boolean }

export const refused = ([code, status]: readonly [number, string]): Acceptance => ({
  code,
  status,
  accepted: false,
})

/** `enqueue=0` sends at once (101); otherwise the message is queued (102). Both say `Success`. */
export const accepted = (enqueue: boolean): Acceptance => ({
  code: enqueue ? 102 : 101,
  status: 'Success',
  accepted: true,
})

/** MCC and MNC by prefix, as AT names networks; portability makes it a guess there too. */
const NETWORKS: readonly (readonly [RegExp, string])[] = [
  [/^2547|^2541/, '63902'],
  [/^23767|^23768|^23765/, '62401'],
  [/^2376/, '62402'],
]

export const networkOf = (msisdn: string): string =>
  NETWORKS.find(([prefix]) => prefix.test(msisdn))?.[1] ?? '99999'
