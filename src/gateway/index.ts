import { createBooker } from './book.ts'
import { type Callbacks, createCallbacks } from './callbacks.ts'
import type { GatewayDeps } from './context.ts'
import { createDeeds } from './deeds.ts'
import { createDeliverer } from './deliver.ts'
import { createDueRun } from './due-run.ts'
import { createMessenger } from './messages.ts'
import { createPusher, type Pusher } from './push.ts'
import { createRequests, type Requests } from './requests.ts'
import { createSender } from './send.ts'
import { createStepper, type Stepper } from './step.ts'

export type Gateway = {
  readonly deps: GatewayDeps
  readonly stepper: Stepper
  readonly requests: Requests
  readonly pusher: Pusher
  readonly sender: ReturnType<typeof createSender>
  readonly booker: ReturnType<typeof createBooker>
  readonly deliverer: ReturnType<typeof createDeliverer>
  readonly callbacks: Callbacks
  readonly dueRun: ReturnType<typeof createDueRun>
}

/** The money engine, put together: the stepper steps machines, the deeds write what they ordered, the workers call out. */
export function createGateway(deps: GatewayDeps): Gateway {
  const { ids } = deps
  const messenger = createMessenger({ ids, stepper: () => stepper })
  const stepper: Stepper = createStepper(ids, createDeeds({ ids, messenger, stepper: () => stepper }))
  const requests = createRequests({ ids, stepper })
  return {
    deps,
    stepper,
    requests,
    pusher: createPusher(deps, requests),
    sender: createSender({ ...deps, stepper }),
    booker: createBooker({ ...deps, stepper }),
    deliverer: createDeliverer({ ...deps, stepper }),
    callbacks: createCallbacks({ ...deps, stepper }),
    dueRun: createDueRun({ ...deps, requests }),
  }
}
