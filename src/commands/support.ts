/** Ends a command with one line that says what to do. */
export function fail(text: string): never {
  console.error(text)
  process.exit(1)
}

/** What went wrong, on one line. */
export const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error))
