-- A consent at a mail service that somebody has begun and not finished: first while the browser is away, then until the page asks for the
-- activation. Gone after minutes.
create table pending_consents (
  -- SHA-256 of OAuth's state while the browser is away, then of the id in the page's address; neither of them is anywhere.
  token_hash text primary key,
  organization_id uuid not null,
  user_id uuid not null,
  service text not null,
  sealed_details bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  foreign key (organization_id, user_id) references users (organization_id, id) on delete cascade
);
create index pending_consents_by_user on pending_consents (organization_id, user_id);
create index pending_consents_by_expiry on pending_consents (expires_at);

alter table pending_consents enable row level security;
alter table pending_consents force row level security;
create policy pending_consents_of_organization on pending_consents
  using (organization_id = (select lockstep_organization()) or (select lockstep_everywhere()));
