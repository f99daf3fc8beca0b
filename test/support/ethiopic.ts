import { en } from '../../flows/words/en.ts'
import type { Words } from '../../flows/words/words.ts'

/**
 * A language that GSM-7 cannot carry, for tests alone: Amharic where a few screens say it, and elsewhere the English
 * sentences in Ethiopic letters, a letter a syllable, which makes them about as long as Amharic is.
 */

const FIRST_SYLLABLE = 0x1200
const CONSONANTS = 'hlmrsqbtnkwyzdgfpcjvx'
const VOWELS = 'aeiou'

/** In the letters of Ethiopia; figures, money and what is no letter stay as they are. */
const inEthiopic = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[b-df-hj-np-tv-z][aeiou]*|[aeiou]+/gi, syllable => {
      const [first = '', second = ''] = syllable.toLowerCase()
      const row = Math.max(0, CONSONANTS.indexOf(first))
      return String.fromCodePoint(FIRST_SYLLABLE + row * 8 + Math.max(0, VOWELS.indexOf(second)))
    })
    .replace(/\.(?=\s|$)/g, '።')

function written<Group>(group: Group): Group {
  if (typeof group === 'string') return inEthiopic(group) as Group
  if (typeof group === 'function')
    return ((...given: unknown[]) =>
      inEthiopic((group as (...given: unknown[]) => string)(...given))) as Group
  if (typeof group !== 'object' || group === null) return group
  return Object.fromEntries(Object.entries(group).map(([name, one]) => [name, written(one)])) as Group
}

export const am: Words = {
  ...written(en),
  ucs2: true,
  name: 'አማርኛ',
  // the currency's sign stays Latin, as it does in Addis Ababa
  money: en.money,
  back: '0 ተመለስ',
  more: '98 ተጨማሪ',
  badAnswer: 'ቁጥር ይምረጡ።',
  badPin: 'ፒን ከ4 እስከ 6 አሃዝ ነው።',
  whoAreYou: lender => `${lender}\nማን ነው የሚደውለው?`,
  menu: (lender, name) =>
    [`${lender}\nሰላም ${name}`, '1 ብድሬን ልክፈል', '2 ብድሮቼ', '3 ቦርሳዎቼ', '4 ክፍያዎቼ', '5 ቋንቋ፣ እገዛ'].join('\n'),
  enterPin: lender => `የ${lender} ፒንዎን ያስገቡ`,
  whichWallet: amount => `${amount} በምን ይከፍላሉ?`,
}
