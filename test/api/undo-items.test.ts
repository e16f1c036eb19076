/** Undo of a run that made records from events, contacts and tasks (D5): listed by name, taken back, not made again; what came down stays. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CreatedRecords } from '../../src/api-schema/removal.ts';
import type { RunView } from '../../src/api-schema/runs.ts';
import { ANNA, BEN, type Person } from '../support/api-harness.ts';
import { linesOf } from '../support/mail-scenes.ts';
import { editItem, makeItem } from '../support/memory-items.ts';
import { makeRecord } from '../support/memory-records.ts';
import { connect, later, openTwoWayApi, type TwoWayApi } from '../support/two-way-api.ts';
import { fields, hoursAfter } from '../support/two-way-scene.ts';

let scene: TwoWayApi;
let anna: Person;
beforeEach(async () => {
  scene = await openTwoWayApi();
  anna = await connect(scene);
});
afterEach(() => scene.api[Symbol.asyncDispose]());

const items = (address = ANNA.address) => scene.mailboxOf(address).personal;
const live = () =>
  [...scene.org.records.stored.values()]
    .filter(({ isDeleted }) => !isDeleted)
    .map((one) => one.fields.subject)
    .toSorted();
const lastRun = async (person = anna) =>
  (await person.call<{ items: RunView[] }>('GET', '/api/runs')).body.items[0]?.id ?? '';
const created = async (run: string, person = anna) =>
  (await person.call<CreatedRecords>('GET', `/api/runs/${run}/records`)).body;
const undo = async (run: string, person = anna) =>
  linesOf(await person.call('POST', `/api/runs/${run}/undo`));

async function bothWays(): Promise<{ run: string; lunch: string }> {
  const lunch = makeItem(items(), 'events', {
    fields: fields({ subject: 'Lunch', time: hoursAfter(30) }),
    categories: ['Blue', 'Salesforce'],
  });
  makeItem(items(), 'tasks', { fields: fields({ subject: 'Call' }) });
  makeRecord(scene.org.records, 'events', { fields: fields({ subject: 'Visit', time: hoursAfter(50) }) });
  await later(scene);
  return { run: await lastRun(), lunch };
}

describe('undoing a run', () => {
  it('lists the records that it made from items, and says how many items it made that stay', async () => {
    const { run } = await bothWays();
    const { items: listed, removable, madeInMailbox } = await created(run);
    expect(listed.map(({ collection, label }) => `${collection} ${label}`).toSorted()).toEqual([
      ...['events Lunch', 'tasks Call'],
    ]);
    expect({ removable, madeInMailbox }).toEqual({ removable: 2, madeInMailbox: 1 });
  });

  it('takes them back for good; the items stay, without their category, and do not go up again', async () => {
    const { run, lunch } = await bothWays();
    expect(await undo(run)).toEqual([
      { kind: 'progress', done: 0, total: 2 },
      { kind: 'progress', done: 2, total: 2 },
      { kind: 'result', result: { removed: 2, kept: [] } },
    ]);
    expect(live()).toEqual(['Visit']);
    expect(items().stored.get(lunch as never)?.categories).toEqual(['Blue']);
    expect([...items().stored.values()].map((one) => one.fields.subject).toSorted()).toEqual([
      ...['Call', 'Lunch', 'Visit'],
    ]);
    await later(scene);
    editItem(items(), lunch as never, { subject: 'Long lunch' });
    await later(scene);
    expect(live()).toEqual(['Visit']);
    expect(items().notifications).toBe(0);
    expect(await created(run)).toMatchObject({ removable: 0 });
    expect((await undo(run)).at(-1)?.result).toEqual({ removed: 0, kept: [] });
  });

  it('leaves a meeting that a colleague’s mailbox relies on', async () => {
    const meeting = { fields: fields({ subject: 'Review', time: hoursAfter(30) }), uid: 'review@acme.test' };
    const organizer = { address: ANNA.address, name: ANNA.name };
    makeItem(items(), 'events', { ...meeting, organizer, isOrganizer: true });
    await later(scene);
    const run = await lastRun();
    await connect(scene, BEN);
    makeItem(items(BEN.address), 'events', { ...meeting, organizer, isOrganizer: false, answer: 'accepted' });
    await later(scene);
    expect(await created(run)).toMatchObject({
      removable: 0,
      items: [{ label: 'Review', removable: false }],
    });
    expect((await undo(run)).at(-1)?.result).toMatchObject({
      removed: 0,
      kept: [{ code: 'kept.colleague', count: 1 }],
    });
    expect(live()).toEqual(['Review']);
  });
});
