import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { addPerson, postHop } from '../support/ussd.ts'

const MANY = 64

/** Names without digits, each another: what is mixed up shows. */
const nameOf = (at: number): string =>
  `Juma${String.fromCharCode(97 + (at >> 3))}${String.fromCharCode(105 + (at & 7))}`

describe('64 sessions interleaved', () => {
  let stage: TestStage
  beforeAll(async () => {
    stage = await openTestStage()
    for (let at = 0; at < MANY; at++)
      await addPerson(stage, 'demo-ke', { name: nameOf(at), phone: phoneOf(at) })
  })
  afterAll(() => stage.close())

  const phoneOf = (at: number): string => `+2547110000${String(at).padStart(2, '0')}`

  it('lose none, mix none, and show nobody what is another’s', async () => {
    const people = Array.from({ length: MANY }, (_, at) => at)
    const hopOf = (text: string) => (at: number) =>
      postHop(stage, { session: `ATUid_many_${at}`, phone: phoneOf(at), text })
    const expectEach = (answers: string[], greeting: string) =>
      expect(answers).toEqual(people.map(at => expect.stringContaining(`${greeting} ${nameOf(at)}\n`)))

    expectEach(await Promise.all(people.map(hopOf(''))), 'Hello')
    await Promise.all(people.map(hopOf('5')))
    for (const answer of await Promise.all(people.map(hopOf('5*1')))) expect(answer).toContain('2 Kiswahili')
    // every other one switches her language, the rest go back: no two sessions stand at the same place
    const mixed = await Promise.all(people.map(at => hopOf(at % 2 === 0 ? '5*1*2' : '5*1*00')(at)))
    expect(mixed).toEqual(
      people.map(at => expect.stringContaining(`${at % 2 === 0 ? 'Habari' : 'Hello'} ${nameOf(at)}\n`)),
    )
    const again = await Promise.all([...people].reverse().map(hopOf('')))
    expect(again).toEqual([...mixed].reverse())
  })
})
