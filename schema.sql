-- The schema as all migrations leave it. Written by scripts/dump-schema.ts; a test fails when it is stale. For reading, not for running.

CREATE OR REPLACE FUNCTION lockstep_everywhere()
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce(current_setting('lockstep.organization', true) = '*', false)
$function$;
CREATE OR REPLACE FUNCTION lockstep_fold(text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select regexp_replace(lower(normalize($1, NFKD) collate "und-x-icu"), '[\u0300-\u036f]', '', 'g') collate "C"
$function$;
CREATE OR REPLACE FUNCTION lockstep_list_users(ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
end $function$;
CREATE OR REPLACE FUNCTION lockstep_on_connection()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform lockstep_list_users((select array_agg(distinct user_id) from mailboxes
    where organization_id = new.organization_id and (mailbox_connection_id = new.id or crm_connection_id = new.id)));
  return null;
end $function$;
CREATE OR REPLACE FUNCTION lockstep_on_issues()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare step integer := case when tg_op = 'INSERT' then 1 else -1 end;
begin
  if not exists (select from changed) then return null; end if;
  perform from mailboxes where id in (select mailbox_id from changed) order by id for no key update;
  update listed_users set issues = listed_users.issues + step * counted.many
  from (select mailbox_id, count(*)::integer as many from changed group by mailbox_id) as counted
  where listed_users.mailbox_id = counted.mailbox_id;
  return null;
end $function$;
CREATE OR REPLACE FUNCTION lockstep_on_mailbox()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  -- Before its new owner gets it, the old one lets it go: it is on one row of the list at a time.
  if old.user_id <> new.user_id then perform lockstep_list_users(array[old.user_id]); end if;
  perform lockstep_list_users(array[new.user_id]);
  return null;
end $function$;
CREATE OR REPLACE FUNCTION lockstep_on_mailboxes()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform lockstep_list_users((select array_agg(distinct user_id) from changed));
  return null;
end $function$;
CREATE OR REPLACE FUNCTION lockstep_on_run()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  bounds constant double precision[] := array[5, 10, 15, 20, 30, 32, 35, 40, 45, 60, 90, 120, 180, 240, 480, 1440];
  owner_profile uuid; good_at timestamptz; place integer; counted integer[] := array_fill(0, array[17]);
begin
  perform from mailboxes where id = new.mailbox_id for no key update;
  select profile_id, case when last_good_at > '-infinity' then greatest(state_at, last_good_at) end into owner_profile, good_at
  from listed_users where mailbox_id = new.mailbox_id;
  owner_profile := coalesce(owner_profile, '00000000-0000-0000-0000-000000000000');
  if new.outcome in ('done', 'more') then
    update listed_users set last_good_at = greatest(last_good_at, new.ended_at),
      last_success_at = case when new.outcome = 'done' then greatest(last_success_at, new.ended_at) else last_success_at end
    where mailbox_id = new.mailbox_id;
    if good_at is not null then
      place := 1 + width_bucket(greatest(extract(epoch from new.ended_at - good_at)::double precision - 0.001, 0) / 60, bounds);
      counted[place] := 1;
    end if;
  end if;
  insert into run_days as days (organization_id, profile_id, day, slot, runs, failed, saved)
  values (new.organization_id, owner_profile, (new.started_at at time zone 'UTC')::date,
    abs(hashtext(new.mailbox_id::text) % 16), 1, (new.outcome = 'failed')::integer,
    coalesce((select sum(value::integer) from jsonb_each_text(coalesce(new.counts -> 'byVerdict', '{}')) where key like 'saved.%'), 0))
  on conflict (organization_id, profile_id, day, slot) do update set
    runs = days.runs + 1, failed = days.failed + excluded.failed, saved = days.saved + excluded.saved;
  if new.outcome = 'abandoned' then return null; end if;
  insert into run_hours as hours (organization_id, profile_id, hour, slot, runs, failed, ages)
  values (new.organization_id, owner_profile, date_trunc('hour', new.ended_at, 'UTC'),
    abs(hashtext(new.mailbox_id::text) % 16), 1, (new.outcome = 'failed')::integer, counted)
  on conflict (organization_id, hour, profile_id, slot) do update set
    runs = hours.runs + 1, failed = hours.failed + excluded.failed,
    ages = case when place is null then hours.ages else
      (select array_agg(mine + more order by n) from unnest(hours.ages, excluded.ages) with ordinality as sums (mine, more, n)) end;
  return null;
end $function$;
CREATE OR REPLACE FUNCTION lockstep_on_schedule()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform from mailboxes where id = new.mailbox_id for no key update;
  update listed_users set quiet_runs = new.quiet_runs where mailbox_id = new.mailbox_id;
  return null;
end $function$;
CREATE OR REPLACE FUNCTION lockstep_on_user()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform lockstep_list_users(array[new.id]);
  return null;
end $function$;
CREATE OR REPLACE FUNCTION lockstep_on_users()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform lockstep_list_users((select array_agg(id) from changed));
  return null;
end $function$;
CREATE OR REPLACE FUNCTION lockstep_organization()
 RETURNS uuid
 LANGUAGE sql
 STABLE
AS $function$
  select case
    when current_setting('lockstep.organization', true) in ('', '*') then null
    else current_setting('lockstep.organization', true)::uuid
  end
$function$;
CREATE OR REPLACE FUNCTION lockstep_words(text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select coalesce(array_agg(word order by word), '{}') from (
    select distinct left(word, 64) collate "C" as word
    from regexp_split_to_table(lockstep_fold($1), '[\s@._+,;:/\\()<>"''%-]+') as word where word <> '' limit 40
  ) as words
$function$;

create table accesses (
  id uuid not null,
  organization_id uuid not null,
  name text not null,
  side text not null,
  service text not null,
  connection_id uuid not null,
  state text not null,
  cause text,
  rejections integer not null default 0,
  state_at timestamp with time zone not null,
  probe_at timestamp with time zone,
  checked_at timestamp with time zone,
  told_at timestamp with time zone,
  created_at timestamp with time zone not null,
  PRIMARY KEY (id),
  UNIQUE (organization_id, connection_id),
  UNIQUE (organization_id, id),
  UNIQUE (organization_id, name),
  FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, connection_id) REFERENCES connections(organization_id, id),
  CHECK ((side = ANY (ARRAY['mailbox'::text, 'crm'::text]))),
  CHECK ((state = ANY (ARRAY['untested'::text, 'working'::text, 'refused'::text])))
);
CREATE INDEX accesses_to_probe ON accesses USING btree (probe_at) WHERE (probe_at IS NOT NULL);
alter table accesses enable row level security;
alter table accesses force row level security;
create policy accesses_of_organization on accesses using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table audit (
  id uuid not null,
  organization_id uuid not null,
  at timestamp with time zone not null,
  actor text not null,
  actor_user_id uuid,
  action text not null,
  subject text not null,
  subject_id uuid not null,
  details jsonb not null default '{}'::jsonb,
  profile_id uuid,
  PRIMARY KEY (id),
  FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  CHECK ((actor = ANY (ARRAY['user'::text, 'operator'::text, 'token'::text, 'product'::text]))),
  CHECK ((subject = ANY (ARRAY['mailbox'::text, 'user'::text, 'organization'::text, 'license'::text, 'profile'::text, 'preset'::text, 'access'::text, 'rollout'::text, 'token'::text])))
);
CREATE INDEX audit_by_action ON audit USING btree (organization_id, action, at DESC, id DESC);
CREATE INDEX audit_by_actor ON audit USING btree (organization_id, actor_user_id, at DESC, id DESC) WHERE (actor_user_id IS NOT NULL);
CREATE INDEX audit_by_age ON audit USING btree (at);
CREATE INDEX audit_by_profile ON audit USING btree (organization_id, profile_id, at DESC, id DESC) WHERE (profile_id IS NOT NULL);
CREATE INDEX audit_by_subject ON audit USING btree (organization_id, subject_id, at DESC, id DESC);
CREATE INDEX audit_by_time ON audit USING btree (organization_id, at DESC, id DESC);
alter table audit enable row level security;
alter table audit force row level security;
create policy audit_of_organization on audit using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table claims (
  organization_id uuid not null,
  key_print text collate "C" not null,
  mailbox_id uuid not null,
  lease_token bigint not null,
  expires_at timestamp with time zone not null,
  PRIMARY KEY (organization_id, key_print),
  FOREIGN KEY (organization_id, mailbox_id) REFERENCES mailboxes(organization_id, id) ON DELETE CASCADE
);
CREATE INDEX claims_by_expiry ON claims USING btree (expires_at);
CREATE INDEX claims_by_mailbox ON claims USING btree (mailbox_id);
alter table claims enable row level security;
alter table claims force row level security;
create policy claims_of_organization on claims using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table completeness (
  mailbox_id uuid not null,
  organization_id uuid not null,
  due_at timestamp with time zone not null,
  checked_at timestamp with time zone,
  eligible integer not null default 0,
  saved integer not null default 0,
  missing integer not null default 0,
  removed integer not null default 0,
  PRIMARY KEY (mailbox_id),
  FOREIGN KEY (organization_id, mailbox_id) REFERENCES mailboxes(organization_id, id) ON DELETE CASCADE
);
alter table completeness enable row level security;
alter table completeness force row level security;
create policy completeness_of_organization on completeness using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table connections (
  id uuid not null,
  organization_id uuid not null,
  user_id uuid,
  service text not null,
  account text not null,
  sealed_credential bytea,
  credential_version integer not null default 1,
  settings jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  via_connection_id uuid,
  PRIMARY KEY (id),
  UNIQUE (organization_id, id),
  UNIQUE (organization_id, user_id, service, account),
  FOREIGN KEY (organization_id, user_id) REFERENCES users(organization_id, id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, via_connection_id) REFERENCES connections(organization_id, id)
);
CREATE INDEX connections_by_via ON connections USING btree (organization_id, via_connection_id) WHERE (via_connection_id IS NOT NULL);
alter table connections enable row level security;
alter table connections force row level security;
create policy connections_of_organization on connections using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));
CREATE TRIGGER connections_listed AFTER UPDATE OF via_connection_id ON connections FOR EACH ROW WHEN ((old.via_connection_id IS DISTINCT FROM new.via_connection_id)) EXECUTE FUNCTION lockstep_on_connection();

create table cursors (
  mailbox_id uuid not null,
  feed_id text collate "C" not null,
  organization_id uuid not null,
  sealed bytea not null,
  updated_at timestamp with time zone not null,
  PRIMARY KEY (mailbox_id, feed_id),
  FOREIGN KEY (organization_id, mailbox_id) REFERENCES mailboxes(organization_id, id) ON DELETE CASCADE
);
alter table cursors enable row level security;
alter table cursors force row level security;
create policy cursors_of_organization on cursors using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table gaps (
  mailbox_id uuid not null,
  organization_id uuid not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  PRIMARY KEY (mailbox_id, starts_at),
  FOREIGN KEY (organization_id, mailbox_id) REFERENCES mailboxes(organization_id, id) ON DELETE CASCADE
);
alter table gaps enable row level security;
alter table gaps force row level security;
create policy gaps_of_organization on gaps using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table handovers (
  code_hash text not null,
  organization_id uuid not null,
  user_id uuid not null,
  challenge text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  PRIMARY KEY (code_hash),
  FOREIGN KEY (organization_id, user_id) REFERENCES users(organization_id, id) ON DELETE CASCADE
);
CREATE INDEX handovers_by_expiry ON handovers USING btree (expires_at);
CREATE INDEX handovers_by_user ON handovers USING btree (organization_id, user_id);
alter table handovers enable row level security;
alter table handovers force row level security;
create policy handovers_of_organization on handovers using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table holds (
  id uuid not null,
  organization_id uuid not null,
  mailbox_id uuid not null,
  collection text not null,
  held integer not null,
  paired integer not null,
  created_at timestamp with time zone not null,
  state text not null default 'waiting'::text,
  decided_at timestamp with time zone,
  decided_by uuid,
  PRIMARY KEY (id),
  FOREIGN KEY (organization_id, mailbox_id) REFERENCES mailboxes(organization_id, id) ON DELETE CASCADE,
  CHECK (((state = 'waiting'::text) = (decided_at IS NULL))),
  CHECK ((collection = ANY (ARRAY['events'::text, 'contacts'::text, 'tasks'::text]))),
  CHECK ((held > 0)),
  CHECK ((state = ANY (ARRAY['waiting'::text, 'released'::text, 'dropped'::text])))
);
CREATE INDEX holds_by_mailbox ON holds USING btree (mailbox_id, created_at DESC, id DESC);
CREATE INDEX holds_waiting ON holds USING btree (organization_id, created_at DESC, id DESC) WHERE (state = 'waiting'::text);
alter table holds enable row level security;
alter table holds force row level security;
create policy holds_of_organization on holds using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table issues (
  id uuid not null,
  organization_id uuid not null,
  mailbox_id uuid not null,
  item_id text collate "C" not null,
  item_version text collate "C" not null,
  place text not null,
  code text not null,
  vendor_code text,
  fields text[] not null default '{}'::text[],
  attempts integer not null default 1,
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  retry_at timestamp with time zone,
  collection text not null default 'emails'::text,
  record_id text collate "C",
  PRIMARY KEY (id),
  UNIQUE (mailbox_id, item_id),
  FOREIGN KEY (organization_id, mailbox_id) REFERENCES mailboxes(organization_id, id) ON DELETE CASCADE,
  CHECK ((collection = ANY (ARRAY['emails'::text, 'events'::text, 'contacts'::text, 'tasks'::text])))
);
CREATE INDEX issues_by_code ON issues USING btree (organization_id, code, first_at DESC, id DESC) INCLUDE (mailbox_id);
CREATE INDEX issues_by_time ON issues USING btree (mailbox_id, first_at DESC, id DESC);
CREATE INDEX issues_due ON issues USING btree (mailbox_id, retry_at) WHERE (retry_at IS NOT NULL);
CREATE INDEX issues_listed ON issues USING btree (organization_id, first_at DESC, id DESC);
alter table issues enable row level security;
alter table issues force row level security;
create policy issues_of_organization on issues using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));
CREATE TRIGGER issues_listed_gone AFTER DELETE ON issues REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION lockstep_on_issues();
CREATE TRIGGER issues_listed_new AFTER INSERT ON issues REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION lockstep_on_issues();

create table licenses (
  id uuid not null,
  organization_id uuid not null,
  name text not null,
  interval_seconds integer not null,
  pattern text not null,
  created_at timestamp with time zone not null,
  PRIMARY KEY (id),
  UNIQUE (organization_id, id),
  UNIQUE (organization_id, name),
  FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  CHECK (((interval_seconds >= 60) AND (interval_seconds <= 86400))),
  CHECK ((pattern = ANY (ARRAY['fixed'::text, 'adaptive'::text])))
);
alter table licenses enable row level security;
alter table licenses force row level security;
create policy licenses_of_organization on licenses using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table links (
  mailbox_id uuid not null,
  key_print text collate "C" not null,
  organization_id uuid not null,
  item_id text collate "C",
  item_version text collate "C" not null,
  record_id text collate "C" not null,
  created boolean not null,
  run_id uuid,
  linked_at timestamp with time zone not null,
  removed_at timestamp with time zone,
  chosen boolean not null default false,
  PRIMARY KEY (mailbox_id, key_print),
  FOREIGN KEY (organization_id, mailbox_id) REFERENCES mailboxes(organization_id, id) ON DELETE CASCADE
);
CREATE INDEX links_by_item ON links USING btree (mailbox_id, item_id) WHERE (item_id IS NOT NULL);
CREATE INDEX links_by_print ON links USING btree (organization_id, key_print);
CREATE INDEX links_by_record ON links USING btree (organization_id, record_id);
alter table links enable row level security;
alter table links force row level security;
create policy links_of_organization on links using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table listed_users (
  user_id uuid not null,
  organization_id uuid not null,
  name text collate "C" not null,
  address text collate "C" not null,
  words text collate "C" not null,
  role text not null,
  profile_id uuid,
  license_id uuid,
  preset_id uuid,
  created_at timestamp with time zone not null,
  mailbox_id uuid,
  service text,
  state text not null,
  state_at timestamp with time zone not null,
  cause text,
  mail_via uuid,
  crm_via uuid,
  last_success_at timestamp with time zone not null default '-infinity'::timestamp with time zone,
  last_good_at timestamp with time zone not null default '-infinity'::timestamp with time zone,
  quiet_runs smallint not null default 0,
  issues integer not null default 0,
  late_since timestamp with time zone default GREATEST(state_at, last_good_at),
  PRIMARY KEY (user_id),
  FOREIGN KEY (organization_id, user_id) REFERENCES users(organization_id, id) ON DELETE CASCADE
) with (fillfactor=80);
CREATE INDEX listed_users_by_address ON listed_users USING btree (organization_id, address, user_id);
CREATE INDEX listed_users_by_cause ON listed_users USING btree (organization_id, cause) WHERE (cause IS NOT NULL);
CREATE INDEX listed_users_by_creation ON listed_users USING btree (organization_id, created_at, user_id);
CREATE INDEX listed_users_by_crm_via ON listed_users USING btree (organization_id, crm_via) WHERE (crm_via IS NOT NULL);
CREATE INDEX listed_users_by_license ON listed_users USING btree (organization_id, license_id) WHERE (license_id IS NOT NULL);
CREATE INDEX listed_users_by_mail_via ON listed_users USING btree (organization_id, mail_via) WHERE (mail_via IS NOT NULL);
CREATE UNIQUE INDEX listed_users_by_mailbox ON listed_users USING btree (mailbox_id) WHERE (mailbox_id IS NOT NULL);
CREATE INDEX listed_users_by_name ON listed_users USING btree (organization_id, name, user_id);
CREATE INDEX listed_users_by_preset ON listed_users USING btree (organization_id, preset_id) WHERE (preset_id IS NOT NULL);
CREATE INDEX listed_users_by_profile ON listed_users USING btree (organization_id, profile_id, name, user_id);
CREATE INDEX listed_users_by_profile_state ON listed_users USING btree (organization_id, profile_id, state);
CREATE INDEX listed_users_by_role ON listed_users USING btree (organization_id, role) WHERE (role <> 'user'::text);
CREATE INDEX listed_users_by_service ON listed_users USING btree (organization_id, service) WHERE (service IS NOT NULL);
CREATE INDEX listed_users_by_state ON listed_users USING btree (organization_id, state, state_at, user_id);
CREATE INDEX listed_users_by_state_at ON listed_users USING btree (organization_id, state_at, user_id);
CREATE INDEX listed_users_by_success ON listed_users USING btree (organization_id, last_success_at, user_id);
CREATE INDEX listed_users_freshness ON listed_users USING btree (organization_id, last_success_at) WHERE (state = 'active'::text);
CREATE INDEX listed_users_late ON listed_users USING btree (organization_id, license_id, late_since) WHERE (state = 'active'::text);
CREATE INDEX listed_users_with_issues ON listed_users USING btree (organization_id, name, user_id) WHERE (issues > 0);
alter table listed_users enable row level security;
alter table listed_users force row level security;
create policy listed_users_of_organization on listed_users using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table logins (
  token_hash text not null,
  organization_id uuid not null,
  user_id uuid not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  scope text not null default 'full'::text,
  mailbox_id uuid,
  id uuid not null default gen_random_uuid(),
  place text not null default 'browser'::text,
  used_at timestamp with time zone not null default now(),
  console_at timestamp with time zone not null default now(),
  PRIMARY KEY (token_hash),
  FOREIGN KEY (organization_id, mailbox_id) REFERENCES mailboxes(organization_id, id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, user_id) REFERENCES users(organization_id, id) ON DELETE CASCADE,
  CHECK (((scope = 'reconnect'::text) = (mailbox_id IS NOT NULL))),
  CHECK ((place = ANY (ARRAY['browser'::text, 'mail-client'::text, 'link'::text]))),
  CHECK ((scope = ANY (ARRAY['full'::text, 'reconnect'::text])))
);
CREATE INDEX logins_by_expiry ON logins USING btree (expires_at);
CREATE UNIQUE INDEX logins_by_id ON logins USING btree (id);
CREATE INDEX logins_by_mailbox ON logins USING btree (mailbox_id) WHERE (mailbox_id IS NOT NULL);
CREATE INDEX logins_by_user ON logins USING btree (organization_id, user_id);
alter table logins enable row level security;
alter table logins force row level security;
create policy logins_of_organization on logins using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table mailboxes (
  id uuid not null,
  organization_id uuid not null,
  user_id uuid not null,
  service text not null,
  address text not null,
  addresses text[] not null,
  mailbox_connection_id uuid not null,
  crm_connection_id uuid not null,
  state text not null,
  rejections integer not null default 0,
  failures integer not null default 0,
  cause text,
  state_at timestamp with time zone not null,
  history_from timestamp with time zone not null,
  created_at timestamp with time zone not null,
  paused_until timestamp with time zone,
  paused_by text,
  skipping boolean not null default false,
  PRIMARY KEY (id),
  UNIQUE (organization_id, address),
  UNIQUE (organization_id, id),
  FOREIGN KEY (organization_id, crm_connection_id) REFERENCES connections(organization_id, id),
  FOREIGN KEY (organization_id, mailbox_connection_id) REFERENCES connections(organization_id, id),
  FOREIGN KEY (organization_id, user_id) REFERENCES users(organization_id, id) ON DELETE CASCADE,
  CHECK ((paused_by = ANY (ARRAY['user'::text, 'admin'::text, 'profile'::text]))),
  CHECK ((state = ANY (ARRAY['not-activated'::text, 'active'::text, 'paused'::text, 'authorization-required'::text, 'suspended'::text, 'deactivated'::text])))
);
CREATE INDEX mailboxes_by_address ON mailboxes USING btree (address);
CREATE INDEX mailboxes_by_crm_connection ON mailboxes USING btree (organization_id, crm_connection_id);
CREATE INDEX mailboxes_by_mailbox_connection ON mailboxes USING btree (organization_id, mailbox_connection_id);
CREATE INDEX mailboxes_by_user ON mailboxes USING btree (organization_id, user_id);
alter table mailboxes enable row level security;
alter table mailboxes force row level security;
create policy mailboxes_of_organization on mailboxes using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));
CREATE TRIGGER mailboxes_listed AFTER UPDATE ON mailboxes FOR EACH ROW WHEN (((((((((old.user_id IS DISTINCT FROM new.user_id) OR (old.service IS DISTINCT FROM new.service)) OR (old.address IS DISTINCT FROM new.address)) OR (old.state IS DISTINCT FROM new.state)) OR (old.state_at IS DISTINCT FROM new.state_at)) OR (old.cause IS DISTINCT FROM new.cause)) OR (old.mailbox_connection_id IS DISTINCT FROM new.mailbox_connection_id)) OR (old.crm_connection_id IS DISTINCT FROM new.crm_connection_id))) EXECUTE FUNCTION lockstep_on_mailbox();
CREATE TRIGGER mailboxes_listed_gone AFTER DELETE ON mailboxes REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION lockstep_on_mailboxes();
CREATE TRIGGER mailboxes_listed_new AFTER INSERT ON mailboxes REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION lockstep_on_mailboxes();

create table notices (
  id uuid not null,
  organization_id uuid not null,
  mailbox_id uuid not null,
  audience text not null,
  kind text not null,
  code text,
  about_at timestamp with time zone not null,
  nth integer not null default 0,
  created_at timestamp with time zone not null,
  due_at timestamp with time zone not null,
  attempts integer not null default 0,
  settled_at timestamp with time zone,
  outcome text,
  PRIMARY KEY (id),
  UNIQUE (mailbox_id, audience, kind, about_at, nth),
  FOREIGN KEY (organization_id, mailbox_id) REFERENCES mailboxes(organization_id, id) ON DELETE CASCADE,
  CHECK (((settled_at IS NULL) = (outcome IS NULL))),
  CHECK ((audience = ANY (ARRAY['user'::text, 'admins'::text]))),
  CHECK ((kind = ANY (ARRAY['stopped'::text, 'recovered'::text, 'reminder'::text, 'late'::text]))),
  CHECK ((outcome = ANY (ARRAY['sent'::text, 'dropped'::text, 'failed'::text])))
);
CREATE INDEX notices_by_creation ON notices USING btree (created_at);
CREATE INDEX notices_due ON notices USING btree (audience, due_at) WHERE (settled_at IS NULL);
CREATE INDEX notices_to_admins ON notices USING btree (organization_id, settled_at) WHERE (audience = 'admins'::text);
alter table notices enable row level security;
alter table notices force row level security;
create policy notices_of_organization on notices using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table organizations (
  id uuid not null,
  crm_organization_id text not null,
  sealed_key bytea not null,
  master_key_id text not null,
  settings jsonb not null default '{}'::jsonb,
  settings_version integer not null default 0,
  created_at timestamp with time zone not null,
  guard_step smallint not null default 0,
  guard_until timestamp with time zone,
  forced text[] not null default '{}'::text[],
  api_used integer,
  api_max integer,
  api_heard_at timestamp with time zone,
  PRIMARY KEY (id),
  UNIQUE (crm_organization_id)
);
alter table organizations enable row level security;
alter table organizations force row level security;
create policy organizations_of_organization on organizations using (((id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table pairs (
  mailbox_id uuid not null,
  record_id text collate "C" not null,
  organization_id uuid not null,
  collection text not null,
  key_print text collate "C",
  item_id text collate "C",
  item_version text collate "C" not null,
  feed_id text collate "C",
  series_id text collate "C",
  record_version text collate "C" not null,
  item_prints jsonb not null,
  record_prints jsonb not null,
  state text not null,
  made text,
  role text not null,
  hold_id uuid,
  run_id uuid,
  paired_at timestamp with time zone not null,
  writing jsonb,
  is_untold boolean not null default false,
  PRIMARY KEY (mailbox_id, record_id),
  FOREIGN KEY (hold_id) REFERENCES holds(id),
  FOREIGN KEY (organization_id, mailbox_id) REFERENCES mailboxes(organization_id, id) ON DELETE CASCADE,
  CHECK (((hold_id IS NULL) OR (state = 'removing'::text))),
  CHECK (((state = 'making'::text) <= (item_id IS NULL))),
  CHECK ((collection = ANY (ARRAY['events'::text, 'contacts'::text, 'tasks'::text]))),
  CHECK ((made = ANY (ARRAY['record'::text, 'item'::text]))),
  CHECK ((role = ANY (ARRAY['owner'::text, 'deputy'::text, 'member'::text]))),
  CHECK ((state = ANY (ARRAY['making'::text, 'linked'::text, 'removing'::text, 'ended'::text])))
);
CREATE INDEX pairs_by_hold ON pairs USING btree (hold_id) WHERE (hold_id IS NOT NULL);
CREATE UNIQUE INDEX pairs_by_item ON pairs USING btree (mailbox_id, item_id) WHERE (item_id IS NOT NULL);
CREATE INDEX pairs_by_print ON pairs USING btree (organization_id, key_print) WHERE (key_print IS NOT NULL);
CREATE INDEX pairs_by_record ON pairs USING btree (organization_id, record_id);
CREATE INDEX pairs_by_run ON pairs USING btree (run_id) WHERE (run_id IS NOT NULL);
CREATE INDEX pairs_by_series ON pairs USING btree (mailbox_id, series_id) WHERE (series_id IS NOT NULL);
CREATE INDEX pairs_unfinished ON pairs USING btree (mailbox_id, collection, state) WHERE (state = ANY (ARRAY['making'::text, 'removing'::text]));
CREATE INDEX pairs_untold ON pairs USING btree (mailbox_id, collection, item_id) WHERE is_untold;
alter table pairs enable row level security;
alter table pairs force row level security;
create policy pairs_of_organization on pairs using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table pending_consents (
  token_hash text not null,
  organization_id uuid not null,
  user_id uuid not null,
  service text not null,
  sealed_details bytea not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  challenge text,
  PRIMARY KEY (token_hash),
  FOREIGN KEY (organization_id, user_id) REFERENCES users(organization_id, id) ON DELETE CASCADE
);
CREATE INDEX pending_consents_by_expiry ON pending_consents USING btree (expires_at);
CREATE INDEX pending_consents_by_user ON pending_consents USING btree (organization_id, user_id);
alter table pending_consents enable row level security;
alter table pending_consents force row level security;
create policy pending_consents_of_organization on pending_consents using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table pending_logins (
  state_hash text not null,
  sealed_details bytea not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  PRIMARY KEY (state_hash)
);
CREATE INDEX pending_logins_by_expiry ON pending_logins USING btree (expires_at);
alter table pending_logins enable row level security;
alter table pending_logins force row level security;
create policy pending_logins_of_nobody on pending_logins using (( SELECT lockstep_everywhere() AS lockstep_everywhere));

create table presets (
  id uuid not null,
  organization_id uuid not null,
  name text not null,
  settings jsonb not null default '{}'::jsonb,
  forced text[] not null default '{}'::text[],
  version integer not null default 0,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  PRIMARY KEY (id),
  UNIQUE (organization_id, id),
  UNIQUE (organization_id, name),
  FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
alter table presets enable row level security;
alter table presets force row level security;
create policy presets_of_organization on presets using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table profile_admins (
  profile_id uuid not null,
  user_id uuid not null,
  organization_id uuid not null,
  PRIMARY KEY (profile_id, user_id),
  FOREIGN KEY (organization_id, profile_id) REFERENCES profiles(organization_id, id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, user_id) REFERENCES users(organization_id, id) ON DELETE CASCADE
);
CREATE INDEX profile_admins_by_user ON profile_admins USING btree (organization_id, user_id);
alter table profile_admins enable row level security;
alter table profile_admins force row level security;
create policy profile_admins_of_organization on profile_admins using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table profiles (
  id uuid not null,
  organization_id uuid not null,
  name text not null,
  mail_access_id uuid,
  crm_access_id uuid,
  preset_id uuid,
  enabled boolean not null default true,
  created_at timestamp with time zone not null,
  PRIMARY KEY (id),
  UNIQUE (organization_id, id),
  UNIQUE (organization_id, name),
  FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, crm_access_id) REFERENCES accesses(organization_id, id),
  FOREIGN KEY (organization_id, mail_access_id) REFERENCES accesses(organization_id, id),
  FOREIGN KEY (organization_id, preset_id) REFERENCES presets(organization_id, id)
);
alter table profiles enable row level security;
alter table profiles force row level security;
create policy profiles_of_organization on profiles using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table reconnect_links (
  mailbox_id uuid not null,
  organization_id uuid not null,
  user_id uuid not null,
  token_hash text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  PRIMARY KEY (mailbox_id),
  UNIQUE (token_hash),
  FOREIGN KEY (organization_id, mailbox_id) REFERENCES mailboxes(organization_id, id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, user_id) REFERENCES users(organization_id, id) ON DELETE CASCADE
);
CREATE INDEX reconnect_links_by_expiry ON reconnect_links USING btree (expires_at);
CREATE INDEX reconnect_links_by_user ON reconnect_links USING btree (organization_id, user_id);
alter table reconnect_links enable row level security;
alter table reconnect_links force row level security;
create policy reconnect_links_of_organization on reconnect_links using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table rollout_members (
  rollout_id uuid not null,
  user_id uuid not null,
  organization_id uuid not null,
  position integer not null,
  wave smallint not null,
  mailbox_found boolean,
  access_granted boolean,
  crm_user_matched boolean,
  address_equal boolean,
  predicted text not null,
  outcome text not null,
  code text,
  vendor_code text,
  fields text[] not null default '{}'::text[],
  changed_at timestamp with time zone not null,
  PRIMARY KEY (rollout_id, user_id),
  FOREIGN KEY (organization_id, rollout_id) REFERENCES rollouts(organization_id, id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, user_id) REFERENCES users(organization_id, id) ON DELETE CASCADE,
  CHECK ((outcome = ANY (ARRAY['waiting'::text, 'active'::text, 'after-login'::text, 'already-active'::text, 'by-himself'::text, 'failed'::text]))),
  CHECK ((predicted = ANY (ARRAY['unknown'::text, 'active'::text, 'after-login'::text, 'already-active'::text, 'by-himself'::text])))
);
CREATE UNIQUE INDEX rollout_members_by_position ON rollout_members USING btree (rollout_id, "position");
CREATE INDEX rollout_members_by_user ON rollout_members USING btree (organization_id, user_id);
alter table rollout_members enable row level security;
alter table rollout_members force row level security;
create policy rollout_members_of_organization on rollout_members using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table rollouts (
  id uuid not null,
  organization_id uuid not null,
  profile_id uuid not null,
  started_by uuid,
  state text not null,
  waves smallint[] not null,
  wave smallint not null default 0,
  failures_max smallint not null,
  cause text,
  state_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  worker text,
  lease_expires_at timestamp with time zone,
  due_at timestamp with time zone,
  PRIMARY KEY (id),
  UNIQUE (organization_id, id),
  FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, profile_id) REFERENCES profiles(organization_id, id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, started_by) REFERENCES users(organization_id, id) ON DELETE SET NULL (started_by),
  CHECK ((state = ANY (ARRAY['checking'::text, 'checked'::text, 'running'::text, 'halted'::text, 'done'::text, 'cancelled'::text])))
);
CREATE INDEX rollouts_by_time ON rollouts USING btree (organization_id, created_at DESC, id DESC);
CREATE INDEX rollouts_due ON rollouts USING btree (due_at) WHERE (due_at IS NOT NULL);
alter table rollouts enable row level security;
alter table rollouts force row level security;
create policy rollouts_of_organization on rollouts using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table run_days (
  organization_id uuid not null,
  profile_id uuid not null,
  day date not null,
  slot smallint not null,
  runs integer not null,
  failed integer not null,
  saved integer not null,
  PRIMARY KEY (organization_id, profile_id, day, slot),
  FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
) with (fillfactor=50);
CREATE INDEX run_days_by_age ON run_days USING btree (day);
alter table run_days enable row level security;
alter table run_days force row level security;
create policy run_days_of_organization on run_days using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table run_hours (
  organization_id uuid not null,
  profile_id uuid not null,
  hour timestamp with time zone not null,
  slot smallint not null,
  runs integer not null,
  failed integer not null,
  ages integer[] not null,
  PRIMARY KEY (organization_id, hour, profile_id, slot),
  FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
) with (fillfactor=50);
CREATE INDEX run_hours_by_age ON run_hours USING btree (hour);
alter table run_hours enable row level security;
alter table run_hours force row level security;
create policy run_hours_of_organization on run_hours using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table runs (
  id uuid not null,
  organization_id uuid not null,
  mailbox_id uuid not null,
  lease_token bigint not null,
  trigger text not null,
  worker text not null,
  outcome text,
  failure jsonb,
  counts jsonb not null default '{}'::jsonb,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  failure_code text default (failure ->> 'code'::text),
  PRIMARY KEY (id),
  FOREIGN KEY (organization_id, mailbox_id) REFERENCES mailboxes(organization_id, id) ON DELETE CASCADE,
  CHECK ((outcome = ANY (ARRAY['done'::text, 'more'::text, 'failed'::text, 'abandoned'::text]))),
  CHECK ((trigger = ANY (ARRAY['schedule'::text, 'activation'::text, 'user'::text, 'command'::text, 'hint'::text])))
);
CREATE INDEX runs_by_mailbox ON runs USING btree (mailbox_id, started_at DESC, id DESC);
CREATE INDEX runs_by_outcome ON runs USING btree (organization_id, outcome, started_at DESC, id DESC) WHERE (outcome IS DISTINCT FROM 'done'::text);
CREATE INDEX runs_by_start ON runs USING btree (started_at);
CREATE INDEX runs_by_time ON runs USING btree (organization_id, started_at DESC, id DESC);
CREATE INDEX runs_failed ON runs USING btree (organization_id, failure_code, started_at DESC, id DESC) WHERE (outcome = 'failed'::text);
CREATE INDEX runs_under_way ON runs USING btree (mailbox_id) WHERE (outcome IS NULL);
alter table runs enable row level security;
alter table runs force row level security;
create policy runs_of_organization on runs using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));
CREATE TRIGGER runs_listed AFTER UPDATE OF outcome ON runs FOR EACH ROW WHEN (((old.outcome IS NULL) AND (new.outcome IS NOT NULL))) EXECUTE FUNCTION lockstep_on_run();

create table schedules (
  mailbox_id uuid not null,
  organization_id uuid not null,
  due_at timestamp with time zone,
  lane smallint not null default 0,
  trigger text not null default 'schedule'::text,
  requested_at timestamp with time zone,
  rerun boolean not null default false,
  lease_token bigint not null default 0,
  leased_at timestamp with time zone,
  lease_expires_at timestamp with time zone,
  worker text,
  hinted_at timestamp with time zone,
  held_until timestamp with time zone,
  replanned boolean not null default false,
  quiet_runs smallint not null default 0,
  look_at timestamp with time zone not null default '-infinity'::timestamp with time zone,
  PRIMARY KEY (mailbox_id),
  FOREIGN KEY (organization_id, mailbox_id) REFERENCES mailboxes(organization_id, id) ON DELETE CASCADE,
  CHECK ((lane = ANY (ARRAY[0, 1]))),
  CHECK ((trigger = ANY (ARRAY['schedule'::text, 'activation'::text, 'user'::text, 'command'::text, 'hint'::text])))
) with (autovacuum_vacuum_scale_factor=0.02, fillfactor=50);
CREATE INDEX schedules_free_and_due ON schedules USING btree (lane, due_at) WHERE ((lease_expires_at IS NULL) AND (due_at IS NOT NULL));
CREATE INDEX schedules_leased ON schedules USING btree (lease_expires_at) WHERE (lease_expires_at IS NOT NULL);
CREATE INDEX schedules_to_look_at ON schedules USING btree (look_at);
alter table schedules enable row level security;
alter table schedules force row level security;
create policy schedules_of_organization on schedules using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));
CREATE TRIGGER schedules_listed AFTER UPDATE OF quiet_runs ON schedules FOR EACH ROW WHEN ((old.quiet_runs <> new.quiet_runs)) EXECUTE FUNCTION lockstep_on_schedule();

create table schema_migrations (
  number integer not null,
  name text not null,
  checksum text not null,
  PRIMARY KEY (number)
);

create table service_tokens (
  id uuid not null,
  organization_id uuid not null,
  name text not null,
  token_hash text not null,
  scopes text[] not null,
  profile_id uuid,
  created_by uuid,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  PRIMARY KEY (id),
  UNIQUE (token_hash),
  FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, created_by) REFERENCES users(organization_id, id) ON DELETE SET NULL (created_by),
  FOREIGN KEY (organization_id, profile_id) REFERENCES profiles(organization_id, id) ON DELETE CASCADE
);
CREATE INDEX service_tokens_by_expiry ON service_tokens USING btree (expires_at);
CREATE INDEX service_tokens_by_organization ON service_tokens USING btree (organization_id, created_at DESC, id DESC);
alter table service_tokens enable row level security;
alter table service_tokens force row level security;
create policy service_tokens_of_organization on service_tokens using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table user_words (
  organization_id uuid not null,
  word text collate "C" not null,
  user_id uuid not null,
  PRIMARY KEY (organization_id, word, user_id),
  FOREIGN KEY (organization_id, user_id) REFERENCES users(organization_id, id) ON DELETE CASCADE
);
CREATE INDEX user_words_by_user ON user_words USING btree (user_id);
alter table user_words enable row level security;
alter table user_words force row level security;
create policy user_words_of_organization on user_words using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table users (
  id uuid not null,
  organization_id uuid not null,
  crm_user_id text not null,
  username text not null,
  email text not null,
  time_zone text not null,
  role text not null,
  settings jsonb not null default '{}'::jsonb,
  settings_version integer not null default 0,
  created_at timestamp with time zone not null,
  seen_at timestamp with time zone,
  license_id uuid,
  full_name text not null default ''::text,
  profile_id uuid,
  preset_id uuid,
  mailbox_address text,
  mailbox_login text,
  origin text not null default 'login'::text,
  rolled_out_at timestamp with time zone,
  PRIMARY KEY (id),
  UNIQUE (organization_id, crm_user_id),
  UNIQUE (organization_id, id),
  FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, license_id) REFERENCES licenses(organization_id, id),
  FOREIGN KEY (organization_id, preset_id) REFERENCES presets(organization_id, id),
  FOREIGN KEY (organization_id, profile_id) REFERENCES profiles(organization_id, id),
  CHECK ((origin = ANY (ARRAY['login'::text, 'crm'::text, 'csv'::text, 'single'::text]))),
  CHECK ((role = ANY (ARRAY['user'::text, 'profile-admin'::text, 'platform-admin'::text])))
);
CREATE INDEX users_by_license ON users USING btree (organization_id, license_id) WHERE (license_id IS NOT NULL);
CREATE UNIQUE INDEX users_by_mailbox_address ON users USING btree (organization_id, mailbox_address) WHERE (mailbox_address IS NOT NULL);
CREATE INDEX users_by_preset ON users USING btree (organization_id, preset_id) WHERE (preset_id IS NOT NULL);
CREATE INDEX users_by_profile ON users USING btree (organization_id, profile_id) WHERE (profile_id IS NOT NULL);
alter table users enable row level security;
alter table users force row level security;
create policy users_of_organization on users using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));
CREATE TRIGGER users_listed AFTER UPDATE OF username, full_name, role, profile_id, license_id, preset_id, mailbox_address ON users FOR EACH ROW WHEN ((((((((old.username IS DISTINCT FROM new.username) OR (old.full_name IS DISTINCT FROM new.full_name)) OR (old.role IS DISTINCT FROM new.role)) OR (old.profile_id IS DISTINCT FROM new.profile_id)) OR (old.license_id IS DISTINCT FROM new.license_id)) OR (old.preset_id IS DISTINCT FROM new.preset_id)) OR (old.mailbox_address IS DISTINCT FROM new.mailbox_address))) EXECUTE FUNCTION lockstep_on_user();
CREATE TRIGGER users_listed_new AFTER INSERT ON users REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION lockstep_on_users();

create table verdicts (
  mailbox_id uuid not null,
  item_print text collate "C" not null,
  organization_id uuid not null,
  code text not null,
  judged_at timestamp with time zone not null,
  PRIMARY KEY (mailbox_id, item_print),
  FOREIGN KEY (organization_id, mailbox_id) REFERENCES mailboxes(organization_id, id) ON DELETE CASCADE
);
CREATE INDEX verdicts_by_time ON verdicts USING btree (judged_at);
alter table verdicts enable row level security;
alter table verdicts force row level security;
create policy verdicts_of_organization on verdicts using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));

create table watches (
  mailbox_id uuid not null,
  organization_id uuid not null,
  service text not null,
  key_hash text collate "C",
  secret_hash text collate "C",
  sealed_memo bytea,
  expires_at timestamp with time zone,
  attend_at timestamp with time zone not null,
  failures integer not null default 0,
  PRIMARY KEY (mailbox_id),
  FOREIGN KEY (organization_id, mailbox_id) REFERENCES mailboxes(organization_id, id) ON DELETE CASCADE
);
CREATE INDEX watches_by_key ON watches USING btree (service, key_hash) WHERE (key_hash IS NOT NULL);
CREATE INDEX watches_to_attend ON watches USING btree (service, attend_at);
alter table watches enable row level security;
alter table watches force row level security;
create policy watches_of_organization on watches using (((organization_id = ( SELECT lockstep_organization() AS lockstep_organization)) OR ( SELECT lockstep_everywhere() AS lockstep_everywhere)));
