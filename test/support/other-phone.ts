import { WORDS } from '../../flows/words/index.ts'
import { LANGUAGES } from '../../flows/words/words.ts'
import type { createUssdGateway } from '../../src/simulators/africastalking-ussd.ts'

type Phone = Pick<ReturnType<typeof createUssdGateway>, 'answer'>
type Screen = Awaited<ReturnType<Phone['answer']>>

/** Where the wallet that she chose is on another phone, she has that phone with her: the screen that follows. */
export async function withHer(phone: Phone, screen: Screen): Promise<Screen> {
  const isAsked = LANGUAGES.some(language => screen.text.includes(`\n1 ${WORDS[language].elsewhere.yes}\n`))
  return isAsked ? phone.answer('1') : screen
}
