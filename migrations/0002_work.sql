-- The work: when a mailbox is due and who holds it, how far it was read, what was linked, parked and skipped, and the list of runs.

-- The due-table: narrow and often updated, hence half-empty pages, so that new row versions stay on the page of the old one.
create table schedules (
  mailbox_id uuid primary key,
  organization_id uuid not null,
  -- The next run; null: none is planned.
  due_at timestamptz,
  -- 0: fresh mail, 1: back-fill. Fresh goes first.
  lane smallint not null default 0 check (lane in (0, 1)),
  trigger text not null default 'schedule' check (trigger in ('schedule', 'activation', 'user', 'command')),
  -- When somebody last asked for a run, and whether that was while one was under way.
  requested_at timestamptz,
  rerun boolean not null default false,
  -- The fencing token: grows with every claim, so that a late writer is recognised.
  lease_token bigint not null default 0,
  leased_at timestamptz,
  -- Null: free. In the past: the worker is taken for dead and anybody may claim.
  lease_expires_at timestamptz,
  worker text,
  foreign key (organization_id, mailbox_id) references mailboxes (organization_id, id) on delete cascade
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
create index schedules_free_and_due on schedules (lane, due_at) where lease_expires_at is null and due_at is not null;
create index schedules_leased on schedules (lease_expires_at) where lease_expires_at is not null;

create table cursors (
  mailbox_id uuid not null,
  -- The feed; '' is the mark of the list of feeds.
  feed_id text collate "C" not null,
  organization_id uuid not null,
  sealed bytea not null,
  updated_at timestamptz not null,
  primary key (mailbox_id, feed_id),
  foreign key (organization_id, mailbox_id) references mailboxes (organization_id, id) on delete cascade
);

create table runs (
  id uuid primary key,
  organization_id uuid not null,
  mailbox_id uuid not null,
  lease_token bigint not null,
  trigger text not null check (trigger in ('schedule', 'activation', 'user', 'command')),
  worker text not null,
  -- Null: under way.
  outcome text check (outcome in ('done', 'more', 'failed', 'abandoned')),
  failure jsonb,
  counts jsonb not null default '{}',
  started_at timestamptz not null,
  ended_at timestamptz,
  foreign key (organization_id, mailbox_id) references mailboxes (organization_id, id) on delete cascade
);
create index runs_by_mailbox on runs (mailbox_id, started_at desc, id desc);
create index runs_under_way on runs (mailbox_id) where outcome is null;
create index runs_by_start on runs (started_at);

create table links (
  mailbox_id uuid not null,
  key_print text collate "C" not null,
  organization_id uuid not null,
  -- Null once the item is gone from the mailbox.
  item_id text collate "C",
  item_version text collate "C" not null,
  record_id text collate "C" not null,
  created boolean not null,
  run_id uuid,
  linked_at timestamptz not null,
  primary key (mailbox_id, key_print),
  foreign key (organization_id, mailbox_id) references mailboxes (organization_id, id) on delete cascade
);
create index links_by_item on links (mailbox_id, item_id) where item_id is not null;
create index links_by_print on links (organization_id, key_print);

-- Prints that some mailbox is saving at this moment, so that two mailboxes of one organization never save the same mail twice.
create table claims (
  organization_id uuid not null,
  key_print text collate "C" not null,
  mailbox_id uuid not null,
  lease_token bigint not null,
  expires_at timestamptz not null,
  primary key (organization_id, key_print),
  foreign key (organization_id, mailbox_id) references mailboxes (organization_id, id) on delete cascade
);
create index claims_by_mailbox on claims (mailbox_id);
create index claims_by_expiry on claims (expires_at);

create table issues (
  id uuid primary key,
  organization_id uuid not null,
  mailbox_id uuid not null,
  item_id text collate "C" not null,
  -- The version that the item had when it was parked: an equal one in the feed is the echo of our own mark.
  item_version text collate "C" not null,
  place text not null,
  code text not null,
  vendor_code text,
  fields text[] not null default '{}',
  attempts integer not null default 1,
  first_at timestamptz not null,
  last_at timestamptz not null,
  -- Null: waits for a person.
  retry_at timestamptz,
  unique (mailbox_id, item_id),
  foreign key (organization_id, mailbox_id) references mailboxes (organization_id, id) on delete cascade
);
create index issues_by_time on issues (mailbox_id, first_at desc, id desc);
create index issues_due on issues (mailbox_id, retry_at) where retry_at is not null;

-- Why items were saved or not: keyed prints and codes only.
create table verdicts (
  mailbox_id uuid not null,
  item_print text collate "C" not null,
  organization_id uuid not null,
  code text not null,
  judged_at timestamptz not null,
  primary key (mailbox_id, item_print),
  foreign key (organization_id, mailbox_id) references mailboxes (organization_id, id) on delete cascade
);
create index verdicts_by_time on verdicts (judged_at);
