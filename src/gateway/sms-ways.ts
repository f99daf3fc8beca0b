import type { Channel } from '../store/tenants.ts'
import type { Setup } from './step.ts'

/** The lender's ways to a phone by SMS, in the order in which they are tried: its first sender, then those kept for a fallback. */
export const smsWays = ({ channels }: Setup): Channel[] =>
  channels
    .filter(({ kind }) => kind === 'sms')
    .filter(({ config }, at) => at === 0 || config.fallback === true)

/** The tenant's own code to dial, as the messages print it. */
export const dialCode = (setup: Setup): string =>
  setup.channels.find(channel => channel.kind === 'ussd')?.address ?? ''
