import type { Knex } from 'knex'
import { AMOUNT, APP, appendOnly, asOwner, byTenant, claimable, DISPATCHER, DUE } from './support/sql.ts'

/** Money in both directions: payouts and batches, suspense, routes, limits, tariffs, and what two people must agree on. */

const life = (states: string): string =>
  `state text not null check (state in (${states})), snapshot jsonb not null, ${DUE}`

const ROUTES = [
  `create table aggregators (name text primary key check (name ~ '^[a-z0-9-]{2,40}$'), title text not null)`,
  `create table aggregator_codes (
     aggregator text not null references aggregators, provider text not null, code text not null,
     valid_from date not null, valid_until date,
     primary key (aggregator, provider, valid_from))`,
  `grant select, insert, update on aggregators, aggregator_codes to ${APP}`,
  `alter table connections
     add aggregator text references aggregators, alter provider drop not null,
     add sick_since timestamptz, add sick_until timestamptz, add probe_until timestamptz, add probe_by uuid,
     add check (provider is not null or aggregator is not null)`,
  `create table routes (
     tenant_id text not null references tenants, id uuid not null, provider text not null, currency text not null,
     operation text not null check (operation in ('collect', 'disburse')), priority int not null,
     connection_id uuid not null, valid_from date not null, valid_until date,
     primary key (tenant_id, id), foreign key (tenant_id, connection_id) references connections)`,
  'create index routes_way on routes (tenant_id, provider, currency, operation)',
  ...byTenant('routes'),
  `create table limits (
     tenant_id text not null references tenants, id uuid not null, provider text not null, tier text not null,
     operation text not null check (operation in ('collect', 'disburse', '*')),
     span text not null check (span in ('transaction', 'day', 'week', 'month', 'year', 'balance')),
     measure text not null check (measure in ('amount', 'number', 'minimum', 'multiple')),
     value text not null, currency text, valid_from date not null, valid_until date, source text not null,
     primary key (tenant_id, id))`,
  ...byTenant('limits'),
  `create table tariffs (
     tenant_id text not null references tenants, id uuid not null, connection text not null,
     operation text not null check (operation in ('collect', 'disburse', 'refund')),
     currency text not null, band_min bigint not null, band_max bigint, charge_minor bigint, basis_points int,
     tax_minor bigint, tax_basis_points int, bearer text not null check (bearer in ('customer', 'lender', 'unknown')),
     valid_from date not null, valid_until date,
     primary key (tenant_id, id))`,
  'create index tariffs_connection on tariffs (tenant_id, connection, operation)',
  ...byTenant('tariffs', 'select, insert, update, delete'),
  `create table maintenance_windows (
     tenant_id text not null references tenants, id uuid not null, provider text not null,
     starts_at timestamptz not null, ends_at timestamptz not null, note text,
     primary key (tenant_id, id), check (ends_at > starts_at))`,
  ...byTenant('maintenance_windows'),
  'alter table wallets add kyc_tier text',
  'create index requests_account on collection_requests (tenant_id, loan_account)',
]

const PAYOUTS = [
  `create table batches (
     tenant_id text not null references tenants, id uuid not null, title text not null, items int not null,
     created_by text not null, approved_by text, created_at timestamptz not null,
     ${life("'checked', 'approved', 'running', 'paused', 'stopped', 'done'")},
     primary key (tenant_id, id))`,
  ...byTenant('batches'),
  ...claimable('batches'),
  `create table disbursements (
     tenant_id text not null references tenants, id uuid not null, kind text not null check (kind in ('loan', 'voucher')),
     batch_id uuid, customer_id uuid not null, loan_id text, loan_account text, programme text,
     wallet_id uuid not null, provider text not null, msisdn text not null, ${AMOUNT}, ordered_minor bigint,
     created_by text not null, approved_by text, created_at timestamptz not null,
     ${life("'planned', 'approved', 'paying', 'part-paid', 'paid', 'failed', 'rolled-back'")},
     primary key (tenant_id, id), check (amount_minor > 0), check (ordered_minor > amount_minor), check ((kind = 'loan') = (loan_id is not null)),
     foreign key (tenant_id, customer_id) references customers, foreign key (tenant_id, wallet_id) references wallets,
     foreign key (tenant_id, batch_id) references batches)`,
  `create unique index one_open_disbursement on disbursements (tenant_id, loan_id)
     where loan_id is not null and state in ('planned', 'approved')`,
  'create index disbursements_batch on disbursements (tenant_id, batch_id, id)',
  'create index disbursements_loan on disbursements (tenant_id, loan_id)',
  ...byTenant('disbursements'),
  ...claimable('disbursements'),
  `alter table transactions
     add operation text not null default 'collect' check (operation in ('collect', 'disburse', 'refund')),
     add disbursement_id uuid, add original_id uuid, add item_id uuid, add code text,
     add starts_on date, add confirmed_minor bigint, add charge_minor bigint`,
  'create index transactions_disbursement on transactions (tenant_id, disbursement_id) where disbursement_id is not null',
  'create index transactions_original on transactions (tenant_id, original_id) where original_id is not null',
  'create index transactions_use on transactions (tenant_id, msisdn, provider, starts_on)',
  // what a callback hinted at, for the reason that an inquiry does not tell
  'alter table attempts add hint jsonb',
  // a URL that an inquiry is answered at was drawn for it alone: what comes there proves itself
  'alter table attempt_references drop constraint attempt_references_kind_check',
  `alter table attempt_references add check (kind in ('ours', 'theirs', 'url', 'asked'))`,
  'alter table callbacks add asked boolean not null default false, add proven boolean not null default false',
  // which hint it answers a question about, and which transaction it waits to be checked for
  'alter table callbacks add answers uuid, add transaction_id uuid',
  'create index callbacks_unchecked on callbacks (tenant_id, transaction_id) where transaction_id is not null',
  // the callback that made us ask
  'alter table attempt_references add callback_id uuid',
  // what the call itself brought: `outcome` is what is known of the attempt by now
  'alter table attempts add answer text',
  'create index attempts_connection on attempts (tenant_id, connection_id, sent_at)',
  'create index callbacks_attempt on callbacks (tenant_id, attempt_id) where attempt_id is not null',
]

const BOOKINGS = [
  `alter table bookings
     alter allocation_id drop not null, alter transaction_id drop not null, alter loan_id drop not null,
     add entry text not null default 'repayment'
       check (entry in ('repayment', 'deposit', 'disbursal', 'voucher', 'undo-repayment', 'undo-deposit', 'undo-disbursal', 'undo-voucher', 'journal')),
     add slot text, add disbursement_id uuid, add item_id uuid, add undoes uuid, add savings_id text,
     add debit_account text, add credit_account text`,
  // the owner sees no tenant's rows by itself
  'alter table bookings no force row level security',
  "update bookings set slot = 'loan:' || loan_id",
  'alter table bookings force row level security',
  'alter table bookings alter slot set not null',
  'drop index one_open_booking',
  `create unique index one_open_booking on bookings (tenant_id, slot)
     where state in ('sending', 'awaiting-approval', 'unknown')`,
  "create index bookings_waiting on bookings (tenant_id, slot, due_at) where state = 'planned'",
  'create index bookings_disbursement on bookings (tenant_id, disbursement_id) where disbursement_id is not null',
  "create unique index undone_once on bookings (tenant_id, undoes) where undoes is not null and state <> 'refused'",
]

const BOARD = [
  `create table suspense_items (
     tenant_id text not null references tenants, id uuid not null, transaction_id uuid not null, ${AMOUNT},
     reason text not null check (reason in ('not-bookable', 'locked', 'other-amount', 'late-confirmation', 'second-receipt', 'unknown-account', 'surplus', 'given-back')),
     owner text, opened_at timestamptz not null, settled_at timestamptz,
     state text not null check (state in ('open', 'settled')),
     way text check (way in ('book', 'return', 'write-off', 'taken-back')),
     primary key (tenant_id, id), check (amount_minor > 0), check ((state = 'settled') = (way is not null)))`,
  "create index suspense_items_open on suspense_items (tenant_id, id) where state = 'open'",
  'create index suspense_items_transaction on suspense_items (tenant_id, transaction_id)',
  ...byTenant('suspense_items'),
  `create table proposals (
     tenant_id text not null references tenants, id uuid not null, action text not null,
     subject text not null, subject_id uuid not null, terms jsonb not null,
     proposed_by text not null, proposed_at timestamptz not null,
     state text not null check (state in ('open', 'carried-out', 'withdrawn')),
     decided_by text, decided_at timestamptz,
     primary key (tenant_id, id), check (decided_by is null or state = 'withdrawn' or decided_by <> proposed_by))`,
  `create unique index one_open_proposal on proposals (tenant_id, subject_id) where state = 'open'`,
  ...byTenant('proposals'),
  `create table treasury_moves (
     tenant_id text not null references tenants, id uuid not null, kind text not null check (kind in ('top-up', 'sweep', 'settlement')),
     connection text not null, account text not null check (account in ('collect', 'pay', 'charges')), bank text not null,
     ${AMOUNT}, reference text not null, moved_on date not null, entered_by text not null, confirmed_by text, at timestamptz not null,
     primary key (tenant_id, id), unique (tenant_id, connection, reference), check (amount_minor > 0))`,
  ...appendOnly('treasury_moves'),
  // a treasury move is no transaction, but its transfer belongs to it all the same
  'alter table transfers alter transaction_id drop not null, add subject_id uuid',
  'create index transfers_subject on transfers (tenant_id, subject_id) where subject_id is not null',
  `create table payees (
     tenant_id text not null references tenants, msisdn text not null, provider text not null, customer_id uuid not null,
     first_used_at timestamptz not null, approved_by text, name text, name_at timestamptz,
     primary key (tenant_id, msisdn, provider, customer_id))`,
  ...byTenant('payees'),
]

/** As before, with the kinds of rows that are new. */
const CLAIM = `
  create or replace function claim_due(p_kind text, p_now timestamptz, p_lease_until timestamptz, p_lease uuid, p_limit int)
  returns table (tenant_id text, id uuid)
  language plpgsql security definer set search_path = public, pg_temp as $$
  declare
    source text := case p_kind
      when 'message' then 'messages' when 'callback' then 'callbacks' when 'schedule' then 'schedules'
      when 'request' then 'collection_requests' when 'transaction' then 'transactions' when 'booking' then 'bookings'
      when 'disbursement' then 'disbursements' when 'batch' then 'batches' when 'webhook' then 'webhook_deliveries' end;
  begin
    if source is null then raise exception 'unknown kind of due row: %', p_kind; end if;
    return query execute format(
      'update %1$I t set lease_until = $1, lease_id = $2
         from (select d.tenant_id, d.id from %1$I d
                where d.due_at <= $3 and (d.lease_until is null or d.lease_until <= $3)
                order by d.due_at limit $4 for update skip locked) c
        where t.tenant_id = c.tenant_id and t.id = c.id
        returning t.tenant_id, t.id', source) using p_lease_until, p_lease, p_now, p_limit;
  end $$`

export async function up(knex: Knex): Promise<void> {
  await asOwner(knex, [...ROUTES, ...PAYOUTS, ...BOOKINGS, ...BOARD])
  await knex.raw(`grant create on schema public to ${DISPATCHER}`)
  await knex.raw(`set local role ${DISPATCHER}`)
  await knex.raw(CLAIM)
  await knex.raw('reset role')
  await knex.raw(`revoke create on schema public from ${DISPATCHER}`)
}
