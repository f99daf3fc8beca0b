/**
 * How adapters reach the outside world. An HTTP call that brings no answer is a value, not an exception: for a call that
 * moves money it means `unknown`, never `failed`.
 */
export type HttpRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** The call is given up after this long, counted from its start to the last byte of the answer. */
  readonly deadlineMs: number
}

export type HttpAnswer =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: string
    }
  | { readonly kind: 'no-answer'; readonly why: 'timeout' | 'refused' | 'reset' | 'too-large' }

export type Http = (request: HttpRequest) => Promise<HttpAnswer>

/** Access tokens, shared by all calls with one credential; concurrent callers wait for one renewal. */
export type Tokens = {
  get(key: string, renew: () => Promise<Token | NoToken>): Promise<string | NoToken>
  /** Forgets the token, if it is still this one: the next `get` renews. */
  drop(key: string, token: string): void
}
export type Token = { readonly value: string; readonly livesMs: number }
/** Why there is no token: our credential was refused, or nobody answered clearly. Told to all who waited. */
export type NoToken = { readonly noToken: 'refused' | 'no-answer' }

/** A request as it reached us, before any adapter looked at it. Header names are lower-case. */
export type RawRequest = {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  /** The path and the query as they came, where an adapter reads them in its own way; never kept: secrets stand in it. */
  readonly target?: string
  readonly body: string
  readonly from: string
}

/** What adapters are given to work with, besides their configuration. */
export type Tools = { readonly http: Http; readonly tokens: Tokens; readonly now: () => Date }
