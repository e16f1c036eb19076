/** Deletions that are held (S5): what their owner and administrators see of them, and that a word lets them go or keeps them, once. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AdminHold, HeldRecordsView, HoldView } from '../../src/api-schema/holds.ts';
import type { MailboxView } from '../../src/api-schema/mailbox.ts';
import { BEN, type Person } from '../support/api-harness.ts';
import { dumpRows } from '../support/api-scenes.ts';
import { connect, holdEvents, later, openTwoWayApi, type TwoWayApi } from '../support/two-way-api.ts';

let scene: TwoWayApi;
let anna: Person;
beforeEach(async () => {
  scene = await openTwoWayApi();
  anna = await connect(scene);
});
afterEach(() => scene.api[Symbol.asyncDispose]());

const live = () => [...scene.org.records.stored.values()].filter(({ isDeleted }) => !isDeleted).length;
const list = async (person = anna) =>
  (await person.call<{ items: HoldView[]; next: string | null }>('GET', '/api/holds')).body;
const waiting = async () => (await anna.call<MailboxView>('GET', '/api/mailbox')).body.holdsWaiting;

async function hold(): Promise<HoldView> {
  await holdEvents(scene);
  const { items } = await list();
  const [first] = items;
  if (first === undefined) throw new Error('nothing is held');
  return first;
}

describe('held deletions', () => {
  it('are none before anything was deleted, and stand on the first page when they wait', async () => {
    expect(await list()).toEqual({ items: [], next: null });
    expect(await waiting()).toBe(0);
    expect(await hold()).toMatchObject({
      collection: 'events',
      text: '60 events were deleted in your calendar. Delete them in Salesforce, too?',
      ...{ held: 60, paired: 60, state: 'waiting', decidedAt: null },
    });
    expect(await waiting()).toBe(1);
    expect(live()).toBe(60);
  });

  it('are named live, page by page, and no name is kept', async () => {
    const { id } = await hold();
    const seen: (string | null)[] = [];
    let after: string | null = null;
    do {
      const query: string = after === null ? '' : `?after=${after}`;
      const { body } = await anna.call<HeldRecordsView>('GET', `/api/holds/${id}${query}`);
      expect(body.remaining).toBe(60);
      seen.push(...body.items.map(({ label }) => label));
      after = body.next;
    } while (after !== null);
    expect(new Set(seen).size).toBe(60);
    expect(seen).toContain('Meeting 59');
    expect(await dumpRows(scene.api)).not.toContain('Meeting 59');
    expect(scene.api.logLines.join('\n')).not.toContain('Meeting');
  });

  it('go when the word is given, with a run that is asked for at once; the same word again changes nothing', async () => {
    const { id } = await hold();
    scene.api.clock.advance(120_000);
    for (let time = 0; time < 2; time += 1) {
      const answer = await anna.call<HoldView>('POST', `/api/holds/${id}/release`);
      expect(answer).toMatchObject({ status: 200, body: { state: 'released' } });
    }
    expect(await scene.api.runDue()).toBe(1);
    expect(live()).toBe(0);
    expect(await waiting()).toBe(0);
    expect(await anna.call('POST', `/api/holds/${id}/drop`)).toMatchObject({
      status: 409,
      body: { code: 'api.conflict' },
    });
    const { body } = await anna.call<{ items: { action: string; details: object }[] }>(
      'GET',
      '/api/admin/audit',
    );
    const told = body.items.filter(({ action }) => action.startsWith('hold.'));
    expect(told).toMatchObject([{ action: 'hold.released', details: { collection: 'events', held: 60 } }]);
  });

  it('stay for good when they are dropped', async () => {
    const { id } = await hold();
    expect((await anna.call('POST', `/api/holds/${id}/drop`)).status).toBe(200);
    await later(scene);
    expect(live()).toBe(60);
    expect((await anna.call('POST', `/api/holds/${id}/release`)).status).toBe(409);
    expect((await list()).items).toMatchObject([
      { state: 'dropped', text: '60 events were deleted in your calendar, and stay in Salesforce.' },
    ]);
  });

  it('that wait stand before those that were decided', async () => {
    const first = await hold();
    await anna.call('POST', `/api/holds/${first.id}/drop`);
    const second = await hold();
    expect(second.id).not.toBe(first.id);
    await later(scene);
    expect((await list()).items.map(({ state }) => state)).toEqual(['waiting', 'dropped']);
  });

  it('are their owner’s alone, and nobody’s who only knows the id', async () => {
    const { id } = await hold();
    const ben = await connect(scene, BEN);
    expect(await list(ben)).toEqual({ items: [], next: null });
    for (const [method, url] of [
      ['GET', `/api/holds/${id}`],
      ['POST', `/api/holds/${id}/release`],
      ['POST', `/api/holds/${id}/drop`],
      ['GET', '/api/holds/0b9f0a54-6f0c-7bd5-8f86-000000000001'],
    ] as const)
      expect([url, (await ben.call(method, url)).status]).toEqual([url, 404]);
    expect(live()).toBe(60);
  });
});

describe('an administrator', () => {
  it('sees whose and how many, never what, and gives the word', async () => {
    await connect(scene, BEN);
    await holdEvents(scene, BEN.address);
    const { body, text } = await anna.call<{ items: AdminHold[] }>('GET', '/api/admin/holds');
    expect(body.items).toMatchObject([
      {
        owner: { address: BEN.address },
        held: 60,
        text: '60 events were deleted in the calendar. Delete them in Salesforce, too?',
      },
    ]);
    expect(text).not.toContain('Meeting');
    const overview = await anna.call<{ needs: { kind: string; text: string }[] }>(
      'GET',
      '/api/admin/overview',
    );
    expect(overview.body.needs).toContainEqual(
      expect.objectContaining({
        kind: 'holds',
        text: 'Many deletions of 1 person wait for a word: 60 records in Salesforce would follow.',
      }),
    );
    const id = body.items[0]?.id;
    expect((await anna.call('POST', `/api/admin/holds/${id}/release`)).status).toBe(200);
    expect((await anna.call('POST', `/api/admin/holds/${id}/drop`)).status).toBe(409);
    await later(scene);
    expect(live()).toBe(0);
    expect((await anna.call<{ items: AdminHold[] }>('GET', '/api/admin/holds')).body.items).toEqual([]);
  });
});
