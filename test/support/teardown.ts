import { stopServices } from './running.ts'

export default stopServices
