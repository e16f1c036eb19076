import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/model/clock.ts';
import { failure } from '../../src/model/failure.ts';
import type { FeedId, ItemId, MailboxId, RecordId, RunId } from '../../src/model/ids.ts';
import type { KeyPrint, Link } from '../../src/model/link.ts';
import { noCounts } from '../../src/model/run.ts';
import { claimPrints, releaseClaims } from '../../src/store/claims.ts';
import { eraseCredential } from '../../src/store/connections.ts';
import { readCursors, writeCursors } from '../../src/store/cursors.ts';
import { acrossOrganizations, type Database, inOrganization, type Tx } from '../../src/store/database.ts';
import { databaseFacts } from '../../src/store/database-facts.ts';
import {
  countIssues,
  listIssues,
  readDueIssues,
  recordIssues,
  requestRetry,
  resolveIssues,
} from '../../src/store/issues.ts';
import { claimDue, holdLease, type Lease, releaseLease, requestRun, setDue } from '../../src/store/leases.ts';
import {
  countLinks,
  forgetItems,
  readLinksByItems,
  readLinksByPrints,
  writeLinks,
} from '../../src/store/links.ts';
import {
  createMailbox,
  findMailboxByAddress,
  listMailboxes,
  moveMailbox,
  readMailbox,
  writeStreak,
} from '../../src/store/mailboxes.ts';
import { purge } from '../../src/store/purge.ts';
import { finishRun, listRuns, startRun } from '../../src/store/runs.ts';
import { countVerdicts, readVerdict, recordVerdicts } from '../../src/store/verdicts.ts';
import { MONDAY } from '../support/fake-clock.ts';
import { findPostgresKinds } from '../support/postgres-kinds.ts';
import { seedTenant, type Tenant } from '../support/rows.ts';

const now = MONDAY;
const kinds = await findPostgresKinds();

describe.each(kinds)('on the $kind PostgreSQL', ({ open }) => {
  let db: Database;
  let end: () => Promise<void>;
  let tenant: Tenant;
  let lease: Lease;
  const scoped = <T>(fn: (tx: Tx) => Promise<T>) => inOrganization(db, tenant.organizationId, fn);
  const across = <T>(fn: (tx: Tx) => Promise<T>) => acrossOrganizations(db, fn);

  beforeAll(async () => {
    ({ db, end } = await open());
    tenant = await seedTenant(db, 'statements');
    const { mailboxId } = tenant;
    await scoped((tx) =>
      setDue(tx, { mailboxId, next: { dueAt: now, lane: 'fresh' }, trigger: 'activation' }),
    );
    const leases = await across((tx) => claimDue(tx, { worker: 'w', now, limit: 1, leaseMs: MINUTE }));
    if (leases[0] === undefined) throw new Error('nothing was claimed');
    lease = leases[0];
  });
  afterAll(() => end());

  test('a lease is held, asked for again and given back', async () => {
    expect(lease).toMatchObject({ trigger: 'activation', lane: 'fresh', expiresAt: now + MINUTE });
    await scoped((tx) => holdLease(tx, lease, now));
    expect(await scoped((tx) => requestRun(tx, { mailboxId: lease.mailboxId, now, trigger: 'user' }))).toBe(
      'requested',
    );
    const next = { dueAt: now + 30 * MINUTE, lane: 'fresh' } as const;
    expect(await scoped((tx) => releaseLease(tx, lease, { next }))).toBe(true);
    const facts = await databaseFacts(db, now + 2 * MINUTE);
    expect(facts).toMatchObject({
      rowSecurityHolds: true,
      mailboxes: 1,
      dueCount: 1,
      longestWaitMs: 2 * MINUTE,
    });
  });

  test('links are found by item and by print, and outlive their items', async () => {
    const link = (name: string, created: boolean): Link => ({
      keyPrint: `print ${name}` as KeyPrint,
      itemId: `item ${name}` as ItemId,
      itemVersion: '1',
      recordId: `record ${name}` as RecordId,
      created,
    });
    const { organizationId, mailboxId } = tenant;
    const base = { organizationId, mailboxId, runId: '0195d9a0-0000-7000-8000-000000000001' as RunId, now };
    const [a, b] = [link('a', true), link('b', false)];
    await scoped((tx) => writeLinks(tx, { ...base, links: [a, b, { ...b, itemVersion: '2' }] }));
    await scoped((tx) => writeLinks(tx, { ...base, links: [{ ...a, created: false, itemVersion: '3' }] }));
    expect(await scoped((tx) => readLinksByItems(tx, mailboxId, ['item a', 'item z'] as ItemId[]))).toEqual([
      { ...a, itemVersion: '3' },
    ]);
    expect(await scoped((tx) => countLinks(tx, mailboxId))).toBe(2);
    await scoped((tx) => forgetItems(tx, mailboxId, ['item b'] as ItemId[]));
    const other = await scoped((tx) =>
      createMailbox(tx, {
        ...tenant,
        service: 'exchange',
        address: 'colleague@statements.example',
        addresses: [],
        historyFrom: now,
        now,
      }),
    );
    await scoped((tx) => writeLinks(tx, { ...base, mailboxId: other, links: [link('c', true)] }));
    const prints = ['print b', 'print c', 'print z'] as KeyPrint[];
    expect(await scoped((tx) => readLinksByPrints(tx, organizationId, mailboxId, prints))).toEqual({
      own: [{ ...b, itemVersion: '2', itemId: null }],
      others: [{ keyPrint: 'print c', recordId: 'record c' }],
    });
  });

  test('a print that another mailbox is saving is not granted until that one ends or dies', async () => {
    const everybody = await scoped((tx) => listMailboxes(tx, { limit: 2 }));
    const colleague = everybody.find((mailbox) => mailbox.id !== tenant.mailboxId)?.id;
    const claim = (mailboxId: MailboxId, prints: string[], at: number) =>
      scoped((tx) =>
        claimPrints(tx, {
          organizationId: tenant.organizationId,
          mailboxId,
          leaseToken: lease.token,
          prints: prints as KeyPrint[],
          now: at,
          expiresAt: at + MINUTE,
        }),
      );
    expect([...(await claim(tenant.mailboxId, ['x', 'y', 'x'], now))].sort()).toEqual(['x', 'y']);
    expect([...(await claim(tenant.mailboxId, ['x'], now + 1))]).toEqual(['x']);
    const other = colleague as MailboxId;
    expect([...(await claim(other, ['x', 'y', 'z'], now + 2))]).toEqual(['z']);
    expect([...(await claim(other, ['y'], now + MINUTE))]).toEqual(['y']);
    await scoped((tx) => releaseClaims(tx, tenant.mailboxId));
    expect([...(await claim(other, ['x'], now + 3))]).toEqual(['x']);
  });

  test('cursors come back as they were, and a forgotten feed is gone', async () => {
    const { keys, mailboxId } = tenant;
    const [inbox, sent] = ['inbox', 'sent'] as FeedId[];
    if (inbox === undefined || sent === undefined) throw new Error('two feeds');
    const long = 'long '.repeat(50_000);
    await scoped((tx) =>
      writeCursors(
        tx,
        keys,
        mailboxId,
        {
          listing: 'l1',
          feeds: new Map([
            [inbox, long],
            [sent, 's'],
          ]),
        },
        now,
      ),
    );
    await scoped((tx) => writeCursors(tx, keys, mailboxId, { feeds: new Map([[sent, null]]) }, now));
    expect(await scoped((tx) => readCursors(tx, keys, mailboxId))).toEqual({
      listing: 'l1',
      feeds: new Map([[inbox, long]]),
    });
  });

  test('issues keep their first time, count attempts, page, come due and are resolved', async () => {
    const { organizationId, mailboxId } = tenant;
    const issue = (name: string, retryAt: number | null) => ({
      collection: 'emails' as const,
      itemId: name as ItemId,
      recordId: null,
      itemVersion: '1',
      place: 'inbox' as const,
      code: 'crm.field-too-long' as const,
      vendorCode: null,
      fields: name === 'one' ? ['Subject', 'TextBody'] : [],
      retryAt,
    });
    const record = (at: number, ...issues: ReturnType<typeof issue>[]) =>
      scoped((tx) => recordIssues(tx, { organizationId, mailboxId, issues, now: at }));
    await record(now, issue('one', now + HOUR), issue('two', null));
    await record(now + MINUTE, issue('one', now + 2 * HOUR), issue('three', now));
    const first = await scoped((tx) => listIssues(tx, { mailboxId, limit: 2 }));
    const last = first.at(-1);
    if (last === undefined) throw new Error('an issue');
    const rest = await scoped((tx) => listIssues(tx, { mailboxId, after: last, limit: 2 }));
    expect([...first, ...rest].map((found) => found.itemId)).toHaveLength(3);
    const one = [...first, ...rest].find((found) => found.itemId === 'one');
    expect(one).toMatchObject({
      attempts: 2,
      firstAt: now,
      lastAt: now + MINUTE,
      fields: ['Subject', 'TextBody'],
    });
    expect(await scoped((tx) => readDueIssues(tx, mailboxId, 'emails', now + HOUR, 10))).toMatchObject([
      { itemId: 'three' },
    ]);
    expect(await scoped((tx) => requestRetry(tx, { mailboxId, now }))).toBe(3);
    await scoped((tx) => resolveIssues(tx, mailboxId, ['one', 'two'] as ItemId[]));
    expect(await scoped((tx) => countIssues(tx, mailboxId))).toBe(1);
  });

  test('the latest verdict on an item stands, and counts are by code', async () => {
    const { organizationId, mailboxId } = tenant;
    const record = (code: 'saved.created' | 'skipped.no-match', at: number) =>
      scoped((tx) =>
        recordVerdicts(tx, {
          organizationId,
          mailboxId,
          verdicts: [
            { itemPrint: 'a', code },
            { itemPrint: 'b', code: 'skipped.draft' },
          ],
          now: at,
        }),
      );
    await record('skipped.no-match', now);
    await record('saved.created', now + 1);
    expect(await scoped((tx) => readVerdict(tx, mailboxId, 'a'))).toEqual({
      code: 'saved.created',
      judgedAt: now + 1,
    });
    expect(await scoped((tx) => countVerdicts(tx, mailboxId))).toEqual(
      new Map([
        ['saved.created', 1],
        ['skipped.draft', 1],
      ]),
    );
  });

  test('a run of a dead worker is closed as abandoned by the next one', async () => {
    const { mailboxId } = tenant;
    const dead = await scoped((tx) => startRun(tx, { lease, worker: 'dead', now }));
    const id = await scoped((tx) => startRun(tx, { lease, worker: 'heir', now: now + 1 }));
    const outcome = { kind: 'failed', failure: failure('mailbox.throttled', { retryAfterMs: 5 }) } as const;
    const counts = { ...noCounts, examined: 3, byVerdict: { 'saved.created': 2 } };
    expect(await scoped((tx) => finishRun(tx, { id, outcome, counts, endedAt: now + 2 }))).toBe(true);
    expect(
      await scoped((tx) => finishRun(tx, { id: dead, outcome: { kind: 'done' }, counts, endedAt: now + 2 })),
    ).toBe(false);
    const runs = await scoped((tx) => listRuns(tx, { mailboxId, limit: 10 }));
    expect(runs).toMatchObject([
      { id, outcome, counts, startedAt: now + 1, endedAt: now + 2, worker: 'heir' },
      { id: dead, outcome: { kind: 'abandoned' }, endedAt: now + 1 },
    ]);
    const [, older] = runs;
    const page = await scoped((tx) => listRuns(tx, { mailboxId, after: runs[0] ?? null, limit: 10 }));
    expect(page).toEqual([older]);
  });

  test('a mailbox keeps its id when it is activated again, and moves only from the state it is in', async () => {
    const { mailboxId } = tenant;
    const before = await scoped((tx) => readMailbox(tx, mailboxId));
    if (before === null) throw new Error('the mailbox');
    const same = await scoped((tx) => createMailbox(tx, { ...before, now: now + DAY }));
    expect(same).toBe(mailboxId);
    const streak = { rejections: 0, failures: 0 };
    const move = { id: mailboxId, from: 'not-activated', to: 'active', streak, cause: null, now } as const;
    const moved = await Promise.all(Array.from({ length: 5 }, () => scoped((tx) => moveMailbox(tx, move))));
    expect(moved.filter(Boolean)).toHaveLength(1);
    await scoped((tx) => writeStreak(tx, mailboxId, { rejections: 2, failures: 1 }));
    const found = await across((tx) => findMailboxByAddress(tx, 'OWNER@statements.example'));
    expect(found).toMatchObject([{ id: mailboxId, state: 'active', streak: { rejections: 2, failures: 1 } }]);
  });

  test('after 30 days runs, verdicts and deactivated mailboxes are forgotten, and nothing younger', async () => {
    const gone = await seedTenant(db, 'gone');
    const streak = { rejections: 0, failures: 0 };
    await inOrganization(db, gone.organizationId, async (tx) => {
      await moveMailbox(tx, {
        id: gone.mailboxId,
        from: 'not-activated',
        to: 'deactivated',
        streak,
        cause: null,
        now,
      });
      await eraseCredential(tx, gone.keys, gone.mailboxConnectionId, now);
    });
    const early = await purge(db, now + 29 * DAY);
    expect(early).toMatchObject({ mailboxes: 0, verdicts: 0, runs: 0, connections: 0 });
    const late = await purge(db, now + 30 * DAY + HOUR);
    expect(late).toMatchObject({ mailboxes: 1, verdicts: 2, runs: 2, connections: 1 });
    expect(await across((tx) => findMailboxByAddress(tx, 'owner@gone.example'))).toEqual([]);
    expect(await scoped((tx) => countLinks(tx, tenant.mailboxId))).toBe(2);
  });
});
