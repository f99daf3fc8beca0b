import { addNeighbour } from './neighbour.ts'
import type { TestStage } from './stage.ts'

/** Who a dialogue needs beside the demo's people, by the beginning of its file's name; answers her pay-reference. */
const CASTS: Readonly<Record<string, (stage: TestStage) => Promise<string>>> = {
  'pays-for-someone-else.en': async stage => (await addNeighbour(stage, 'demo-ke', 61, 'Akinyi')).reference,
  'pays-for-someone-else.fr': async stage => (await addNeighbour(stage, 'demo-cm', 61, 'Awa')).reference,
}

export async function prepare(stage: TestStage, file: string): Promise<string> {
  return (await CASTS[file.replace(/\.txt$/, '')]?.(stage)) ?? ''
}
