import { afterAll, beforeAll } from '@jest/globals'
import type { Tools } from '../../src/domain/outside.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { wave } from '../../src/providers/wave/index.ts'
import { NOW } from '../contract/provider.ts'
import { type Scripted, type ScriptedServer, startScripted } from '../contract/scripted-server.ts'
import { config } from './wave-bodies.ts'

const now = () => NOW
const tools: Tools = { http: createHttp({ maxBytes: 100_000 }), tokens: createTokens(now), now }

/** For all tests of a file: a Wave that answers each request by its method and path, and cuts off any other. */
export function scriptedWave() {
  let server: ScriptedServer
  beforeAll(async () => {
    server = await startScripted()
  })
  afterAll(() => server.close())
  return (answers: Readonly<Record<string, Scripted>>) => {
    server.script(({ method, url }) => answers[`${method} ${url}`] ?? 'reset')
    return {
      tools,
      known: wave.config(config(server.url, 5_000)),
      calls: () => server.received.map(({ method, url }) => `${method} ${url}`),
      bodies: () => server.received.map(({ body }) => body),
    }
  }
}
