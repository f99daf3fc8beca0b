import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { catalogue } from '../../src/providers/catalogue.ts'
import { ADAPTER_NAMES, PROVIDERS } from '../../src/providers/index.ts'
import { providersPage } from '../../src/providers/page.ts'

describe('what there is to connect to', () => {
  it('is every adapter that ships, each with a level; nothing is called supported that no contract is known of', () => {
    const entries = catalogue()
    expect(entries.map(({ adapter }) => adapter)).toEqual([...ADAPTER_NAMES])
    for (const { adapter, level, source, operations } of entries) {
      expect(level === 'template' || source !== undefined).toBe(true)
      expect(operations.length).toBeGreaterThan(0)
      expect({ adapter, level }).toEqual({
        adapter,
        level: expect.stringMatching(/^(template|simulated|(sandbox|live)-tested on \d{4}-\d\d-\d\d)$/),
      })
    }
  })

  it('says that a callback proves something exactly where the adapter can tell, of what we asked for or of offers', () => {
    for (const { adapter, callbackProof } of catalogue()) {
      const { proves, settle } = PROVIDERS[adapter as keyof typeof PROVIDERS]
      expect({ adapter, proves: proves !== undefined }).toEqual({
        adapter,
        proves: ['signature', 'secret'].includes(callbackProof) || settle !== undefined,
      })
    }
  })

  it('stands in docs/providers.md as the adapters say it now: else run npm run providers:page', () => {
    const page = readFileSync(resolve(import.meta.dirname, '../../docs/providers.md'), 'utf8')
    expect(page).toBe(providersPage())
  })
})
