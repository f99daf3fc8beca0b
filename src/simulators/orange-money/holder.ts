import type { Route } from '../kit/http.ts'
import { appOf, isApp } from './auth.ts'
import { CURRENCY, type House, type Line, wallets } from './house.ts'
import { answer, plain, refusal } from './replies.ts'
import { isOrange, objectOf } from './validate.ts'

/** `POST /infos/subscriber/customer/{msisdn}`: whose wallet a number is, for a line that names itself. */
export function holderRoute(house: House): Route {
  return {
    method: 'POST',
    path: '/infos/subscriber/customer/:msisdn',
    async handle(request) {
      const app = await appOf(house, request)
      if (!isApp(app)) return app
      const { pin, channelMsisdn } = objectOf(request.body) ?? {}
      const line: Line | undefined = await house
        .db('sim_orange_money.lines')
        .where({ msisdn: String(channelMsisdn), client_id: app.client_id })
        .first()
      if (line === undefined || line.pin !== pin) return refusal('90005')
      const number = request.params.msisdn ?? ''
      if (!/^\d{9}$/.test(number)) return plain(400, 'msisdn')
      if (!isOrange(number)) return refusal('00671')
      const wallet = await wallets.find(house.db, `237${number}`, CURRENCY)
      if (wallet === undefined) return refusal('99051')
      const [firstName = '', ...rest] = wallet.name.split(' ')
      return answer('Customer retrieved successfully', { firstName, lastName: rest.join(' ') })
    },
  }
}
