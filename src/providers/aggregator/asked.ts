import type { Tools } from '../../domain/outside.ts'
import type { BalanceAnswer, NameAnswer } from '../provider.ts'
import { callsOf } from './caller.ts'
import { heard } from './heard.ts'
import { amountOf, hear, nameIn } from './outcome.ts'
import type { Profile } from './profile.ts'
import type { Step } from './step.ts'
import type { Occasion } from './values.ts'

/** Questions that are about no order. */

export async function nameOf(
  profile: Profile,
  step: Step,
  occasion: Occasion,
  tools: Tools,
): Promise<NameAnswer> {
  const saying = await heard(step, occasion, '', 'nameCheck', callsOf(tools, occasion.config.callMs))
  if ('outcome' in saying) return { kind: 'unknown', why: saying.outcome.kind }
  const { row, wire } = hear(saying)
  if (row?.is === 'not-found' || (row?.is === 'declined' && row.reason === 'no-account'))
    return { kind: 'no-account' }
  const name = row?.is === 'confirmed' && wire !== undefined ? nameIn(step.answer, wire) : undefined
  return name === undefined
    ? { kind: 'unknown', why: `${profile.profile} told no name` }
    : { kind: 'name', name }
}

export async function balances(
  profile: Profile,
  step: Step,
  occasion: Occasion,
  tools: Tools,
): Promise<BalanceAnswer> {
  const saying = await heard(step, occasion, '', 'balance', callsOf(tools, occasion.config.callMs))
  const outcome = 'outcome' in saying ? saying.outcome : undefined
  if (outcome?.kind === 'our-fault') return outcome
  if ('outcome' in saying) return { kind: 'unknown', why: 'no answer' }
  const { row, wire } = hear(saying)
  if (row?.is === 'our-fault') return { kind: 'our-fault', fault: row.fault }
  if (row?.is !== 'confirmed' || wire === undefined)
    return { kind: 'unknown', why: `${profile.profile} told no balance` }
  const { answer } = step
  const found = (answer.each?.(wire) ?? [wire]).flatMap(one => {
    const amount = amountOf(answer, occasion, one)
    return amount === undefined ? [] : [{ account: answer.get.account?.(one) ?? profile.profile, amount }]
  })
  return { kind: 'balances', balances: found }
}
