import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { CaseAbout } from '../../flows/deeds.ts'
import { openCase } from '../../src/gateway/cases.ts'
import { act } from '../../src/gateway/context.ts'
import { resumeConnection } from '../../src/gateway/resume.ts'
import { createOffice, type Office } from '../support/board.ts'
import { type Hooks, openHooks, typeOf } from '../support/hooks.ts'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, pass, type Row, type Story } from '../support/story.ts'

let stage: TestStage
let ke: Story
let office: Office
let hooks: Hooks

beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
  office = createOffice(stage, 'demo-ke')
  hooks = await openHooks(stage)
})
afterAll(async () => {
  await hooks.close()
  await stage.close()
})

/** Something that a person must look into. */
async function caseOf(about: CaseAbout, subject: string, subjectId: string, detail: object): Promise<Row> {
  const { deps } = stage.house.gateway
  await act(deps, 'demo-ke', commit => openCase(deps.ids, commit, { about, subject, subjectId, detail }))
  const [found] = await office.first.list(`/cases?about=${about}&subject=${subjectId}`)
  if (found === undefined) throw new Error('the case is not on the list')
  return found
}
const nextId = (): string => stage.house.gateway.deps.ids.next()

describe('a case', () => {
  it('has an age and an owner, and is settled once, with what was done', async () => {
    const opened = await caseOf('other-name', 'transaction', nextId(), { name: 'A. Other' })
    await pass(stage, 90_000)
    expect((await office.second.put(`/cases/${opened.id}/owner`, { owner: 'Wairimu' })).status).toBe(200)
    expect(await office.first.get(`/cases/${opened.id}`)).toMatchObject({
      state: 'open',
      about: 'other-name',
      detail: { name: 'A. Other' },
      ageSeconds: 90,
      owner: 'Wairimu',
      settledBy: null,
    })
    expect(await office.first.list('/cases?owner=Wairimu')).toHaveLength(1)
    const path = `/cases/${opened.id}/settle`
    expect((await office.first.post(path, {})).status).toBe(400)
    expect(await office.first.post(path, { note: 'her husband’s number' })).toMatchObject({
      status: 200,
      body: { state: 'settled', note: 'her husband’s number', settledBy: 'demo', owner: 'Wairimu' },
    })
    expect((await office.second.post(path, { note: 'me too' })).body.title).toBe('Settled already')
    expect((await office.second.put(`/cases/${opened.id}/owner`, { owner: null })).status).toBe(409)
    expect(await office.first.list('/cases?about=other-name')).toEqual([])
    expect(await office.first.list('/cases?about=other-name&state=settled')).toHaveLength(1)
  })

  it('that was settled opens anew where the same is met again; while it is open it is one', async () => {
    const subject = nextId()
    const first = await caseOf('part-paid-disbursement', subject, subject, { paid: '10.00' })
    await office.first.put(`/cases/${first.id}/owner`, { owner: 'Wairimu' })
    await caseOf('part-paid-disbursement', subject, subject, { paid: '20.00' })
    expect(await office.first.get(`/cases/${first.id}`)).toMatchObject({ detail: { paid: '10.00' } })
    await office.first.post(`/cases/${first.id}/settle`, { note: 'the rest is ordered' })
    await pass(stage, 60_000)
    const again = await caseOf('part-paid-disbursement', subject, subject, { paid: '20.00' })
    expect(again).toMatchObject({
      id: first.id,
      state: 'open',
      detail: { paid: '20.00' },
      owner: 'Wairimu',
      note: null,
      settledBy: null,
      ageSeconds: 0,
    })
  })

  it('of money that the core does not know of is first on the list, from page to page', async () => {
    const owner = 'Njeri'
    const kinds: CaseAbout[] = ['late-booking', 'paid-not-disbursed', 'other-name', 'paid-not-disbursed']
    for (const about of kinds) {
      const { id } = await caseOf(about, 'disbursement', nextId(), {})
      await office.first.put(`/cases/${id}/owner`, { owner })
    }
    const seen: unknown[] = []
    for (let after = ''; seen.length < kinds.length; ) {
      const page = await office.first.get(`/cases?owner=${owner}&limit=1${after && `&after=${after}`}`)
      seen.push((page.data as Row[])[0]?.about)
      after = String(page.next)
    }
    expect(seen).toEqual(['paid-not-disbursed', 'paid-not-disbursed', 'late-booking', 'other-name'])
  })

  it('of what nobody knows the end of shows whose it is, and no word settles it', async () => {
    await addLoans(stage, 'demo-ke', [{ id: 71 }])
    await stage.fault({ simulator: 'mpesa', kind: 'no-answer-ever', msisdn: ke.own })
    const { body } = await office.first.post('/collection-requests', {
      loanId: '71',
      amount: '16.00',
      mode: 'prompt',
    })
    await ke.movement(String(body.id), 'unresolved', 86_400_000, 60_000)
    const [lost] = await office.first.list('/unresolved')
    expect(lost).toMatchObject({ owner: null, caseId: expect.any(String) })
    await office.first.put(`/cases/${lost?.caseId}/owner`, { owner: 'Baraka' })
    expect(await office.first.list('/unresolved')).toMatchObject([{ id: lost?.id, owner: 'Baraka' }])
    const word = await office.first.post(`/cases/${lost?.caseId}/settle`, { note: 'forget it' })
    expect(word).toMatchObject({ status: 409, body: { title: 'Not settled by a word' } })
    const { body: proposal } = await office.first.post(`/transactions/${lost?.id}/evidence`, {
      outcome: 'declined',
      note: 'not on the statement',
    })
    expect((await office.second.post(`/proposals/${proposal.id}/approve`)).status).toBe(200)
    expect(await office.first.get(`/cases/${lost?.caseId}`)).toMatchObject({ state: 'settled' })
  })

  it('of a connection that rests ends when it works again, and who listens is told', async () => {
    await hooks.listen(['case.settled'])
    await ke.change('connections', { name: 'daraja' }, { state: 'paused', paused_for: 'credentials' })
    const [connection] = await ke.rows('connections', { name: 'daraja' })
    const alarm = await caseOf('our-fault', 'connection', String(connection?.id), { fault: 'credentials' })
    const word = await office.first.post(`/cases/${alarm.id}/settle`, { note: 'nothing is wrong' })
    expect(word.body.title).toBe('Not settled by a word')
    const { deps } = stage.house.gateway
    const resume = (fault?: string) =>
      act(deps, 'demo-ke', commit => resumeConnection(deps.ids, commit, 'daraja', fault))
    expect(await resume('no-float')).toBe(false)
    expect(await resume()).toBe(true)
    expect(await resume()).toBe(false)
    expect((await office.first.get(`/cases/${alarm.id}`)).state).toBe('settled')
    await stage.settle()
    expect(hooks.received.map(typeOf)).toEqual(['case.settled'])
  })

  it('of another lender, or none, is not there; a key that may only read changes nothing', async () => {
    const opened = await caseOf('late-booking', 'booking', nextId(), {})
    const other = createOffice(stage, 'demo-cm').first
    expect(await other.list('/cases?about=late-booking')).toEqual([])
    expect((await other.call('GET', `/cases/${opened.id}`)).status).toBe(404)
    expect((await other.post(`/cases/${opened.id}/settle`, { note: 'mine' })).status).toBe(404)
    expect((await office.first.call('GET', '/cases/nonsense')).status).toBe(404)
    expect((await office.first.call('GET', '/cases?state=half')).status).toBe(400)
    await ke.change('api_keys', { name: 'demo-2' }, { scopes: ['cases:read'] })
    expect((await office.second.call('GET', `/cases/${opened.id}`)).status).toBe(200)
    expect((await office.second.post(`/cases/${opened.id}/settle`, { note: 'mine' })).status).toBe(403)
  })
})
