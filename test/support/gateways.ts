import { parseMsisdn } from '../../src/domain/msisdn.ts'
import { createGatewayPhone, GATEWAY_NAMES, type GatewayName } from '../../src/simulators/ussd/index.ts'
import { addChannel } from '../../src/store/tenancy.ts'
import type { TestStage } from './stage.ts'

/** The borrower of demo-ke, and her code. */
const AMINA = parseMsisdn('+254700000001') ?? ''
const CODE = '*384*100#'

/** Longer than any gateway takes a second input for a repetition of the first. */
const READS_MS = 3_000

/** demo-ke behind every gateway that sends the last input alone: a channel each, whose token is the gateway's name. */
export async function addGateways({ house }: TestStage): Promise<void> {
  const { ids, clock } = house.gateway.deps
  const { secrets, keys } = house
  await house.db.asTenant('demo-ke', async trx => {
    for (const profile of GATEWAY_NAMES)
      await addChannel(
        { trx, tenantId: 'demo-ke', ids, secrets, keys, at: clock.now() },
        { kind: 'ussd', adapter: 'dialect', token: profile, address: CODE, config: { profile }, secrets: {} },
      )
  })
}

type Options = Partial<Parameters<typeof createGatewayPhone>[1]>

/** Her phone behind that gateway; the clock moves while she reads. */
export const phoneBehind = (name: GatewayName, stage: TestStage, options: Options = {}) =>
  createGatewayPhone(name, {
    url: `${stage.url}/ussd/${name}`,
    phone: AMINA,
    code: CODE,
    reads: () => stage.clock.advance(READS_MS),
    ...options,
  })
