/** Events of Office 365: every field both ways, times and zones, meetings, and what is made, written and marked. */
import { describe, expect, it } from 'vitest';
import { eventKey } from '../../src/model/event-key.ts';
import type { ItemId } from '../../src/model/ids.ts';
import type { EventItem } from '../../src/model/mailbox-item.ts';
import { ANN, BEN, GRAPH } from '../support/office365-bench.ts';
import {
  at,
  codesOf,
  deletedOf,
  eventsOf,
  expectSilence,
  type ItemsBench,
  NOW,
  nothingYet,
  openItemsBench,
  resultOf,
  visitItems,
  windowAt,
} from '../support/office365-items.ts';

const window = windowAt(NOW);
const visit = (mail: ItemsBench['mail'], memory = nothingYet, within = window) =>
  visitItems(mail, memory, within, ['events']);

const times = (day: string, from = '10:00', to = '11:00', zone = 'UTC') => ({
  start: at(`${day}T${from}:00`, zone),
  end: at(`${day}T${to}:00`, zone),
});

async function readOne({ mail }: ItemsBench, id: string): Promise<EventItem> {
  return resultOf(await mail.items.readItems('events', [id as ItemId])) as EventItem;
}

async function write(bench: ItemsBench, id: string, fields: EventItem['fields']) {
  const { version } = await readOne(bench, id);
  return bench.mail.items.updateItems('events', [{ itemId: id as ItemId, version, fields }]);
}

const FIELDS = {
  subject: 'Größe – 面談 🎯',
  location: 'Zürich, Raum 3',
  description: 'First line\n\nSecond: <b>not bold</b> & more\nλ',
  time: '2026-01-08T13:30:00Z/2026-01-08T14:00:00Z',
  showAs: 'out-of-office',
  isPrivate: 'yes',
} as const;

describe('an event that is made', () => {
  it('has the fields, the stamp and the categories, comes as an echo, and invites nobody', async () => {
    const bench = openItemsBench();
    const first = await visit(bench.mail);
    const made = resultOf(
      await bench.mail.items.createItems(
        'events',
        [{ stamp: '00U5', fields: FIELDS, categories: ['Salesforce'] }],
        { mayExist: false },
      ),
    );
    const item = await readOne(bench, made.itemId);
    expect(item).toMatchObject({
      fields: FIELDS,
      stamp: '00U5',
      version: made.version,
      uid: made.uid,
      categories: ['Salesforce'],
      isOrganizer: true,
      attendees: [],
      answer: 'accepted',
      originalStart: null,
      seriesId: null,
      sensitivity: 'private',
    });
    const { changes } = await visit(bench.reopen(), first.memory);
    expect(eventsOf(changes)).toMatchObject([
      { itemId: made.itemId, version: made.version, stamp: '00U5', fields: FIELDS },
    ]);
    expectSilence(bench);
  });

  it('is found and not doubled when an earlier attempt may have gone through', async () => {
    const bench = openItemsBench();
    const items = ['one', "two's", 'three'].map((stamp) => ({
      stamp,
      fields: { ...FIELDS, subject: stamp },
      categories: [],
    }));
    const some = await bench.mail.items.createItems('events', items.slice(0, 2), { mayExist: false });
    const all = await bench.reopen().items.createItems('events', items, { mayExist: true });
    expect(all.slice(0, 2)).toEqual(some);
    expect(codesOf(all)).toEqual(['ok', 'ok', 'ok']);
    const again = await bench.reopen().items.createItems('events', items, { mayExist: false });
    expect(again).toEqual(all);
    expect(bench.simulator.calendarSnapshot(ANN)).toHaveLength(3);
    expectSilence(bench);
  });

  it('is made many at once, and one that Graph refuses stops no other', async () => {
    const bench = openItemsBench();
    const items = Array.from({ length: 45 }, (_, index) => ({
      stamp: `s${index}`,
      fields: { subject: `Number ${index}`, ...(index === 7 ? {} : { time: FIELDS.time }) },
      categories: [],
    }));
    const results = await bench.mail.items.createItems('events', items, { mayExist: false });
    expect(results.flatMap((result, index) => (result.ok ? [] : [[index, result.itemId]]))).toEqual([
      [7, 's7'],
    ]);
    expect(bench.simulator.calendarSnapshot(ANN)).toHaveLength(44);
  });

  it.each([
    ['a whole day', '2026-02-01/2026-02-02'],
    ['several days', '2026-03-28/2026-03-31'],
    ['an instant', '2026-01-08T13:30:00Z/2026-01-08T13:30:00Z'],
    ['the hour that daylight saving repeats', '2026-10-25T00:30:00Z/2026-10-25T01:30:00Z'],
    ['the hour that daylight saving skips', '2026-03-29T00:30:00Z/2026-03-29T01:30:00Z'],
    ['a night', '2026-01-08T23:00:00Z/2026-01-09T05:00:00Z'],
  ])('keeps %s', async (_, time) => {
    const bench = openItemsBench();
    const made = resultOf(
      await bench.mail.items.createItems('events', [{ stamp: 's', fields: { time }, categories: [] }], {
        mayExist: false,
      }),
    );
    expect((await readOne(bench, made.itemId)).fields).toEqual({
      subject: '',
      location: '',
      description: '',
      showAs: 'busy',
      isPrivate: '',
      time,
    });
  });

  it('reminds nobody of what has begun already', async () => {
    const bench = openItemsBench();
    const [past, coming] = ['2026-01-05T07:00:00Z/2026-01-05T09:00:00Z', FIELDS.time];
    await bench.mail.items.createItems(
      'events',
      [past, coming].map((time, index) => ({ stamp: `s${index}`, fields: { time }, categories: [] })),
      { mayExist: false },
    );
    const { credential } = await bench.signIn();
    const { accessToken } = credential as { accessToken: string };
    const answer = await bench.simulator.fetch(
      new Request(`${GRAPH}/v1.0/me/events?$select=isReminderOn&$orderby=start/dateTime`, {
        headers: { authorization: `Bearer ${accessToken}` },
      }),
    );
    const { value } = (await answer.json()) as { value: readonly { isReminderOn: boolean }[] };
    expect(value.map(({ isReminderOn }) => isReminderOn)).toEqual([false, true]);
  });
});

describe('an event that is written', () => {
  it('changes in each field alone, and reads back as it was written', async () => {
    const bench = openItemsBench();
    const id = bench.simulator.addEvent(ANN, { subject: 'Before', ...times('2026-01-07') });
    let expected = (await readOne(bench, id)).fields;
    for (const [name, values] of Object.entries({
      subject: [FIELDS.subject, '', 'x'.repeat(255)],
      location: [FIELDS.location, ''],
      description: [FIELDS.description, '', `${'line of text\n'.repeat(5_000)}end`],
      time: [FIELDS.time, '2026-02-01/2026-02-03', '2026-02-01T23:59:59Z/2026-02-02T00:30:00Z'],
      showAs: ['free', 'tentative', 'out-of-office', 'elsewhere', 'busy'],
      isPrivate: ['yes', ''],
    }))
      for (const value of values) {
        expect(codesOf(await write(bench, id, { [name]: value }))).toEqual(['ok']);
        expected = { ...expected, [name]: value };
        expect((await readOne(bench, id)).fields).toEqual(expected);
      }
    expectSilence(bench);
  });

  it('is cut to what Graph holds', async () => {
    const bench = openItemsBench();
    const id = bench.simulator.addEvent(ANN, { subject: 'Before', ...times('2026-01-07') });
    await write(bench, id, { subject: 'y'.repeat(400) });
    expect((await readOne(bench, id)).fields.subject).toBe('y'.repeat(255));
  });

  it('tells the version that its echo carries, and refuses one that is outdated', async () => {
    const bench = openItemsBench();
    const id = bench.simulator.addEvent(ANN, { subject: 'Before', ...times('2026-01-07') });
    const first = await visit(bench.mail);
    const { version } = await readOne(bench, id);
    const written = resultOf(await write(bench, id, { subject: 'Ours' }));
    const { changes } = await visit(bench.reopen(), first.memory);
    expect(eventsOf(changes)).toMatchObject([{ itemId: id, version: written.version }]);
    const updates = [{ itemId: id as ItemId, version, fields: { subject: 'Late' } }];
    expect(codesOf(await bench.mail.items.updateItems('events', updates))).toEqual(['mailbox.item-conflict']);
    expect((await readOne(bench, id)).fields.subject).toBe('Ours');
  });

  it('is one among others that may be gone', async () => {
    const bench = openItemsBench();
    const ids = ['a', 'b', 'c'].map((subject) =>
      bench.simulator.addEvent(ANN, { subject, ...times('2026-01-07') }),
    );
    const updates = [];
    for (const id of ids) {
      const { version } = await readOne(bench, id);
      updates.push({ itemId: id as ItemId, version, fields: { subject: 'New' } });
    }
    bench.simulator.removeEvent(ANN, ids[1] ?? '');
    expect(codesOf(await bench.mail.items.updateItems('events', updates))).toEqual([
      'ok',
      'mailbox.item-gone',
      'ok',
    ]);
  });
});

describe('a meeting', () => {
  const attendees = [
    { type: 'required', emailAddress: { address: BEN, name: 'Ben Baker' } },
    { type: 'resource', emailAddress: { address: 'room@contoso.test', name: 'Room' } },
  ];

  it('tells who takes part, and what they answered', async () => {
    const bench = openItemsBench();
    const id = bench.simulator.addEvent(ANN, { subject: 'Plan', ...times('2026-01-07'), attendees });
    bench.simulator.setAttendeeResponse(ANN, id, BEN, 'tentativelyAccepted');
    expect(await readOne(bench, id)).toMatchObject({
      isOrganizer: true,
      answer: 'accepted',
      organizer: { address: ANN },
      attendees: [
        { address: BEN, name: 'Ben Baker', answer: 'tentative', isResource: false },
        { address: 'room@contoso.test', answer: 'none', isResource: true },
      ],
    });
  });

  it('that the owner organizes is never changed: refused without a request where it was read', async () => {
    const bench = openItemsBench();
    const id = bench.simulator.addEvent(ANN, { subject: 'Plan', ...times('2026-01-07'), attendees });
    const { version } = await readOne(bench, id);
    const before = bench.mail.traffic().requests;
    const updates = [{ itemId: id as ItemId, version, fields: { subject: 'New' } }];
    expect(codesOf(await bench.mail.items.updateItems('events', updates))).toEqual([
      'mailbox.meeting-not-changed',
    ]);
    expect(bench.mail.traffic().requests).toBe(before);
    expect(codesOf(await bench.reopen().items.updateItems('events', updates))).toEqual([
      'mailbox.meeting-not-changed',
    ]);
    expect((await readOne(bench, id)).fields.subject).toBe('Plan');
    expect(bench.mail.items.capabilities.events.meetingWrites).toMatchObject({ able: false });
    expectSilence(bench);
  });

  it('that became one since it was read is not changed either', async () => {
    const bench = openItemsBench();
    const id = bench.simulator.addEvent(ANN, { subject: 'Alone', ...times('2026-01-07') });
    const { version } = await readOne(bench, id);
    bench.simulator.changeEvent(ANN, id, { attendees });
    const updates = [{ itemId: id as ItemId, version, fields: { subject: 'New' } }];
    expect(codesOf(await bench.mail.items.updateItems('events', updates))).toEqual(['mailbox.item-conflict']);
    const now = (await readOne(bench, id)).version;
    const again = [{ itemId: id as ItemId, version: now, fields: { subject: 'New' } }];
    expect(codesOf(await bench.mail.items.updateItems('events', again))).toEqual([
      'mailbox.meeting-not-changed',
    ]);
    expectSilence(bench);
  });

  it('of somebody else is told with the owner’s answer, declined and cancelled ones too', async () => {
    const bench = openItemsBench();
    const organizer = { name: 'Ben Baker', address: BEN };
    const make = (options: Record<string, unknown>) =>
      bench.simulator.addEvent(
        ANN,
        {
          subject: 'Theirs',
          ...times('2026-01-07'),
          attendees: [{ type: 'required', emailAddress: { address: ANN } }],
        },
        { organizer, uid: 'theirs@example.test', ...options },
      );
    const ids = [
      make({ response: 'accepted' }),
      make({ response: 'declined' }),
      make({ response: 'notResponded' }),
      make({ response: 'accepted', isCancelled: true }),
    ];
    const { changes } = await visit(bench.mail);
    const told = new Map(eventsOf(changes).map((event) => [event.itemId as string, event]));
    expect(ids.map((id) => told.get(id)?.answer)).toEqual(['accepted', 'declined', 'none', 'accepted']);
    expect(ids.map((id) => told.get(id)?.isCancelled)).toEqual([false, false, false, true]);
    expect(told.get(ids[0] ?? '')).toMatchObject({
      isOrganizer: false,
      organizer: { address: BEN },
      uid: 'theirs@example.test',
    });
  });

  it('takes categories, which tell nobody anything', async () => {
    const bench = openItemsBench();
    const id = bench.simulator.addEvent(ANN, {
      subject: 'Plan',
      ...times('2026-01-07'),
      attendees,
      categories: ['Mine'],
    });
    const { version } = await readOne(bench, id);
    const marks = [{ itemId: id as ItemId, version, add: ['Salesforce'], remove: [] }];
    const marked = resultOf(await bench.mail.items.markItems('events', marks));
    expect(await readOne(bench, id)).toMatchObject({
      categories: ['Mine', 'Salesforce'],
      version: marked.version,
    });
    const gone = [{ itemId: 'AAMkAGone=' as ItemId, version, add: ['Salesforce'], remove: [] }, ...marks];
    expect(codesOf(await bench.mail.items.markItems('events', gone))).toEqual(['mailbox.item-gone', 'ok']);
    expectSilence(bench);
  });
});

describe('what people enter', () => {
  it.each([
    ['UTC', '10:00'],
    ['W. Europe Standard Time', '09:00'],
    ['Europe/Berlin', '09:00'],
    ['India Standard Time', '04:30'],
    ['Pacific Standard Time', '18:00'],
  ])('is told in UTC, whatever the zone (%s)', async (zone, hour) => {
    const bench = openItemsBench();
    const id = bench.simulator.addEvent(ANN, {
      subject: 'Zoned',
      ...times('2026-01-07', '10:00', '10:30', zone),
    });
    expect((await readOne(bench, id)).fields.time).toMatch(`2026-01-07T${hour}:00Z/`);
  });

  it.each(['W. Europe Standard Time', 'Tonga Standard Time', 'Hawaiian Standard Time'])(
    'for a whole day is a date in %s, and stays in its zone when the date is written',
    async (zone) => {
      const bench = openItemsBench();
      const id = bench.simulator.addEvent(ANN, {
        subject: 'Holiday',
        isAllDay: true,
        start: at('2026-01-10T00:00:00', zone),
        end: at('2026-01-12T00:00:00', zone),
      });
      expect((await readOne(bench, id)).fields.time).toBe('2026-01-10/2026-01-12');
      expect(codesOf(await write(bench, id, { time: '2026-01-11/2026-01-12' }))).toEqual(['ok']);
      expect((await readOne(bench, id)).fields.time).toBe('2026-01-11/2026-01-12');
      expect(bench.simulator.calendarSnapshot(ANN)[0]).toMatchObject({
        start: '2026-01-11T00:00:00',
        timeZone: zone,
      });
    },
  );

  it('as HTML, with odd white space, in several places, comes as canonical text', async () => {
    const bench = openItemsBench();
    const id = bench.simulator.addEvent(ANN, {
      ...times('2026-01-07'),
      subject: '  Two \u00a0 words\t',
      body: { contentType: 'html', content: '<p>One</p><p>Two<br>Three</p>' },
      locations: [{ displayName: 'Here' }, { displayName: 'There' }],
      sensitivity: 'confidential',
      showAs: 'unknown',
    });
    expect(await readOne(bench, id)).toMatchObject({
      fields: {
        subject: 'Two words',
        description: 'One\n\nTwo\nThree',
        location: 'Here; There',
        showAs: 'busy',
        isPrivate: 'yes',
      },
      sensitivity: 'confidential',
      stamp: null,
    });
  });

  it('is told as changed and as deleted, and a move out of the window is no deletion', async () => {
    const bench = openItemsBench();
    const [kept, gone, moved] = ['kept', 'gone', 'moved'].map((subject) =>
      bench.simulator.addEvent(ANN, { subject, ...times('2026-01-07') }),
    ) as [string, string, string];
    const far = bench.simulator.addEvent(ANN, { subject: 'far', ...times('2029-06-01') });
    const old = bench.simulator.addEvent(ANN, { subject: 'old', ...times('2025-11-01') });
    const first = await visit(bench.mail);
    expect(new Set(eventsOf(first.changes).map(({ itemId }) => itemId))).toEqual(
      new Set([kept, gone, moved, far]),
    );
    bench.simulator.changeEvent(ANN, kept, { subject: 'changed' });
    bench.simulator.removeEvent(ANN, gone);
    bench.simulator.changeEvent(ANN, moved, times('2025-10-01'));
    bench.simulator.changeEvent(ANN, old, { subject: 'older' });
    const second = await visit(bench.reopen(), first.memory);
    expect(deletedOf(second.changes)).toEqual([gone]);
    const told = new Map(eventsOf(second.changes).map(({ itemId, fields }) => [itemId as string, fields]));
    expect(told.get(kept)?.subject).toBe('changed');
    expect(told.get(moved)?.time).toMatch(/^2025-10-01/);
  });

  it('comes inside a window that time moves, without a change', async () => {
    const bench = openItemsBench();
    const DAY = 24 * 3_600_000;
    const within = (now: number) => windowAt(now, { eventsTo: now + 30 * DAY });
    const id = bench.simulator.addEvent(ANN, { subject: 'Soon', ...times('2026-02-06') });
    const first = await visit(bench.mail, nothingYet, within(NOW));
    bench.advance(3 * DAY);
    const second = await visit(bench.reopen(), first.memory, within(NOW + 3 * DAY));
    expect(eventsOf(second.changes)).toMatchObject([{ itemId: id }]);
    const third = await visit(bench.reopen(), second.memory, within(NOW + 3 * DAY));
    expect([third.listing.itemFeeds[0]?.moved, third.changes]).toEqual([false, []]);
  });

  it('has the same key in everybody’s mailbox', async () => {
    const bench = openItemsBench();
    const id = bench.simulator.addEvent(ANN, {
      subject: 'Both',
      ...times('2026-01-07'),
      attendees: [{ type: 'required', emailAddress: { address: BEN } }],
    });
    const mine = await readOne(bench, id);
    expect(eventKey(mine)).toBe(`${bench.simulator.calendarSnapshot(ANN)[0]?.iCalUId.toUpperCase()}|`);
  });
});
