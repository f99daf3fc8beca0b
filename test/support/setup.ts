import { keepServices } from './running.ts'
import { startServices } from './services.ts'

/** Before all tests: the services and the template database, told to the workers through the environment. */
export default async function setup(): Promise<void> {
  const services = await startServices()
  keepServices(services)
  Object.assign(process.env, services.environment)
}
