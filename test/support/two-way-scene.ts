/**
 * Colleagues of one organization, each with a mailbox in memory, on one CRM in memory and a real database: for tests of what is kept in step both ways.
 */

import { timedSpan } from '../../src/model/canonical.ts';
import { HOUR, type Instant } from '../../src/model/clock.ts';
import type { ContactField, EventField, Fields, TaskField } from '../../src/model/collection.ts';
import type { RecordId } from '../../src/model/ids.ts';
import { defaultSettings, type SyncSettings } from '../../src/model/settings.ts';
import type { Database } from '../../src/store/database.ts';
import type { RunReport } from '../../src/sync/run.ts';
import { MONDAY } from './fake-clock.ts';
import { createMemoryCrm, createMemoryOrg, type MemoryOrg } from './memory-crm.ts';
import { createMemoryMailbox, type MemoryMailbox } from './memory-mailbox.ts';
import type { MemoryRecord } from './memory-records.ts';
import { runInMemory } from './memory-run.ts';
import { addColleague, seedTenant, type Tenant } from './rows.ts';

export interface Colleague {
  readonly tenant: Tenant;
  readonly mailbox: MemoryMailbox;
  readonly address: string;
  readonly userId: RecordId;
}

export interface TwoWayScene {
  /** The time of both sides and of every run; tests set it. */
  readonly clock: {
    now: Instant /** How far the mailbox services' clock is off from the CRM's. */;
    mailboxesAheadMs: number;
  };
  readonly org: MemoryOrg;
  readonly people: readonly Colleague[];
  run(who?: Colleague, settings?: Partial<SyncSettings>, dryRun?: boolean): Promise<RunReport>;
  /** Records that are not in the recycle bin. */
  records(collection: 'events' | 'contacts' | 'tasks'): readonly MemoryRecord[];
}

/** `colleagues` people with empty mailboxes; the first one's CRM user is the org's own. */
export async function openTwoWayScene(
  db: Database,
  name: string,
  { colleagues = 1, mail = false }: { readonly colleagues?: number; readonly mail?: boolean } = {},
): Promise<TwoWayScene> {
  const clock = { now: MONDAY, mailboxesAheadMs: 0 };
  const org = createMemoryOrg(() => clock.now);
  const first = await seedTenant(db, name);
  const people: Colleague[] = [];
  for (let at = 0; at < colleagues; at += 1) {
    const address = `ann${at}@contoso.test`;
    const userId = at === 0 ? org.records.userId : (`005M${String(at + 1).padStart(11, '0')}AAA` as RecordId);
    const tenant = at === 0 ? first : await addColleague(db, first, address);
    const mailbox = createMemoryMailbox(() => clock.now + clock.mailboxesAheadMs, { addresses: [address] });
    org.people.push({ kind: 'internal', recordId: userId, addresses: [address], accountId: null });
    people.push({ tenant, mailbox, address, userId });
  }
  const [ann] = people;
  if (ann === undefined) throw new Error('nobody works here');
  return {
    clock,
    org,
    people,
    run: (who = ann, settings = {}, dryRun = false) =>
      runInMemory({
        db,
        tenant: who.tenant,
        mailbox: who.mailbox,
        org,
        crm: createMemoryCrm(org, { userId: who.userId }),
        settings: { ...defaultSettings, ...(mail ? {} : { autoSaveInbox: false }), ...settings },
        dryRun,
      }),
    records: (collection) =>
      [...org.records.stored.values()].filter((one) => one.collection === collection && !one.isDeleted),
  };
}

/** A timed event, so many hours after the scene's beginning. */
export function hoursAfter(hours: number, length = 1): string {
  return timedSpan(MONDAY + hours * HOUR, MONDAY + (hours + length) * HOUR);
}

/** Fields by name, for what tests write. */
export const fields = (some: { readonly [Name in EventField | ContactField | TaskField]?: string }): Fields =>
  some;
