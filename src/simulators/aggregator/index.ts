import { ensureSchema } from '../kit/database.ts'
import type { Route } from '../kit/http.ts'
import { amountOf } from '../kit/money.ts'
import type { WalletSeed } from '../kit/wallets.ts'
import { QUERY_FAULTS, WIRE_FAULTS } from '../kit/wire.ts'
import { furthermarket, furthermarketRoutes } from './furthermarket.ts'
import { ACCOUNTS, type House, STATEMENTS, wallets } from './house.ts'
import { kodo, kodoRoutes } from './kodo.ts'
import { LIFE_FAULTS, live, type Vendor } from './life.ts'
import { mosambee, mosambeeRoutes } from './mosambee.ts'
import { pawapay, pawapayRoutes } from './pawapay.ts'
import { skyburg, skyburgRoutes } from './skyburg.ts'
import { TEMPLATE_FAULTS } from './template.ts'
import { viewRoutes } from './views.ts'
import { waveMm, waveMmRoutes } from './wave-mm.ts'
import { waveSoap, waveSoapRoutes } from './wave-soap.ts'
import { yNote, yNoteRoutes } from './y-note.ts'

export { SKYBURG_PUBLIC_KEY } from './skyburg-keys.ts'

export type AggregatorSeed = {
  readonly accounts: readonly AggregatorAccountSeed[]
  readonly wallets: readonly WalletSeed[]
}

export type AggregatorAccountSeed = {
  readonly vendor: string
  /** The lender's name at the aggregator: an account id, a merchant id, an API user. */
  readonly account: string
  readonly currency: string
  /** What it has to show beside its name, by the aggregator's own words for it. */
  readonly secrets?: Readonly<Record<string, string>>
  /** What it opens with, in major units; default: nothing. */
  readonly float?: string
}

type Stall = { readonly vendor: Vendor; readonly routes: readonly Route[] }

function stallsOf(house: House): Stall[] {
  const [wave, kodoMoney, sky] = [waveMm(house), kodo(house), skyburg(house)]
  return [
    { vendor: furthermarket, routes: furthermarketRoutes(house) },
    { vendor: pawapay, routes: pawapayRoutes(house) },
    { vendor: yNote, routes: yNoteRoutes(house) },
    { vendor: wave, routes: waveMmRoutes(house, wave) },
    { vendor: waveSoap, routes: waveSoapRoutes(house) },
    { vendor: mosambee, routes: mosambeeRoutes(house) },
    { vendor: kodoMoney, routes: kodoRoutes(house, kodoMoney) },
    { vendor: sky, routes: skyburgRoutes(house, sky) },
  ]
}

/** The aggregators, each under `/sim/<its name>`: their wires differ, what happens behind them does not. */
export async function createAggregatorSimulators(house: House) {
  await ensureSchema(house.db, 'sim_aggregator', STATEMENTS)
  const stalls = stallsOf(house)
  for (const { vendor } of stalls) live(house, vendor)
  const kinds = [...LIFE_FAULTS, ...TEMPLATE_FAULTS, ...WIRE_FAULTS, ...QUERY_FAULTS]
  return {
    routes: stalls.flatMap(({ vendor, routes }) => [...routes, ...viewRoutes(house, vendor.name)]),
    kinds: Object.fromEntries(stalls.map(({ vendor }) => [vendor.name, kinds])),
    async seed(seed: AggregatorSeed) {
      for (const { vendor, account, currency, secrets = {}, float = '0' } of seed.accounts)
        await house
          .db(ACCOUNTS)
          .insert({
            ...{ vendor, account, currency, secrets: JSON.stringify(secrets) },
            balance_minor: amountOf(float, currency).toString(),
          })
          .onConflict(['vendor', 'account', 'currency'])
          .merge(['secrets'])
      await wallets.seed(house.db, seed.wallets)
    },
  }
}
