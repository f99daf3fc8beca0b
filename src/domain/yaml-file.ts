import { type Document, isNode, LineCounter, parseDocument, visit } from 'yaml'
import type { z } from 'zod'

/** What is wrong with a file that a person wrote, and where: lines count from 1; `at` is the path inside, empty at the top. */
export type FileFault = { readonly line: number; readonly at: string; readonly message: string }

export type FileReading<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'faults'; readonly faults: readonly FileFault[] }

/** Files of configuration are small. */
const MAX_CHARACTERS = 500_000

type Variables = Readonly<Record<string, string | undefined>>

type Place = { readonly path: readonly PropertyKey[]; readonly message: string }

/** A word that is not known is a fault where it stands, not where its part begins. */
const placesOf = (issue: z.core.$ZodIssue): Place[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map(key => ({ path: [...issue.path, key], message: 'there is no such word here' }))
    : [issue]

/**
 * Reads YAML (or JSON, which is YAML too) by a schema. All faults are told at once, each with its line. A text that says
 * `${NAME}`, and nothing else, stands for the variable of that name: so a file can be shown, and its secrets kept
 * elsewhere.
 */
export function readYaml<T>(text: string, schema: z.ZodType<T>, variables: Variables = {}): FileReading<T> {
  if (text.length > MAX_CHARACTERS)
    return faults([{ line: 1, at: '', message: `longer than ${MAX_CHARACTERS} characters` }])
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  if (document.errors.length > 0)
    return faults(
      document.errors.map(({ pos, message }) => ({
        line: lines.linePos(pos[0]).line,
        at: '',
        message: (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, ''),
      })),
    )
  const missing = fill(document, lines, variables)
  if (missing.length > 0) return faults(missing)
  // aliases are few in a file that a person wrote: one that explodes is refused
  const parsed = schema.safeParse(document.toJS({ maxAliasCount: 50 }))
  if (parsed.success) return { kind: 'read', value: parsed.data }
  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length >= 0; length--) {
      const node = document.getIn(path.slice(0, length), true)
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
    }
    return 1
  }
  return faults(
    parsed.error.issues.flatMap(placesOf).map(({ path, message }) => ({
      line: lineOf(path),
      at: path.map(String).join('.'),
      message,
    })),
  )
}

const VARIABLE = /^\$\{([A-Z][A-Z0-9_]*)\}$/

function fill(document: Document.Parsed, lines: LineCounter, variables: Variables): FileFault[] {
  const missing: FileFault[] = []
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value !== 'string' || !node.value.includes('${')) return
      const name = VARIABLE.exec(node.value)?.[1]
      const value = name === undefined ? undefined : variables[name]
      if (value !== undefined) node.value = value
      else
        missing.push({
          line: lines.linePos(node.range?.[0] ?? 0).line,
          at: '',
          message:
            name === undefined
              ? 'a variable stands alone, and its brace is closed'
              : `the variable ${name} is not set`,
        })
    },
  })
  return missing
}

const faults = (found: readonly FileFault[]): FileReading<never> => ({ kind: 'faults', faults: found })

/** A fault as a line of a report. */
export const faultText = ({ line, at, message }: FileFault): string =>
  `line ${line}: ${at === '' ? '' : `${at}: `}${message}`
