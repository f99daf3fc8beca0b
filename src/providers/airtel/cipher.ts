import {
  constants,
  createCipheriv,
  createPublicKey,
  type KeyObject,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'

/**
 * What is encrypted for Airtel: the PIN of a payout, and the signature of a message.
 * Source: Airtel developer portal, "Message Signing" and "Encryption"; github global-121/121-platform.
 */

export type Seal = {
  readonly publicKey: string
  readonly padding: 'pkcs1' | 'oaep'
  readonly oaepHash: 'sha1' | 'sha256'
}

/** The portal shows a bare base64 of the key; others pass PEM on. */
function keyOf(text: string): KeyObject | undefined {
  const pem = text.trim()
  try {
    return pem.startsWith('-----')
      ? createPublicKey(pem)
      : createPublicKey({ key: Buffer.from(pem, 'base64'), format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}

export const isRsaKey = (text: string): boolean => keyOf(text)?.asymmetricKeyType === 'rsa'

/** Base64, as it goes into a body or a header. Throws where the key cannot carry so much. */
export function seal(text: string, { publicKey, padding, oaepHash }: Seal): string {
  const key = keyOf(publicKey)
  if (key === undefined) throw new Error('no RSA key')
  return publicEncrypt(
    padding === 'oaep'
      ? { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }
      : { key, padding: constants.RSA_PKCS1_PADDING },
    Buffer.from(text, 'utf8'),
  ).toString('base64')
}

const AES_KEY_BYTES = 32
const IV_BYTES = 16

const keyIv = (key: Buffer, iv: Buffer): string => `${key.toString('base64')}:${iv.toString('base64')}`

export const LONGEST_KEY_IV = keyIv(Buffer.alloc(AES_KEY_BYTES), Buffer.alloc(IV_BYTES))

/** Whether a key with this padding is long enough for a text. */
export function fits(how: Seal, text: string): boolean {
  try {
    return seal(text, how) !== ''
  } catch {
    return false
  }
}

/** Headers that prove a body: it is encrypted under a key of its own, and that key under Airtel's. */
export function sign(body: string, how: Seal): Readonly<Record<string, string>> {
  const key = randomBytes(AES_KEY_BYTES)
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-cbc', key, iv)
  const signature = Buffer.concat([cipher.update(body, 'utf8'), cipher.final()])
  return { 'x-signature': signature.toString('base64'), 'x-key': seal(keyIv(key, iv), how) }
}
