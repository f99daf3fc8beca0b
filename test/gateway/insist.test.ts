import { describe, expect, it } from '@jest/globals'
import { insist } from '../../src/gateway/insist.ts'
import { UnreadableRow } from '../../src/gateway/lives.ts'

/** A commit that fails so often before it succeeds. */
function failing(times: number, error: Error) {
  const commits = { tried: 0 }
  return {
    commits,
    commit: async (): Promise<string> => {
      commits.tried += 1
      if (commits.tried <= times) throw error
      return 'kept'
    },
  }
}

describe('an answer from outside', () => {
  it('is kept through a short absence of the database', async () => {
    const { commit, commits } = failing(3, new Error('Connection terminated unexpectedly'))
    expect(await insist(commit, 1)).toBe('kept')
    expect(commits.tried).toBe(4)
  })

  it('is given up after a while: the lease ends, and the provider is asked', async () => {
    const { commit, commits } = failing(100, new Error('connection refused'))
    await expect(insist(commit, 1)).rejects.toThrow('connection refused')
    expect(commits.tried).toBe(5)
  })

  it('for a row that cannot be read is not tried twice', async () => {
    const { commit, commits } = failing(100, new UnreadableRow('no'))
    await expect(insist(commit, 1)).rejects.toThrow(UnreadableRow)
    expect(commits.tried).toBe(1)
  })
})
