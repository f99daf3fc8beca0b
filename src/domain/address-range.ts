import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Addresses and ranges of them in CIDR notation (RFC 4632, RFC 4291), as operators publish where they call from. */

type Range = ReturnType<typeof ipaddr.parseCIDR>

function readRange(text: string): Range | undefined {
  const [address = '', prefix] = text.split('/')
  if (isIP(address) === 0) return undefined
  if (prefix === undefined) return ipaddr.parseCIDR(`${address}/${isIP(address) === 4 ? 32 : 128}`)
  // a range of all the world lists nobody
  return /^[1-9]\d{0,2}$/.test(prefix) && ipaddr.isValidCIDR(text) ? ipaddr.parseCIDR(text) : undefined
}

/** True for `196.201.214.200`, `196.201.214.0/24`, `2001:db8::/32`; false for what holds everybody. */
export const isAddressRange = (text: string): boolean => readRange(text) !== undefined

/** True where the address stands in one of the ranges; an IPv4 address that came as `::ffff:…` is that IPv4 address. */
export function isWithin(address: string, ranges: readonly unknown[]): boolean {
  if (isIP(address) === 0) return false
  const caller = ipaddr.process(address)
  return ranges.some(text => {
    const range = typeof text === 'string' ? readRange(text) : undefined
    return range !== undefined && range[0].kind() === caller.kind() && caller.match(range)
  })
}
