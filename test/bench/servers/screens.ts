/** Screens as long as ours, for the servers we are compared with. */
export const SCREENS = {
  menu: 'CON Umoja Credit\nHello Wanjiku\n1 Pay my loan\n2 My loans\n3 My wallets\n4 My payments\n5 Language, help',
  help: 'CON Umoja Credit\nCall +254709000111\nDial *384*100#\nWe never ask for your wallet PIN.\n1 English\n2 Francais\n3 Kiswahili\n0 Back',
} as const
