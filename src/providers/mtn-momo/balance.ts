import { parseMoney } from '../../domain/money.ts'
import type { Tools } from '../../domain/outside.ts'
import type { Balance, BalanceAnswer } from '../provider.ts'
import { authorized, type Product } from './access.ts'
import type { MtnConfig } from './config.ts'
import { readBalance } from './wire.ts'

/** What each product's account holds. Source: MoMo developer portal, `GetAccountBalance`. */
export async function balances(config: MtnConfig, tools: Tools): Promise<BalanceAnswer> {
  const found: Balance[] = []
  for (const product of ['collection', 'disbursement'] as const satisfies readonly Product[]) {
    if (config[product] === undefined) continue
    const said = await balanceOf(product, config, tools)
    if ('kind' in said) return said
    found.push(said)
  }
  return { kind: 'balances', balances: found }
}

async function balanceOf(
  product: Product,
  config: MtnConfig,
  tools: Tools,
): Promise<Balance | Exclude<BalanceAnswer, { kind: 'balances' | 'later' }>> {
  const url = `${config.baseUrl}/${product}/v1_0/account/balance`
  const answer = await authorized(config, product, tools, (headers, deadlineMs) =>
    tools.http({ method: 'GET', url, headers, deadlineMs }),
  )
  if ('outcome' in answer) {
    const { outcome } = answer
    if (outcome.kind === 'our-fault') return outcome
    return { kind: 'unknown', why: outcome.kind === 'unknown' ? outcome.why : outcome.kind }
  }
  const read = answer.status === 200 ? readBalance(answer.body) : undefined
  const amount = read === undefined ? undefined : parseMoney(read.availableBalance, read.currency)
  return amount === undefined
    ? { kind: 'unknown', why: `no balance in the answer ${answer.status}` }
    : { account: product, amount }
}
