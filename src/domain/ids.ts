/** Makes ids: UUIDv7, so that the newest rows lie together. A parameter, like the clock. */
export type Ids = { next(): string }
