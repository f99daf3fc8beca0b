import type { Language } from './words/words.ts'

/** What the dialogues of a phone ask and hear before we know, or know again, whose it is. */

/** A phone before we know who holds it. `known`: somebody of ours dials from it; `hasCode`: an officer had a code sent to it. */
export type PhoneView = {
  readonly language: Language | null
  /** What the lender speaks. */
  readonly languages: readonly Language[]
  readonly known: boolean
  readonly hasCode: boolean
}

export type ContactDecision =
  /** The code that an officer had sent to this phone; links the two. */
  | { readonly kind: 'check-link-code'; readonly digits: string }
  /** A client number, and the last digits of her identity document. */
  | { readonly kind: 'check-facts'; readonly account: string; readonly digits: string }
  /** Her answer to the sentence that asks for it, in this language. */
  | {
      readonly kind: 'consent'
      readonly customerId: string
      readonly agreed: boolean
      readonly language: Language
    }
