import type { Knex } from 'knex'
import { appendOnly, asOwner, byTenant, claimable, DUE, partitioned } from './support/sql.ts'

/** What a tenant's own systems are told: web hooks, and which movements of money they have taken note of. */

const WEBHOOKS = [
  `create table webhook_endpoints (
     tenant_id text not null references tenants, id uuid not null, url text not null check (length(url) <= 1024),
     events text[] not null check (cardinality(events) > 0),
     secret text not null, secret_before text, secret_before_until timestamptz,
     state text not null check (state in ('active', 'disabled')), disabled_for text check (disabled_for in ('asked', 'gone')),
     rests_until timestamptz, created_at timestamptz not null, changed_at timestamptz not null,
     primary key (tenant_id, id), check ((state = 'disabled') = (disabled_for is not null)))`,
  ...byTenant('webhook_endpoints'),
  ...partitioned(
    'webhook_deliveries',
    `tenant_id text not null, id uuid not null, endpoint_id uuid not null, event_id uuid not null, type text not null,
     body jsonb not null, attempts jsonb not null default '[]', created_at timestamptz not null,
     state text not null check (state in ('queued', 'sending', 'delivered', 'dead')), snapshot jsonb not null, ${DUE},
     foreign key (tenant_id, endpoint_id) references webhook_endpoints`,
  ),
  'create index webhook_deliveries_endpoint on webhook_deliveries (tenant_id, endpoint_id, id)',
  ...byTenant('webhook_deliveries'),
  ...claimable('webhook_deliveries'),
]

const PULL = [
  // the transactions that reached a state, in the order in which they did
  `create index events_reached on events (tenant_id, state_to, id)
     where subject = 'transaction' and state_from is distinct from state_to`,
  `create table acknowledgements (
     tenant_id text not null references tenants, event_id uuid not null, transaction_id uuid not null, state text not null,
     key_id uuid not null, at timestamptz not null,
     primary key (tenant_id, event_id), foreign key (tenant_id, transaction_id) references transactions,
     foreign key (tenant_id, key_id) references api_keys)`,
  ...appendOnly('acknowledgements'),
]

export async function up(knex: Knex): Promise<void> {
  await asOwner(knex, [...WEBHOOKS, ...PULL])
}
