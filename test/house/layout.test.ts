import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { describe, expect, it } from '@jest/globals'

/**
 * The rule of dependence: a folder imports only from what stands to its left, never sideways. Whoever breaks it finds
 * the line here.
 */
const ROOT = resolve(import.meta.dirname, '../..')

/** What each folder may import of the house; `*` in a name stands for any adapter of that folder. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/domain': [],
  flows: ['src/domain'],
  'src/providers': ['src/domain'],
  'src/channels': ['src/domain'],
  'src/corebanking': ['src/domain'],
  migrations: [],
  'src/store': ['src/domain', 'migrations'],
  'src/gateway': ['src/domain', 'flows', 'src/providers', 'src/channels', 'src/corebanking', 'src/store'],
  'src/session': [
    'src/domain',
    'flows',
    'src/providers',
    'src/channels',
    'src/corebanking',
    'src/store',
    'src/gateway',
  ],
  'src/http': [
    'src/domain',
    'flows',
    'src/providers',
    'src/channels',
    'src/corebanking',
    'src/store',
    'src/gateway',
    'src/session',
  ],
  'src/jobs': [
    'src/domain',
    'flows',
    'src/providers',
    'src/channels',
    'src/corebanking',
    'src/store',
    'src/gateway',
    'src/session',
  ],
  'src/simulators': [],
}

/** Packages that stay in their own rooms. */
const PACKAGES: readonly { readonly name: string; readonly only: readonly string[] }[] = [
  { name: 'express', only: ['src/http'] },
  { name: 'knex', only: ['src/store', 'migrations', 'src/simulators'] },
  { name: 'pg', only: ['src/store'] },
  { name: 'redis', only: ['src/store'] },
  { name: 'africastalking', only: ['src/channels/africastalking'] },
  { name: 'twilio', only: ['src/channels/twilio'] },
  { name: 'smpp', only: ['src/channels/smpp'] },
  { name: 'xstate', only: ['flows', 'src/gateway', 'src/session'] },
]

type Import = { readonly file: string; readonly line: number; readonly text: string; readonly target: string }

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => relative(ROOT, join(entry.parentPath, entry.name)))
}

function importsOf(file: string): Import[] {
  const lines = readFileSync(join(ROOT, file), 'utf8').split('\n')
  return lines.flatMap((text, at) => {
    const target = /(?:^|\s)(?:from|import)\s*\(?\s*'([^']+)'/.exec(text)?.[1]
    return target === undefined ? [] : [{ file, line: at + 1, text: text.trim(), target }]
  })
}

const inside = (path: string, folder: string): boolean => path === folder || path.startsWith(folder + sep)
const roomOf = (path: string): string | undefined =>
  Object.keys(MAY_IMPORT).find(folder => inside(path, folder))
const landing = ({ file, target }: Import): string => relative(ROOT, resolve(ROOT, dirname(file), target))
const complaint = ({ file, line, text }: Import): string => `${file}:${line}  ${text}`

/** The folder of one adapter or simulator, such as `src/providers/mpesa`. */
const adapterOf = (path: string): string | undefined =>
  /^(src\/(?:providers|channels|corebanking))\/([\w-]+)\//.exec(path)?.[0]

const all = ['src', 'flows', 'migrations'].flatMap(sources).flatMap(importsOf)

describe('the rule of dependence', () => {
  it('reads imports at all', () => {
    expect(all.length).toBeGreaterThan(300)
    expect(all.filter(({ target }) => target === 'xstate').length).toBeGreaterThan(5)
  })

  it('holds for every import of the house', () => {
    const broken = all.filter(found => {
      if (!found.target.startsWith('.')) return false
      const [from, to] = [roomOf(found.file), landing(found)]
      return (
        from !== undefined &&
        !inside(to, from) &&
        !(MAY_IMPORT[from] ?? []).some(folder => inside(to, folder))
      )
    })
    expect(broken.map(complaint)).toEqual([])
  })

  it('keeps every package in its own room', () => {
    const broken = all.filter(({ file, target }) =>
      PACKAGES.some(
        ({ name, only }) =>
          (target === name || target.startsWith(`${name}/`)) && !only.some(folder => inside(file, folder)),
      ),
    )
    expect(broken.map(complaint)).toEqual([])
  })

  it('lets no adapter import another', () => {
    const broken = all.filter(found => {
      const [from, to] = [
        adapterOf(found.file),
        found.target.startsWith('.') ? adapterOf(landing(found)) : undefined,
      ]
      return from !== undefined && to !== undefined && from !== to
    })
    expect(broken.map(complaint)).toEqual([])
  })

  it('lets only main and the commands know the simulators', () => {
    const broken = all.filter(
      found =>
        found.target.startsWith('.') &&
        inside(landing(found), 'src/simulators') &&
        !inside(found.file, 'src/simulators') &&
        !inside(found.file, 'src/commands') &&
        found.file !== join('src', 'main.ts'),
    )
    expect(broken.map(complaint)).toEqual([])
  })

  it('keeps files short enough to read', () => {
    const long = ['src', 'flows', 'migrations', 'test']
      .flatMap(sources)
      .filter(file => readFileSync(join(ROOT, file), 'utf8').split('\n').length > 401)
    expect(long).toEqual([])
  })
})
