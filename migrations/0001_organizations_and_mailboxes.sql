-- Who there is: organizations, their users, logins, connections and mailboxes.
-- Every table that belongs to an organization carries organization_id, refers to its neighbours by (organization_id, id), so that rows
-- can never cross organizations, and is guarded by row-level security on the scope that store/database.ts sets per transaction.

-- The organization that this transaction works for; null outside one.
create function lockstep_organization() returns uuid language sql stable as $$
  select case
    when current_setting('lockstep.organization', true) in ('', '*') then null
    else current_setting('lockstep.organization', true)::uuid
  end
$$;

-- Whether this transaction works across organizations: claiming, login look-up, migrations, purge.
create function lockstep_everywhere() returns boolean language sql stable as $$
  select coalesce(current_setting('lockstep.organization', true) = '*', false)
$$;

create table organizations (
  id uuid primary key,
  crm_organization_id text not null unique,
  -- The organization's own keys, sealed under the master key whose id stands beside them.
  sealed_key bytea not null,
  master_key_id text not null,
  settings jsonb not null default '{}',
  settings_version integer not null default 0,
  created_at timestamptz not null
);

create table users (
  id uuid primary key,
  organization_id uuid not null references organizations (id) on delete cascade,
  crm_user_id text not null,
  username text not null,
  email text not null,
  time_zone text not null,
  role text not null check (role in ('user', 'profile-admin', 'platform-admin')),
  settings jsonb not null default '{}',
  settings_version integer not null default 0,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  unique (organization_id, id),
  unique (organization_id, crm_user_id)
);

create table logins (
  -- SHA-256 of the token in the cookie; the token itself is nowhere.
  token_hash text primary key,
  organization_id uuid not null,
  user_id uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  foreign key (organization_id, user_id) references users (organization_id, id) on delete cascade
);
create index logins_by_user on logins (organization_id, user_id);
create index logins_by_expiry on logins (expires_at);

-- A login that was sent to the CRM and has not come back. Belongs to nobody yet, hence to no organization.
create table pending_logins (
  state_hash text primary key,
  sealed_details bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index pending_logins_by_expiry on pending_logins (expires_at);

create table connections (
  id uuid primary key,
  organization_id uuid not null,
  user_id uuid not null,
  service text not null,
  account text not null,
  -- Null once erased.
  sealed_credential bytea,
  credential_version integer not null default 1,
  settings jsonb not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (organization_id, id),
  unique (organization_id, user_id, service, account),
  foreign key (organization_id, user_id) references users (organization_id, id) on delete cascade
);

create table mailboxes (
  id uuid primary key,
  organization_id uuid not null,
  user_id uuid not null,
  service text not null,
  address text not null,
  addresses text[] not null,
  mailbox_connection_id uuid not null,
  crm_connection_id uuid not null,
  state text not null check (
    state in ('not-activated', 'active', 'paused', 'authorization-required', 'suspended', 'deactivated')
  ),
  rejections integer not null default 0,
  failures integer not null default 0,
  cause text,
  state_at timestamptz not null,
  -- Mail received before is outside the history window chosen at activation.
  history_from timestamptz not null,
  created_at timestamptz not null,
  unique (organization_id, id),
  unique (organization_id, address),
  foreign key (organization_id, user_id) references users (organization_id, id) on delete cascade,
  foreign key (organization_id, mailbox_connection_id) references connections (organization_id, id),
  foreign key (organization_id, crm_connection_id) references connections (organization_id, id)
);
create index mailboxes_by_user on mailboxes (organization_id, user_id);
create index mailboxes_by_mailbox_connection on mailboxes (organization_id, mailbox_connection_id);
create index mailboxes_by_crm_connection on mailboxes (organization_id, crm_connection_id);
create index mailboxes_by_address on mailboxes (address);
