import type { AggregatorSeed, SimulatorSeed } from '../simulators/index.ts'
import { simulated } from './demo-credentials.ts'

/** At simulated vendors where no demo tenant has an account there is one lender, and one customer, to try a client with. */

const LENDER = 'Hatua demo'
const PIN = '1111'
const ZAMBIA = { msisdn: '+260960000001', pin: PIN, balance: '20000', name: 'Chanda Banda', currency: 'ZMW' }
const ZIMBABWE = { msisdn: '+263770000001', pin: PIN, balance: '1000', name: 'Tendai Moyo', currency: 'USD' }
const MYANMAR = {
  ...{ msisdn: '+959790000001', pin: PIN, balance: '900000', name: 'Aye Aye', currency: 'MMK' },
}
const INDIA = { msisdn: '+919800000001', pin: PIN, balance: '50000', name: 'Asha Rao', currency: 'INR' }
/** What each account opens with: enough for anybody's trials in any currency. */
const float = '1000000'

/** `publicUrl`: where this house is reached by a browser; Wave's links begin there. */
export const otherLenders = (publicUrl: string) =>
  ({
    wave: {
      businesses: [
        {
          business: LENDER,
          apiKeys: [simulated.wave],
          launchUrl: `${publicUrl}/sim/wave`,
          float,
        },
      ],
      wallets: [{ msisdn: '+221770000001', pin: PIN, balance: '500000', name: 'Awa Diop' }],
    },
    airtel: {
      apps: [
        {
          ...simulated.airtel,
          ...simulated.airtelPayouts,
          ...{ business: LENDER, country: 'ZM', callingCode: '260', currency: 'ZMW', float },
        },
      ],
      wallets: [{ ...ZAMBIA, msisdn: '+260970000001' }],
    },
    ecocash: {
      merchants: [
        {
          ...simulated.ecocash,
          ...simulated.ecocashMerchant,
          ...simulated.ecocashOpen,
          merchantName: LENDER,
          floats: { USD: float, ZWG: float },
        },
      ],
      wallets: [ZIMBABWE],
    },
    gsma: {
      clients: [
        {
          ...simulated.gsma,
          ...{ client: LENDER, basic: simulated.gsmaBasic, oauth: simulated.gsmaOauth, float },
        },
      ],
      wallets: [ZAMBIA],
    },
    twilio: { accounts: [{ ...simulated.twilio, senders: ['HATUA', '+15005550006'] }] },
    smsc: { accounts: [{ ...simulated.smsc, senders: ['HATUA', '22384'] }] },
  }) satisfies SimulatorSeed

const account = (
  vendor: string,
  currency: string,
  name: string,
  secrets: Readonly<Record<string, string>>,
) => ({
  ...{ vendor, currency, account: name, secrets, float },
})

/** The accounts at aggregators, and the customers that they reach beside the demo's borrowers. */
export function otherAccounts(): AggregatorSeed {
  const { clientId, ...yNote } = simulated.yNote
  const { merchantId: waveMm, ...waveMmSecrets } = simulated.waveMm
  const { merchantId: waveSoap, ...waveSoapSecrets } = simulated.waveSoap
  const { merchantId: mosambee, ...mosambeeSecrets } = simulated.mosambee
  const { user, ...skyburg } = simulated.skyburg
  return {
    accounts: [
      account('pawapay', 'XAF', LENDER, simulated.pawapay),
      account('y-note', 'XAF', clientId, yNote),
      account('wave-mm', 'MMK', waveMm, { ...waveMmSecrets, payer: MYANMAR.msisdn.slice(1) }),
      account('wave-soap', 'MMK', waveSoap, waveSoapSecrets),
      account('mosambee', 'INR', mosambee, mosambeeSecrets),
      account('kodo', 'ZMW', LENDER, simulated.kodo),
      account('skyburg', 'USD', user, skyburg),
    ],
    wallets: [ZAMBIA, ZIMBABWE, MYANMAR, INDIA],
  }
}
