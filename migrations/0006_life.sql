-- What people do with a connected mailbox, and what keeps its rhythm: pauses and what they left out, licenses, the guard of the CRM's allowance,
-- and the list of who did what.

alter table mailboxes
  -- When a pause ends by itself (null: a person resumes), and who began it. Null in every other state.
  add column paused_until timestamptz,
  add column paused_by text check (paused_by in ('user', 'admin')),
  -- The next runs leave unread what came in a gap, until one of them has read everything.
  add column skipping boolean not null default false;

-- Times in which somebody wanted nothing saved by itself: what was received then stays out unless a person chooses it.
create table gaps (
  mailbox_id uuid not null,
  organization_id uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  primary key (mailbox_id, starts_at),
  foreign key (organization_id, mailbox_id) references mailboxes (organization_id, id) on delete cascade
);

alter table schedules
  -- Somebody changed the plan while a run was under way: the run ends after its chunk, and what was planned stands.
  add column replanned boolean not null default false,
  -- Runs in a row that found nothing changed: what an adaptive interval grows by.
  add column quiet_runs smallint not null default 0;

create table licenses (
  id uuid primary key,
  organization_id uuid not null references organizations (id) on delete cascade,
  name text not null,
  interval_seconds integer not null check (interval_seconds between 60 and 86400),
  pattern text not null check (pattern in ('fixed', 'adaptive')),
  created_at timestamptz not null,
  unique (organization_id, id),
  unique (organization_id, name)
);

-- Null: every 30 minutes.
alter table users add column license_id uuid;
alter table users add foreign key (organization_id, license_id) references licenses (organization_id, id);
create index users_by_license on users (organization_id, license_id) where license_id is not null;

alter table organizations
  -- How often in a row the CRM's allowance was found used up to its share, and until when nobody asks again.
  add column guard_step smallint not null default 0,
  add column guard_until timestamptz;

create table audit (
  id uuid primary key,
  organization_id uuid not null references organizations (id) on delete cascade,
  at timestamptz not null,
  -- Who: a user, or somebody at the command line. No foreign key: what a person did is known after he is gone.
  actor text not null check (actor in ('user', 'operator')),
  actor_user_id uuid,
  action text not null,
  -- On whom: the mailbox, the user or the organization, by id.
  subject text not null check (subject in ('mailbox', 'user', 'organization', 'license')),
  subject_id uuid not null,
  -- Codes, names of settings and numbers.
  details jsonb not null default '{}'
);
create index audit_by_time on audit (organization_id, at desc, id desc);
create index audit_by_age on audit (at);

do $$
declare
  guarded text;
begin
  foreach guarded in array array['gaps', 'licenses', 'audit'] loop
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
