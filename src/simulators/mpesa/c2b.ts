import { randomUUID } from 'node:crypto'
import type { Route } from '../kit/http.ts'
import type { House } from './house.ts'
import { appOf, isApp } from './oauth.ts'
import { invalid, isCallbackUrl, objectOf, refusal } from './replies.ts'

/** The portal refuses listeners whose address has one of these words ("Customer to Business", register URL). */
const FORBIDDEN = /mpesa|m-pesa|safaricom|exe|exec|cmd|sql|query/i

const isListener = (value: unknown): value is string => isCallbackUrl(value) && !FORBIDDEN.test(value)

/** Where a paybill's confirmations go. The portal shows v1 on one page and v2 on another: both are served. */
export function registerRoutes(house: House): Route[] {
  return ['v1', 'v2'].map(version => ({
    method: 'POST',
    path: `/mpesa/c2b/${version}/registerurl`,
    async handle(request) {
      const app = await appOf(house, request)
      if (!isApp(app)) return app
      const body = objectOf(request.body)
      if (body === undefined) return refusal('400.002.05', 'Invalid Request Payload')
      if (String(body.ShortCode) !== app.shortcode) return invalid('ShortCode')
      if (body.ResponseType !== 'Completed' && body.ResponseType !== 'Cancelled')
        return invalid('ResponseType')
      if (!isListener(body.ConfirmationURL)) return invalid('ConfirmationURL')
      if (!isListener(body.ValidationURL)) return invalid('ValidationURL')
      await house
        .db('sim_mpesa.c2b_urls')
        .insert({
          shortcode: app.shortcode,
          response_type: body.ResponseType,
          confirmation_url: body.ConfirmationURL,
          validation_url: body.ValidationURL,
        })
        .onConflict('shortcode')
        .merge()
      return {
        status: 200,
        // The misspelt name is Safaricom's.
        body: { OriginatorCoversationID: randomUUID(), ResponseCode: '0', ResponseDescription: 'Success' },
      }
    },
  }))
}
