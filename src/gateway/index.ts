import { createAllocator } from './allocate.ts'
import { createBatcher } from './batches.ts'
import { createBooker } from './book.ts'
import { createBookLower } from './book-lower.ts'
import { type Callbacks, createCallbacks } from './callbacks.ts'
import { createClaimsLook } from './claims-look.ts'
import type { GatewayDeps } from './context.ts'
import { createDeeds } from './deeds.ts'
import { createDeliverer } from './deliver.ts'
import { createDisburser } from './disburse.ts'
import { createDueRun } from './due-run.ts'
import { createEvidence } from './evidence.ts'
import { createGiveBack } from './give-back.ts'
import { createLines, type Lines } from './lines.ts'
import { createMessenger, type Messenger } from './messages.ts'
import { createMorning } from './morning.ts'
import { createPayouts, type Payouts } from './payouts.ts'
import { createProposals, type Proposals } from './proposals.ts'
import { createPusher, type Pusher } from './push.ts'
import { createReminderRun } from './reminder-run.ts'
import { createReminders } from './reminders.ts'
import { createRequests, type Requests } from './requests.ts'
import { createSchedule } from './schedule.ts'
import { createSender } from './send.ts'
import { createSettling } from './settling.ts'
import { createStepper, type Stepper } from './step.ts'
import { createTreasury } from './treasury.ts'
import { createWebhooks } from './webhooks.ts'

export type Gateway = {
  readonly deps: GatewayDeps
  readonly stepper: Stepper
  readonly requests: Requests
  readonly messenger: Messenger
  readonly pusher: Pusher
  readonly sender: ReturnType<typeof createSender>
  readonly payouts: Payouts
  /** What two people must agree on. */
  readonly proposals: Proposals
  readonly disburser: ReturnType<typeof createDisburser>
  readonly batcher: ReturnType<typeof createBatcher>
  readonly booker: ReturnType<typeof createBooker>
  readonly deliverer: ReturnType<typeof createDeliverer>
  readonly reminders: ReturnType<typeof createReminders>
  readonly callbacks: Callbacks
  readonly lines: Lines
  readonly webhooks: ReturnType<typeof createWebhooks>
  readonly dueRun: ReturnType<typeof createDueRun>
  /** Whatever a tenant has done every day at an hour. */
  readonly schedule: ReturnType<typeof createSchedule>
}

/** The money engine, put together: the stepper steps machines, the deeds write what they ordered, the workers call out. */
export function createGateway(deps: GatewayDeps): Gateway {
  const { ids } = deps
  const messenger = createMessenger({ ids, stepper: () => stepper, log: deps.log })
  const giveBack = createGiveBack(
    deps,
    () => stepper,
    () => settling,
  )
  const stepper: Stepper = giveBack.carryingOn(
    createStepper(deps, createDeeds({ ids, messenger, stepper: () => stepper, log: deps.log })),
  )
  const settling = createSettling(deps, stepper)
  const requests = createRequests({ ids, stepper })
  const dueRun = createDueRun({ ...deps, requests })
  const callbacks = createCallbacks({ ...deps, stepper, messenger })
  const lines = createLines({ ...deps, callbacks })
  return {
    deps,
    stepper,
    requests,
    messenger,
    pusher: createPusher(deps, requests),
    sender: createSender({ ...deps, stepper, messenger, allocator: createAllocator({ ...deps, stepper }) }),
    payouts: createPayouts({ ...deps, stepper }),
    proposals: createProposals(ids, {
      ...settling,
      ...createEvidence(deps, stepper),
      ...createBookLower(deps, stepper),
      ...giveBack.deals,
      ...createTreasury(deps),
    }),
    disburser: createDisburser({ ...deps, stepper }),
    batcher: createBatcher({ ...deps, stepper }),
    booker: createBooker({ ...deps, stepper }),
    deliverer: createDeliverer({ ...deps, stepper, lines }),
    reminders: createReminders({ ...deps, messenger }),
    callbacks,
    lines,
    webhooks: createWebhooks({ ...deps, stepper }),
    dueRun,
    schedule: createSchedule(deps, {
      'due-run': dueRun,
      'staff-morning': createMorning({ ...deps, messenger }),
      reminders: createReminderRun(deps),
      claims: createClaimsLook({ ...deps, stepper }),
    }),
  }
}
