import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto'

/** The version that stands beside every hash and HMAC made now. */
export const KEY_VERSION = 1

export type HashLabel = 'transcript' | 'callback' | 'api-key' | 'body' | 'token'

/** All that is derived from `SECRETS_KEY`; the key itself leaves this module never. */
export type Keys = {
  hash(label: HashLabel, text: string): string
  /** Wraps bytes under the master key (AES-256-GCM). */
  wrap(bytes: Buffer): string
  unwrap(text: string): Buffer
  hashPin(pin: string): Promise<string>
  checkPin(pin: string, hash: string): Promise<boolean>
}

/** scrypt at N = 2^14 costs some 40 ms on the thread pool: slow for a thief, quick for a hop. */
const SCRYPT = { N: 16_384, r: 8, p: 1 }
const PIN_BYTES = 32

export function seal(key: Buffer | KeyObject, plain: Buffer): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')
}

export function unseal(key: Buffer | KeyObject, text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
  decipher.setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()])
}

/** Reads `SECRETS_KEY`: 32 bytes as base64 or hex. Undefined where it is anything else. */
export function readMasterKey(text: string): Buffer | undefined {
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64')
  return bytes.length === 32 ? bytes : undefined
}

export function createKeys(master: Buffer): Keys {
  const derive = (label: string): KeyObject =>
    createSecretKey(Buffer.from(hkdfSync('sha256', master, '', `hatua:${label}:v${KEY_VERSION}`, 32)))
  // as key objects: from bytes, each hash would prepare its key anew, at several times its own cost
  const cache = new Map<string, KeyObject>()
  const keyOf = (label: string): KeyObject => {
    const known = cache.get(label) ?? derive(label)
    cache.set(label, known)
    return known
  }
  const stretch = (pin: string, salt: Buffer): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const peppered = createHmac('sha256', keyOf('pin')).update(pin).digest()
      scrypt(peppered, salt, PIN_BYTES, SCRYPT, (error, key) =>
        error === null ? resolve(key) : reject(error),
      )
    })
  return {
    hash: (label, text) => createHmac('sha256', keyOf(label)).update(text).digest('base64url'),
    wrap: bytes => seal(keyOf('wrap'), bytes),
    unwrap: text => unseal(keyOf('wrap'), text),
    async hashPin(pin) {
      const salt = randomBytes(16)
      return `${salt.toString('base64')}.${(await stretch(pin, salt)).toString('base64')}`
    },
    async checkPin(pin, hash) {
      const [salt = '', wanted = ''] = hash.split('.')
      return timingSafeEqual(await stretch(pin, Buffer.from(salt, 'base64')), Buffer.from(wanted, 'base64'))
    },
  }
}
