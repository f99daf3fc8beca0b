/** A code without its first star and its hash, as some gateways send it: `384*100` of `*384*100#`. */
const bare = (code: string): string => code.replace(/^\*/, '').replace(/#$/, '')

export type Dialled =
  /** This channel's code, and what was dialled behind it: `*384*100*4821#`. */
  | { readonly kind: 'ours'; readonly behind: readonly string[] }
  /** A code, and another one. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'no-code' }

/** What was dialled, with or without its `*` and `#`, seen from a channel of this code. */
export function readDialled(text: string, address: string): Dialled {
  const [dialled, ours] = [bare(text), bare(address)]
  if (dialled === ours) return { kind: 'ours', behind: [] }
  if (dialled.startsWith(`${ours}*`))
    return { kind: 'ours', behind: dialled.slice(ours.length + 1).split('*') }
  return { kind: /^\*[\d*]+#$/.test(text) ? 'foreign' : 'no-code' }
}
