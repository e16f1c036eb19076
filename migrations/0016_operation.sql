-- What operators look at: the CRM's allowance as its last answer told it, and runs by the hour.
alter table organizations
  add column api_used integer,
  add column api_max integer,
  add column api_heard_at timestamptz;

-- Runs that ended, by the hour in UTC. `ages` counts good runs by how old the mailbox's last good state had become, bounds in src/model/goals.ts;
-- `slot` spreads writers, `profile_id` is all zeros for people without one.
create table run_hours (
  organization_id uuid not null references organizations (id) on delete cascade,
  profile_id uuid not null,
  hour timestamptz not null,
  slot smallint not null,
  runs integer not null,
  failed integer not null,
  ages integer[] not null,
  primary key (organization_id, hour, profile_id, slot)
) with (fillfactor = 50);
create index run_hours_by_age on run_hours (hour);
alter table run_hours enable row level security;
alter table run_hours force row level security;
create policy run_hours_of_organization on run_hours
  using (organization_id = (select lockstep_organization()) or (select lockstep_everywhere()));

create or replace function lockstep_on_run() returns trigger language plpgsql as $$
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
end $$;
