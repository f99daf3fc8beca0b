import type { Knex } from 'knex'
import { amountOf, formatAmount } from './money.ts'
import { digitsOnly, e164 } from './numbers.ts'

/** A customer's mobile money as a seed tells it; the balance in major units. */
export type WalletSeed = {
  readonly msisdn: string
  readonly pin: string
  readonly balance: string
  readonly name: string
  readonly currency?: string
}

export type Wallet = {
  readonly msisdn: string
  readonly currency: string
  readonly pin: string
  readonly name: string
  readonly balance: bigint
}

export type Wallets = {
  readonly statements: readonly string[]
  /** Adds those that are not there yet; what has been paid since is not given back. */
  seed(db: Knex, wallets: readonly WalletSeed[]): Promise<void>
  find(db: Knex, msisdn: string, currency: string): Promise<Wallet | undefined>
  /** Takes the wallet for the rest of the transaction: two payments out of one balance wait for each other. */
  lock(trx: Knex.Transaction, msisdn: string, currency: string): Promise<Wallet | undefined>
  /** Adds to the balance, or takes from it; the table's own check refuses less than nothing. */
  move(trx: Knex.Transaction, wallet: Wallet, minor: bigint): Promise<void>
  list(db: Knex, msisdn?: string): Promise<object[]>
}

type Row = Omit<Wallet, 'balance'> & { readonly balance_minor: string }

const fromRow = ({ balance_minor, ...row }: Row): Wallet => ({ ...row, balance: BigInt(balance_minor) })

/** Wallets of one provider, in its schema. */
export function createWallets(schema: string, defaultCurrency: string): Wallets {
  const table = `${schema}.wallets`
  return {
    statements: [
      `create table if not exists ${table} (
         msisdn text not null, currency text not null, pin text not null, name text not null,
         balance_minor bigint not null check (balance_minor >= 0), primary key (msisdn, currency))`,
    ],
    async seed(db, wallets) {
      for (const { msisdn, pin, name, balance, currency = defaultCurrency } of wallets)
        await db(table)
          .insert({
            msisdn: digitsOnly(msisdn),
            currency,
            pin,
            name,
            balance_minor: amountOf(balance, currency).toString(),
          })
          .onConflict(['msisdn', 'currency'])
          .ignore()
    },
    async find(db, msisdn, currency) {
      const row: Row | undefined = await db(table).where({ msisdn, currency }).first()
      return row && fromRow(row)
    },
    async lock(trx, msisdn, currency) {
      const row: Row | undefined = await trx(table).where({ msisdn, currency }).forUpdate().first()
      return row && fromRow(row)
    },
    async move(trx, { msisdn, currency }, minor) {
      await trx(table)
        .where({ msisdn, currency })
        .update({ balance_minor: trx.raw('balance_minor + ?::bigint', [minor.toString()]) })
    },
    async list(db, msisdn) {
      const rows: Row[] = await db(table)
        .modify(query => void (msisdn && query.where({ msisdn })))
        .orderBy(['msisdn', 'currency'])
        .limit(1000)
      return rows.map(({ balance_minor, ...row }) => ({
        msisdn: e164(row.msisdn),
        name: row.name,
        balance: formatAmount(BigInt(balance_minor), row.currency),
        currency: row.currency,
      }))
    },
  }
}
