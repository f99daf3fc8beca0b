import type { BoardRefusal, BoardRefused } from '../gateway/proposals.ts'
import type { Problem } from './problem.ts'

/** Each refusal of the board as an RFC 9457 problem. */
const PROBLEMS: Readonly<Record<BoardRefusal, Pick<Problem, 'status' | 'title'>>> = {
  'not-found': { status: 404, title: 'Not found' },
  'core-away': { status: 503, title: 'Not available' },
  'own-proposal': { status: 409, title: 'Own proposal' },
  decided: { status: 409, title: 'Decided already' },
  'proposed-already': { status: 409, title: 'Proposed already' },
  settled: { status: 409, title: 'Settled already' },
  stale: { status: 409, title: 'Moved on' },
  busy: { status: 409, title: 'On its way' },
  'bad-terms': { status: 400, title: 'Bad terms' },
  'more-than-came': { status: 409, title: 'More than came' },
  'no-way-back': { status: 409, title: 'No way back' },
  'not-to-book': { status: 409, title: 'Not to be booked there' },
  'not-undoable': { status: 409, title: 'Not to be undone' },
  'receipt-taken': { status: 409, title: 'Receipt taken' },
  'reference-taken': { status: 409, title: 'Reference taken' },
}

export const boardProblem = ({ why, detail }: BoardRefused): Problem => ({ ...PROBLEMS[why], detail })
