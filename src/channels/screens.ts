import * as z from 'zod'

/** Septets of a screen: fewer than 40 hold no menu, and more than 184 no network carries. */
export const Budget = z.int().min(40).max(184)

/** What a channel's configuration says of its screens, where its code was given other ones than its gateway says. */
export const Screens = z.object({
  budget: Budget.optional(),
  /** By the network, as the gateway names it. */
  networks: z.record(z.string().max(20), Budget).default({}),
})
