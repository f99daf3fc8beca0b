/**
 * The code of a system error (`ENOENT`) or of SQLite. Not by `instanceof`: an error of Node's own modules belongs to
 * another realm where the caller runs in one, as jest's tests do.
 */
export function codeOf(error: unknown): string | number | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { code, errcode } = error as { code?: string; errcode?: number }
  return errcode ?? code
}
