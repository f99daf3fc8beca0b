import type { Services } from './services.ts'

/** Set-up and tear-down are loaded apart, so what the one starts is kept where the other finds it. */
const KEY = Symbol.for('hatua.test.services')
const held = globalThis as { [KEY]?: Services }

export function keepServices(services: Services): void {
  held[KEY] = services
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const)
    process.once(signal, () => void stopServices().finally(() => process.exit(128 + number)))
}

export async function stopServices(): Promise<void> {
  const services = held[KEY]
  delete held[KEY]
  await services?.stop()
}
