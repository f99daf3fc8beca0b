import { createHash } from 'node:crypto'

/** Whole characters that stand for these octets wherever they begin in a longer base64 text. */
function base64Forms(secret: string): string[] {
  return [0, 1, 2].map(before => {
    const encoded = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]).toString('base64')
    return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + secret.length) * 8) / 6))
  })
}

const hex = (text: string, encoding: BufferEncoding): string => Buffer.from(text, encoding).toString('hex')

/**
 * What a secret of digits may hide as: itself and backwards, in hexadecimal of UTF-8 and of UTF-16, in base64 wherever it
 * stands there, percent-encoded, sign by sign as JSON or as a list, and as a fast hash without salt. Digits alone count
 * only where no other figure or hexadecimal letter touches them: an id drawn by chance has many.
 */
export function formsOf(secret: string): RegExp {
  const bare = [secret, [...secret].reverse().join('')].map(digits => `(?<![0-9a-f])${digits}(?![0-9a-f])`)
  const signs = [...secret]
  const coded = [
    hex(secret, 'utf8'),
    hex(secret, 'utf16le'),
    ...base64Forms(secret),
    signs.map(sign => `%${hex(sign, 'utf8')}`).join(''),
    signs.map(sign => `\\\\u003${sign}`).join(''),
    ...['","', ',', ', ', ' '].map(between => signs.join(between)),
    ...(['md5', 'sha1', 'sha256'] as const).flatMap(name => {
      const digest = createHash(name).update(secret).digest()
      return [digest.toString('hex'), digest.toString('base64').replace(/=+$/, '')]
    }),
  ]
  return new RegExp([...bare, ...coded.map(text => text.replace(/[+/]/g, '[$&]'))].join('|'))
}

/** Any of several secrets, in any of these forms. */
export const anyOf = (secrets: readonly string[]): RegExp =>
  new RegExp(secrets.map(secret => formsOf(secret).source).join('|'))
