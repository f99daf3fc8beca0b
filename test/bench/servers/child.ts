/** What a measured server and the bench say to each other over the channel between their processes. */
export type FromServer = { readonly port: number } | { readonly cpuUs: number }

/** Tells the bench where this server listens, answers for its CPU, and ends with the bench. */
export function serveBench(port: number, stop: () => Promise<void>): void {
  const tell = (message: FromServer): void => void process.send?.(message)
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    tell({ cpuUs: user + system })
  })
  process.once('disconnect', () => void stop().finally(() => process.exit(0)))
  tell({ port })
}

/** Set by the bench for each server it starts. */
export function setting(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is missing: npm run bench starts this`)
  return value
}
