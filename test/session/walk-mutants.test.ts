import { describe, expect, it } from '@jest/globals'
import { assign } from 'xstate'
import type { DialogueEvent } from '../../flows/dialogue.ts'
import { LANGUAGES, type Language, type Words } from '../../flows/words/words.ts'
import { SCRIPT } from '../../src/session/run.ts'
import { AMOUNTS } from '../../src/session/walk/longest.ts'
import { checkFlows } from '../../src/session/walk/report.ts'
import { listenedTo, missingSentences, sentencesOf } from '../../src/session/walk/sentences.ts'
import { faultsOfStates } from '../../src/session/walk/states.ts'
import { walk } from '../../src/session/walk/walk.ts'
import { changedFlows, everyState, type StateConfig, withoutPaying } from '../support/changed-flow.ts'

/** Takes one thing out of the dialogues, as data, and looks whether `npm run flows:check` tells what is gone. */

const { words } = SCRIPT
const [kes] = AMOUNTS

const everything = new Set(everyState().map(([flow, state]) => `${flow}.${state}`))
const awaitsHer = ({ meta, type }: StateConfig): boolean => meta !== undefined && type !== 'final'
const isSecret = ({ meta }: StateConfig): boolean => meta?.secret === true
const namesOf = (keep: (config: StateConfig) => boolean): string[] =>
  everyState().flatMap(([flow, state, config]) => (keep(config) ? [`${flow}.${state}`] : []))

/** The words without one sentence: `sms.paid`. */
function without<Group extends object>(group: Group, name: string): Group {
  const [first = '', ...rest] = name.split('.')
  const entries = Object.entries(group).flatMap(([key, value]) =>
    key !== first ? [[key, value]] : rest.length === 0 ? [] : [[key, without(value, rest.join('.'))]],
  )
  return Object.fromEntries(entries) as Group
}

describe('a sentence that a language lacks', () => {
  it.each(LANGUAGES)('is named, whichever of %s it is', language => {
    const names = sentencesOf(words[language])
    expect(names.length).toBeGreaterThan(150)
    for (const name of names)
      expect(missingSentences({ words: { ...words, [language]: without(words[language], name) } })).toEqual([
        `${language}: the sentence ${name} is missing`,
      ])
  })

  it('is all that the check speaks of', async () => {
    const lacking = { ...words, sw: without(words.sw, 'refusals.gone') }
    const { faults } = await checkFlows({ ...SCRIPT, words: lacking })
    expect(faults).toEqual(['sw: the sentence refusals.gone is missing'])
  })

  it('does not compile', () => {
    const { noLoans, ...others } = words.sw
    // @ts-expect-error a language without one of its sentences
    const lacking: Words = others
    const { paid, ...otherSms } = words.sw.sms
    // @ts-expect-error a group without one of its sentences
    const lackingSms: Words['sms'] = otherSms
    const { en, fr } = words
    // @ts-expect-error a language without any
    const two: Readonly<Record<Language, Words>> = { en, fr }
    expect([noLoans(), Object.keys(lacking).length, Object.keys(two)]).toEqual([
      'Huna mkopo unaoendelea.',
      Object.keys(words.sw).length - 1,
      ['en', 'fr'],
    ])
    expect(lackingSms).not.toHaveProperty('paid', paid)
  })

  it('is told where no screen and no message ever says one', () => {
    const { script, unsaid } = listenedTo({ ...SCRIPT, words: { ...words, en: { ...words.en } } })
    const of = (name: string) => `en: nothing says ${name}, so nobody has seen whether it fits`
    expect(unsaid()).toContain(of('sms.paid'))
    expect(script.words.en.sms.paid('Umoja', 'KES 1', 'loan 1', 'R')).toContain('KES 1')
    expect(script.words.en.noLoans()).toBe(words.en.noLoans())
    expect(unsaid()).not.toContain(of('sms.paid'))
    expect(unsaid()).not.toContain(of('noLoans'))
    expect(unsaid()).toContain(of('payments'))
  })
})

describe('a way back that is taken out', () => {
  const goesBack = ({ on }: StateConfig): boolean => on?.BACK !== undefined
  const noBack = ({ on = {}, ...config }: StateConfig): StateConfig => {
    const { BACK: _, ...others } = on
    return { ...config, on: others }
  }

  it('stands on every screen that waits for her, but on the main menus and what is asked before all else', () => {
    expect(namesOf(config => awaitsHer(config) && !goesBack(config))).toEqual([
      'first-contact.languages',
      'consent.asking',
      'home.menu',
      'resume.asking',
      'staff.menu',
    ])
  })

  it('is missed on the screen where it was', async () => {
    const flows = changedFlows((config, flow, state) =>
      flow === 'settings' && state === 'languages' ? noBack(config) : config,
    )
    const { findings } = await walk('en', kes, { flows: withoutPaying(flows), words })
    expect(findings.map(({ what, label }) => `${label}: ${what}`)).toEqual([
      'settings.languages: it offers 0 and does not understand it',
      'settings.languages: nothing leads back: 0 is not understood',
    ])
    expect(findings[0]).toMatchObject({
      screen: '1 English\n2 Francais\n3 Kiswahili\n0 Back',
      path: [expect.stringMatching(/^dial/), '5', '1'],
    })
  })

  it('is missed on each of them, even where no screen prints it', async () => {
    const silent = { ...words, en: { ...words.en, back: '-' } }
    const { findings } = await walk('en', kes, { flows: changedFlows(noBack), words: silent })
    const missed = findings.filter(({ what }) => what === 'nothing leads back: 0 is not understood')
    expect(missed.map(({ label }) => label).sort()).toEqual(namesOf(goesBack).sort())
  })
})

describe('the mark of a screen that is nobody else’s', () => {
  const flowsWithoutMark = (name: string, mark: 'tags' | 'secret') =>
    changedFlows(({ tags = [], meta, ...config }, flow, state) => {
      const kept = { ...config, ...(meta === undefined ? {} : { meta }), tags }
      if (name !== '' && `${flow}.${state}` !== name) return kept
      if (mark === 'tags') return { ...kept, tags: [] }
      const { secret: _, ...open } = meta ?? { screen: '' }
      return meta === undefined ? kept : { ...kept, meta: open }
    })

  it('is missed, whichever is taken off', () => {
    const marked = namesOf(({ tags }) => tags?.includes('sensitive') === true)
    expect(marked.length).toBeGreaterThan(30)
    for (const name of marked)
      expect(faultsOfStates({ flows: flowsWithoutMark(name, 'tags'), words }, everything)).toEqual([
        expect.stringMatching(
          new RegExp(
            `^${name}: (a PIN is typed here|it stands behind a PIN), and it is not tagged sensitive$`,
          ),
        ),
      ])
  })

  it('is missed where what is typed is checked as a PIN, on every such screen', async () => {
    const { findings } = await walk('en', kes, { flows: flowsWithoutMark('', 'secret'), words })
    const open = findings.filter(({ what }) => /^what is typed here is checked as a PIN/.test(what))
    expect(open.map(({ label }) => label).sort()).toEqual(namesOf(isSecret).sort())
  })

  it('does not help a flow that keeps the PIN, or a screen that shows it', async () => {
    const keeping = changedFlows((config, flow, state) =>
      flow === 'staff-pin' && state === 'checking'
        ? {
            ...config,
            entry: [
              assign(({ event }: { event: DialogueEvent }) => ('text' in event ? { typed: event.text } : {})),
              ...[config.entry].flat(),
            ],
          }
        : config,
    )
    const { findings } = await walk('en', kes, { flows: withoutPaying(keeping), words })
    expect(findings).toMatchObject([{ what: 'a PIN is kept or shown', label: 'staff-pin.asking' }])
  })
})
