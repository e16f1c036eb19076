/** *Why?* and *Try now* for events, contacts and tasks (D3), and what is near: judged live, for their owner alone, with nothing of it kept. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ItemExplanationView, NearItems, SettledItemView } from '../../src/api-schema/items.ts';
import type { Problem } from '../../src/api-schema/problem.ts';
import { HOUR } from '../../src/model/clock.ts';
import { failure } from '../../src/model/failure.ts';
import type { RecordId } from '../../src/model/ids.ts';
import { ANNA, BEN, type Person } from '../support/api-harness.ts';
import { dumpRows } from '../support/api-scenes.ts';
import { makeItem, removeItem } from '../support/memory-items.ts';
import { changeRecord, makeRecord } from '../support/memory-records.ts';
import { connect, holdEvents, later, openTwoWayApi, type TwoWayApi } from '../support/two-way-api.ts';
import { fields, hoursAfter } from '../support/two-way-scene.ts';

let scene: TwoWayApi;
let anna: Person;
beforeEach(async () => {
  scene = await openTwoWayApi();
  anna = await connect(scene);
});
afterEach(() => scene.api[Symbol.asyncDispose]());

const mine = () => scene.mailboxOf(ANNA.address).personal;
const explain = (name: object, person = anna) =>
  person.call<ItemExplanationView & Problem>('POST', '/api/items/explain', name);
const settle = (name: object) => anna.call<SettledItemView & Problem>('POST', '/api/items/settle', name);
const event = (itemId: string) => ({ collection: 'events', itemId });
const stopped = ({ steps }: ItemExplanationView) =>
  steps.filter(({ outcome }) => outcome === 'stopped').map(({ rule }) => rule);

describe('why', () => {
  it('tells what a run would make of a new event, who takes part, and that it may be tried', async () => {
    scene.org.people.push({
      kind: 'contact',
      recordId: '003000000000001AAA' as RecordId,
      addresses: ['kim@acme.test'],
      accountId: null,
      name: 'Kim Larsen',
    });
    const itemId = makeItem(mine(), 'events', {
      fields: fields({ subject: 'Offer', time: hoursAfter(30) }),
      attendees: [
        { address: 'kim@acme.test', name: 'Kim', answer: 'accepted', isResource: false },
        { address: 'nobody@else.test', name: 'Nobody', answer: 'none', isResource: false },
      ],
    });
    const { body } = await explain(event(itemId));
    expect(body).toMatchObject({
      ...{ collection: 'events', itemId, recordId: null, title: 'Offer', time: hoursAfter(30) },
      ...{ verdict: { code: 'synced.created-record' }, pair: null, issue: null, canTry: true },
    });
    expect(body.steps.map(({ rule, outcome }) => `${rule} ${outcome}`)).toEqual([
      ...['pair passed', 'cancelled passed', 'answer passed', 'private passed', 'window passed'],
      ...['blocklist passed', 'plan passed'],
    ]);
    const standing = body.participants.map(({ address, standing }) => [address, standing]);
    expect(standing).toContainEqual(['kim@acme.test', 'contact']);
    expect(standing).toContainEqual(['nobody@else.test', 'unknown']);
  });

  it('names the rule that leaves an item out', async () => {
    const declined = makeItem(mine(), 'events', {
      fields: fields({ subject: 'No', time: hoursAfter(30) }),
      organizer: { address: 'boss@acme.test', name: 'Boss' },
      answer: 'declined',
    });
    const personal = makeItem(mine(), 'contacts', { fields: fields({ lastName: 'Granny' }) });
    const old = makeItem(mine(), 'events', {
      fields: fields({ subject: 'Old', time: hoursAfter(-24 * 60) }),
    });
    expect(stopped((await explain(event(declined))).body)).toEqual(['answer']);
    expect(stopped((await explain({ collection: 'contacts', itemId: personal })).body)).toEqual(['marked']);
    expect((await explain(event(old))).body).toMatchObject({
      verdict: { code: 'skipped.before-window' },
      canTry: false,
    });
  });

  it('tells what would be written where, by the names of fields', async () => {
    const itemId = makeItem(mine(), 'events', {
      fields: fields({ subject: 'Lunch', time: hoursAfter(30) }),
    });
    await later(scene);
    const first = (await explain(event(itemId))).body;
    expect(first).toMatchObject({
      verdict: { code: 'synced.unchanged' },
      pair: { state: 'linked' },
      canTry: false,
    });
    const recordId = first.recordId as RecordId;
    changeRecord(scene.org.records, recordId, { fields: { location: 'There' } });
    for (const name of [event(itemId), { collection: 'events', recordId }])
      expect((await explain(name)).body).toMatchObject({
        ...{ itemId, recordId, recordUrl: `https://crm.test/${recordId}` },
        verdict: { code: 'synced.updated-item' },
        fields: { toRecord: [], toItem: ['location'], conflicts: [] },
      });
  });

  it('explains a record that has no item', async () => {
    const theirs = makeRecord(scene.org.records, 'tasks', {
      fields: fields({ subject: 'Theirs', status: 'open' }),
      ownerId: '005000000000009AAA' as RecordId,
    });
    const { body } = await explain({ collection: 'tasks', recordId: theirs });
    expect(body).toMatchObject({ itemId: null, title: 'Theirs', verdict: { code: 'skipped.not-yours' } });
    expect(stopped(body)).toEqual(['owner']);
  });

  it('says of a deleted item that its removal waits', async () => {
    await holdEvents(scene);
    const recordId = [...scene.org.records.stored.keys()][0];
    const { body } = await explain({ collection: 'events', recordId });
    expect(body).toMatchObject({ verdict: { code: 'held.removal' }, pair: { state: 'removing' } });
  });

  it('changes nothing and keeps nothing', async () => {
    const itemId = makeItem(mine(), 'events', {
      fields: fields({ subject: 'Confidential lunch', time: hoursAfter(30) }),
    });
    const before = await dumpRows(scene.api);
    await explain(event(itemId));
    expect(scene.org.records.stored.size).toBe(0);
    const strip = (rows: string) => rows.split('\n').filter((row) => !row.includes('sessions'));
    expect(strip(await dumpRows(scene.api)).length).toBe(strip(before).length);
    expect(await dumpRows(scene.api)).not.toContain('Confidential lunch');
  });

  it('is for the owner alone', async () => {
    const itemId = makeItem(mine(), 'events', { fields: fields({ subject: 'Lunch', time: hoursAfter(30) }) });
    const ben = await connect(scene, BEN);
    expect((await explain(event(itemId), ben)).status).toBe(404);
    expect((await explain(event('nothing'))).status).toBe(404);
    expect((await explain({ collection: 'events', itemId, recordId: '1' })).status).toBe(400);
    removeItem(mine(), itemId);
    expect((await explain(event(itemId))).status).toBe(404);
  });
});

describe('what is near', () => {
  const near = async (collection: string) =>
    (await anna.call<NearItems>('GET', `/api/items/near?collection=${collection}`)).body.items;

  it('is the nearest events first, each with what became of it, 25 at most', async () => {
    for (let day = 30; day > 0; day -= 1)
      makeItem(mine(), 'events', { fields: fields({ subject: `Day ${day}`, time: hoursAfter(day * 24) }) });
    expect((await near('events'))[0]).toMatchObject({ title: 'Day 1', time: hoursAfter(24), verdict: null });
    await later(scene);
    const items = await near('events');
    expect(items).toHaveLength(25);
    expect(items[0]).toMatchObject({ title: 'Day 1', verdict: { code: 'synced.created-record' } });
  });

  it('is the contacts and tasks changed last', async () => {
    makeItem(mine(), 'tasks', { fields: fields({ subject: 'First' }) });
    scene.api.clock.advance(HOUR);
    makeItem(mine(), 'tasks', { fields: fields({ subject: 'Second', due: '2026-02-01' }) });
    expect(await near('tasks')).toMatchObject([{ title: 'Second', time: '2026-02-01' }, { title: 'First' }]);
    expect(await near('contacts')).toEqual([]);
    expect((await anna.call('GET', '/api/items/near?collection=emails')).status).toBe(400);
  });
});

describe('trying one now', () => {
  const refuse = (subject: string) =>
    scene.org.records.rules.set(subject, {
      failure: failure('crm.validation-rule', { vendorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION' }),
      said: 'Lunches above 50 EUR need the word of Mr Pfeffer.',
      isOverridable: false,
    });

  it('answers with the words of the CRM, which are kept and logged nowhere', async () => {
    refuse('Lunch');
    const itemId = makeItem(mine(), 'events', { fields: fields({ subject: 'Lunch', time: hoursAfter(30) }) });
    await later(scene);
    expect((await settle(event(itemId))).body).toMatchObject({
      verdict: { code: 'parked.issue' },
      failure: { code: 'crm.validation-rule', vendorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION' },
      said: 'Lunches above 50 EUR need the word of Mr Pfeffer.',
    });
    const kept = `${await dumpRows(scene.api)}\n${scene.api.logLines.join('\n')}`;
    expect(kept).not.toContain('Pfeffer');
    expect((await explain(event(itemId))).body).toMatchObject({ issue: { attempts: 2 }, canTry: true });
    scene.org.records.rules.clear();
    const { body } = await settle(event(itemId));
    expect(body).toMatchObject({ verdict: { code: 'synced.created-record' }, failure: null, said: null });
    expect((await explain(event(itemId))).body).toMatchObject({ issue: null, pair: { state: 'linked' } });
    expect(scene.org.records.stored.size).toBe(1);
  });

  it('of what a duplicate rule stopped saves it all the same, where the person says so and not before', async () => {
    scene.org.records.rules.set('Marlow', {
      failure: failure('crm.duplicate-rule', { vendorCode: 'DUPLICATES_DETECTED' }),
      said: 'There is such a contact.',
      isOverridable: true,
    });
    const itemId = makeItem(mine(), 'contacts', {
      fields: fields({ firstName: 'Robin', lastName: 'Marlow' }),
      categories: ['Salesforce'],
    });
    await later(scene);
    const name = { collection: 'contacts', itemId };
    expect((await settle(name)).body).toMatchObject({
      verdict: { code: 'parked.issue' },
      failure: { code: 'crm.duplicate-rule', mender: 'user' },
      said: 'There is such a contact.',
    });
    expect(scene.org.records.stored.size).toBe(0);
    expect((await settle({ ...name, allowDuplicate: true })).body).toMatchObject({
      verdict: { code: 'synced.created-record' },
      failure: null,
    });
    expect((await explain(name)).body).toMatchObject({ issue: null, pair: { state: 'linked' } });
    expect(scene.org.records.stored.size).toBe(1);
    expect((await settle({ ...name, allowDuplicate: 'yes' })).status).toBe(400);
  });

  it('takes the name of a series for its occurrences: the next one is explained, all of them are settled', async () => {
    const plan = { start: '2026-01-06T10:00', length: 30, zone: 'UTC', everyDays: 1, count: 3 };
    const itemId = makeItem(mine(), 'events', { fields: fields({ subject: 'Stand-up' }), plan });
    expect((await explain(event(itemId))).body).toMatchObject({
      title: 'Stand-up',
      time: '2026-01-06T10:00:00Z/2026-01-06T10:30:00Z',
      verdict: { code: 'synced.created-record' },
    });
    expect((await settle(event(itemId))).body).toMatchObject({ verdict: { code: 'synced.created-record' } });
    expect(scene.org.records.stored.size).toBe(3);
    await later(scene);
    expect(scene.org.records.stored.size).toBe(3);
  });

  it('puts no run off, and is met by the next one as an echo', async () => {
    const itemId = makeItem(mine(), 'tasks', { fields: fields({ subject: 'Call' }) });
    const before = await anna.mailbox();
    expect((await settle({ collection: 'tasks', itemId })).body.verdict.code).toBe('synced.created-record');
    expect((await anna.mailbox()).nextRunAt).toBe(before.nextRunAt);
    expect((await anna.mailbox()).lastSuccessAt).toBe(before.lastSuccessAt);
    await later(scene);
    expect(scene.org.records.stored.size).toBe(1);
  });
});
