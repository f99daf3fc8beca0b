import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { dialogue, type Person } from '../../flows/dialogue.ts'
import { SCRIPT } from '../../src/session/run.ts'
import { drawFlows } from '../../src/session/walk/draw.ts'
import { AMOUNTS } from '../../src/session/walk/longest.ts'
import { checkFlows } from '../../src/session/walk/report.ts'
import { faultsOfStates, longestSms } from '../../src/session/walk/states.ts'
import { walk } from '../../src/session/walk/walk.ts'
import { withoutPaying } from '../support/changed-flow.ts'

const FLOWS_FOLDER = resolve(import.meta.dirname, '../../docs/flows')
const [kes] = AMOUNTS
const { words } = SCRIPT

const flows = withoutPaying(SCRIPT.flows)

describe('the walk over every path of every flow', () => {
  it('finds nothing wrong in any language, and docs/flows shows the machines as they are', async () => {
    const { faults, walks } = await checkFlows()
    expect(faults).toEqual([])
    for (const { screens } of walks) expect(screens.size).toBeGreaterThan(200)
    const pages = drawFlows(walks)
    const drawn = readdirSync(FLOWS_FOLDER).map(file => [
      file,
      readFileSync(resolve(FLOWS_FOLDER, file), 'utf8'),
    ])
    // where this fails, run `npm run flows:draw`
    expect(Object.fromEntries(drawn)).toEqual(Object.fromEntries(pages))
  }, 600_000)

  it('finds a sentence that is too long, and tells how to get there', async () => {
    const wordy = { ...words.en, menu: () => `${words.en.menu('Lender', 'Name')}\n${'very '.repeat(20)}long` }
    const { findings } = await walk('en', kes, { flows, words: { ...words, en: wordy } })
    expect(findings[0]).toMatchObject({
      what: expect.stringMatching(/^\d+ septets with its prefix, 160 fit$/),
      label: 'home.menu',
      path: [expect.stringMatching(/^dial \(PEOPLE/)],
    })
  })

  it('finds a sign that GSM-7 lacks', async () => {
    const circumflex = { ...words.fr, noLoans: () => 'Aucun prêt.' }
    const { findings } = await walk('fr', kes, { flows, words: { ...words, fr: circumflex } })
    expect(findings.map(({ what }) => what)).toContain('signs that GSM-7 lacks: ê')
    const sms = { ...words.fr.sms, paid: () => 'reçu' }
    expect(() => longestSms({ words: { ...words, fr: { ...words.fr, sms } } })).toThrow('fr paid')
  })

  it('finds a dead end, and an option that is printed in vain', async () => {
    const machine = dialogue<{ me: Person }, { me: Person }>().createMachine({
      id: 'settings',
      context: ({ input }) => input,
      initial: 'shown',
      states: { shown: { meta: { screen: 'help' } }, lost: { meta: { screen: 'nowhere', secret: true } } },
    })
    const stuck = { ...flows, settings: { machine, screens: { help: () => 'Help\n0 Back' } } }
    const { findings, shown } = await walk('en', kes, { flows: stuck, words })
    const here = { label: 'settings.shown', screen: 'Help\n0 Back', path: [expect.any(String), '5'] }
    expect(findings).toContainEqual({ ...here, what: 'a dead end: nothing leads on' })
    expect(findings).toContainEqual({ ...here, what: 'it offers 0 and does not understand it' })
    expect(findings).toContainEqual({ ...here, what: 'it leads neither to an end nor to the menu' })
    expect(faultsOfStates({ flows: stuck, words }, shown)).toEqual(
      expect.arrayContaining([
        'settings.lost: a PIN is typed here, and it is not tagged sensitive',
        'settings.lost: it has no screen "nowhere"',
        'settings.lost: no path leads to it',
      ]),
    )
  })

  it('finds a PIN that a flow keeps', async () => {
    const open = { ...words.en, enterPin: () => 'Your PIN, as 738291' }
    const { findings } = await walk('en', kes, { flows, words: { ...words, en: open } })
    expect(findings.map(({ what }) => what)).toContain('a PIN is kept or shown')
  })
})
