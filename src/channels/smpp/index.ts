export { smppSms } from './sms.ts'
