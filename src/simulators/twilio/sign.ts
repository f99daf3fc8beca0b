import { createHmac } from 'node:crypto'

/**
 * X-Twilio-Signature: the address as it is called, then each field's name and value in the order of their names, under the
 * account's token. Source: twilio.com/docs/usage/security, written down here anew: the SDK's own check is what we try.
 */
export function signatureOf(token: string, url: string, fields: Readonly<Record<string, string>>): string {
  const names = Object.keys(fields).sort()
  const text = names.reduce((signed, name) => signed + name + fields[name], url)
  return createHmac('sha1', token).update(text, 'utf8').digest('base64')
}
