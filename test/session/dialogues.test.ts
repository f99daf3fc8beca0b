import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { prepare } from '../support/dialogue-cast.ts'
import { asExpected, bodyOf, replay } from '../support/dialogue-file.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'

/** Stories as they read on a phone; `npm run dial -- +254700000001 --record file` writes another. */
const FOLDER = resolve(import.meta.dirname, '../dialogues')

/** The SDK of Africa's Talking knows one address in a process: each stage stands where the first one stood. */
let port = 0

describe.each(readdirSync(FOLDER))('%s', name => {
  let stage: TestStage
  beforeAll(async () => {
    stage = await openTestStage({ port })
    port = Number(new URL(stage.url).port)
    await stage.settle()
    await prepare(stage, name)
  })
  afterAll(() => stage.close())

  it('reads as it is written', async () => {
    const file = readFileSync(resolve(FOLDER, name), 'utf8')
    expect(asExpected(file, await replay(stage, file))).toBe(bodyOf(file))
  })
})
