/**
 * Forgets what has had its time: 30 days for runs and verdicts and for everything of a deactivated mailbox, and what has expired. In small
 * bites, so that no statement holds the tables for long.
 */
import { DAY, type Instant } from '../model/clock.ts';
import type { OrganizationId } from '../model/ids.ts';
import { acrossOrganizations, type Database, type Tx } from './database.ts';

export const KEEP_MS = 30 * DAY;
/** What people did is known for a year. */
const AUDIT_KEEP_MS = 365 * DAY;
const BITE = 5_000;
/** Everything of a mailbox goes with it: thousands of links, verdicts and runs. */
const MAILBOX_BITE = 10;

/** How many rows went, by table. */
export type Purged = Readonly<Record<string, number>>;

interface Rule {
  readonly table: string;
  readonly sql: string;
  readonly keepMs: number;
  readonly rowsMax: number;
}

const rules: readonly Rule[] = [
  bite('verdicts', `select ctid from verdicts where judged_at < $1`, KEEP_MS),
  bite('runs', `select ctid from runs where started_at < $1 and outcome is not null`, KEEP_MS),
  {
    // With a person's last mailbox go his own settings: they were about its mail.
    table: 'mailboxes',
    keepMs: KEEP_MS,
    rowsMax: MAILBOX_BITE,
    sql: `with gone as (
        delete from mailboxes where ctid in
          (select ctid from mailboxes where state = 'deactivated' and state_at < $1 limit ${MAILBOX_BITE})
        returning id, user_id
      ), forgotten as (
        update users set settings = '{}', settings_version = settings_version + 1
        where id in (select user_id from gone) and settings <> '{}' and not exists
          (select from mailboxes where user_id = users.id and id not in (select id from gone))
      )
      select from gone`,
  },
  // Nobody has looked after them for a week: hints were switched off, or the mailbox has been refused for so long.
  bite('watches', `select ctid from watches where attend_at < $1`, 7 * DAY),
  // Settled or not: what could not be told for so long is no news any more. A stop that lasts is told by its newest reminder.
  bite('notices', `select ctid from notices where created_at < $1`, KEEP_MS),
  bite('reconnect_links', `select ctid from reconnect_links where expires_at < $1`, 0),
  bite('claims', `select ctid from claims where expires_at < $1`, DAY),
  bite('logins', `select ctid from logins where expires_at < $1`, 0),
  bite('pending_logins', `select ctid from pending_logins where expires_at < $1`, 0),
  bite('audit', `select ctid from audit where at < $1`, AUDIT_KEEP_MS),
  // Somebody may still want to see which of his tokens has expired.
  bite('service_tokens', `select ctid from service_tokens where expires_at < $1`, KEEP_MS),
  bite('run_hours', `select ctid from run_hours where hour < $1`, 8 * DAY),
  bite('run_days', `select ctid from run_days where day < $1::date`, KEEP_MS),
  bite('handovers', `select ctid from handovers where expires_at < $1`, 0),
  bite('pending_consents', `select ctid from pending_consents where expires_at < $1`, 0),
  bite(
    'connections',
    `select ctid from connections where sealed_credential is null and user_id is not null and updated_at < $1
       and not exists (select from mailboxes where mailbox_connection_id = connections.id
         or crm_connection_id = connections.id)`,
    KEEP_MS,
  ),
];

function bite(table: string, chosen: string, keepMs: number, rowsMax: number = BITE): Rule {
  return { table, keepMs, rowsMax, sql: `delete from ${table} where ctid in (${chosen} limit ${rowsMax})` };
}

/** Forgets all that is due at `now`. */
export async function purge(db: Database, now: Instant): Promise<Purged> {
  const purged: Record<string, number> = {};
  for (const rule of rules) {
    const before = new Date(now - rule.keepMs);
    let bitten = rule.rowsMax;
    while (bitten === rule.rowsMax) {
      bitten = await acrossOrganizations(db, async (tx) => (await tx.query(rule.sql, [before])).rowCount);
      purged[rule.table] = (purged[rule.table] ?? 0) + bitten;
    }
  }
  return purged;
}

/** Forgets a whole organization: users, logins, connections, mailboxes, links, keys. */
export async function purgeOrganization(tx: Tx, id: OrganizationId): Promise<void> {
  // Mailboxes first: their connections do not let go of them by themselves.
  await tx.query(`delete from mailboxes where organization_id = $1`, [id]);
  await tx.query(`delete from organizations where id = $1`, [id]);
}
