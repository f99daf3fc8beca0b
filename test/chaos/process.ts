import type { Answer, Birth, Told } from './app.ts'
import { createDice } from './dice.ts'
import { composeHouse, createRace } from './house.ts'
import { performOrder } from './orders.ts'

/** The application in a process of its own: does what it is told over the channel, and kills itself where it was born to. */

const answer = (words: Answer): void => void process.send?.(words)

async function live({ place, name, seed, born, lenders, now: start, dieAt }: Birth): Promise<void> {
  let now = start
  let points = 0
  const race = createRace()
  const house = await composeHouse(place, {
    name,
    clock: { now: () => new Date(now) },
    dice: createDice(seed),
    born,
    at: async point => {
      if (await race.at(point)) return
      points += 1
      if (points !== dieAt) return
      process.kill(process.pid, 'SIGKILL')
      await new Promise(() => undefined)
    },
  })
  process.on('SIGTERM', () => void house.close().then(() => process.exit(0)))

  const doIt = (told: Told): Promise<unknown> => {
    switch (told.what) {
      case 'tick':
        return house.worker.tick(told.kinds)
      case 'order':
        return performOrder(house, lenders, race, told.order)
      case 'forget':
        return Promise.resolve(house.gateway.deps.tenants.forget(told.tenant))
    }
  }
  process.on('message', (told: Told) => {
    now = told.now
    doIt(told).then(
      done => answer({ id: told.id, done }),
      (error: unknown) => answer({ id: told.id, failed: String(error) }),
    )
  })
  answer({ id: 0 })
}

process.once('message', (birth: Birth) => void live(birth))
process.on('disconnect', () => process.exit(0))
