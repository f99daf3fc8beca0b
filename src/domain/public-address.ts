import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * Addresses that a tenant may name and we may call: a web hook must not become a way into the house (server-side request
 * forgery). Everything that IANA's special-purpose registries (RFC 6890) list is inside, and all of IPv6 that is not
 * global unicast, so that no IPv4 address comes in another one's clothes: mapped, 6to4, Teredo or NAT64.
 */

/** The part of IPv6 that is assigned for global use (RFC 4291, IANA's registry). */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3')

const readAddress = (text: string): ReturnType<typeof ipaddr.process> | undefined =>
  isIP(text) === 0 ? undefined : ipaddr.process(text)

/** True for an address of the public internet; false for any other, and for what is no address. */
export function isPublicAddress(text: string): boolean {
  const address = readAddress(text)
  if (address === undefined || address.range() !== 'unicast') return false
  return address.kind() === 'ipv4' || address.match(GLOBAL_IPV6)
}

/** This machine itself: where simulators and tests listen. */
export const isLoopbackAddress = (text: string): boolean => readAddress(text)?.range() === 'loopback'

export const MAX_URL_LENGTH = 1024
const HTTPS_PORT = 443
/** Below it are the well-known services, mail among them, that nobody serves web hooks on. */
const FIRST_FREE_PORT = 1024

/** The host of a URL as the resolver takes it: an IPv6 address without its brackets. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1')

const isLoopbackHost = (host: string): boolean => host === 'localhost' || isLoopbackAddress(host)

/**
 * Reads a URL that we are asked to call; answers what is wrong with it as a sentence. What its name resolves to is
 * looked at when it is called. `loopback`: the demo, where this machine may be called too, over plain http.
 */
export function readPublicUrl(text: string, loopback: boolean): URL | { readonly wrong: string } {
  if (text.length > MAX_URL_LENGTH) return { wrong: `the URL has more than ${MAX_URL_LENGTH} characters` }
  const url = URL.parse(text)
  if (url === null) return { wrong: 'this is no URL' }
  const host = hostOf(url)
  const home = loopback && isLoopbackHost(host)
  if (url.protocol !== 'https:' && !(home && url.protocol === 'http:'))
    return { wrong: 'the URL must begin with https://' }
  if (url.username !== '' || url.password !== '')
    return { wrong: 'the URL must not hold a user name or a password: deliveries are signed instead' }
  const port = url.port === '' ? HTTPS_PORT : Number(url.port)
  if (port !== HTTPS_PORT && port < FIRST_FREE_PORT)
    return { wrong: `the port must be ${HTTPS_PORT}, or ${FIRST_FREE_PORT} and above` }
  if (isIP(host) !== 0 && !home && !isPublicAddress(host))
    return { wrong: 'the URL points to an address that is not public' }
  return url
}

/** Names that never leave a house: RFC 6761, RFC 6762, ICANN's `internal`, and a bare name of a private network. */
const HOME = /^(?:[a-z0-9-]+|.*\.(?:localhost|local|internal|home\.arpa))$/i

/** True where the line to this address is not the public internet. */
function isHome(url: URL): boolean {
  const host = hostOf(url)
  return ipaddr.isValid(host) ? !isPublicAddress(host) : HOME.test(host)
}

const CLEAR: ReadonlySet<string> = new Set(['http:', 'smpp:'])

/** Plain http or SMPP over the public internet; `sim:`, https and smpps are none. */
export const inClearText = (text: string): boolean => {
  const url = URL.parse(text)
  return url !== null && CLEAR.has(url.protocol) && !isHome(url)
}
