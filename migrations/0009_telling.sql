-- Telling people: what is to be sent by e-mail, the links in those e-mails, and the sessions that such a link begins.

-- One row per thing to tell and to whom; who exactly gets it is worked out when it is sent. No address and no text is here.
create table notices (
  id uuid primary key,
  organization_id uuid not null,
  mailbox_id uuid not null,
  -- 'user': the mailbox's owner. 'admins': the organization's addresses, several mailboxes in one e-mail.
  audience text not null check (audience in ('user', 'admins')),
  kind text not null check (kind in ('stopped', 'recovered', 'reminder', 'late')),
  -- The failure behind it, a code of the catalogue.
  code text,
  -- What it is about: when the stop began, or since when the mailbox is late.
  about_at timestamptz not null,
  -- The how manieth reminder; 0 for every other kind.
  nth integer not null default 0,
  created_at timestamptz not null,
  -- Due, or held by the process that is sending it until then.
  due_at timestamptz not null,
  attempts integer not null default 0,
  -- Null: still to be sent.
  settled_at timestamptz,
  outcome text check (outcome in ('sent', 'dropped', 'failed')),
  check ((settled_at is null) = (outcome is null)),
  unique (mailbox_id, audience, kind, about_at, nth),
  foreign key (organization_id, mailbox_id) references mailboxes (organization_id, id) on delete cascade
);
create index notices_due on notices (audience, due_at) where settled_at is null;
create index notices_to_admins on notices (organization_id, settled_at) where audience = 'admins';
create index notices_by_creation on notices (created_at);

alter table notices enable row level security;
alter table notices force row level security;
create policy notices_of_organization on notices
  using (organization_id = (select lockstep_organization()) or (select lockstep_everywhere()));

-- The link of the newest e-mail about a mailbox: a newer one takes its place.
create table reconnect_links (
  mailbox_id uuid primary key,
  organization_id uuid not null,
  -- Whose mailbox it was when the e-mail was written: the link is nobody else's.
  user_id uuid not null,
  -- SHA-256 of the token, which is in the e-mail alone.
  token_hash text not null unique,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  foreign key (organization_id, mailbox_id) references mailboxes (organization_id, id) on delete cascade,
  foreign key (organization_id, user_id) references users (organization_id, id) on delete cascade
);
create index reconnect_links_by_expiry on reconnect_links (expires_at);
create index reconnect_links_by_user on reconnect_links (organization_id, user_id);

alter table reconnect_links enable row level security;
alter table reconnect_links force row level security;
create policy reconnect_links_of_organization on reconnect_links
  using (organization_id = (select lockstep_organization()) or (select lockstep_everywhere()));

alter table logins
  -- 'reconnect': began with the link of an e-mail, and may do nothing but connect that mailbox again.
  add column scope text not null default 'full' check (scope in ('full', 'reconnect')),
  add column mailbox_id uuid,
  add constraint logins_pinned check ((scope = 'reconnect') = (mailbox_id is not null)),
  add foreign key (organization_id, mailbox_id) references mailboxes (organization_id, id) on delete cascade;
create index logins_by_mailbox on logins (mailbox_id) where mailbox_id is not null;

-- When somebody next looks whether the mailbox is late. Runs do not touch it: it is moved on by the look itself.
alter table schedules add column look_at timestamptz not null default '-infinity';
create index schedules_to_look_at on schedules (look_at);
