-- Lists of administrators over 100,000 people: one narrow row a person that triggers keep, the words that he is found by, sums of runs by day,
-- and indexes in the order of each list. Why so: docs/decisions/admin-lists.md.

-- Lower case without accents, so that Müller is found by "mull" and stands beside Muller. The same as `foldedWords` in src/store/people-search.ts.
create function lockstep_fold(text) returns text language sql immutable strict parallel safe as $$
  select regexp_replace(lower(normalize($1, NFKD) collate "und-x-icu"), '[\u0300-\u036f]', '', 'g') collate "C"
$$;

-- The words that somebody is found by; of each at most 64 characters, and at most 40 of them.
create function lockstep_words(text) returns text[] language sql immutable strict parallel safe as $$
  select coalesce(array_agg(word order by word), '{}') from (
    select distinct left(word, 64) collate "C" as word
    from regexp_split_to_table(lockstep_fold($1), '[\s@._+,;:/\\()<>"''%-]+') as word where word <> '' limit 40
  ) as words
$$;

-- What the list of people is filtered and sorted by: derived from users, their current mailbox, its connections, runs, issues and schedule.
create table listed_users (
  user_id uuid primary key,
  organization_id uuid not null,
  name text collate "C" not null,
  -- Of the mailbox, or the one that an administrator named; empty: none yet.
  address text collate "C" not null,
  -- All words, each after a space: what a search in the order of the list looks at.
  words text collate "C" not null,
  role text not null,
  profile_id uuid,
  license_id uuid,
  preset_id uuid,
  created_at timestamptz not null,
  mailbox_id uuid,
  service text,
  state text not null,
  state_at timestamptz not null,
  cause text,
  -- Connections that lend their credential to those of the mailbox.
  mail_via uuid,
  crm_via uuid,
  -- Ends of the newest run that went through, and of the newest that was any good; -infinity: none did.
  last_success_at timestamptz not null default '-infinity',
  last_good_at timestamptz not null default '-infinity',
  quiet_runs smallint not null default 0,
  issues integer not null default 0,
  -- From when on an active mailbox is waiting for its next good run.
  late_since timestamptz generated always as (greatest(state_at, last_good_at)) stored,
  foreign key (organization_id, user_id) references users (organization_id, id) on delete cascade
) with (fillfactor = 80);
create index listed_users_by_name on listed_users (organization_id, name, user_id);
create index listed_users_by_address on listed_users (organization_id, address, user_id);
create index listed_users_by_state on listed_users (organization_id, state, state_at, user_id);
create index listed_users_by_state_at on listed_users (organization_id, state_at, user_id);
create index listed_users_by_success on listed_users (organization_id, last_success_at, user_id);
create index listed_users_by_creation on listed_users (organization_id, created_at, user_id);
create index listed_users_by_profile on listed_users (organization_id, profile_id, name, user_id);
create index listed_users_by_profile_state on listed_users (organization_id, profile_id, state);
create index listed_users_by_license on listed_users (organization_id, license_id) where license_id is not null;
create index listed_users_by_preset on listed_users (organization_id, preset_id) where preset_id is not null;
create index listed_users_by_mail_via on listed_users (organization_id, mail_via) where mail_via is not null;
create index listed_users_by_crm_via on listed_users (organization_id, crm_via) where crm_via is not null;
create index listed_users_with_issues on listed_users (organization_id, name, user_id) where issues > 0;
create index listed_users_by_service on listed_users (organization_id, service) where service is not null;
create index listed_users_by_cause on listed_users (organization_id, cause) where cause is not null;
create index listed_users_by_role on listed_users (organization_id, role) where role <> 'user';
create index listed_users_late on listed_users (organization_id, license_id, late_since) where state = 'active';
create unique index listed_users_by_mailbox on listed_users (mailbox_id) where mailbox_id is not null;
create index listed_users_freshness on listed_users (organization_id, last_success_at) where state = 'active';

create table user_words (
  organization_id uuid not null,
  word text collate "C" not null,
  user_id uuid not null,
  primary key (organization_id, word, user_id),
  foreign key (organization_id, user_id) references users (organization_id, id) on delete cascade
);
create index user_words_by_user on user_words (user_id);

-- Sums of runs that ended, by day in UTC; `slot` spreads writers, `profile_id` is all zeros for people without one.
create table run_days (
  organization_id uuid not null references organizations (id) on delete cascade,
  profile_id uuid not null,
  day date not null,
  slot smallint not null,
  runs integer not null,
  failed integer not null,
  saved integer not null,
  primary key (organization_id, profile_id, day, slot)
) with (fillfactor = 50);
create index run_days_by_age on run_days (day);

-- Lists of runs, issues and of who did what, over all mailboxes.
alter table runs add column failure_code text generated always as (failure ->> 'code') stored;
create index runs_by_time on runs (organization_id, started_at desc, id desc);
create index runs_failed on runs (organization_id, failure_code, started_at desc, id desc) where outcome = 'failed';
create index runs_by_outcome on runs (organization_id, outcome, started_at desc, id desc) where outcome is distinct from 'done';
create index issues_listed on issues (organization_id, first_at desc, id desc);
create index issues_by_code on issues (organization_id, code, first_at desc, id desc) include (mailbox_id);

-- Whose people it was about: the profile of the subject when it happened.
alter table audit add column profile_id uuid;
create index audit_by_profile on audit (organization_id, profile_id, at desc, id desc) where profile_id is not null;
create index audit_by_action on audit (organization_id, action, at desc, id desc);
create index audit_by_subject on audit (organization_id, subject_id, at desc, id desc);
create index audit_by_actor on audit (organization_id, actor_user_id, at desc, id desc) where actor_user_id is not null;

-- Derives the rows of people anew. The rows are locked first, so that whoever comes later also sees what the earlier one wrote.
create function lockstep_list_users(ids uuid[]) returns void language plpgsql as $$
declare renamed uuid[];
begin
  perform from listed_users where user_id = any (ids) order by user_id for no key update;
  with was as materialized (
    select user_id, words, mailbox_id, last_success_at, last_good_at, quiet_runs, issues
    from listed_users where user_id = any (ids)
  ), derived as materialized (
    select users.id, users.organization_id, lockstep_fold(coalesce(nullif(full_name, ''), username)) as name,
      coalesce(current.address, mailbox_address, '') as address,
      ' ' || array_to_string(
        lockstep_words(concat_ws(' ', full_name, username, coalesce(current.address, mailbox_address))), ' ') as words,
      role, profile_id, license_id, preset_id, users.created_at, current.id as mailbox_id, current.service,
      coalesce(current.state, 'not-activated') as state, coalesce(current.state_at, '-infinity') as state_at, current.cause,
      mail.via_connection_id as mail_via, crm.via_connection_id as crm_via
    from unnest(ids) as wanted (id) join users on users.id = wanted.id
    left join lateral (
      select * from mailboxes where mailboxes.organization_id = users.organization_id and mailboxes.user_id = users.id
      order by mailboxes.state = 'deactivated', case when mailboxes.state = 'deactivated' then mailboxes.state_at end desc,
        mailboxes.id desc
      limit 1
    ) as current on true
    left join connections as mail on mail.id = current.mailbox_connection_id
    left join connections as crm on crm.id = current.crm_connection_id
  ), written as (
    insert into listed_users as listed (user_id, organization_id, name, address, words, role, profile_id, license_id, preset_id,
      created_at, mailbox_id, service, state, state_at, cause, mail_via, crm_via, last_success_at, last_good_at, quiet_runs, issues)
    select derived.id, organization_id, name, address, derived.words, role, profile_id, license_id, preset_id,
      created_at, derived.mailbox_id, service, state, state_at, cause, mail_via, crm_via,
      coalesce(case when same then was.last_success_at else
        (select ended_at from runs where runs.mailbox_id = derived.mailbox_id and outcome = 'done'
         order by started_at desc, runs.id desc limit 1) end, '-infinity'),
      coalesce(case when same then was.last_good_at else
        (select ended_at from runs where runs.mailbox_id = derived.mailbox_id and outcome in ('done', 'more')
         order by started_at desc, runs.id desc limit 1) end, '-infinity'),
      coalesce(case when same then was.quiet_runs else
        (select schedules.quiet_runs from schedules where schedules.mailbox_id = derived.mailbox_id) end, 0),
      case when same then was.issues else (select count(*) from issues where issues.mailbox_id = derived.mailbox_id) end
    from derived left join was on was.user_id = derived.id
    cross join lateral (select was.mailbox_id = derived.mailbox_id and was.mailbox_id is not null as same) as compared
    on conflict (user_id) do update set
      name = excluded.name, address = excluded.address, words = excluded.words, role = excluded.role,
      profile_id = excluded.profile_id, license_id = excluded.license_id, preset_id = excluded.preset_id,
      mailbox_id = excluded.mailbox_id, service = excluded.service, state = excluded.state, state_at = excluded.state_at,
      cause = excluded.cause, mail_via = excluded.mail_via, crm_via = excluded.crm_via,
      last_success_at = excluded.last_success_at, last_good_at = excluded.last_good_at, quiet_runs = excluded.quiet_runs,
      issues = excluded.issues
  )
  select array_agg(derived.id) into renamed
  from derived left join was on was.user_id = derived.id where was.words is distinct from derived.words;
  if renamed is null then return; end if;
  delete from user_words where user_id = any (renamed);
  insert into user_words (organization_id, word, user_id)
  select organization_id, word, user_id
  from listed_users cross join lateral regexp_split_to_table(substr(words, 2), ' ') as word
  where user_id = any (renamed) and word <> ''
  on conflict do nothing;
end $$;

create function lockstep_on_users() returns trigger language plpgsql as $$
begin
  perform lockstep_list_users((select array_agg(id) from changed));
  return null;
end $$;
create trigger users_listed_new after insert on users referencing new table as changed
  for each statement execute function lockstep_on_users();

create function lockstep_on_user() returns trigger language plpgsql as $$
begin
  perform lockstep_list_users(array[new.id]);
  return null;
end $$;
create trigger users_listed after update of username, full_name, role, profile_id, license_id, preset_id, mailbox_address on users
  for each row when ((old.username, old.full_name, old.role, old.profile_id, old.license_id, old.preset_id, old.mailbox_address)
    is distinct from (new.username, new.full_name, new.role, new.profile_id, new.license_id, new.preset_id, new.mailbox_address))
  execute function lockstep_on_user();

create function lockstep_on_mailboxes() returns trigger language plpgsql as $$
begin
  perform lockstep_list_users((select array_agg(distinct user_id) from changed));
  return null;
end $$;
create trigger mailboxes_listed_new after insert on mailboxes referencing new table as changed
  for each statement execute function lockstep_on_mailboxes();
create trigger mailboxes_listed_gone after delete on mailboxes referencing old table as changed
  for each statement execute function lockstep_on_mailboxes();

create function lockstep_on_mailbox() returns trigger language plpgsql as $$
begin
  -- Before its new owner gets it, the old one lets it go: it is on one row of the list at a time.
  if old.user_id <> new.user_id then perform lockstep_list_users(array[old.user_id]); end if;
  perform lockstep_list_users(array[new.user_id]);
  return null;
end $$;
create trigger mailboxes_listed after update on mailboxes
  for each row when ((old.user_id, old.service, old.address, old.state, old.state_at, old.cause, old.mailbox_connection_id, old.crm_connection_id)
    is distinct from (new.user_id, new.service, new.address, new.state, new.state_at, new.cause, new.mailbox_connection_id, new.crm_connection_id))
  execute function lockstep_on_mailbox();

create function lockstep_on_connection() returns trigger language plpgsql as $$
begin
  perform lockstep_list_users((select array_agg(distinct user_id) from mailboxes
    where organization_id = new.organization_id and (mailbox_connection_id = new.id or crm_connection_id = new.id)));
  return null;
end $$;
create trigger connections_listed after update of via_connection_id on connections
  for each row when (old.via_connection_id is distinct from new.via_connection_id) execute function lockstep_on_connection();

-- Locks are taken in one order everywhere, the mailbox before its row in the list.
create function lockstep_on_run() returns trigger language plpgsql as $$
begin
  perform from mailboxes where id = new.mailbox_id for no key update;
  if new.outcome in ('done', 'more') then
    update listed_users set last_good_at = greatest(last_good_at, new.ended_at),
      last_success_at = case when new.outcome = 'done' then greatest(last_success_at, new.ended_at) else last_success_at end
    where mailbox_id = new.mailbox_id;
  end if;
  insert into run_days as days (organization_id, profile_id, day, slot, runs, failed, saved)
  select new.organization_id,
    coalesce((select profile_id from listed_users where mailbox_id = new.mailbox_id), '00000000-0000-0000-0000-000000000000'),
    (new.started_at at time zone 'UTC')::date, abs(hashtext(new.mailbox_id::text) % 16), 1,
    (new.outcome = 'failed')::integer,
    coalesce((select sum(value::integer) from jsonb_each_text(coalesce(new.counts -> 'byVerdict', '{}')) where key like 'saved.%'), 0)
  on conflict (organization_id, profile_id, day, slot) do update set
    runs = days.runs + 1, failed = days.failed + excluded.failed, saved = days.saved + excluded.saved;
  return null;
end $$;
create trigger runs_listed after update of outcome on runs
  for each row when (old.outcome is null and new.outcome is not null) execute function lockstep_on_run();

create function lockstep_on_issues() returns trigger language plpgsql as $$
declare step integer := case when tg_op = 'INSERT' then 1 else -1 end;
begin
  if not exists (select from changed) then return null; end if;
  perform from mailboxes where id in (select mailbox_id from changed) order by id for no key update;
  update listed_users set issues = listed_users.issues + step * counted.many
  from (select mailbox_id, count(*)::integer as many from changed group by mailbox_id) as counted
  where listed_users.mailbox_id = counted.mailbox_id;
  return null;
end $$;
create trigger issues_listed_new after insert on issues referencing new table as changed
  for each statement execute function lockstep_on_issues();
create trigger issues_listed_gone after delete on issues referencing old table as changed
  for each statement execute function lockstep_on_issues();

create function lockstep_on_schedule() returns trigger language plpgsql as $$
begin
  perform from mailboxes where id = new.mailbox_id for no key update;
  update listed_users set quiet_runs = new.quiet_runs where mailbox_id = new.mailbox_id;
  return null;
end $$;
create trigger schedules_listed after update of quiet_runs on schedules
  for each row when (old.quiet_runs <> new.quiet_runs) execute function lockstep_on_schedule();

do $$
declare name text;
begin
  foreach name in array array['listed_users', 'user_words', 'run_days'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy %I on %I using (organization_id = (select lockstep_organization()) or (select lockstep_everywhere()))',
      name || '_of_organization', name);
  end loop;
end $$;

-- Who is here already, in bites of ten thousand.
do $$
declare bite uuid[]; last uuid := '00000000-0000-0000-0000-000000000000';
begin
  loop
    select array_agg(id), max(id::text)::uuid into bite, last
    from (select id from users where id > last order by id limit 10000) as next;
    exit when bite is null;
    perform lockstep_list_users(bite);
  end loop;
end $$;
insert into run_days (organization_id, profile_id, day, slot, runs, failed, saved)
select organization_id, '00000000-0000-0000-0000-000000000000', (started_at at time zone 'UTC')::date, 0, count(*),
  count(*) filter (where outcome = 'failed'), coalesce(sum(told.saved), 0)
from runs left join lateral (
  select sum(value::integer) as saved from jsonb_each_text(coalesce(counts -> 'byVerdict', '{}')) where key like 'saved.%'
) as told on true
where outcome is not null group by 1, 3;
