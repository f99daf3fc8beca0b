import { carried, type Due, type Words } from '../../flows/words/words.ts'
import { smsParts } from '../domain/gsm7.ts'
import { paybillWay } from './other-way.ts'
import { shownFor } from './pay-references.ts'
import { dialCode } from './sms-ways.ts'
import type { Act } from './step.ts'

/** What is asked for, on which loan; `code`: of the request that can be answered by SMS; `own`: an officer's own words. */
export type Asks = {
  readonly due: Due
  readonly loanId: unknown
  readonly code?: string | undefined
  readonly own?: string | undefined
}

/** The SMS that asks: what is due, how to pay it, and the other way to pay. */
export async function askText(
  act: Act,
  sentence: 'prompt' | 'reminder' | 'overdue',
  { due, loanId, code, own = '' }: Asks,
  words: Words,
): Promise<string> {
  const paybill = paybillWay(act.setup, await shownFor(act, loanId, due.loan), words)
  const said = [words.sms[sentence](due, dialCode(act.setup)), paybill, own]
    .filter(part => part !== '')
    .join(' ')
  return code === undefined ? said : withHint(act, words, said, code)
}

/** How to answer by SMS, where that reaches us, and makes the SMS no longer than it is; a PIN never goes by SMS. */
function withHint({ setup }: Act, words: Words, text: string, code: string): string {
  const receives = setup.channels.find(({ kind }) => kind === 'sms')?.config.receives === true
  const verbs = setup.tenant.settings.pinFor.paying ? (['later', 'no'] as const) : (['yes'] as const)
  const hinted = `${text} ${words.sms.answerHint(verbs.map(verb => `${words.sms.verbs[verb]} ${code}`))}`
  const costsMore = smsParts(carried(hinted, words)).parts > smsParts(carried(text, words)).parts
  return !receives || costsMore ? text : hinted
}
