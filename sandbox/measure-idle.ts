/**
 * What a run costs when nothing moves: the mailbox is run until it asks no less than before. Runs are taken as from the command line, since
 * people may ask for one a minute only.
 */
import type { Ports } from '../src/commands/ports.ts';
import { syncOnce } from '../src/commands/sync-once.ts';
import { acrossOrganizations } from '../src/store/database.ts';
import { findMailboxByAddress, type Mailbox } from '../src/store/mailboxes.ts';

export interface IdleReport {
  readonly outcome: string;
  readonly mailboxRequests: number;
  readonly crmRequests: number;
}

/** The echo of what was written, then the second in which it was written, then rest. */
const RUNS_MAX = 5;
const PAUSE_MS = 1_000;

/** The last run's requests. Rejects when there is no such mailbox. */
export async function measureIdle(ports: Ports, address: string): Promise<IdleReport> {
  const [mailbox] = await acrossOrganizations(ports.db, (tx) => findMailboxByAddress(tx, address));
  if (mailbox === undefined) throw new Error('there is no such mailbox');
  let last = await run(ports, mailbox);
  for (let count = 1; count < RUNS_MAX; count += 1) {
    await ports.clock.sleep(PAUSE_MS);
    const next = await run(ports, mailbox);
    const isAtRest = next.mailboxRequests >= last.mailboxRequests;
    last = next;
    if (isAtRest) break;
  }
  return last;
}

async function run(ports: Ports, mailbox: Mailbox): Promise<IdleReport> {
  const { signal } = new AbortController();
  const result = await syncOnce(ports, mailbox, { dryRun: false, signal });
  if (result.kind === 'busy') return { outcome: 'busy', mailboxRequests: 0, crmRequests: 0 };
  const { outcome, counts } = result.report;
  return {
    outcome: outcome.kind,
    mailboxRequests: counts.mailboxRequests,
    crmRequests: counts.crmRequests,
  };
}
