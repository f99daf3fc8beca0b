import { withHouse } from './house.ts'
import { seedDemo } from './seed-demo.ts'
import { fail, reason } from './support.ts'

/** `npm run seed`: sets up the demo tenants on the database of DATABASE_URL, and prints their drawn API keys once. */
try {
  const drawn = await withHouse(house => seedDemo(house, process.env.DATABASE_URL === undefined))
  if (drawn.length === 0)
    console.log(
      'the demo tenants are there already; their API keys are kept hashed and cannot be shown again',
    )
  for (const { tenant, key } of drawn) console.log(`${tenant}: API key ${key}`)
} catch (error) {
  fail(`not seeded: ${reason(error)}`)
}
