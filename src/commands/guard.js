/**
 * Loaded before any TypeScript, and plain JavaScript for that reason: an old Node would stumble over the first type with
 * a message that helps nobody. `npm run` finds the newer Node that `npm ci` brought along.
 */
const OLDEST = [22, 18]

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  console.error(
    `Hatua needs Node ${OLDEST.join('.')} or newer, and this is ${process.versions.node}: run npm ci, which brings one along on Linux (glibc) and macOS, then start with npm`,
  )
  process.exit(1)
}

// who pipes a command into `head` has read enough
process.stdout.on('error', error => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})
