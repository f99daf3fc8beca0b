/**
 * The simulator's truth. The tenant leads every key, as each Fineract tenant has a database of its own.
 * Dates are text (`YYYY-MM-DD`), amounts are minor units.
 */
export const SCHEMA = 'sim_fineract'
export const table = (name: string): string => `${SCHEMA}.${name}`

const LOANS = [
  `create table if not exists sim_fineract.loans (
     tenant text not null, id bigint not null, account_no text not null, external_id text, client_id bigint not null,
     product text not null, principal bigint not null, approved_principal bigint not null, interest bigint not null, instalments int not null,
     every_days int, anchor_number int not null, anchor_due text not null, in_multiples_of int not null default 0,
     disbursement_fee bigint not null default 0, status int not null,
     submitted_on text not null, approved_on text not null, disbursed_on text, closed_on text,
     overpaid bigint not null default 0, locked boolean not null default false,
     primary key (tenant, id), unique (tenant, account_no), unique (tenant, external_id))`,
  'create index if not exists loans_client on sim_fineract.loans (tenant, client_id)',
  `create table if not exists sim_fineract.instalments (
     tenant text not null, loan_id bigint not null, number int not null, from_date text not null, due_date text not null,
     principal bigint not null, interest bigint not null, fees bigint not null default 0, penalties bigint not null default 0,
     principal_paid bigint not null default 0, interest_paid bigint not null default 0,
     fees_paid bigint not null default 0, penalties_paid bigint not null default 0,
     paid_in_advance bigint not null default 0, paid_late bigint not null default 0, met_on text,
     primary key (tenant, loan_id, number))`,
  `create table if not exists sim_fineract.transactions (
     tenant text not null, id bigint generated always as identity, loan_id bigint not null, type int not null,
     seq bigint, on_date text not null, amount bigint not null,
     principal bigint, interest bigint, fees bigint, penalties bigint, overpayment bigint, balance bigint,
     external_id text, reversal_external_id text, reversed boolean not null default false,
     manually_reversed boolean not null default false, reversed_on text, submitted_on text not null,
     payment_type_id bigint, account_number text, check_number text, routing_code text, receipt_number text,
     bank_number text, note text,
     primary key (tenant, id), constraint transaction_external_id unique (tenant, external_id))`,
  'create index if not exists transactions_loan on sim_fineract.transactions (tenant, loan_id)',
]

const GROUPS = [
  `create table if not exists sim_fineract.groups (
     tenant text not null, id bigint not null, account_no text not null, name text not null, status int not null,
     activated_on text not null, primary key (tenant, id))`,
  `create table if not exists sim_fineract.group_members (
     tenant text not null, group_id bigint not null, client_id bigint not null, primary key (tenant, group_id, client_id))`,
  `create table if not exists sim_fineract.group_roles (
     tenant text not null, id bigint generated always as identity, group_id bigint not null, client_id bigint not null,
     role_id int not null, role text not null, primary key (tenant, id), unique (tenant, group_id, client_id, role))`,
]

const SAVINGS = [
  `create table if not exists sim_fineract.savings (
     tenant text not null, id bigint not null, account_no text not null, external_id text, client_id bigint not null,
     product text not null, status int not null, activated_on text not null,
     primary key (tenant, id), unique (tenant, account_no), unique (tenant, external_id))`,
  'create index if not exists savings_client on sim_fineract.savings (tenant, client_id)',
  `create table if not exists sim_fineract.savings_transactions (
     tenant text not null, id bigint generated always as identity, savings_id bigint not null, type int not null,
     on_date text not null, amount bigint not null, reversed boolean not null default false, submitted_on text not null,
     payment_type_id bigint, account_number text, check_number text, routing_code text, receipt_number text,
     bank_number text, note text,
     primary key (tenant, id))`,
  'create index if not exists savings_transactions_account on sim_fineract.savings_transactions (tenant, savings_id)',
]

const BOOKS = [
  `create table if not exists sim_fineract.gl_accounts (
     tenant text not null, id bigint not null, gl_code text not null, name text not null, type int not null,
     manual boolean not null default true, disabled boolean not null default false, primary key (tenant, id))`,
  `create table if not exists sim_fineract.journal (
     tenant text not null, id bigint generated always as identity, gl_account_id bigint not null,
     debit boolean not null, amount bigint not null, on_date text not null, transaction_id text not null,
     manual boolean not null, loan_id bigint, loan_transaction_id bigint, payment_type_id bigint, receipt_number text,
     comments text, reference_number text, reversed boolean not null default false, submitted_on text not null,
     primary key (tenant, id))`,
  'create index if not exists journal_transaction on sim_fineract.journal (tenant, transaction_id)',
  'create index if not exists journal_account on sim_fineract.journal (tenant, gl_account_id, on_date)',
]

const EXTENSIONS = [
  `create table if not exists sim_fineract.datatables (
     tenant text not null, name text not null, apptable text not null, multi_row boolean not null, columns jsonb not null,
     primary key (tenant, name))`,
  `create table if not exists sim_fineract.datatable_rows (
     tenant text not null, id bigint generated always as identity, datatable text not null, client_id bigint not null,
     fields jsonb not null, created_at timestamptz not null, updated_at timestamptz not null, primary key (tenant, id))`,
  'create index if not exists datatable_rows_client on sim_fineract.datatable_rows (tenant, datatable, client_id)',
  `create table if not exists sim_fineract.reports (
     tenant text not null, id bigint generated always as identity, name text not null, sql text not null,
     primary key (tenant, name))`,
  `create table if not exists sim_fineract.hooks (
     tenant text not null, id bigint generated always as identity, display_name text not null, url text not null,
     events jsonb not null, active boolean not null, primary key (tenant, id))`,
]

export const STATEMENTS: readonly string[] = [
  `create table if not exists sim_fineract.tenants (
     id text primary key, zone text not null, currency text not null, settings jsonb not null default '{}')`,
  `create table if not exists sim_fineract.users (
     tenant text not null, username text not null, id int not null, password text not null, permissions jsonb not null,
     primary key (tenant, username))`,
  `create table if not exists sim_fineract.payment_types (
     tenant text not null, id bigint not null, name text not null, primary key (tenant, id))`,
  `create table if not exists sim_fineract.clients (
     tenant text not null, id bigint not null, account_no text not null, external_id text, firstname text not null,
     lastname text not null, display_name text not null, mobile_no varchar(50), status int not null default 300,
     activated_on text not null,
     primary key (tenant, id), unique (tenant, account_no), unique (tenant, external_id), unique (tenant, mobile_no))`,
  `create table if not exists sim_fineract.identifiers (
     tenant text not null, id bigint generated always as identity, client_id bigint not null, document_key text not null,
     primary key (tenant, id), unique (tenant, document_key))`,
  // ClientIdentifierStatus: 100 inactive, 200 active
  'alter table sim_fineract.identifiers add column if not exists status int not null default 200',
  ...GROUPS,
  ...LOANS,
  ...SAVINGS,
  ...BOOKS,
  ...EXTENSIONS,
  `create table if not exists sim_fineract.commands (
     tenant text not null, id bigint generated always as identity, action text not null, entity text not null,
     idempotency_key varchar(50) not null, status int not null, command text not null, params jsonb not null,
     query text not null, body text not null, loan_id bigint, maker text not null, made_at timestamptz not null,
     checker text, result_status int, result_body text,
     primary key (tenant, id), constraint unique_portfolio_command_source unique (tenant, action, entity, idempotency_key))`,
]
