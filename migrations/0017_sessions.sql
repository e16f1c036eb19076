-- Sessions that people see and end, and that end by themselves when nobody uses them. Defaults are for the version before, which may begin sessions beside.
alter table logins
  -- By which its owner and administrators name it; the token's digest is never shown.
  add column id uuid not null default gen_random_uuid(),
  -- Where it was begun: in a browser, in the pane of a mail client, or with the link of an e-mail.
  add column place text not null default 'browser' check (place in ('browser', 'mail-client', 'link')),
  -- When its person last asked for something, and last for something of the console; noted once in five minutes at most.
  add column used_at timestamptz not null default now(),
  add column console_at timestamptz not null default now();
update logins set place = 'link' where scope = 'reconnect';
create unique index logins_by_id on logins (id);
