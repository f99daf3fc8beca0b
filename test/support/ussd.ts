import type { Language } from '../../flows/words/words.ts'
import { parseMsisdn } from '../../src/domain/msisdn.ts'
import { saveCustomer } from '../../src/store/people.ts'
import type { TestStage } from './stage.ts'

export type DemoTenant = 'demo-ke' | 'demo-cm'

const DIALS = {
  'demo-ke': { phone: '+254700000001', code: '*384*100#', language: 'en' },
  'demo-cm': { phone: '+237670000001', code: '*126*200#', language: 'fr' },
} as const

export type Hop = {
  readonly session: string
  readonly text: string
  readonly tenant?: DemoTenant
  readonly phone?: string
  readonly code?: string
}

/** One hop as it is on the wire, for what no honest gateway sends: late, doubled, foreign. Answers `CON …` or `END …`. */
export async function postHop(stage: Pick<TestStage, 'url'>, hop: Hop): Promise<string> {
  const tenant = hop.tenant ?? 'demo-ke'
  const { phone, code } = { ...DIALS[tenant], ...hop }
  const body = new URLSearchParams({
    sessionId: hop.session,
    phoneNumber: phone,
    serviceCode: code,
    networkCode: '99999',
    text: hop.text,
  })
  const answer = await fetch(`${stage.url}/ussd/${tenant}`, { method: 'POST', body })
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
  return answer.text()
}

/** Posts hop after hop of one session; answers what each was answered. */
export async function converse(
  stage: Pick<TestStage, 'url'>,
  hop: Omit<Hop, 'text'>,
  texts: readonly string[],
): Promise<string[]> {
  const answers: string[] = []
  for (const text of texts) answers.push(await postHop(stage, { ...hop, text }))
  return answers
}

/** Somebody more who may dial, known to us already. */
export async function addPerson(
  { house }: Pick<TestStage, 'house'>,
  tenant: DemoTenant,
  person: { readonly name: string; readonly phone: string; readonly language?: Language },
): Promise<string> {
  const phone = parseMsisdn(person.phone)
  const { ids, clock } = house.gateway.deps
  const { id } = await house.db.asTenant(tenant, trx =>
    saveCustomer(trx, tenant, {
      id: ids.next(),
      coreClientId: `9${person.phone.slice(-6)}${person.name}`,
      firstName: person.name,
      displayName: person.name,
      phone,
      language: person.language ?? DIALS[tenant].language,
      createdAt: clock.now(),
    }),
  )
  return id
}

/** The only row of a query, as one tenant. */
export async function rowOf(
  { house }: Pick<TestStage, 'house'>,
  sql: string,
  tenant: DemoTenant = 'demo-ke',
): Promise<Record<string, unknown>> {
  const [row] = await rowsOf({ house }, sql, tenant)
  return row ?? {}
}

export const rowsOf = (
  { house }: Pick<TestStage, 'house'>,
  sql: string,
  tenant: DemoTenant = 'demo-ke',
): Promise<Record<string, unknown>[]> =>
  house.db.asTenant(tenant, async trx => (await trx.raw(sql)).rows as Record<string, unknown>[])
