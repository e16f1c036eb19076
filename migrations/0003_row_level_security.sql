-- One organization's rows are never reachable from another's transaction, whatever a statement forgets. FORCE binds the owner of the
-- tables too; superusers step down to lockstep_app (store/database.ts), because nothing binds them.

do $$
begin
  if (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) then
    create role lockstep_app nologin;
  end if;
exception when duplicate_object or unique_violation then
  null;
end
$$;

-- The functions are wrapped in selects so that they are asked once per statement, not once per row.
do $$
declare
  guarded text;
begin
  foreach guarded in array array[
    'users', 'logins', 'connections', 'mailboxes', 'schedules', 'cursors', 'runs', 'links', 'claims', 'issues', 'verdicts'
  ] loop
    execute format('alter table %I enable row level security', guarded);
    execute format('alter table %I force row level security', guarded);
    execute format(
      'create policy %I on %I using ('
      'organization_id = (select lockstep_organization()) or (select lockstep_everywhere()))',
      guarded || '_of_organization', guarded
    );
  end loop;
end
$$;

alter table organizations enable row level security;
alter table organizations force row level security;
create policy organizations_of_organization on organizations
  using (id = (select lockstep_organization()) or (select lockstep_everywhere()));

alter table pending_logins enable row level security;
alter table pending_logins force row level security;
create policy pending_logins_of_nobody on pending_logins using ((select lockstep_everywhere()));
