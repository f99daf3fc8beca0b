import type { Outcome } from '../../src/domain/outcome.ts'
import { providerContract } from '../contract/provider.ts'
import {
  callback,
  caseOf,
  EXPIRED,
  fault,
  orderOf,
  PAID,
  PENDING,
  refused,
  said,
} from './orange-money-case.ts'

/** Orange's core API keeps the contract of a provider: the merchant payment, and the cash-in. */

const order = orderOf('collect')
const confirmed: Outcome = { kind: 'confirmed', amount: order.amount, receipt: PAID.txnid }
const no = (reason: string, again: string, code?: string) =>
  ({ kind: 'declined', reason, again, ...(code === undefined ? {} : { code }) }) as Outcome

providerContract({
  ...caseOf('collect'),
  pending: said(PENDING),
  paid: said(PAID),
  confirmed,
  sendOutcomes: [
    ['taken, and not told to her yet', said({ ...PENDING, status: 'INITIATED' }), { kind: 'accepted' }],
    ['a success at once is only taken', said(PAID), { kind: 'accepted' }],
    ['too little money', refused('60019'), no('insufficient-funds', 'other-wallet', '60019')],
    ['nobody’s number', refused('00671'), no('no-account', 'other-wallet', '00671')],
    ['a number without a wallet', refused('99051'), no('no-account', 'other-wallet', '99051')],
    ['failed with a code that nobody knows', refused('12345'), no('failed', 'later', '12345')],
    ['failed, with 200', refused('60019', {}, 200), no('insufficient-funds', 'other-wallet', '60019')],
    [
      'a known code alone',
      said(null, '60019 :: Le solde', 417),
      no('insufficient-funds', 'other-wallet', '60019'),
    ],
    ['an unknown code alone', said(null, '12345 :: Refus', 417), 'unknown'],
    ['a known code with 200 alone', said({ inittxnstatus: '60019' }, 'x'), 'unknown'],
    ['a known code with 500', refused('60019', {}, 500), 'unknown'],
    ['a used token is asked about', { status: 422, body: { message: 'payToken' } }, 'unknown'],
    ['a used token, with the first payment', said(PAID, '12345 :: x', 417), 'unknown'],
    ['an unlisted status', said({ ...PENDING, status: 'DONE' }), 'unknown'],
    ['a status that is a number', said({ ...PENDING, status: 200 }), 'unknown'],
    ['another payment', said({ ...PENDING, payToken: 'MP-ELSE' }), 'unknown'],
    ['a bad request', { status: 400, body: { status: 400 } }, 'unknown'],
    ['too many calls', fault(429, 900802), no('busy', 'later', '900802')],
    [
      'an application without the right',
      fault(403, 900908),
      { kind: 'our-fault', fault: 'configuration', detail: '900908' },
    ],
    ['an unknown address', { status: 403, body: '<html>' }, { kind: 'our-fault', fault: 'address-refused' }],
    ['an API manager that waited in vain', fault(504, 101504), 'unknown'],
  ],
  inquiryOutcomes: [
    ['begun only', said({ ...EXPIRED, status: 'INITIATED' }), { kind: 'accepted' }],
    ['one L', said({ ...PAID, status: 'SUCCESSFUL' }), confirmed],
    ['no L to spare', said({ ...PAID, status: 'SUCCESS' }), confirmed],
    ['the amount as text', said({ ...PAID, amount: '1500' }), confirmed],
    ['the id as a number', said({ ...PAID, txnid: 7 }), { ...confirmed, receipt: '7' }],
    ['a full number', said({ ...PAID, subscriberMsisdn: '237690000001' }), confirmed],
    ['cancelled', said({ ...PAID, status: 'CANCELLED', confirmtxnstatus: null }), no('cancelled', 'later')],
    ['expired', said(EXPIRED), no('expired', 'later')],
    ['failed', said({ ...PENDING, status: 'FAILED' }), no('failed', 'later')],
    [
      'failed as she confirmed',
      said({ ...PENDING, status: 'FAILED', confirmtxnstatus: '60019' }),
      no('insufficient-funds', 'other-wallet', '60019'),
    ],
    [
      'money that went back',
      said({ ...PAID, status: 'REVERSED' }),
      { kind: 'reversed', amount: order.amount },
    ],
    ['an unlisted status', said({ ...PAID, status: 'successfull' }), 'unknown'],
    ['success without an amount', said({ ...PAID, amount: null }), 'unknown'],
    ['success of nothing', said({ ...PAID, amount: 0 }), 'unknown'],
    ['an amount that XAF cannot have', said({ ...PAID, amount: 1500.5 }), 'unknown'],
    ['an amount beyond all', said({ ...PAID, amount: 1e21 }), 'unknown'],
    ['a yes beside a no', said({ ...PAID, confirmtxnstatus: '60019' }), 'unknown'],
    ['another payment', said({ ...PAID, payToken: 'MP-ELSE' }), 'unknown'],
    ['another customer', said({ ...PAID, subscriberMsisdn: '690000002' }), 'unknown'],
    ['a payment with 417', said(PAID, '12345 :: x', 417), 'unknown'],
    ['no data', said(null), 'unknown'],
    ['too many questions', fault(429, 900802), 'unknown'],
    ['an unknown address', { status: 403 }, { kind: 'our-fault', fault: 'address-refused' }],
  ],
  callbacks: {
    good: callback(PAID),
    goodOutcome: confirmed,
    otherAmount: callback({ ...PAID, amount: 999999 }),
    otherAttempt: callback({ ...PAID, payToken: 'MP-ELSE' }),
    unlisted: callback({ ...PAID, status: 'DONE' }),
  },
})

const paidOut = {
  ...Object.fromEntries(Object.entries(PAID).filter(([name]) => !/^(init|confirm)txn|notifUrl/.test(name))),
  ...{ txnstatus: '200', txnmessage: 'Depot effectue', txnid: 'CI221207.2051.B56929' },
}
const notPaid = (code: string) =>
  said({ ...paidOut, txnid: null, txnstatus: code, status: 'FAILED' }, `${code} :: Refus`, 417)

providerContract({
  ...caseOf('disburse'),
  pending: said({ ...paidOut, status: 'PENDING' }),
  paid: said(paidOut),
  confirmed: { kind: 'confirmed', amount: order.amount, receipt: 'CI221207.2051.B56929' },
  sendOutcomes: [
    ['a success at once is only taken', said(paidOut), { kind: 'accepted' }],
    [
      'a float that is empty is not hers',
      notPaid('60019'),
      { kind: 'our-fault', fault: 'no-float', detail: '60019', ended: true },
    ],
    ['nobody’s number', notPaid('00671'), no('no-account', 'other-wallet', '00671')],
    ['failed with a code that nobody knows', notPaid('12345'), no('failed', 'later', '12345')],
    ['an unlisted status', said({ ...paidOut, status: 'DEPOSITED' }), 'unknown'],
    ['a used token is asked about', { status: 422, body: {} }, 'unknown'],
  ],
  inquiryOutcomes: [
    ['begun only', said({ ...EXPIRED, status: 'INITIATED' }), { kind: 'accepted' }],
    ['failed', said({ ...paidOut, status: 'FAILED', txnstatus: '12345' }), no('failed', 'later', '12345')],
    ['expired: she was asked nothing', said(EXPIRED), no('failed', 'later')],
    ['cancelled: nor could she', said({ ...paidOut, status: 'CANCELLED' }), no('failed', 'later')],
    [
      'too little float',
      said({ ...paidOut, status: 'FAILED', txnstatus: '60019' }),
      { kind: 'our-fault', fault: 'no-float', ended: true },
    ],
    ['an unlisted status', said({ ...paidOut, status: 'DEPOSITED' }), 'unknown'],
  ],
})
