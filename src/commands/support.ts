/** Ends a command with one line that says what to do. */
export function fail(text: string): never {
  console.error(text)
  process.exit(1)
}

/** The oldest Node that runs TypeScript as it is; `npm run` finds a newer one in node_modules by itself. */
const OLDEST = [22, 18] as const

export function checkNode(version = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return
  fail(
    `Hatua needs Node ${OLDEST.join('.')} or newer, this is ${version}: start it with npm (npm start), which brings its own`,
  )
}

/** What went wrong, on one line. */
export const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error))
