import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ZodError } from 'zod'
import { faultText, readYaml } from '../domain/yaml-file.ts'
import { checkProfile } from '../providers/aggregator/check.ts'
import { Examples } from '../providers/aggregator/examples.ts'
import { EXAMPLES, readProfile } from '../providers/aggregator/files.ts'
import { fail, reason } from './support.ts'

/**
 * `npm run aggregator:check -- <profile.yaml> [<examples.yaml>]`: reads a profile, and holds it against the contract of a
 * provider and against examples of the other side. Without a second file that of the same name beside it is taken.
 */
const USAGE = 'use: npm run aggregator:check -- <profile.yaml> [<profile.examples.yaml>]'

async function check(file: string, beside: string): Promise<boolean> {
  if (!existsSync(file)) throw new Error(`there is no ${file}: ${USAGE}`)
  if (file.endsWith(EXAMPLES))
    throw new Error(`${file} holds the examples of a profile: name the profile, and they are found beside it`)
  const profile = readProfile(file)
  console.log(`${profile.profile}: ${profile.about.trim()}\nlevel: ${profile.level}`)
  if (profile.level === 'template') console.log(`it assumes: ${profile.assumptions?.trim()}`)
  if (!existsSync(beside)) throw new Error(`no examples: there is no ${beside}`)
  const reading = readYaml(readFileSync(beside, 'utf8'), Examples)
  if (reading.kind === 'faults')
    throw new Error(reading.faults.map(fault => `${beside}, ${faultText(fault)}`).join('\n'))
  const found = await checkProfile(profile, reading.value)
  for (const { what, wrong } of found)
    console.log(`${wrong === undefined ? '+' : 'FAIL'} ${what}${wrong === undefined ? '' : `: ${wrong}`}`)
  const bad = found.filter(({ wrong }) => wrong !== undefined).length
  console.log(`${found.length - bad} kept, ${bad} not`)
  return bad === 0
}

const said = (error: unknown): string =>
  error instanceof ZodError
    ? `the examples' config: ${error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`
    : reason(error)

try {
  const [file, beside] = parseArgs({ allowPositionals: true, strict: false }).positionals
  if (file === undefined) throw new Error(USAGE)
  if (!(await check(file, beside ?? file.replace(/\.yaml$/, EXAMPLES)))) process.exitCode = 1
} catch (error) {
  fail(said(error))
}
