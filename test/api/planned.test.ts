/** What would be done before it is done: the preview and the dry run, counted per collection, with nothing written on any side. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PreviewView } from '../../src/api-schema/life.ts';
import { planMailbox } from '../../src/commands/sync-mailbox.ts';
import type { MailboxId, OrganizationId } from '../../src/model/ids.ts';
import { acrossOrganizations } from '../../src/store/database.ts';
import { findMailboxByAddress } from '../../src/store/mailboxes.ts';
import { ANNA, type Person } from '../support/api-harness.ts';
import { dumpRows } from '../support/api-scenes.ts';
import { linesOf } from '../support/mail-scenes.ts';
import { makeItem } from '../support/memory-items.ts';
import { makeRecord } from '../support/memory-records.ts';
import { later, openTwoWayApi, type TwoWayApi } from '../support/two-way-api.ts';
import { fields, hoursAfter } from '../support/two-way-scene.ts';

let scene: TwoWayApi;
let anna: Person;
beforeEach(async () => {
  scene = await openTwoWayApi();
  anna = await scene.api.signIn();
  expect((await anna.activate({ start: false })).status).toBe(200);
  const items = scene.mailboxOf(ANNA.address).personal;
  const { records } = scene.org;
  const kim = { firstName: 'Kim', lastName: 'Larsen', email: 'kim@acme.test' };
  makeItem(items, 'events', { fields: fields({ subject: 'Lunch', time: hoursAfter(30) }) });
  makeItem(items, 'contacts', { fields: fields({ lastName: 'Granny' }) });
  // On both sides: to be kept in step, and to be made on neither.
  makeItem(items, 'contacts', { fields: fields(kim), isInSalesforceFolder: true });
  makeRecord(records, 'contacts', { fields: fields(kim), addresses: ['kim@acme.test'] });
  makeRecord(records, 'contacts', { fields: fields({ lastName: 'Stone' }) });
  makeRecord(records, 'tasks', { fields: fields({ subject: 'Call', status: 'open' }) });
});
afterEach(() => scene.api[Symbol.asyncDispose]());

const counts = [
  { collection: 'events', toSalesforce: 1, toMailbox: 0, found: 0, isComplete: true },
  { collection: 'contacts', toSalesforce: 0, toMailbox: 1, found: 1, isComplete: true },
  { collection: 'tasks', toSalesforce: 0, toMailbox: 1, found: 0, isComplete: true },
] as const;

describe('the preview', () => {
  it('counts each collection both ways, and a first run then does just that', async () => {
    const before = await dumpRows(scene.api);
    const lines = linesOf(await anna.call('POST', '/api/mailbox/preview', { windowDays: 6 }));
    const preview = lines.at(-1)?.result as unknown as PreviewView;
    expect(preview.collections).toMatchObject(counts);
    expect(preview.collections[1]?.skipped).toMatchObject([{ code: 'skipped.not-marked', count: 1 }]);
    expect(preview.down.created).toBe(2);
    expect((await dumpRows(scene.api)).split('\n').length).toBe(before.split('\n').length);
    expect(scene.org.records.stored.size).toBe(3);
    await anna.call('POST', '/api/mailbox/start', {});
    await later(scene);
    const { body } = await anna.call<{ items: { byVerdict: { code: string; count: number }[] }[] }>(
      'GET',
      '/api/runs',
    );
    const did = Object.fromEntries(
      body.items.at(-1)?.byVerdict.map(({ code, count }) => [code, count]) ?? [],
    );
    expect(did).toMatchObject({ 'synced.created-record': 1, 'synced.created-item': 2, 'synced.found': 1 });
  });
});

describe('the dry run', () => {
  const plan = async () => {
    const [mailbox] = await acrossOrganizations(scene.api.database.db, (tx) =>
      findMailboxByAddress(tx, ANNA.address),
    );
    const found = mailbox as { id: MailboxId; organizationId: OrganizationId };
    return await planMailbox(scene.api.lockstep.ports, found, new AbortController().signal);
  };

  it('counts each collection, before the first run and after it', async () => {
    const first = await plan();
    expect(first.report).toMatchObject({ outcome: { kind: 'done' }, counts: { examined: 0 } });
    expect(first.collections).toMatchObject([
      { collection: 'events', byVerdict: { 'synced.created-record': 1 } },
      {
        collection: 'contacts',
        byVerdict: { 'synced.found': 1, 'synced.created-item': 1, 'skipped.not-marked': 1 },
      },
      { collection: 'tasks', byVerdict: { 'synced.created-item': 1 } },
    ]);
    expect(scene.org.records.stored.size).toBe(3);
    await anna.call('POST', '/api/mailbox/start', {});
    await later(scene);
    expect((await plan()).collections.map(({ byVerdict }) => byVerdict)).toEqual([{}, {}, {}]);
  });
});
