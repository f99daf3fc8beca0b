import { plain } from '../../domain/match.ts'
import type { CoreAnswer, FactCheck, Facts } from '../core-banking.ts'
import { type Api, mapValue } from './call.ts'
import { client } from './clients.ts'
import { accounts } from './references.ts'
import { Identifiers } from './wire.ts'

/** ClientIdentifierStatus: a document that was replaced or lost proves nothing. */
const IN_FORCE = 'clientIdentifierStatusType.active'
/** Fewer digits are guessed too soon. */
const MIN_DIGITS = 4

/** Whose client number it is, and whether the digits end a document of hers. Keys are free text: only their digits count. */
export async function checkFacts(
  api: Api,
  { account, digits }: Facts,
): Promise<CoreAnswer<FactCheck | undefined>> {
  const found = await accounts(api, account, key => key != null && plain(key) === plain(account))
  if (found.kind === 'no-answer') return found
  const [clientId, ...more] = found.value
  if (clientId === undefined || more.length > 0) return { kind: 'value', value: undefined }
  const [her, documents] = await Promise.all([
    client(api, clientId),
    api.get(`clients/${encodeURIComponent(clientId)}/identifiers`, {}, Identifiers),
  ])
  if (her.kind === 'no-answer') return her
  return mapValue(documents, rows =>
    her.value?.active !== true
      ? undefined
      : {
          clientId,
          agree:
            digits.length >= MIN_DIGITS &&
            (rows ?? []).some(
              ({ documentKey, status }) =>
                status === IN_FORCE && (documentKey ?? '').replace(/\D/g, '').endsWith(digits),
            ),
        },
  )
}
