import { checkFlows } from '../session/walk/report.ts'
import { fail } from './support.ts'

/** `npm run flows:check`: walks every path of every flow in every language with the longest data. */
const SHOWN = 10

const { lines, faults } = await checkFlows()
console.log(lines.join('\n'))
if (faults.length > 0)
  fail(
    `\n${faults.slice(0, SHOWN).join('\n')}\n${faults.length} findings${faults.length > SHOWN ? `, the first ${SHOWN} shown` : ''}`,
  )
console.log('every screen fits, every path leads on')
