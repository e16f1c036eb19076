-- Two ways: pairs of mailbox items and records for events, contacts and tasks, and deletions that wait for a person.

-- The lasting pair of an item and a record. Ids, version tags and keyed fingerprints; never content.
create table pairs (
  mailbox_id uuid not null,
  record_id text collate "C" not null,
  organization_id uuid not null,
  collection text not null check (collection in ('events', 'contacts', 'tasks')),
  -- HMAC of the meeting's key, the same in every mailbox of the organization; null for what has no key.
  key_print text collate "C",
  -- Null while the item is being made, and once it is gone.
  item_id text collate "C",
  item_version text collate "C" not null,
  feed_id text collate "C",
  series_id text collate "C",
  record_version text collate "C" not null,
  -- Field to a keyed fingerprint of what the side had after the last run: the base of the merge.
  item_prints jsonb not null,
  record_prints jsonb not null,
  -- 'making': the item is being made, and may be there already. 'linked': both are there. 'removing': the item is gone, and the record waits to follow it.
  -- 'ended': one of them is gone, or somebody took it back; kept so that neither comes back.
  state text not null check (state in ('making', 'linked', 'removing', 'ended')),
  -- Which side was made by Lockstep; null: both were there.
  made text check (made in ('record', 'item')),
  -- 'owner': this mailbox's owner organizes it, or it is his alone. 'deputy': writes the record, because the organizer's mailbox is not here.
  -- 'member': a colleague's mailbox writes it; this one adds its own answer.
  role text not null check (role in ('owner', 'deputy', 'member')),
  -- The hold that a removal waits in.
  hold_id uuid,
  run_id uuid,
  paired_at timestamptz not null,
  primary key (mailbox_id, record_id),
  foreign key (organization_id, mailbox_id) references mailboxes (organization_id, id) on delete cascade,
  check ((state = 'making') <= (item_id is null)),
  check ((hold_id is null) or state = 'removing')
);
create unique index pairs_by_item on pairs (mailbox_id, item_id) where item_id is not null;
create index pairs_by_series on pairs (mailbox_id, series_id) where series_id is not null;
create index pairs_by_print on pairs (organization_id, key_print) where key_print is not null;
create index pairs_by_record on pairs (organization_id, record_id);
create index pairs_unfinished on pairs (mailbox_id, collection, state) where state in ('making', 'removing');
create index pairs_by_hold on pairs (hold_id) where hold_id is not null;
create index pairs_by_run on pairs (run_id) where run_id is not null;

-- More deletions in one run than the limit: they wait until somebody lets them go, or drops them (S5).
create table holds (
  id uuid primary key,
  organization_id uuid not null,
  mailbox_id uuid not null,
  collection text not null check (collection in ('events', 'contacts', 'tasks')),
  -- How many deletions it holds, and how many pairs of the collection there were.
  held integer not null check (held > 0),
  paired integer not null,
  created_at timestamptz not null,
  state text not null default 'waiting' check (state in ('waiting', 'released', 'dropped')),
  decided_at timestamptz,
  -- Who decided: a user of the organization; null after he was removed.
  decided_by uuid,
  check ((state = 'waiting') = (decided_at is null)),
  foreign key (organization_id, mailbox_id) references mailboxes (organization_id, id) on delete cascade
);
create index holds_by_mailbox on holds (mailbox_id, created_at desc, id desc);
create index holds_waiting on holds (organization_id, created_at desc, id desc) where state = 'waiting';

alter table pairs add foreign key (hold_id) references holds (id);

do $$
declare
  guarded text;
begin
  foreach guarded in array array['pairs', 'holds'] loop
    execute format('alter table %I enable row level security', guarded);
    execute format('alter table %I force row level security', guarded);
    execute format(
      'create policy %I on %I using ('
      'organization_id = (select lockstep_organization()) or (select lockstep_everywhere()))',
      guarded || '_of_organization', guarded
    );
  end loop;
end
$$;

-- Issues of every collection; 'emails' as before.
alter table issues
  add column collection text not null default 'emails' check (collection in ('emails', 'events', 'contacts', 'tasks')),
  -- The record that it is about, where there is one: the issue of a record that has no item yet is kept under `record:` and its id.
  add column record_id text collate "C";
