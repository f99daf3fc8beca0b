import { randomInt } from 'node:crypto'
import type { CountryCode } from 'libphonenumber-js/max'
import type { Answer, Decision, NewWalletView } from '../../flows/dialogue.ts'
import { WORDS } from '../../flows/words/index.ts'
import { type Msisdn, parseMsisdn } from '../domain/msisdn.ts'
import { MAX_PIN_TRIES } from '../domain/pin.ts'
import { nationalNumber, providerName } from '../domain/provider-names.ts'
import { later } from '../domain/time.ts'
import type { Gateway } from '../gateway/index.ts'
import { connectionFor } from '../gateway/plan.ts'
import type { Act, Setup } from '../gateway/step.ts'
import type { NameAnswer } from '../providers/provider.ts'
import type { Row } from '../store/database.ts'
import { customer, saveWallet, walletsOf } from '../store/people.ts'
import { guesserOf } from './operator.ts'
import { firstNameOf } from './screen-name.ts'

/** Wallets that she adds herself: each is proven by a code that goes to its phone. */

/** A code is good for so long; so many go out for one customer within a day, to whichever phones. */
const CODE_MS = 3_600_000
const CODES_A_DAY = 3
const DAY_MS = 86_400_000
/** Choices on one screen. */
const CHOICES = 3
/** Numbers of one operator begin alike: country code and the first digits of the number. */
const ALIKE = 7

export type Propose = Extract<Decision, { kind: 'propose-wallet' }>
type Confirm = Extract<Decision, { kind: 'confirm-wallet' }>

/** Providers whose wallets the lender can ask for money, in its own currency. */
function served(setup: Setup, at: Date): string[] {
  const { currency } = setup.tenant
  const known = [...setup.connections, ...setup.ways.routes].map(({ provider }) => provider)
  return [...new Set(known)].filter(
    provider => provider !== '' && connectionFor(setup, { provider, currency }, at) !== undefined,
  )
}

/**
 * What wallet this number may be: that of the operator whose range it is in, first; then as the numbers that begin alike
 * are; those that she has already, never.
 */
export async function newWallets(act: Act, customerId: string, number: string): Promise<NewWalletView[]> {
  const { trx, setup, at } = act
  const { id: tenantId, country, currency } = setup.tenant
  const msisdn = parseMsisdn(number, country as CountryCode)
  if (msisdn === undefined) return []
  const hers = await walletsOf(trx, tenantId, customerId, currency)
  const alike: Row[] = await trx('wallets')
    .where({ tenant_id: tenantId })
    .whereRaw('left(msisdn, ?) = ?', [ALIKE, msisdn.slice(0, ALIKE)])
    .groupBy('provider')
    .orderByRaw('count(*) desc, provider')
    .select('provider')
  const isItsOperators = await guesserOf(msisdn)
  const rank = (provider: string): number => {
    if (isItsOperators(provider)) return -1
    const found = alike.findIndex(row => row.provider === provider)
    return found === -1 ? alike.length : found
  }
  return served(setup, at)
    .filter(provider => !hers.some(wallet => wallet.provider === provider && wallet.msisdn === msisdn))
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, CHOICES)
    .map(provider => ({
      provider,
      msisdn,
      name: providerName(provider),
      number: nationalNumber(msisdn),
    }))
}

const sentToday = async ({ trx, setup, at }: Act, customerId: string): Promise<number> => {
  const [sent] = await trx('messages')
    .where({ tenant_id: setup.tenant.id, customer_id: customerId, about: 'wallet-code' })
    .where('created_at', '>', later(at, -DAY_MS))
    .count({ count: '*' })
  return Number(sent?.count)
}

const offeredFor = async (act: Act, { customerId, provider, number }: Propose) =>
  (await newWallets(act, customerId, number)).find(wallet => wallet.provider === provider)

/** Whether a code would go out, as far as we know by ourselves. */
export const mayPropose = async (act: Act, wanted: Propose): Promise<boolean> =>
  (await offeredFor(act, wanted)) !== undefined && (await sentToday(act, wanted.customerId)) < CODES_A_DAY

/**
 * Sends the code to the wallet's phone; its owner learns who asks, and gives it to her or does nothing. `found`: what the
 * provider says of the number.
 */
export async function proposeWallet(
  act: Act,
  gateway: Gateway,
  wanted: Propose,
  found: NameAnswer | undefined,
): Promise<Answer> {
  const { trx, setup, at } = act
  const { id: tenantId, currency, settings } = setup.tenant
  const { customerId, provider } = wanted
  const her = await customer(trx, tenantId, customerId)
  const wallet = await offeredFor(act, wanted)
  if (her === undefined || wallet === undefined) return { type: 'REFUSED', why: 'no-wallet' }
  if ((await sentToday(act, customerId)) >= CODES_A_DAY) return { type: 'REFUSED', why: 'too-many-sms' }
  if (found?.kind === 'no-account') return { type: 'REFUSED', why: 'no-account' }
  const code = String(randomInt(100_000, 1_000_000))
  await forget(act, customerId)
  await trx('new_wallets')
    .insert({
      ...{ tenant_id: tenantId, customer_id: customerId, provider, msisdn: wallet.msisdn, currency },
      code_hash: await gateway.deps.keys.hashPin(code),
      ...{ until: later(at, CODE_MS), tries: 0 },
    })
    .onConflict(['tenant_id', 'customer_id'])
    .merge()
  await gateway.messenger.tell(act, {
    key: `wallet-code:${gateway.deps.ids.next()}`,
    ...{ to: wallet.msisdn as Msisdn, customerId, about: 'wallet-code', language: her.language },
    text: WORDS[her.language].addWallet.sms(settings.lender, her.firstName, code),
  })
  const holder = found?.kind === 'name' ? firstNameOf(found.name) : undefined
  return { type: 'DONE', ...(holder === undefined ? {} : { holder }) }
}

/** She has the code: the wallet is hers to pay with. She may not dial from its phone, which somebody else may hold. */
export async function confirmWallet(
  act: Act,
  { deps: { keys, ids } }: Gateway,
  { customerId, pin: code }: Confirm,
): Promise<Answer> {
  const { trx, setup, at } = act
  const hers = { tenant_id: setup.tenant.id, customer_id: customerId }
  const row: Row | undefined = await trx('new_wallets').where(hers).forUpdate().first()
  if (row === undefined || (row.until as Date) <= at) return { type: 'REFUSED', why: 'code-spent' }
  if (!(await keys.checkPin(code, String(row.code_hash)))) {
    const tries = Number(row.tries) + 1
    if (tries < MAX_PIN_TRIES) {
      await trx('new_wallets').where(hers).update({ tries })
      return { type: 'REFUSED', why: 'wrong-pin', left: MAX_PIN_TRIES - tries }
    }
    await forget(act, customerId)
    return { type: 'REFUSED', why: 'code-spent' }
  }
  await forget(act, customerId)
  const wallet = {
    provider: String(row.provider),
    msisdn: row.msisdn as Msisdn,
    currency: String(row.currency),
  }
  await saveWallet(trx, setup.tenant.id, {
    ...{ ...wallet, id: ids.next(), customerId, mayDial: false, isDefault: false, createdAt: at },
  })
  // one that she had taken off her list is on it again
  await trx('wallets')
    .where({ ...hers, ...wallet })
    .update({ removed_at: null })
  return { type: 'DONE' }
}

/** A code is good no more; it leaves the SMS that brought it too. */
async function forget({ trx, setup, at }: Act, customerId: string): Promise<void> {
  const hers = { tenant_id: setup.tenant.id, customer_id: customerId }
  await trx('new_wallets').where(hers).update({ until: at })
  await trx('messages')
    .where({ ...hers, about: 'wallet-code' })
    .whereNotIn('state', ['queued', 'sending'])
    .update({ body: trx.raw("regexp_replace(body, '\\d{6}', '......')") })
}
