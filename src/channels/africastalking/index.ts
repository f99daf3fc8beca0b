export { type AfricasTalkingConfig, africastalkingSms } from './sms.ts'
export { africastalkingUssd } from './ussd.ts'
