-- Administrators: profiles and who looks after them, presets, ways of reaching many mailboxes at once, roll-outs in waves, service tokens.

create table presets (
  id uuid primary key,
  organization_id uuid not null references organizations (id) on delete cascade,
  name text not null,
  -- The values it sets, and the names of those that nobody below may change.
  settings jsonb not null default '{}',
  forced text[] not null default '{}',
  version integer not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (organization_id, id),
  unique (organization_id, name)
);

-- Names of the organization's settings that nobody may change for himself.
alter table organizations add column forced text[] not null default '{}';

-- An administrator's access has a connection without a person, and lends its credential to the connections of many.
alter table connections
  alter column user_id drop not null,
  add column via_connection_id uuid,
  add foreign key (organization_id, via_connection_id) references connections (organization_id, id);
create index connections_by_via on connections (organization_id, via_connection_id) where via_connection_id is not null;

-- A way of reaching many people's accounts by one credential of an administrator: impersonation, app-only access, delegation, JWT bearer.
create table accesses (
  id uuid primary key,
  organization_id uuid not null references organizations (id) on delete cascade,
  name text not null,
  side text not null check (side in ('mailbox', 'crm')),
  service text not null,
  -- Holds the credential and the settings.
  connection_id uuid not null,
  -- `refused`: the access itself is rejected; nothing runs through it but its own probe.
  state text not null check (state in ('untested', 'working', 'refused')),
  cause text,
  -- Rejections in a row, of whichever mailbox, without a success in between.
  rejections integer not null default 0,
  state_at timestamptz not null,
  -- When it is probed again; null while it works.
  probe_at timestamptz,
  checked_at timestamptz,
  -- Up to which change of state administrators were told; null: of none.
  told_at timestamptz,
  created_at timestamptz not null,
  unique (organization_id, id),
  unique (organization_id, name),
  unique (organization_id, connection_id),
  foreign key (organization_id, connection_id) references connections (organization_id, id)
);
create index accesses_to_probe on accesses (probe_at) where probe_at is not null;

create table profiles (
  id uuid primary key,
  organization_id uuid not null references organizations (id) on delete cascade,
  name text not null,
  -- How its people's mailboxes and CRM accounts are reached; null: each for himself.
  mail_access_id uuid,
  crm_access_id uuid,
  preset_id uuid,
  -- False: nobody of it is synced, and nobody of it may resume.
  enabled boolean not null default true,
  created_at timestamptz not null,
  unique (organization_id, id),
  unique (organization_id, name),
  foreign key (organization_id, mail_access_id) references accesses (organization_id, id),
  foreign key (organization_id, crm_access_id) references accesses (organization_id, id),
  foreign key (organization_id, preset_id) references presets (organization_id, id)
);

create table profile_admins (
  profile_id uuid not null,
  user_id uuid not null,
  organization_id uuid not null,
  primary key (profile_id, user_id),
  foreign key (organization_id, profile_id) references profiles (organization_id, id) on delete cascade,
  foreign key (organization_id, user_id) references users (organization_id, id) on delete cascade
);
create index profile_admins_by_user on profile_admins (organization_id, user_id);

alter table users
  add column full_name text not null default '',
  add column profile_id uuid,
  -- Instead of the profile's.
  add column preset_id uuid,
  -- The mailbox that an administrator named for him, lower case, and its login.
  add column mailbox_address text,
  add column mailbox_login text,
  add column origin text not null default 'login' check (origin in ('login', 'crm', 'csv', 'single')),
  -- When a roll-out switched him on: what is missing then is done at his first login.
  add column rolled_out_at timestamptz,
  -- Null: never logged in.
  alter column seen_at drop not null,
  add foreign key (organization_id, profile_id) references profiles (organization_id, id),
  add foreign key (organization_id, preset_id) references presets (organization_id, id);
create index users_by_profile on users (organization_id, profile_id) where profile_id is not null;
create index users_by_preset on users (organization_id, preset_id) where preset_id is not null;
create unique index users_by_mailbox_address on users (organization_id, mailbox_address) where mailbox_address is not null;

alter table mailboxes drop constraint mailboxes_paused_by_check;
alter table mailboxes add constraint mailboxes_paused_by_check check (paused_by in ('user', 'admin', 'profile'));

create table rollouts (
  id uuid primary key,
  organization_id uuid not null references organizations (id) on delete cascade,
  profile_id uuid not null,
  started_by uuid,
  state text not null check (state in ('checking', 'checked', 'running', 'halted', 'done', 'cancelled')),
  -- Shares of the people, in percent and growing, the last one 100.
  waves smallint[] not null,
  wave smallint not null default 0,
  -- The share of a wave's people, in percent, above which it halts by itself.
  failures_max smallint not null,
  -- Why it halted, as a code.
  cause text,
  state_at timestamptz not null,
  created_at timestamptz not null,
  -- The worker that carries it on, and until when it may.
  worker text,
  lease_expires_at timestamptz,
  due_at timestamptz,
  unique (organization_id, id),
  foreign key (organization_id, profile_id) references profiles (organization_id, id) on delete cascade,
  foreign key (organization_id, started_by) references users (organization_id, id) on delete set null (started_by)
);
create index rollouts_due on rollouts (due_at) where due_at is not null;
create index rollouts_by_time on rollouts (organization_id, created_at desc, id desc);

create table rollout_members (
  rollout_id uuid not null,
  user_id uuid not null,
  organization_id uuid not null,
  -- The order in which they were taken; waves are cut from it.
  position integer not null,
  wave smallint not null,
  -- The pre-flight: what was found (null: not looked at), and what is to be expected.
  mailbox_found boolean,
  access_granted boolean,
  crm_user_matched boolean,
  address_equal boolean,
  predicted text not null check (predicted in ('unknown', 'active', 'after-login', 'already-active', 'by-himself')),
  -- What became of him.
  outcome text not null check (outcome in ('waiting', 'active', 'after-login', 'already-active', 'by-himself', 'failed')),
  -- The failure behind `by-himself` or `failed`, with the vendor's own code and the names of fields.
  code text,
  vendor_code text,
  fields text[] not null default '{}',
  changed_at timestamptz not null,
  primary key (rollout_id, user_id),
  foreign key (organization_id, rollout_id) references rollouts (organization_id, id) on delete cascade,
  foreign key (organization_id, user_id) references users (organization_id, id) on delete cascade
);
create unique index rollout_members_by_position on rollout_members (rollout_id, position);
create index rollout_members_by_user on rollout_members (organization_id, user_id);

-- For scripts of administrators: what a token may is fixed when it is made.
create table service_tokens (
  id uuid primary key,
  organization_id uuid not null references organizations (id) on delete cascade,
  name text not null,
  -- SHA-256 of the token.
  token_hash text not null unique,
  scopes text[] not null,
  -- Reaches the people of this profile alone; null: everybody.
  profile_id uuid,
  created_by uuid,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  foreign key (organization_id, profile_id) references profiles (organization_id, id) on delete cascade,
  foreign key (organization_id, created_by) references users (organization_id, id) on delete set null (created_by)
);
create index service_tokens_by_organization on service_tokens (organization_id, created_at desc, id desc);
create index service_tokens_by_expiry on service_tokens (expires_at);

alter table audit drop constraint audit_actor_check;
alter table audit add constraint audit_actor_check check (actor in ('user', 'operator', 'token', 'product'));
alter table audit drop constraint audit_subject_check;
alter table audit add constraint audit_subject_check check (subject in
  ('mailbox', 'user', 'organization', 'license', 'profile', 'preset', 'access', 'rollout', 'token'));

do $$
declare name text;
begin
  foreach name in array array['presets', 'accesses', 'profiles', 'profile_admins', 'rollouts', 'rollout_members', 'service_tokens'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy %I on %I using (organization_id = (select lockstep_organization()) or (select lockstep_everywhere()))',
      name || '_of_organization', name);
  end loop;
end $$;
