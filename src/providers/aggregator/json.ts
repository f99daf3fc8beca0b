import jsonata from 'jsonata'

/**
 * Expressions over JSON, in JSONata. A profile may look things up and compare them, and no more: functions of its own,
 * regular expressions, ranges, descents and transformations are refused as it is read, so that an expression cannot run
 * for ever; how long it may run, and how deep, is held by the hooks that JSONata documents for it ("timeboxing").
 *
 * Version 1 is used because it answers at once: reading a callback is a pure function of the port, and version 2 knows
 * promises only.
 */
export type JsonExpression = (input: unknown) => unknown

const MAX_EXPRESSION = 300
const MAX_MS = 100
const MAX_DEPTH = 200

const NODES: ReadonlySet<string> = new Set([
  ...['path', 'name', 'string', 'number', 'value', 'binary', 'condition', 'function', 'block', 'filter'],
  ...['index', 'variable', 'wildcard', 'unary'],
])
const FUNCTIONS: ReadonlySet<string> = new Set([
  ...['string', 'number', 'uppercase', 'lowercase', 'trim', 'substringBefore', 'substringAfter', 'substring'],
  ...['exists', 'not', 'count', 'join', 'lookup', 'length', 'contains'],
])
const OPERATORS: ReadonlySet<unknown> = new Set(['=', '!=', '<', '<=', '>', '>=', '&', 'and', 'or', 'in'])
const UNARY: ReadonlySet<unknown> = new Set(['-', '['])

type Node = { readonly type?: unknown; readonly value?: unknown; readonly procedure?: unknown }

/** What an expression uses of JSONata that a profile may not; undefined where it is harmless. */
function forbidden(node: unknown, isProcedure = false): string | undefined {
  if (typeof node !== 'object' || node === null) return undefined
  if (Array.isArray(node)) return first(node, child => forbidden(child))
  const { type, value, procedure } = node as Node
  if (typeof type === 'string' && !NODES.has(type)) return type
  if (type === 'binary' && !OPERATORS.has(value)) return `the operator ${String(value)}`
  if (type === 'unary' && !UNARY.has(value)) return `the operator ${String(value)}`
  if (type === 'variable' && !isProcedure && value !== '' && value !== '$')
    return `the variable ${String(value)}`
  if (isProcedure && !FUNCTIONS.has(String(value))) return `the function ${String(value)}`
  return (
    forbidden(procedure, true) ??
    first(Object.entries(node), ([name, child]) => (name === 'procedure' ? undefined : forbidden(child)))
  )
}

function first<T>(items: readonly T[], find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}

/** Throws a sentence where the expression is none, or uses more of JSONata than it may. */
export function compileJson(source: string): JsonExpression {
  if (source.length > MAX_EXPRESSION)
    throw new Error(`an expression of more than ${MAX_EXPRESSION} characters`)
  const expression = parse(source)
  const bad = forbidden(expression.ast())
  if (bad !== undefined) throw new Error(`not allowed in a profile: ${bad}`)
  let depth = 0
  let endsAt = 0
  expression.assign('__evaluate_entry', () => {
    if (++depth > MAX_DEPTH || performance.now() > endsAt) throw new Error('out of bounds')
  })
  expression.assign('__evaluate_exit', () => void depth--)
  return input => {
    depth = 0
    endsAt = performance.now() + MAX_MS
    try {
      return expression.evaluate(input)
    } catch {
      return undefined
    }
  }
}

function parse(source: string): jsonata.Expression {
  try {
    return jsonata(source)
  } catch (error) {
    // thrown as a bare object, not as an Error
    throw new Error(`not an expression: ${(error as { message?: string }).message ?? 'cannot be read'}`)
  }
}
