import { accountForms, plain } from '../../domain/match.ts'
import { parseMsisdn } from '../../domain/msisdn.ts'
import type { CoreAnswer, Named } from '../core-banking.ts'
import { type Api, all, mapValue } from './call.ts'
import { findClients } from './clients.ts'
import { SearchHits } from './wire.ts'

/**
 * What a payer typed, searched as SearchReadPlatformServiceImpl does: by SQL LIKE over names and external ids too, so
 * every hit is compared here. What could be a pattern of LIKE, or is longer than any account, is not searched.
 */
const TYPED = /^[\p{L}\d +/.-]{2,40}$/u

type Hit = {
  readonly entityId: string
  readonly entityType?: string | undefined
  readonly entityAccountNo?: string | null | undefined
  readonly entityName?: string | null | undefined
  readonly parentId?: string | null | undefined
}

async function hits(
  api: Api,
  resource: string,
  forms: readonly string[],
): Promise<CoreAnswer<readonly Hit[]>> {
  const asked = forms.map(query => api.get('search', { query, resource, exactMatch: 'true' }, SearchHits))
  return mapValue(all(await Promise.all(asked)), answers => answers.flatMap(found => found ?? []))
}

const ids = (found: readonly (string | null | undefined)[]): string[] => [
  ...new Set(found.filter(id => id != null)),
]

export async function named(api: Api, text: string): Promise<CoreAnswer<Named>> {
  const typed = text.trim()
  if (!TYPED.test(typed) || plain(typed) === '') return { kind: 'value', value: { kind: 'nobody' } }
  const isIt = (key: string | null | undefined): boolean => key != null && plain(key) === plain(typed)
  const loans = await hits(api, 'loans', accountForms(typed))
  if (loans.kind === 'no-answer') return loans
  const [loanId, ...more] = ids(
    loans.value
      .filter(hit => hit.entityType === 'LOAN' && isIt(hit.entityAccountNo))
      .map(hit => hit.entityId),
  )
  if (loanId !== undefined && more.length === 0) return { kind: 'value', value: { kind: 'loan', loanId } }
  for (const find of [accounts, phones, documents]) {
    const found = await find(api, typed, isIt)
    if (found.kind === 'no-answer') return found
    if (found.value.length > 0) return { kind: 'value', value: { kind: 'clients', clientIds: found.value } }
  }
  return { kind: 'value', value: { kind: 'nobody' } }
}

type Find = (
  api: Api,
  typed: string,
  isIt: (key: string | null | undefined) => boolean,
) => Promise<CoreAnswer<readonly string[]>>

/** The clients whose own number it is. */
export const accounts: Find = async (api, typed, isIt) =>
  mapValue(await hits(api, 'clients', accountForms(typed)), found =>
    ids(
      found.filter(hit => hit.entityType === 'CLIENT' && isIt(hit.entityAccountNo)).map(hit => hit.entityId),
    ),
  )

/** In local form too: `0700 000 001`. */
const phones: Find = async (api, typed) => {
  const phone = parseMsisdn(typed.replaceAll(/[oO]/g, '0'), api.config.country)
  if (phone === undefined) return { kind: 'value', value: [] }
  return mapValue(await findClients(api, phone), found => ids(found.map(({ id }) => id)))
}

/** Without what only makes it readable; its noughts stay. */
const written = (typed: string): string => typed.toUpperCase().replace(/[^A-Z0-9]/g, '')

/** Keys of documents are free text in the core, and found in the form in which they were entered. */
const documents: Find = async (api, typed, isIt) =>
  mapValue(
    await hits(api, 'clientIdentifiers', [
      ...new Set([typed, typed.toUpperCase(), written(typed), ...accountForms(typed)]),
    ]),
    found =>
      ids(
        found
          .filter(hit => hit.entityType === 'CLIENTIDENTIFIER' && isIt(hit.entityName))
          .map(hit => hit.parentId),
      ),
  )
