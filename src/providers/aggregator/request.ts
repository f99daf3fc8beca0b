import type { HttpRequest } from '../../domain/outside.ts'
import { escapeXml } from '../xml.ts'
import { usernameToken } from './made.ts'
import type { Entry, Tree } from './schema.ts'
import type { Step, Transport } from './step.ts'
import { fill, inUrl, type Slot, type Template, type Values } from './template.ts'
import { type Occasion, valuesOf } from './values.ts'

/** A step, filled in: the request as it goes over the wire. */

const CONTENT_TYPES: Readonly<Record<Transport, string | undefined>> = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  query: undefined,
  xml: 'application/xml; charset=utf-8',
  soap11: 'text/xml; charset=utf-8',
  soap12: 'application/soap+xml; charset=utf-8',
}

const ENVELOPES: Readonly<Record<'soap11' | 'soap12', string>> = {
  soap11: 'http://schemas.xmlsoap.org/soap/envelope/',
  soap12: 'http://www.w3.org/2003/05/soap-envelope',
}

/** `JSON.rawJSON` of ES2026: a number is written with the digits that it has, and no float ever holds it. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): object }

const NOTHING = Symbol('left out')

export type RequestParts = Omit<HttpRequest, 'deadlineMs'>

/** Throws `NoValue` where something has no value that must have one: nothing was sent then. */
export function requestOf(step: Step, occasion: Occasion): RequestParts {
  const values = valuesOf(occasion)
  const { profile, config } = occasion
  const { transport } = step
  const method = step.method ?? (transport === 'query' ? 'GET' : 'POST')
  const query = new URLSearchParams(pairs(step.query, values)).toString()
  const path = fill(step.path, values, inUrl) ?? ''
  const body = method === 'GET' ? undefined : bodyOf(step, occasion, values)
  const type = CONTENT_TYPES[transport]
  const action = step.soapAction
  return {
    method,
    url: `${config.baseUrl}${path}${query === '' ? '' : `${path.includes('?') ? '&' : '?'}${query}`}`,
    headers: {
      ...(body === undefined || type === undefined
        ? {}
        : {
            'content-type':
              type + (transport === 'soap12' && action !== undefined ? `; action="${action}"` : ''),
          }),
      ...(transport === 'soap11' ? { soapaction: `"${action ?? ''}"` } : {}),
      ...headersOf([...profile.auth.headers, ...step.headers], values),
      ...basicOf(profile.auth.basic, values),
    },
    ...(body === undefined ? {} : { body }),
  }
}

export function pairs(entries: readonly Entry[], values: Values): [string, string][] {
  return entries.flatMap(({ key, value }): [string, string][] => {
    const [name, text] = [fill(key, values), fill(value, values)]
    return name === undefined || text === undefined ? [] : [[name, text]]
  })
}

/** A header ends at a line break, and whatever followed it would be another. */
export const headersOf = (entries: readonly Entry[], values: Values): Record<string, string> =>
  Object.fromEntries(
    pairs(entries, values).map(([name, text]) => [name.toLowerCase(), text.replace(/[\r\n]/g, ' ')]),
  )

export function basicOf(
  basic: { readonly user: Template; readonly password: Template } | undefined,
  values: Values,
): Record<string, string> {
  if (basic === undefined) return {}
  const text = `${fill(basic.user, values) ?? ''}:${fill(basic.password, values) ?? ''}`
  return { authorization: `Basic ${Buffer.from(text).toString('base64')}` }
}

function bodyOf({ transport, body }: Step, occasion: Occasion, values: Values): string | undefined {
  if (body === undefined) return undefined
  if (transport === 'json') return JSON.stringify(jsonOf(body, values))
  if (transport === 'form' || transport === 'query') {
    const fields = Object.entries(Object(jsonOf(body, values)))
    return new URLSearchParams(
      fields.map(([name, value]): [string, string] => [name, String(value)]),
    ).toString()
  }
  const text = isTemplate(body) ? (fill(body, values, escapeXml) ?? '') : ''
  return transport === 'xml' ? text : enveloped(transport, text, occasion, values)
}

function enveloped(
  version: 'soap11' | 'soap12',
  text: string,
  { profile, at }: Occasion,
  values: Values,
): string {
  const token = profile.auth.usernameToken
  const header =
    token === undefined ? '' : `<soap:Header>${usernameToken(token, values, at, escapeXml)}</soap:Header>`
  return `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="${ENVELOPES[version]}">${header}<soap:Body>${text.trim()}</soap:Body></soap:Envelope>`
}

const isTemplate = (tree: Tree): tree is Template =>
  typeof tree === 'object' && tree !== null && 'kind' in tree && tree.kind === 'template'

function jsonOf(tree: Tree, values: Values): unknown {
  if (typeof tree !== 'object' || tree === null) return tree
  if (isTemplate(tree)) return leafOf(tree, values)
  if ('branches' in tree)
    return Object.fromEntries(
      tree.branches
        .map(([name, value]) => [name, jsonOf(value, values)] as const)
        .filter(([, value]) => value !== NOTHING),
    )
  return tree.map(item => jsonOf(item, values)).filter(item => item !== NOTHING)
}

const DIGITS = /^-?(0|[1-9]\d*)(\.\d+)?$/

function leafOf(template: Template, values: Values): unknown {
  const text = fill(template, values)
  if (text === undefined) return NOTHING
  const [only, more] = template.parts as readonly (string | Slot | undefined)[]
  const isNumber = more === undefined && typeof only === 'object' && only.format === 'number'
  return isNumber && DIGITS.test(text) ? rawJSON(text) : text
}
