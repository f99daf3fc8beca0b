import type { Outcome } from '../../domain/outcome.ts'
import type { HttpAnswer, HttpRequest, RawRequest, Tools } from '../../domain/outside.ts'
import type { AttemptRef, Operation, Provider } from '../provider.ts'
import type { AggregatorConfig } from './connection.ts'
import { readWire } from './document.ts'
import { checkEachOwn } from './each-own.ts'
import { amountOf, bodyText, differs, type Example, type Examples, type Finding } from './examples.ts'
import { createAggregator } from './index.ts'
import { OPERATIONS, type Operations, type Profile } from './profile.ts'

/** Holds a profile against the contract of a provider, and against examples of the other side. Nothing leaves the house. */

const REFERENCE = '2f1c7a4e-5b0d-4a3c-9e8f-0123456789ab'
const CALLBACK = 'https://lender.example/providers/token/callback/0123456789abcdef'
const AT = new Date('2026-01-15T07:15:30Z')

const page = (status: number, body: string): HttpAnswer => ({ kind: 'answer', status, headers: {}, body })
/** Neither yes nor no, whatever was asked; the same list as in the contract of a provider. */
const UNCLEAR: readonly (readonly [string, HttpAnswer])[] = [
  ['a time-out', { kind: 'no-answer', why: 'timeout' }],
  ['a reset connection', { kind: 'no-answer', why: 'reset' }],
  ['an answer larger than the limit', { kind: 'no-answer', why: 'too-large' }],
  ['a bare 500', page(500, '')],
  ['a 502 page', page(502, '<html><h1>Bad Gateway</h1></html>')],
  ['HTML with 200', page(200, '<html>Please log in</html>')],
  ['cut JSON', page(200, '{"status":"SUCC')],
  ['an empty 200', page(200, '')],
  ['a redirect', page(302, '')],
  ['a page that was not found', page(404, '<html>no such page</html>')],
]

type Bench = {
  readonly profile: Profile
  readonly adapter: Provider<AggregatorConfig>
  readonly config: AggregatorConfig
  readonly examples: Examples
  attemptOf(operation: Operation): AttemptRef
}

/** Answers as told, and keeps what was asked; whoever wants a token or an init is served beside it. */
function outside({ profile, examples }: Bench, operation: Operation, answer: HttpAnswer) {
  const heard: HttpRequest[] = []
  let before = (profile.operations as Operations)[operation]?.init === undefined ? 0 : 1
  const tools: Tools = {
    http: async request => {
      if (before > 0) {
        before--
        return page(200, bodyText(examples.init?.body ?? ''))
      }
      heard.push(request)
      return answer
    },
    tokens: { get: async () => 'a-token', drop: () => undefined },
    now: () => AT,
  }
  return { tools, heard }
}

type Step = 'send' | 'status'
async function play(bench: Bench, operation: Operation, step: Step, answer: HttpAnswer) {
  const { tools, heard } = outside(bench, operation, answer)
  const attempt = bench.attemptOf(operation)
  const { adapter, config } = bench
  const { providerReference: _, ...order } = attempt
  const outcome = await (step === 'send'
    ? adapter.send(order, config, tools)
    : adapter.inquire(attempt, config, tools))
  return { outcome, heard }
}

/** Checks everything; the findings stand in the order in which they were made. */
export async function checkProfile(profile: Profile, examples: Examples): Promise<Finding[]> {
  const adapter = createAggregator(profile)
  const amount = amountOf(examples)
  if (amount === undefined) return [{ what: 'the order of the examples', wrong: 'no amount of its currency' }]
  const config = adapter.config(examples.config)
  const { msisdn, code, providerReference } = examples.order
  const bench: Bench = {
    ...{ profile, adapter, config, examples },
    attemptOf: operation => ({
      ...{ operation, reference: REFERENCE, amount, msisdn, shownReference: 'LN77', callbackUrl: CALLBACK },
      ...(code === undefined ? {} : { code }),
      ...(providerReference === undefined ? {} : { providerReference }),
      ...(operation === 'refund'
        ? { original: { reference: REFERENCE, providerReference: 'P-0', receipt: 'R-0' } }
        : {}),
    }),
  }
  const found: Finding[] = []
  for (const example of examples.examples) found.push(...(await checkExample(bench, example)))
  for (const operation of OPERATIONS.filter(name => name in adapter.can.operations))
    found.push(...(await checkOperation(bench, operation)))
  found.push(...(await checkEachOwn(profile, examples)))
  return found
}

const splitOn = (on: string) => on.split('.') as [Operation, Step | 'callback']

async function checkExample(bench: Bench, example: Example): Promise<Finding[]> {
  const [operation, step] = splitOn(example.on)
  const what = `${example.on}: ${example.says}`
  const body = bodyText(example.answer.body).replaceAll('{reference}', REFERENCE)
  const { http, headers } = example.answer
  if (step === 'callback') {
    const got = told(bench, operation, body, headers)
    return [{ what, wrong: differs(example.outcome, got) ?? leaks(bench, got) }]
  }
  const { outcome, heard } = await play(bench, operation, step, {
    kind: 'answer',
    status: http,
    headers,
    body,
  })
  const wrong = differs(example.outcome, outcome) ?? asked(example, heard) ?? leaks(bench, outcome)
  return [{ what, wrong }, ...(await checkUnlisted(bench, example, body))]
}

function told(
  { adapter, config, attemptOf }: Bench,
  operation: Operation,
  body: string,
  headers: Example['answer']['headers'],
) {
  const request: RawRequest = { method: 'POST', headers, query: {}, body, from: '127.0.0.1' }
  const reading = adapter.readCallback(request, config, attemptOf(operation))
  return reading.kind === 'outcome' ? reading.outcome : { kind: 'unreadable' as const }
}

/** The same answer with a word that nobody lists is neither yes nor no. */
async function checkUnlisted(
  bench: Bench,
  { on, says, answer, outcome }: Example,
  body: string,
): Promise<Finding[]> {
  const [operation, step] = splitOn(on)
  if (step === 'callback' || !['confirmed', 'reversed'].includes(outcome.is)) return []
  const reads = (bench.profile.operations as Operations)[operation]?.[step]?.answer
  const wire = reads && readWire(reads.format, { body, headers: answer.headers })
  // a status is a word in capitals; a text beside it means nothing
  const word = (wire && reads.get.code(wire))?.split(/[:,]/).find(part => /^[A-Z_]{3,}$/.test(part))
  if (word === undefined) return []
  const spoilt = {
    kind: 'answer',
    status: answer.http,
    headers: answer.headers,
    body: body.replaceAll(word, 'UNLISTED'),
  } as const
  const got = (await play(bench, operation, step, spoilt)).outcome
  return [
    {
      what: `${on}: ${says}, with an unlisted word`,
      wrong: got.kind === 'unknown' ? undefined : `${got.kind} instead of unknown`,
    },
  ]
}

function asked({ asks }: Example, heard: readonly HttpRequest[]): string | undefined {
  const [request] = heard
  if (asks === undefined) return undefined
  if (request === undefined || heard.length !== 1) return `${heard.length} requests instead of one`
  const whole = `${request.url}\n${request.body ?? ''}`
  if (asks.method !== undefined && request.method !== asks.method) return `asked by ${request.method}`
  if (asks.url !== undefined && !request.url.endsWith(asks.url.replaceAll('{reference}', REFERENCE)))
    return `asked at ${request.url}`
  for (const [name, value] of Object.entries(asks.headers))
    if (request.headers?.[name.toLowerCase()] !== value) return `without the header ${name}`
  const missing = asks.holds.find(
    text => !whole.includes(text.replaceAll('{reference}', REFERENCE).replaceAll('{callbackUrl}', CALLBACK)),
  )
  return missing === undefined ? undefined : `nothing in the request says ${missing}`
}

/** No outcome may carry a secret: it is kept, and shown. */
function leaks({ profile, config }: Bench, outcome: object): string | undefined {
  const text = JSON.stringify(outcome, (_, value) => (typeof value === 'bigint' ? String(value) : value))
  const secret = Object.entries(config.fields).find(
    ([name, value]) =>
      profile.config[name]?.secret === true &&
      value !== undefined &&
      value.length > 3 &&
      text.includes(value),
  )
  return secret === undefined ? undefined : `the outcome carries ${secret[0]}`
}

/** The cases of the contract that need no example. */
async function checkOperation(bench: Bench, operation: Operation): Promise<Finding[]> {
  const { adapter, config, examples } = bench
  const found: Finding[] = []
  const expect = (
    what: string,
    got: Outcome,
    kind: Outcome['kind'],
    calls: number,
    heard: readonly HttpRequest[],
  ): void => {
    const wrong =
      got.kind === kind
        ? heard.length > calls
          ? `${heard.length} calls`
          : undefined
        : `${got.kind} instead of ${kind}`
    found.push({ what: `${operation}: ${what}`, wrong: wrong ?? leaks(bench, got) })
  }
  for (const [what, answer] of UNCLEAR) {
    for (const step of ['send', 'status'] as const) {
      const { outcome, heard } = await play(bench, operation, step, answer)
      expect(`${what} after ${step === 'send' ? 'sending' : 'asking'}`, outcome, 'unknown', 1, heard)
    }
  }
  const { tools, heard } = outside(bench, operation, page(200, ''))
  const foreign = { ...bench.attemptOf(operation), amount: { minor: 100n, currency: 'XTS' } }
  expect('another currency', await adapter.send(foreign, config, tools), 'our-fault', 0, heard)
  for (const step of ['send', 'status'])
    if (step === 'send' || (bench.profile.operations as Operations)[operation]?.status !== undefined)
      found.push({
        what: `${operation}.${step} has an example`,
        wrong: examples.examples.some(({ on }) => on === `${operation}.${step}`) ? undefined : 'it has none',
      })
  return found
}
