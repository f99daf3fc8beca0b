import { Router } from 'express'
import { catalogue } from '../providers/catalogue.ts'
import { requireScope } from './auth.ts'

/** `/api/v1/providers`: what there is to connect to. The same for every tenant, and no secret in it. */
export function providerRoutes(): Router {
  const router = Router()
  router.get('/', requireScope('terms:read'), (_request, response) => {
    response.json({ data: catalogue(), next: null })
  })
  return router
}
