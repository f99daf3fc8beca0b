import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'

/** The options of a command of the tests; what is not among them is told on one line, with those there are. */
export function readOptions<const Options extends ParseArgsOptionsConfig>(options: Options) {
  try {
    return parseArgs({ options }).values
  } catch (error) {
    const [first] = (error instanceof Error ? error.message : String(error)).split('. ')
    const known = Object.entries(options).map(([name, { type }]) =>
      type === 'string' ? `--${name} <value>` : `--${name}`,
    )
    process.stderr.write(`${first}: there are ${known.join(', ')}\n`)
    process.exit(2)
  }
}
