import { CREDENTIALS } from './demo-credentials.ts'
import { demoTenants } from './demo-tenants.ts'

/** Columns of the place of a simulator. */
const PLACE = 25

/** What a newcomer needs to see at the first start: whom to be, what to dial, where to look. */
export function banner(url: string): string {
  const tenants = demoTenants(true).map(
    ({ plan, borrower, officer }) =>
      `  ${plan.id}  ${plan.settings.lender.padEnd(15)} dial ${plan.channels[0]?.address} from ${borrower.phone}  (PIN ${borrower.pin}, API key ${plan.id}-key)\n  ${' '.repeat(plan.id.length)}  ${officer.name.padEnd(15)} its officer, from ${officer.phone}  (staff PIN ${officer.pin})`,
  )
  const width = Math.max(...Object.keys(CREDENTIALS).map(name => name.length))
  const credentials = Object.entries(CREDENTIALS).map(([name, { at, shown }]) => {
    const words = shown.map(
      ([what, words]) =>
        `${what}: ${Object.entries(words)
          .map(([word, value]) => `${word} ${value}`)
          .join(', ')}`,
    )
    return `  ${name.padEnd(width)}  ${`/sim${at}`.padEnd(PLACE)}  ${words.join('; ')}`
  })
  return `
Hatua is up at ${url}, with everything simulated: operators, SMS and Fineract.

${tenants.join('\n')}

A phone in the terminal:   npm run dial -- +254700000001
The whole story:           npm run demo
A hop by hand:
  curl -s ${url}/ussd/demo-ke -d sessionId=first -d phoneNumber=%2B254700000001 -d networkCode=63902 -d 'serviceCode=*384*100#' -d text=
Requests:  curl -s ${url}/api/v1/collection-requests -H 'Authorization: Bearer demo-ke-key'
SMS:       ${url}/sim/sms        Truth of the operators:  ${url}/sim/providers/mpesa/transactions

What the simulators ask of a lender (docs/simulators.md says how each is called):
${credentials.join('\n')}
`
}
