import { COLUMNS } from '../../src/store/tariff-csv.ts'
import type { TestStage } from './stage.ts'
import type { Story } from './story.ts'

let files = 0

/** The lender sends its price lists; these lines take the place of all before. Answers the status. */
export async function putTariffs(
  stage: TestStage,
  { key }: Pick<Story, 'key'>,
  lines: readonly string[],
): Promise<number> {
  const answer = await fetch(`${stage.url}/api/v1/tariffs`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'text/csv',
      'idempotency-key': `price-list-${++files}`,
    },
    body: [COLUMNS.join(), ...lines, ''].join('\n'),
  })
  return answer.status
}
