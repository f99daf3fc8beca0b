export { twilioSms } from './sms.ts'
