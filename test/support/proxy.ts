import { connect, createServer, type Socket } from 'node:net'

export type ServerProxy = {
  /** The same address by way of the proxy. */
  readonly url: string
  /** Breaks every connection and refuses new ones. */
  cut(): void
  /** Takes connections and bytes, and passes on nothing: a network that swallows. */
  freeze(): void
  mend(): void
  close(): Promise<void>
}

/** A TCP proxy before a server, so that a test can take the server away and give it back. */
export async function openProxy(url: string): Promise<ServerProxy> {
  const target = new URL(url)
  const pairs = new Set<readonly [Socket, Socket]>()
  let state: 'open' | 'cut' | 'frozen' = 'open'
  const end = ([near, far]: readonly [Socket, Socket]): void => {
    near.destroy()
    far.destroy()
  }
  const server = createServer(near => {
    if (state === 'cut') return void near.destroy()
    const pair = [near, connect(Number(target.port), target.hostname)] as const
    pairs.add(pair)
    for (const [from, to] of [pair, [...pair].reverse() as [Socket, Socket]]) {
      from.on('error', () => end(pair))
      from.on('close', () => {
        pairs.delete(pair)
        end(pair)
      })
      from.on('data', bytes => void (state === 'open' && to.write(bytes)))
    }
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const near = new URL(url)
  near.hostname = '127.0.0.1'
  near.port = String(typeof address === 'object' ? address?.port : '')
  const drop = () => [...pairs].forEach(end)
  return {
    url: near.href,
    cut() {
      state = 'cut'
      drop()
    },
    freeze() {
      state = 'frozen'
    },
    mend() {
      // what was swallowed is lost, and no connection can be whole again without it
      if (state === 'frozen') drop()
      state = 'open'
    },
    async close() {
      drop()
      await new Promise<void>(done => server.close(() => done()))
    },
  }
}
