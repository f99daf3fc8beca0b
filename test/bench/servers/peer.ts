import type { AddressInfo } from 'node:net'
import express from 'express'
import { createClient } from 'redis'
import UssdMenu from 'ussd-menu-builder'
import { SESSION_MS } from '../../../src/store/sessions.ts'
import { serveBench, setting } from './child.ts'
import { SCREENS } from './screens.ts'

/**
 * The peer: express and ussd-menu-builder as their READMEs show them, with its sessions in Redis. A new menu for each
 * request: one menu object shared by all, as the README has it, loses answers as soon as two hops overlap.
 */
const redis = await createClient({ url: setting('REDIS_URL') }).connect()
type Kept = Record<string, unknown>

function menuOf(): UssdMenu {
  const menu = new UssdMenu()
  let kept: Kept = {}
  menu.sessionConfig({
    async start(sessionId) {
      const known = await redis.get(`peer:${sessionId}`)
      kept = known === null ? {} : (JSON.parse(String(known)) as Kept)
    },
    get: async (_, key) => kept[key],
    async set(sessionId, key, value) {
      kept[key] = value
      await redis.set(`peer:${sessionId}`, JSON.stringify(kept), {
        expiration: { type: 'PX', value: SESSION_MS },
      })
    },
    end: async sessionId => void (await redis.del(`peer:${sessionId}`)),
  })
  const show = (screen: string) => async (): Promise<void> => {
    const hops = Number((await menu.session.get('hops')) ?? 0)
    await menu.session.set('hops', hops + 1)
    menu.con(screen.slice(4))
  }
  const run = (screen: string) => () => void show(screen)()
  menu.startState({ run: run(SCREENS.menu), next: { '5': 'help' } })
  menu.state('menu', { run: run(SCREENS.menu), next: { '5': 'help' } })
  menu.state('help', { run: run(SCREENS.help), next: { '0': 'menu' } })
  return menu
}

const app = express()
app.use(express.urlencoded({ extended: false }))
app.post('/ussd', (request, response) => {
  void menuOf()
    .run(request.body)
    .then((screen: string) => response.type('text/plain').send(screen))
})

const server = app.listen(0, '127.0.0.1', () =>
  serveBench((server.address() as AddressInfo).port, async () => redis.destroy()),
)
