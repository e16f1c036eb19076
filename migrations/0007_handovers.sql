-- The sidebar inside of a mail client is framed by another site and gets no cookies: it logs in and signs in through a window of its own, and
-- what that window ends with is handed to the frame.

-- A login that ended in such a window and waits for its frame: gone after a minute, or at the first attempt.
create table handovers (
  -- SHA-256 of the code that the window gives to the frame.
  code_hash text primary key,
  organization_id uuid not null,
  user_id uuid not null,
  -- SHA-256 of the verifier that the frame made at the beginning and shows at the end.
  challenge text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  foreign key (organization_id, user_id) references users (organization_id, id) on delete cascade
);
create index handovers_by_user on handovers (organization_id, user_id);
create index handovers_by_expiry on handovers (expires_at);

alter table handovers enable row level security;
alter table handovers force row level security;
create policy handovers_of_organization on handovers
  using (organization_id = (select lockstep_organization()) or (select lockstep_everywhere()));

-- As above, for a consent whose sign-in page stands in such a window. Null: the page itself left and comes back.
alter table pending_consents add column challenge text;
