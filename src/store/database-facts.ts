/**
 * What `lockstep doctor` and the metrics ask of the database: version, size, how much work waits. Facts only; what is good or bad about
 * them is said elsewhere.
 */
import type { Instant } from '../model/clock.ts';
import { acrossOrganizations, type Database, rowSecurityHolds } from './database.ts';

export interface DatabaseFacts {
  /** As `server_version` says, `18.4` for example. */
  readonly serverVersion: string;
  readonly sizeBytes: number;
  /** False: the role is bound by no policy, and one organization's rows are not guarded from another's. */
  readonly rowSecurityHolds: boolean;
  /** False: a power cut may cost what was committed. */
  readonly durable: boolean;
  readonly mailboxes: number;
  /** Mailboxes that are due and held by nobody. */
  readonly dueCount: number;
  /** How long the oldest of them has been waiting, in milliseconds; 0 when none is. */
  readonly longestWaitMs: number;
  /** Leases that are held now, and leases whose worker has died. */
  readonly leasesHeld: number;
  readonly leasesExpired: number;
}

export async function databaseFacts(db: Database, now: Instant): Promise<DatabaseFacts> {
  const bound = await rowSecurityHolds(db);
  return acrossOrganizations(db, async (tx) => {
    const { rows } = await tx.query<{
      version: string;
      size: string;
      durable: boolean;
      mailboxes: string;
      due: string;
      oldest: Date | null;
      held: string;
      expired: string;
    }>(
      `select current_setting('server_version') as version,
         pg_database_size(current_database()) as size,
         current_setting('fsync')::boolean and current_setting('synchronous_commit') <> 'off' as durable,
         (select count(*) from mailboxes) as mailboxes,
         count(*) filter (where due_at <= $1 and lease_expires_at is null) as due,
         min(due_at) filter (where due_at <= $1 and lease_expires_at is null) as oldest,
         count(*) filter (where lease_expires_at > $1) as held,
         count(*) filter (where lease_expires_at <= $1) as expired
       from schedules`,
      [new Date(now)],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('the database told nothing of itself');
    return {
      serverVersion: row.version,
      sizeBytes: Number(row.size),
      rowSecurityHolds: bound,
      durable: row.durable,
      mailboxes: Number(row.mailboxes),
      dueCount: Number(row.due),
      longestWaitMs: row.oldest === null ? 0 : now - row.oldest.getTime(),
      leasesHeld: Number(row.held),
      leasesExpired: Number(row.expired),
    };
  });
}
