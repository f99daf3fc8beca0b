import type { z } from 'zod'
import { digitsOf, type Msisdn } from '../../domain/msisdn.ts'
import type { CoreAnswer, CoreClient, CoreWallet } from '../core-banking.ts'
import { type Api, all, mapValue } from './call.ts'
import { isSame, readPhone, spellings } from './phones.ts'
import { readFlag } from './values.ts'
import { Client, SearchHits, WalletRows } from './wire.ts'

const WALLETS = 'datatables/mm_wallets'
/** More clients than this on one phone are not read: a person must look at such a number. */
const MAX_CLIENTS = 10

/**
 * Who may dial from this phone: the wallet rows that say so, and the clients whose own number it is, unless a wallet row
 * of theirs says that this phone is only a payer's. Search is SQL LIKE over names too, so each hit is read and compared.
 */
export async function findClients(api: Api, phone: Msisdn): Promise<CoreAnswer<readonly CoreClient[]>> {
  const [rows, hits] = await Promise.all([walletRows(api, phone), searchHits(api, phone)])
  if (rows.kind === 'no-answer') return rows
  if (hits.kind === 'no-answer') return hits
  const by = (wanted: boolean) =>
    new Set(rows.value.filter(row => row.mayDial === wanted).map(row => row.clientId))
  const dialling = by(true)
  const paying = by(false)
  const ids = new Set([...dialling, ...hits.value.filter(id => !paying.has(id))])
  if (ids.size > MAX_CLIENTS) return { kind: 'no-answer', why: 'too many clients on one phone' }
  const read = all(await Promise.all([...ids].map(id => client(api, id, phone))))
  return mapValue(read, clients =>
    clients.filter(one => one !== undefined).filter(one => dialling.has(one.id) || one.phone === phone),
  )
}

type Dial = { readonly clientId: string; readonly mayDial: boolean | undefined }

async function walletRows(api: Api, phone: Msisdn): Promise<CoreAnswer<readonly Dial[]>> {
  const asked = [digitsOf(phone), phone].map(valueFilter => {
    const query = { columnFilter: 'msisdn', valueFilter, resultColumns: 'client_id,msisdn,may_dial' }
    return api.get(`${WALLETS}/query`, query, WalletRows)
  })
  return mapValue(all(await Promise.all(asked)), answers =>
    answers
      .flatMap(rows => rows ?? [])
      .filter(row => row.msisdn === undefined || isSame(row.msisdn, phone))
      .flatMap(row =>
        row.client_id === undefined ? [] : [{ clientId: row.client_id, mayDial: readFlag(row.may_dial) }],
      ),
  )
}

async function searchHits(api: Api, phone: Msisdn): Promise<CoreAnswer<readonly string[]>> {
  const asked = spellings(phone).map(query =>
    api.get('search', { query, resource: 'clients', exactMatch: 'true' }, SearchHits),
  )
  return mapValue(all(await Promise.all(asked)), answers =>
    answers
      .flatMap(hits => hits ?? [])
      .filter(hit => (hit.entityType ?? 'CLIENT') === 'CLIENT' && isSame(hit.entityMobileNo, phone))
      .map(hit => hit.entityId),
  )
}

export async function client(
  api: Api,
  id: string,
  phone?: Msisdn,
): Promise<CoreAnswer<CoreClient | undefined>> {
  const answer = await api.get(`clients/${encodeURIComponent(id)}`, {}, Client)
  return mapValue(answer, found => (found === undefined ? undefined : toClient(api, found, phone)))
}

function toClient(api: Api, found: z.infer<typeof Client>, phone: Msisdn | undefined): CoreClient {
  const { id, firstname, displayName, mobileNo, active, status } = found
  return {
    id,
    firstName: firstname ?? displayName.split(' ')[0] ?? '',
    displayName,
    phone: phone !== undefined && isSame(mobileNo, phone) ? phone : readPhone(mobileNo, api.config.country),
    active: active ?? status?.id === '300',
  }
}

/** Wallet rows of a client; a row without a number or a currency that we can read is left out. */
export async function wallets(api: Api, clientId: string): Promise<CoreAnswer<readonly CoreWallet[]>> {
  const answer = await api.get(`${WALLETS}/${encodeURIComponent(clientId)}`, {}, WalletRows)
  return mapValue(answer, rows =>
    (rows ?? []).flatMap(row => {
      const msisdn = readPhone(row.msisdn, api.config.country)
      if (msisdn === undefined || row.provider_code == null || row.currency_code == null) return []
      return [
        {
          clientId,
          msisdn,
          provider: row.provider_code.toLowerCase().replaceAll('_', '-'),
          currency: row.currency_code,
          mayDial: readFlag(row.may_dial) ?? false,
          isDefault: readFlag(row.is_default) ?? false,
          ...(row.kyc_tier ? { tier: row.kyc_tier } : {}),
        },
      ]
    }),
  )
}
