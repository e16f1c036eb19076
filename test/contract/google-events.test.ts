/** Events of a simulated Google Calendar: every field both ways, zones and whole days, deletions, echoes, and what may be made twice. */
import { describe, expect, test } from 'vitest';
import { DAY } from '../../src/model/clock.ts';
import type { Fields } from '../../src/model/collection.ts';
import type { ItemId } from '../../src/model/ids.ts';
import type { EventItem } from '../../src/model/mailbox-item.ts';
import { ANN } from '../support/google-bench.ts';
import {
  CALENDAR,
  codesOf,
  createOne,
  deletions,
  openItems,
  readOne,
  updateOne,
  upserts,
  valuesOf,
} from '../support/google-items-bench.ts';

const START = '2026-01-06T09:00:00Z';
const single = (more: object = {}) => ({
  summary: 'Review',
  start: { dateTime: START },
  end: { dateTime: '2026-01-06T10:00:00Z' },
  ...more,
});
const guests = (answer = 'needsAction') => [{ email: ANN, responseStatus: answer }];

describe('fields', () => {
  const long = `${'Line of text. '.repeat(400)}`.trim();
  test.each<[string, Fields]>([
    ['plain', { subject: 'Plan', location: 'Room 1', description: 'One\nTwo', showAs: 'free' }],
    ['empty', { subject: '', location: '', description: '', isPrivate: '', showAs: 'busy' }],
    ['long', { subject: long.slice(0, 255), description: long }],
    ['of many alphabets', { subject: 'Ünïcödé 日本 👩‍🚀', location: 'Köln', description: 'ä\n\nß 🎉' }],
    ['like HTML', { description: 'a < b & c > d\n<b>bold</b>  &amp; &lt;\n\tx<br>y' }],
    ['private', { isPrivate: 'yes' }],
    ['a whole day', { time: '2026-02-27/2026-03-01' }],
    ['timed', { time: '2026-03-29T00:30:00Z/2026-03-29T01:30:00Z' }],
    ['without length', { time: '2026-03-29T00:30:00Z/2026-03-29T00:30:00Z' }],
  ])('%s are the same texts when they come back, made and changed', async (_name, fields) => {
    const { simulator, connect, notified } = await openItems();
    const connector = connect();
    const time = fields.time ?? '2026-01-06/2026-01-07';
    const made = await createOne(connector, 'events', 'record-1', { subject: 'New', ...fields, time });
    expect((await readOne(connector, 'events', made.itemId)).fields).toMatchObject({ ...fields, time });
    const itemId = simulator.addEvent(
      ANN,
      single({ description: 'Before', location: 'Before', visibility: 'private' }),
    ) as ItemId;
    await updateOne(connector, 'events', itemId, fields);
    expect((await readOne(connector, 'events', itemId)).fields).toMatchObject(fields);
    expect(notified()).toBe(0);
  });

  test('words that Google does not have come back as it says', async () => {
    const { connect } = await openItems();
    const connector = connect();
    const { words } = connector.items.capabilities.events.fields.showAs ?? {};
    for (const showAs of ['tentative', 'out-of-office', 'elsewhere', 'busy', 'free']) {
      const fields = { subject: 'x', time: '2026-01-06/2026-01-07', showAs };
      const { itemId } = await createOne(connector, 'events', showAs, fields);
      expect((await readOne(connector, 'events', itemId)).fields.showAs).toBe(words?.[showAs] ?? showAs);
    }
  });

  test('a whole day becomes a timed event and a timed one a whole day', async () => {
    const { simulator, connect } = await openItems();
    const connector = connect();
    const itemId = simulator.addEvent(ANN, single()) as ItemId;
    for (const time of ['2026-01-08/2026-01-09', '2026-01-08T10:00:00Z/2026-01-08T11:00:00Z']) {
      await updateOne(connector, 'events', itemId, { time });
      expect((await readOne(connector, 'events', itemId)).fields.time).toBe(time);
    }
  });

  test('fields that are not named stay as they are, guests, conference and reminders too', async () => {
    const { simulator, connect } = await openItems();
    const kept = {
      location: 'There',
      description: '<b>Bold</b>',
      attendees: [{ email: 'ben@outside.test', responseStatus: 'accepted' }],
      reminders: { useDefault: false, overrides: [{ method: 'popup', minutes: 5 }] },
      conferenceData: { conferenceId: 'abc' },
      extendedProperties: { private: { theirs: '1' }, shared: { ours: '2' } },
    };
    const itemId = simulator.addEvent(ANN, single(kept)) as ItemId;
    await updateOne(connect(), 'events', itemId, { subject: 'Changed' });
    expect(simulator.calendarSnapshot(ANN)).toMatchObject([{ ...kept, summary: 'Changed' }]);
  });

  test('HTML is told as text', async () => {
    const { simulator, connect } = await openItems();
    const description =
      '<p>Dear all,</p><ul><li>one</li><li>two</li></ul>see <a href="https://x.test/a">here</a>';
    const itemId = simulator.addEvent(ANN, single({ description })) as ItemId;
    const { fields } = await readOne(connect(), 'events', itemId);
    expect(fields.description).toContain('Dear all,\n');
    expect(fields.description).toContain('https://x.test/a');
    expect(fields.description).not.toContain('<');
  });

  test('times of any zone are instants, across both changes of the clock', async () => {
    const { simulator, connect } = await openItems();
    for (const [local, zone, instant] of [
      ['2026-03-29T03:30:00', 'Europe/Berlin', '2026-03-29T01:30:00Z'],
      ['2026-10-25T02:30:00', 'Europe/Berlin', '2026-10-25T00:30:00Z'],
      ['2026-06-01T09:00:00', 'Asia/Kathmandu', '2026-06-01T03:15:00Z'],
      ['2026-07-01T20:00:00', 'America/Los_Angeles', '2026-07-02T03:00:00Z'],
    ] as const) {
      const time = { dateTime: local, timeZone: zone };
      const itemId = simulator.addEvent(ANN, single({ start: time, end: time })) as ItemId;
      expect((await readOne(connect(), 'events', itemId)).fields.time).toBe(`${instant}/${instant}`);
    }
  });
});

describe('people', () => {
  test('organizer, guests, rooms and answers are told', async () => {
    const { simulator, connect } = await openItems();
    const attendees = [
      { email: 'Ben@Outside.test', displayName: 'Ben', responseStatus: 'tentative' },
      { email: 'room@outside.test', resource: true, responseStatus: 'accepted' },
      { email: ANN, responseStatus: 'accepted' },
    ];
    const own = simulator.addEvent(ANN, single({ attendees })) as ItemId;
    expect(await readOne(connect(), 'events', own)).toMatchObject({
      isOrganizer: true,
      answer: 'accepted',
      organizer: { address: ANN },
      attendees: [
        { address: 'ben@outside.test', name: 'Ben', answer: 'tentative', isResource: false },
        { address: 'room@outside.test', isResource: true },
        { address: ANN },
      ],
    });
    for (const [status, answer] of [
      ['needsAction', 'none'],
      ['declined', 'declined'],
      ['tentative', 'tentative'],
      ['accepted', 'accepted'],
    ] as const) {
      const invitation = single({ attendees: guests(status), iCalUID: `${status}@outside.test` });
      const itemId = simulator.receiveInvitation(ANN, 'boss@outside.test', invitation) as ItemId;
      expect(await readOne(connect(), 'events', itemId)).toMatchObject({
        isOrganizer: false,
        answer,
        organizer: { address: 'boss@outside.test' },
        uid: `${status}@outside.test`,
      });
    }
  });

  test('private and confidential ones are told as such', async () => {
    const { simulator, connect } = await openItems();
    for (const [visibility, sensitivity] of [
      ['private', 'private'],
      ['confidential', 'confidential'],
      ['public', 'normal'],
    ]) {
      const itemId = simulator.addEvent(ANN, single({ visibility })) as ItemId;
      const item = await readOne(connect(), 'events', itemId);
      expect([item.sensitivity, item.fields.isPrivate]).toEqual([
        sensitivity,
        sensitivity === 'normal' ? '' : 'yes',
      ]);
    }
  });

  test('working places and birthdays are no events; time out of office is', async () => {
    const { simulator, visit } = await openItems();
    for (const eventType of ['workingLocation', 'birthday', 'outOfOffice', 'focusTime', 'default'])
      simulator.addEvent(ANN, single({ eventType, summary: eventType }));
    const { changes } = await visit();
    expect(upserts(changes).map(({ fields }) => [fields.subject, fields.showAs])).toEqual([
      ['outOfOffice', 'out-of-office'],
      ['focusTime', 'busy'],
      ['default', 'busy'],
    ]);
  });
});

describe('changes', () => {
  test('what changes, and what is deleted, is told once; own writes come back in their version', async () => {
    const { simulator, connect, visit } = await openItems();
    const [kept, gone] = [simulator.addEvent(ANN, single()), simulator.addEvent(ANN, single())] as ItemId[];
    const first = await visit();
    expect(upserts(first.changes)).toHaveLength(2);
    simulator.removeEvent(ANN, gone ?? '');
    const { version } = await updateOne(connect(), 'events', kept as ItemId, { subject: 'Mine' });
    const made = await createOne(connect(), 'events', 'record-1', {
      subject: 'New',
      time: '2026-01-06/2026-01-07',
    });
    const second = await visit(first.cursors);
    expect(deletions(second.changes)).toEqual([gone]);
    const told = upserts(second.changes).map(({ itemId, version: tag, stamp }) => [itemId, tag, stamp]);
    expect(told).toEqual([
      [kept, version, null],
      [made.itemId, made.version, 'record-1'],
    ]);
    expect(codesOf(await connect().items.readItems('events', [gone as ItemId]))).toEqual([
      'mailbox.item-gone',
    ]);
    expect((await visit(second.cursors)).changes).toEqual([]);
  });

  test('a first reading leaves out what ended before the window, which a later change tells all the same', async () => {
    const { simulator, clock, visit, connect } = await openItems();
    const at = (days: number) => new Date(clock.now() + days * DAY).toISOString();
    simulator.addEvent(ANN, single({ start: { dateTime: at(-20) }, end: { dateTime: at(-19) } }));
    const running = single({ start: { dateTime: at(-13) }, end: { dateTime: at(-12) } });
    const itemId = simulator.addEvent(ANN, running);
    const first = await visit();
    expect(upserts(first.changes).map((item) => item.itemId)).toEqual([itemId]);
    clock.advance(10 * DAY);
    simulator.changeEvent(ANN, itemId, { summary: 'Later' });
    expect(upserts((await visit(first.cursors, connect(), ['events'])).changes)).toMatchObject([
      { fields: { subject: 'Later' } },
    ]);
  });

  test('an invitation that its organizer takes back is deleted', async () => {
    const { simulator, visit } = await openItems();
    const itemId = simulator.receiveInvitation(ANN, 'boss@outside.test', single());
    const first = await visit();
    simulator.receiveCancellation(ANN, itemId);
    expect(deletions((await visit(first.cursors)).changes)).toEqual([itemId]);
  });

  test('pages follow each other, whatever changes in between', async () => {
    const { simulator, connect, windowNow, visit } = await openItems();
    const ids = Array.from({ length: 230 }, (_, index) =>
      simulator.addEvent(ANN, single({ summary: `${index}` })),
    );
    const first = await connect().items.readItemChanges(CALENDAR, null, windowNow());
    expect([first.changes.length, first.done]).toEqual([100, false]);
    simulator.addEvent(ANN, single({ summary: 'late' }));
    const { changes } = await visit(new Map([[CALENDAR, first.cursor]]));
    const all = [...upserts(first.changes), ...upserts(changes)].map(({ itemId }) => itemId as string);
    expect(new Set(all).size).toBeGreaterThanOrEqual(ids.length);
    expect(ids.every((id) => all.includes(id))).toBe(true);
  });
});

describe('writes', () => {
  test('a version that is not there any more is refused, and the others are written', async () => {
    const { simulator, connect } = await openItems();
    const ids = ['a', 'b', 'c'].map((summary) => simulator.addEvent(ANN, single({ summary })) as ItemId);
    const connector = connect();
    const items = valuesOf(await connector.items.readItems('events', ids));
    simulator.changeEvent(ANN, ids[0] ?? '', { summary: 'theirs' });
    simulator.removeEvent(ANN, ids[1] ?? '');
    const updates = items.map(({ itemId, version }) => ({ itemId, version, fields: { subject: 'ours' } }));
    const bad = { ...updates[2], itemId: ids[2] as ItemId, version: 'x', fields: { time: 'never' } };
    const results = await connector.items.updateItems('events', [...updates, bad]);
    expect(codesOf(results)).toEqual([
      'mailbox.item-conflict',
      'mailbox.item-conflict',
      'ok',
      'mailbox.item-refused',
    ]);
    expect(simulator.calendarSnapshot(ANN).map((event) => event.summary)).toEqual(['theirs', 'b', 'ours']);
  });

  test('where there are no batches, one is asked after the other', async () => {
    const { simulator, connect } = await openItems();
    const ids = ['a', 'b'].map((summary) => simulator.addEvent(ANN, single({ summary })) as ItemId);
    simulator.faults.add({ operation: 'batch', effect: { kind: 'http', status: 404, body: 'empty' } });
    const items = valuesOf(await connect().items.readItems('events', ids));
    expect(items.map(({ fields }) => fields.subject)).toEqual(['a', 'b']);
    expect(simulator.requests.count('calendar.events.get')).toBe(2);
  });

  test('an update of nothing asks nobody', async () => {
    const { connect } = await openItems();
    const connector = connect();
    const update = { itemId: 'x' as ItemId, version: '"1"', fields: {} };
    expect(valuesOf(await connector.items.updateItems('events', [update]))).toEqual([
      { itemId: 'x', version: '"1"' },
    ]);
    expect(connector.traffic().requests).toBe(0);
  });

  test('what is made a second time is found, also after the answer was lost, and what was deleted comes back', async () => {
    const { simulator, connect } = await openItems();
    const fields = { subject: 'Made', time: '2026-01-06/2026-01-07' };
    simulator.faults.add({
      operation: 'calendar.events.insert',
      nth: 1,
      count: 1,
      effect: { kind: 'lostReply' },
    });
    const made = await createOne(connect(), 'events', 'record-1', fields);
    const again = await createOne(connect(), 'events', 'record-1', { ...fields, subject: 'Other' });
    expect(again).toEqual(made);
    expect(made.uid).toBe(((await readOne(connect(), 'events', made.itemId)) as EventItem).uid);
    expect(simulator.calendarSnapshot(ANN)).toHaveLength(1);
    simulator.removeEvent(ANN, made.itemId);
    const revived = await createOne(connect(), 'events', 'record-1', {
      subject: 'Back',
      time: '2026-01-08T10:00:00Z/2026-01-08T11:00:00Z',
    });
    expect(revived.itemId).toBe(made.itemId);
    expect(await readOne(connect(), 'events', made.itemId)).toMatchObject({
      stamp: 'record-1',
      version: revived.version,
      fields: { subject: 'Back', time: '2026-01-08T10:00:00Z/2026-01-08T11:00:00Z' },
    });
  });

  test('one bad item among good ones is told by its stamp', async () => {
    const { connect, simulator } = await openItems();
    const item = (stamp: string, time: string) => ({
      stamp,
      fields: { subject: stamp, time },
      categories: [],
    });
    const wanted = [item('a', '2026-01-06/2026-01-07'), item('b', ''), item('c', '2026-01-06/2026-01-07')];
    const results = await connect().items.createItems('events', wanted, { mayExist: false });
    expect(codesOf(results)).toEqual(['ok', 'mailbox.item-refused', 'ok']);
    expect(results[1]).toMatchObject({ itemId: 'b' });
    expect(simulator.calendarSnapshot(ANN)).toHaveLength(2);
  });

  test('a copy that somebody made of a stamped event is his', async () => {
    const { simulator, connect } = await openItems();
    const { itemId } = await createOne(connect(), 'events', 'record-1', {
      subject: 'x',
      time: '2026-01-06/2026-01-07',
    });
    const [event] = simulator.calendarSnapshot(ANN);
    const copy = simulator.addEvent(ANN, {
      ...single(),
      extendedProperties: event?.extendedProperties,
    }) as ItemId;
    expect((await readOne(connect(), 'events', itemId)).stamp).toBe('record-1');
    expect((await readOne(connect(), 'events', copy)).stamp).toBeNull();
  });
});
