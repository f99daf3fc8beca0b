import { startEmbeddedPostgres } from '../../src/store/embedded/postgres.ts'

/** A process that holds an embedded server until its standard input ends; tests kill it, or run it as another user. */
const [dir = '', durable] = process.argv.slice(2)
const server = await startEmbeddedPostgres({ dir, durable: durable === 'durable' })
process.stdout.write(`${server.url}\n`)
process.stdin.on('end', () => void server.stop()).resume()
