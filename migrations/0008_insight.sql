-- Taking back and looking after: tombstones of what was removed with Undo, and the daily check whether everything eligible is saved.

alter table links
  -- When its record was taken back out of the CRM on a person's demand: the mail comes back only by hand. Null: nobody did.
  add column removed_at timestamptz;

-- One row per mailbox that was ever synced to the end: counts of the last check, and when the next one is due.
create table completeness (
  mailbox_id uuid primary key,
  organization_id uuid not null,
  due_at timestamptz not null,
  -- Null: not checked yet; the counts are zero then.
  checked_at timestamptz,
  eligible integer not null default 0,
  saved integer not null default 0,
  missing integer not null default 0,
  removed integer not null default 0,
  foreign key (organization_id, mailbox_id) references mailboxes (organization_id, id) on delete cascade
);

alter table completeness enable row level security;
alter table completeness force row level security;
create policy completeness_of_organization on completeness
  using (organization_id = (select lockstep_organization()) or (select lockstep_everywhere()));
