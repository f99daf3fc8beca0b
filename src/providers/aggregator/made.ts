import { constants, createHash, createHmac, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'
import * as z from 'zod'
import { Template } from './schema.ts'
import { fill, type Values } from './template.ts'

/**
 * Values that are made for each request: signatures over an ordered list of fields, digests, a PIN under the vendor's key, and
 * a text put together of several.
 */

const HASHES = ['sha1', 'sha256', 'sha512'] as const
const Encoding = z.enum(['hex', 'base64', 'HEX']).default('hex')
const Fields = {
  over: z.array(Template).min(1).max(30),
  separator: z.string().max(5).default(''),
  encoding: Encoding,
}

export const Made = z.union([
  z.strictObject({ hmac: z.enum(HASHES), secret: Template, ...Fields }),
  z.strictObject({ hash: z.enum(HASHES), ...Fields }),
  z.strictObject({
    rsa: Template,
    text: Template,
    padding: z.enum(['pkcs1', 'oaep-sha1', 'oaep-sha256']).default('oaep-sha256'),
    encoding: Encoding.default('base64'),
  }),
  z.strictObject({ text: Template }),
])
export type Made = z.infer<typeof Made>

export const encode = (bytes: Buffer, encoding: 'hex' | 'base64' | 'HEX'): string =>
  encoding === 'HEX' ? bytes.toString('hex').toUpperCase() : bytes.toString(encoding)

export function make(made: Made, values: Values): string | undefined {
  if ('rsa' in made) return sealed(made, values)
  if ('text' in made) return fill(made.text, values)
  const texts = made.over.map(template => fill(template, values) ?? '')
  const text = texts.join(made.separator)
  const digest =
    'hmac' in made ? createHmac(made.hmac, fill(made.secret, values) ?? '') : createHash(made.hash)
  return encode(digest.update(text).digest(), made.encoding)
}

type Sealed = Extract<Made, { rsa: unknown }>

function sealed({ rsa, text, padding, encoding }: Sealed, values: Values): string | undefined {
  const key = readPublicKey(fill(rsa, values) ?? '')
  const plain = fill(text, values)
  if (key === undefined || plain === undefined) return undefined
  const how =
    padding === 'pkcs1'
      ? { key, padding: constants.RSA_PKCS1_PADDING }
      : { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: padding.slice('oaep-'.length) }
  return encode(publicEncrypt(how, Buffer.from(plain)), encoding)
}

/** A vendor's public RSA key, as PEM or as the base64 that portals show; undefined where it is none. */
export function readPublicKey(text: string) {
  const trimmed = text.trim()
  const pem = trimmed.startsWith('-----')
    ? trimmed
    : `-----BEGIN PUBLIC KEY-----\n${trimmed.replace(/\s+/g, '').replace(/.{64}/g, '$&\n')}\n-----END PUBLIC KEY-----`
  try {
    const key = createPublicKey(pem)
    return key.asymmetricKeyType === 'rsa' ? key : undefined
  } catch {
    return undefined
  }
}

/** WS-Security UsernameToken 1.1 (OASIS): the password as text, or as a digest over nonce, time and password. */
export const UsernameToken = z.strictObject({
  user: Template,
  password: Template,
  digest: z.boolean().default(false),
})
export type UsernameToken = z.infer<typeof UsernameToken>

const WSS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss'

export function usernameToken(
  token: UsernameToken,
  values: Values,
  at: Date,
  safe: (text: string) => string,
): string {
  const user = fill(token.user, values) ?? ''
  const password = fill(token.password, values) ?? ''
  const created = at.toISOString()
  const nonce = randomBytes(16)
  const digest = createHash('sha1').update(nonce).update(created).update(password).digest('base64')
  const type = `${WSS}-username-token-profile-1.0#Password${token.digest ? 'Digest' : 'Text'}`
  const once = token.digest
    ? `<wsse:Nonce EncodingType="${WSS}-soap-message-security-1.0#Base64Binary">${nonce.toString('base64')}</wsse:Nonce><wsu:Created>${created}</wsu:Created>`
    : ''
  return `<wsse:Security xmlns:wsse="${WSS}-wssecurity-secext-1.0.xsd" xmlns:wsu="${WSS}-wssecurity-utility-1.0.xsd"><wsse:UsernameToken><wsse:Username>${safe(user)}</wsse:Username><wsse:Password Type="${type}">${token.digest ? digest : safe(password)}</wsse:Password>${once}</wsse:UsernameToken></wsse:Security>`
}
