/**
 * A company of many people for the benches of lists, written by set-based statements: profiles, licenses, presets, people, mailboxes in every state, runs,
 * issues, checks and audit. Names and addresses are made of syllables; nothing of it came out of a service.
 */
import { acrossOrganizations, type Database, type Tx } from '../src/store/database.ts';

export const BENCH_ORGANIZATION = '00000000-0000-7000-8000-000000000001';
export const PROFILES = 20;

/** Ids of the kinds that are few, by number from 1 on. */
export function benchId(kind: 'profile' | 'license' | 'preset' | 'access', at: number): string {
  const kinds = { profile: 'a', license: 'b', preset: 'c', access: 'd' } as const;
  return `00000000-0000-7000-8000-${kinds[kind]}${String(at).padStart(11, '0')}`;
}

export interface CompanySize {
  readonly people: number;
  /** Of each mailbox. */
  readonly runs: number;
  readonly audits: number;
  readonly now: number;
}

const FIRST = `array['Anna','Ben','Carla','Dirk','Eva','Frank','Greta','Hugo','Ines','Jan','Kira','Lars','Mia','Nils','Olga','Paul','Rosa','Sven','Tara','Udo']`;
const LAST = `array['Adler','Bauer','Claasen','Dietz','Engel','Fuchs','Graf','Haas','Imhof','Jung','Kraus','Lang','Marx','Noll','Otto','Pohl','Rau','Sommer','Thiel','Unger','Voss','Wolf','Zimmer']`;

/** Fills an empty, migrated database. */
export async function fillCompany(db: Database, size: CompanySize): Promise<void> {
  for (const fill of [fillFew, fillPeople, fillMailboxes, fillRuns, fillIssues, fillAudit])
    await acrossOrganizations(db, async (tx) => {
      await tx.query(`set local statement_timeout = 0`);
      await fill(tx, size);
    });
}

/** An uuid of a number, spread as random ones are and the same every time. */
const idOf = (kind: string, number: string) => `md5('${kind}' || ${number})::uuid`;
const ORG = `'${BENCH_ORGANIZATION}'::uuid`;

async function fillFew(tx: Tx, { now }: CompanySize): Promise<void> {
  const at = new Date(now);
  await tx.query(
    `insert into organizations (id, crm_organization_id, sealed_key, master_key_id, created_at)
     values (${ORG}, 'bench', '', 'bench', $1)`,
    [at],
  );
  for (const [kind, table, count] of [
    ['license', 'licenses', 3],
    ['preset', 'presets', 5],
  ] as const)
    for (let one = 1; one <= count; one += 1)
      await tx.query(
        kind === 'license'
          ? `insert into ${table} (id, organization_id, name, interval_seconds, pattern, created_at)
             values ($1, ${ORG}, $2, 1800, 'adaptive', $3)`
          : `insert into ${table} (id, organization_id, name, created_at, updated_at) values ($1, ${ORG}, $2, $3, $3)`,
        [benchId(kind, one), `${kind} ${one}`, at],
      );
  await tx.query(
    `insert into connections (id, organization_id, user_id, service, account, created_at, updated_at)
     values ($1, ${ORG}, null, 'exchange', 'service account', $2, $2)`,
    [benchId('access', 2), at],
  );
  await tx.query(
    `insert into accesses (id, organization_id, name, side, service, connection_id, state, state_at, created_at)
     values ($1, ${ORG}, 'access', 'mailbox', 'exchange', $2, 'working', $3, $3)`,
    [benchId('access', 1), benchId('access', 2), at],
  );
  for (let one = 1; one <= PROFILES; one += 1)
    await tx.query(
      `insert into profiles (id, organization_id, name, mail_access_id, preset_id, created_at)
       values ($1, ${ORG}, $2, $3, $4, $5)`,
      [
        benchId('profile', one),
        `profile ${one}`,
        one <= 5 ? benchId('access', 1) : null,
        one <= 10 ? benchId('preset', 1) : null,
        at,
      ],
    );
}

async function fillPeople(tx: Tx, { people, now }: CompanySize): Promise<void> {
  // Profile 20 has three people, the others a like share; one in fifty has none.
  await tx.query(
    `insert into users (id, organization_id, crm_user_id, username, email, time_zone, role, created_at, seen_at, full_name,
       profile_id, license_id, preset_id, mailbox_address, origin)
     select ${idOf('user', 'n')}, ${ORG}, '005' || n, login, login, 'UTC',
       case when n % 5000 = 1 then 'profile-admin' when n = 2 then 'platform-admin' else 'user' end,
       $2::timestamptz - n * interval '1 minute', null, first || ' ' || last || case when n % 100 = 7 then ' Unique' || n else '' end,
       case when n <= 3 then '${benchId('profile', 20)}'::uuid when n % 50 = 0 then null
         else ('00000000-0000-7000-8000-a' || lpad((1 + n % 19)::text, 11, '0'))::uuid end,
       case when n % 10 = 0 then '${benchId('license', 1)}'::uuid when n % 30000 = 1 then '${benchId('license', 2)}'::uuid end,
       case when n % 200 = 0 then '${benchId('preset', 2)}'::uuid end,
       case when n % 10 = 9 then null else login end, 'csv'
     from generate_series(1, $1::integer) as n
     cross join lateral (select (${FIRST})[1 + n % 20] as first, (${LAST})[1 + (n / 20) % 23] as last) as names
     cross join lateral (select lower(first || '.' || last || n || '@company.example') as login) as logins`,
    [people, new Date(now)],
  );
}

async function fillMailboxes(tx: Tx, { people, now }: CompanySize): Promise<void> {
  await tx.query(
    `insert into connections (id, organization_id, user_id, service, account, created_at, updated_at, via_connection_id)
     select ${idOf('connection', `side || n`)}, ${ORG}, ${idOf('user', 'n')}, side, 'account ' || n, $2, $2,
       case when side = 'exchange' and n % 19 < 5 then '${benchId('access', 2)}'::uuid end
     from generate_series(1, $1::integer) as n cross join (values ('exchange'), ('salesforce')) as sides (side) where n % 10 <> 9`,
    [people, new Date(now)],
  );
  await tx.query(
    `insert into mailboxes (id, organization_id, user_id, service, address, addresses, mailbox_connection_id, crm_connection_id,
       state, cause, state_at, history_from, created_at, paused_by)
     select ${idOf('mailbox', 'n')}, ${ORG}, ${idOf('user', 'n')}, (array['exchange','office365','google'])[1 + n % 3],
       mailbox_address, array[mailbox_address], ${idOf('connection', `'exchange' || n`)}, ${idOf('connection', `'salesforce' || n`)},
       state, case when state in ('suspended', 'authorization-required') then 'mailbox.credentials-rejected' end,
       $2::timestamptz - (n % 5000) * interval '1 minute' - interval '10 days', $2, $2, case when state = 'paused' then 'user' end
     from generate_series(1, $1::integer) as n join users on users.id = ${idOf('user', 'n')}
     cross join lateral (select case when n % 97 = 0 then 'paused' when n % 89 = 0 then 'suspended'
       when n % 251 = 0 then 'authorization-required' when n % 83 = 0 then 'deactivated' when n % 41 = 0 then 'not-activated'
       else 'active' end as state) as states
     where n % 10 <> 9`,
    [people, new Date(now)],
  );
  await tx.query(
    `insert into schedules (mailbox_id, organization_id, due_at, quiet_runs)
     select id, organization_id, $1::timestamptz + interval '10 minutes', 1 from mailboxes where organization_id = ${ORG}`,
    [new Date(now)],
  );
  await tx.query(
    `insert into completeness (mailbox_id, organization_id, due_at, checked_at, eligible, saved, missing)
     select id, organization_id, $1, $1, 200, 199, case when abs(hashtext(id::text)) % 100 = 0 then 1 else 0 end
     from mailboxes where state = 'active' and organization_id = ${ORG}`,
    [new Date(now)],
  );
}

/** All of them under way first, then ended by one update, so that what counts ended runs has counted these. */
async function fillRuns(tx: Tx, { people, runs, now }: CompanySize): Promise<void> {
  await tx.query(`alter table runs disable trigger runs_listed`);
  await tx.query(
    `insert into runs (id, organization_id, mailbox_id, lease_token, trigger, worker, outcome, failure, counts, started_at, ended_at)
     select gen_random_uuid(), ${ORG}, mailboxes.id, 1, 'schedule', 'bench', outcome,
       case when outcome = 'failed' then '{"code":"mailbox.server-error"}'::jsonb end,
       '{"examined":3,"created":1,"byVerdict":{"saved.inbox":1}}', at, at + interval '2 seconds'
     from generate_series(1, $1::integer) as n join mailboxes on mailboxes.id = ${idOf('mailbox', 'n')}
     cross join generate_series(0, $2::integer - 1) as nth
     cross join lateral (select $3::timestamptz - nth * interval '30 minutes' - (n % 1700) * interval '1 second' as at,
       case when (n + nth) % 101 = 0 then 'failed' when (n + nth) % 1009 = 0 then 'abandoned' else 'done' end as outcome) as ends
     where n % 10 <> 9 and state in ('active', 'suspended')`,
    [people, runs, new Date(now)],
  );
  await tx.query(`alter table runs enable trigger runs_listed`);
  await tx.query(
    `update listed_users set last_success_at = coalesce(done, '-infinity'), last_good_at = coalesce(done, '-infinity')
     from (select mailbox_id, max(ended_at) as done from runs where outcome = 'done' group by mailbox_id) as ends
     where ends.mailbox_id = listed_users.mailbox_id`,
  );
  await tx.query(
    `insert into run_days (organization_id, profile_id, day, slot, runs, failed, saved)
     select ${ORG}, profile, ($1::timestamptz)::date - back, slot, 300, 3, 900
     from generate_series(0, 29) as back cross join generate_series(0, 15) as slot
     cross join (select id as profile from profiles where organization_id = ${ORG}) as profiles`,
    [new Date(now)],
  );
}

/** One mailbox in thirty has some. */
async function fillIssues(tx: Tx, { people, now }: CompanySize): Promise<void> {
  await tx.query(
    `insert into issues (id, organization_id, mailbox_id, item_id, item_version, place, code, first_at, last_at)
     select gen_random_uuid(), ${ORG}, mailboxes.id, 'item' || nth, '1', 'inbox',
       (array['crm.field-missing','crm.validation-failed','mailbox.item-unreadable','crm.file-too-large'])[1 + (n + nth) % 4],
       $2::timestamptz - (n % 40000) * interval '1 minute', $2
     from generate_series(1, $1::integer) as n join mailboxes on mailboxes.id = ${idOf('mailbox', 'n')}
     cross join generate_series(1, 10) as nth where n % 30 = 0`,
    [people, new Date(now)],
  );
}

async function fillAudit(tx: Tx, { people, audits, now }: CompanySize): Promise<void> {
  await tx.query(
    `insert into audit (id, organization_id, at, actor, actor_user_id, action, subject, subject_id, profile_id)
     select gen_random_uuid(), ${ORG}, $3::timestamptz - n * interval '2 minutes', 'user', ${idOf('user', '(n % 7 + 1)')},
       (array['user.changed','license.assigned','mailbox.paused','mailbox.resumed'])[1 + n % 4], 'user', users.id, users.profile_id
     from generate_series(1, $1::integer) as n join users on users.id = ${idOf('user', '(1 + n % $2::integer)')}`,
    [audits, people, new Date(now)],
  );
}
