import { catalogue, type Entry } from './catalogue.ts'
import { ADAPTER_NAMES } from './index.ts'

/** docs/providers.md, made of what the adapters say of themselves: a page that cannot be out of date. */

const HEAD = `# Providers and aggregators

What Hatua can be connected to. This page is made by \`npm run providers:page\` from what the adapters say of themselves; \`GET /api/v1/providers\` tells the same, with your own profiles. [How to add one](adding-a-provider.md).

**Level**: *simulated* was written after public documents and tried against a simulator that shares no code with it; *sandbox-tested* and *live-tested* carry the day. A *template* was written after no public contract: it is a start for your own profile, and nobody calls it supported.
**A callback counts by** its signature, a shared secret, or its own URL and an allowed address; where by nothing, it is a hint that makes us ask.
**Asked by our reference**: a lost answer can be asked about by what was committed before the call. **Idempotent**: a second order with the same reference moves nothing.
**Customers pay by themselves**: and we are told; with MTN where the connection has a paybill.
`

const yes = (value: boolean): string => (value ? 'yes' : 'no')

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')

const overview = (entries: readonly Entry[]): string =>
  table(
    ['adapter', 'what', 'reaches', 'level', 'a callback counts by', 'besides'],
    entries.map(entry => [
      `\`${entry.adapter}\``,
      entry.title,
      entry.providers.join(', ') || 'as configured',
      entry.level,
      entry.callbackProof,
      besides(entry).join('; ') || '–',
    ]),
  )

const besides = ({
  nameCheck,
  balances,
  statement,
  customerInitiated,
  needsCode,
  needsSmartphone,
}: Entry): string[] => [
  ...(nameCheck === 'no' ? [] : [`name ${nameCheck} paying`]),
  ...(balances ? ['balances'] : []),
  ...(statement ? ['statement'] : []),
  ...(customerInitiated ? ['customers pay by themselves'] : []),
  ...(needsCode ? ['needs a code for each provider'] : []),
  ...(needsSmartphone ? ['collects by a link'] : []),
]

const operations = (entries: readonly Entry[]): string =>
  table(
    ['adapter', 'operation', 'asked by our reference', 'idempotent'],
    entries.flatMap(({ adapter, operations }) =>
      operations.map(({ operation, askByOurReference, answersByCallback, idempotent }) => [
        `\`${adapter}\``,
        operation,
        answersByCallback ? 'yes, answered by callback' : yes(askByOurReference),
        yes(idempotent),
      ]),
    ),
  )

const TIMES = [
  'callMs',
  'firstInquiryMs',
  'inquiryEveryMs',
  'promptLifeMs',
  'giveUpMs',
  'graceMs',
] as const satisfies readonly (keyof Entry['timing'])[]

const seconds = (ms: number): string => String(ms / 1000)

const times = (entries: readonly Entry[]): string =>
  table(
    ['adapter', ...TIMES.map(name => `\`${name}\``), '`twinsMs`'],
    entries.map(({ adapter, timing, operations }) => [
      `\`${adapter}\``,
      ...TIMES.map(name => seconds(timing[name])),
      [...new Set(operations.flatMap(({ twinsMs }) => (twinsMs === null ? [] : [seconds(twinsMs)])))].join(
        ', ',
      ) || '–',
    ]),
  )

const limits = (entries: readonly Entry[]): string =>
  [...new Set(entries.flatMap(entry => entry.limits))].map(text => `- ${text}`).join('\n')

const sources = (entries: readonly Entry[]): string =>
  entries
    .flatMap(({ adapter, source }) => (source === undefined ? [] : [`- \`${adapter}\`: ${source}`]))
    .join('\n')

/** The page of the adapters that ship. */
export function providersPage(): string {
  const entries = catalogue().filter(({ adapter }) => (ADAPTER_NAMES as readonly string[]).includes(adapter))
  return [
    HEAD,
    overview(entries),
    '\n## Operations\n',
    operations(entries),
    '\n## Times\n\nIn seconds; what each means, and how a connection overrides it, stands in [configuration](configuration.md#a-connection).\n',
    times(entries),
    '\n## Limits\n\nWhat public sources tell; a regulator or a contract may say otherwise, and a tenant’s own rows come first ([limits](configuration.md#which-way-money-goes)). No row means no cap of ours.\n',
    limits(entries),
    '\n## Sources\n',
    `${sources(entries)}\n`,
  ].join('\n')
}
