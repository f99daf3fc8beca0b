import { type Room, roomOf } from '../../channels/channel.ts'
import { shippedDialects } from '../../channels/index.ts'
import { holds, pagesOf, shortened } from '../pages.ts'
import { SCRIPT, type Script } from '../run.ts'
import type { Walk } from './walk.ts'

/** The screens on the narrowest phone: as many septets as the tightest of all gateways lets through. */

/** A hint, a question, its options: what is turned more often is not read to its end. */
const MAX_PAGES = 3
/** Answers by SMS: no phone shows them as a screen. */
const SMS = /^reply\./

/** What the tightest gateway leaves to a text of ours. */
export function narrowestRoom(): Room {
  const rooms = shippedDialects().map(dialect => roomOf(dialect))
  return {
    septets: Math.min(...rooms.map(({ septets }) => septets)),
    units: Math.min(...rooms.map(({ units }) => units)),
  }
}

export type Narrow = { readonly lines: readonly string[]; readonly faults: readonly string[] }

export function checkNarrow(
  walks: readonly Walk[],
  { words }: Pick<Script, 'words'> = SCRIPT,
  room = narrowestRoom(),
): Narrow {
  const faults: string[] = []
  const paged = new Set<string>()
  const cut = new Set<string>()
  for (const { language, screens } of walks)
    for (const [text, { label, isEnd }] of screens) {
      if (SMS.test(label)) continue
      const { more } = words[language]
      const shown = isEnd ? [shortened(text, room)] : pagesOf(text, room, more)
      if (isEnd && shown[0] !== text) cut.add(label)
      if (shown.length > 1) paged.add(label)
      for (const fault of faultsOfPages(shown, room)) faults.push(`${language} ${label}: ${fault}`)
    }
  return {
    lines: [
      `on ${room.septets} septets: ${paged.size} states need a second page, ${cut.size} ends lose their last sentences:`,
      `    ${[...paged, ...cut].sort().join(' ')}`,
    ],
    faults,
  }
}

function faultsOfPages(pages: readonly string[], room: Room): string[] {
  const wide = pages.filter(page => !holds(room, page))
  return [
    ...wide.map(
      page =>
        `wider than ${room.septets} septets or ${room.units} units, however it is divided: ${JSON.stringify(page)}`,
    ),
    ...(pages.length > MAX_PAGES ? [`${pages.length} pages, ${MAX_PAGES} at most`] : []),
  ]
}
