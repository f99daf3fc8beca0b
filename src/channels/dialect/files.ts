import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { faultText, readYaml } from '../../domain/yaml-file.ts'
import { Profile } from './profile.ts'

/** The gateways whose profiles ship. */
export const SHIPPED = ['hubtel', 'nalo', 'arkesel', 'infobip', 'beem', 'comviva'] as const
type ProfileName = (typeof SHIPPED)[number]

const HERE = join(import.meta.dirname, 'profiles')

/** Reads one; throws all its faults, each with file and line. */
export function readProfile(file: string): Profile {
  const reading = readYaml(readFileSync(file, 'utf8'), Profile)
  if (reading.kind === 'faults')
    throw new Error(reading.faults.map(fault => `${file}, ${faultText(fault)}`).join('\n'))
  return reading.value
}

const read = new Map<ProfileName, Profile>()

/** Read once: a hop must not wait for a file. */
export function shippedProfile(name: ProfileName): Profile {
  const known = read.get(name) ?? readProfile(join(HERE, `${name}.yaml`))
  read.set(name, known)
  return known
}
