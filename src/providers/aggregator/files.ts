import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { faultText, readYaml } from '../../domain/yaml-file.ts'
import { Profile } from './profile.ts'

/** Profiles as files: those that ship, and an integrator's own. */

export const SHIPPED = [
  'furthermarket',
  'pawapay',
  'y-note',
  'wave-mm',
  'wave-soap',
  'mosambee',
  'kodo',
  'skyburg',
] as const

const HERE = join(import.meta.dirname, 'profiles')
const EXTENSION = '.yaml'
/** What a simulator of the vendor would answer, told apart from the profile that it tries. */
export const EXAMPLES = '.examples.yaml'

/** Reads one; throws all its faults, each with file and line. */
export function readProfile(file: string): Profile {
  const reading = readYaml(readFileSync(file, 'utf8'), Profile)
  if (reading.kind === 'faults')
    throw new Error(reading.faults.map(fault => `${file}, ${faultText(fault)}`).join('\n'))
  const { profile } = reading.value
  if (basename(file) !== profile + EXTENSION)
    throw new Error(`${file}: the profile is called ${profile}, so its file is ${profile}${EXTENSION}`)
  return reading.value
}

export const shippedProfile = (name: (typeof SHIPPED)[number]): Profile =>
  readProfile(join(HERE, name + EXTENSION))

/** All profiles of a folder, in the order of their names; throws the faults of all of them at once. */
export function profilesIn(folder: string): Profile[] {
  const faults: string[] = []
  const files = readdirSync(folder)
    .filter(name => name.endsWith(EXTENSION) && !name.endsWith(EXAMPLES))
    .sort()
  const found = files.flatMap(name => {
    try {
      return [readProfile(join(folder, name))]
    } catch (error) {
      faults.push((error as Error).message)
      return []
    }
  })
  if (faults.length > 0) throw new Error(faults.join('\n'))
  return found
}
