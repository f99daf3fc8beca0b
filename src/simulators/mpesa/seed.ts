import { amountOf } from '../kit/money.ts'
import type { WalletSeed } from '../kit/wallets.ts'
import { type House, KES, wallets } from './house.ts'

export type MpesaSeed = {
  readonly apps: readonly {
    readonly consumerKey: string
    readonly consumerSecret: string
    readonly shortcode: string
    readonly passkey: string
    readonly environment: 'production' | 'sandbox'
    /** False: the organisation has no rule against the same payment twice within two minutes. */
    readonly refusesTwins?: boolean
    /** The API operator; its password comes encrypted under the simulator's certificate. */
    readonly operator?: { readonly initiator: string; readonly password: string }
    /** What the utility account holds at first, in shillings; payouts leave from there. */
    readonly utility?: string
    /** Where the paybill tells of customers' payments, as if registered; they can be pulled too. */
    readonly c2b?: {
      readonly confirmationUrl: string
      readonly validationUrl?: string
      readonly responseType?: 'Completed' | 'Cancelled'
    }
  }[]
  readonly wallets: readonly WalletSeed[]
}

/** Brings credentials and listeners up to date; balances that exist stay as they are. */
export async function seedMpesa({ db }: House, seed: MpesaSeed): Promise<void> {
  for (const app of seed.apps) {
    const { shortcode, c2b } = app
    await db('sim_mpesa.apps')
      .insert({
        shortcode,
        consumer_key: app.consumerKey,
        consumer_secret: app.consumerSecret,
        passkey: app.passkey,
        environment: app.environment,
        refuses_twins: app.refusesTwins ?? true,
        initiator: app.operator?.initiator ?? null,
        initiator_password: app.operator?.password ?? null,
      })
      .onConflict('consumer_key')
      .merge()
    const utility = amountOf(app.utility ?? '0', KES).toString()
    await db('sim_mpesa.accounts')
      .insert({ shortcode, working_minor: '0', utility_minor: utility })
      .onConflict('shortcode')
      .ignore()
    if (c2b === undefined) continue
    await db('sim_mpesa.pulls').insert({ shortcode }).onConflict().ignore()
    await db('sim_mpesa.c2b_urls')
      .insert({
        shortcode,
        response_type: c2b.responseType ?? 'Completed',
        confirmation_url: c2b.confirmationUrl,
        validation_url: c2b.validationUrl ?? null,
      })
      .onConflict('shortcode')
      .merge()
  }
  await wallets.seed(db, seed.wallets)
}
