import { constants, createCipheriv, createHmac, privateDecrypt } from 'node:crypto'
import type { SimRequest } from '../kit/http.ts'
import type { App } from './house.ts'
import { AIRTEL_PRIVATE_KEY } from './keys.ts'

/** What Airtel opens with its private key, and what it hashes for the lender. */

function opened(sealed: string, padding: App['padding']): string | undefined {
  const how = padding === 'oaep' ? constants.RSA_PKCS1_OAEP_PADDING : constants.RSA_PKCS1_PADDING
  try {
    return privateDecrypt({ key: AIRTEL_PRIVATE_KEY, padding: how }, Buffer.from(sealed, 'base64')).toString(
      'utf8',
    )
  } catch {
    return undefined
  }
}

/** What is wrong with a PIN. A cipher that opens to anything but four digits was made in another way. */
export function pinFault(sealed: string, app: App): string | undefined {
  const pin = opened(sealed, app.padding)
  if (pin === undefined || !/^\d{4}$/.test(pin)) return 'ROUTER116'
  return pin === app.pin ? undefined : 'ROUTER115'
}

/** Whether the body was signed: encrypted anew with the key in `x-key` it must be what stands in `x-signature`. */
export function isSigned({ headers, body }: SimRequest, { signed, padding }: App): boolean {
  if (!signed) return true
  const [key = '', iv = ''] = opened(headers['x-key'] ?? '', padding)?.split(':') ?? []
  try {
    const cipher = createCipheriv('aes-256-cbc', Buffer.from(key, 'base64'), Buffer.from(iv, 'base64'))
    const sealed = Buffer.concat([cipher.update(body, 'utf8'), cipher.final()]).toString('base64')
    return sealed === headers['x-signature']
  } catch {
    return false
  }
}

/** A callback as it leaves: with a hash where the application has a key for it. */
export function hashed(transaction: object, { hash_over }: App, key: string | null): string {
  if (key === null) return JSON.stringify({ transaction })
  const text = JSON.stringify(hash_over === 'body' ? { transaction } : transaction)
  return JSON.stringify({ transaction, hash: createHmac('sha256', key).update(text).digest('base64') })
}
