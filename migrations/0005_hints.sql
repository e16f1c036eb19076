-- Hints: what services tell between two runs. They only bring a run forward, so nothing here is needed to find anything.

alter table schedules
  -- The last run that a hint asked for: hints make at most one run a minute.
  add column hinted_at timestamptz,
  -- A failure's waiting time: no hint brings a run before it. Null: the last run went well.
  add column held_until timestamptz;

alter table schedules drop constraint schedules_trigger_check;
alter table schedules add constraint schedules_trigger_check
  check (trigger in ('schedule', 'activation', 'user', 'command', 'hint'));
alter table runs drop constraint runs_trigger_check;
alter table runs add constraint runs_trigger_check
  check (trigger in ('schedule', 'activation', 'user', 'command', 'hint'));

-- One row per mailbox that is, or is to be, told about by its service: a registration there, or a stream that one worker holds open.
create table watches (
  mailbox_id uuid primary key,
  organization_id uuid not null,
  service text not null,
  -- SHA-256 of the name by which the service's notifications speak of the mailbox. Null: nothing is registered.
  key_hash text collate "C",
  -- SHA-256 of the secret that posted notifications carry; null where they come over a channel that only the service writes to.
  secret_hash text collate "C",
  -- What the service needs to renew and to end the registration.
  sealed_memo bytea,
  expires_at timestamptz,
  -- When somebody looks after it next; moved on with each claim, so that of many workers one does.
  attend_at timestamptz not null,
  failures integer not null default 0,
  foreign key (organization_id, mailbox_id) references mailboxes (organization_id, id) on delete cascade
);
create index watches_by_key on watches (service, key_hash) where key_hash is not null;
create index watches_to_attend on watches (service, attend_at);

alter table watches enable row level security;
alter table watches force row level security;
create policy watches_of_organization on watches
  using (organization_id = (select lockstep_organization()) or (select lockstep_everywhere()));
