import type { Handover } from '../../flows/handover.ts'
import type { Hop } from '../channels/channel.ts'
import type { Tenant } from '../domain/tenant.ts'

/** A request is named by its code. */
const CODE = /^\d{4}$/

/** Where what was dialled behind the code begins, and what is typed for her from there. */
export type Beginning = { readonly first: Handover; readonly typed: readonly string[] }

/**
 * What was dialled behind the lender's code (`*384*100*4821#`). Its first part is looked up in a table of its own, so
 * that what people have learnt by heart still works when the menus change: the code of a request, or the lender's
 * shortcuts. What is in neither is typed into the first screen.
 */
export function beginningOf(hop: Hop, { settings }: Tenant): Beginning {
  const dialled = dialledIn(hop)
  const [head = '', ...typed] = dialled
  const word = Object.hasOwn(settings.shortcuts, head) ? settings.shortcuts[head] : undefined
  const shortcut = CODE.test(head)
    ? ({ kind: 'request', code: head } as const)
    : word === undefined
      ? undefined
      : ({ kind: word } as const)
  return shortcut === undefined
    ? { first: { to: 'welcome' }, typed: dialled }
    : { first: { to: 'welcome', shortcut }, typed }
}

/** A gateway that sends all that was typed has it there too, in the first hop of a session. */
function dialledIn(hop: Hop): readonly string[] {
  if (!('transcript' in hop)) return hop.begin ? hop.dialled : []
  const typed = hop.transcript === '' ? [] : hop.transcript.split('*')
  return [...(hop.dialled ?? []), ...typed]
}
