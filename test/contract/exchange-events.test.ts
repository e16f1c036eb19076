/** Single events at the simulated Exchange: every field both ways, times and zones, meetings, creations and conflicts. */
import { describe, expect, it } from 'vitest';
import { reduceFields } from '../../src/model/canonical.ts';
import { DAY, HOUR } from '../../src/model/clock.ts';
import type { Fields } from '../../src/model/collection.ts';
import type { ItemId } from '../../src/model/ids.ts';
import type { EventItem } from '../../src/model/mailbox-item.ts';
import { ANN } from '../support/exchange-bench.ts';
import {
  drainItems,
  feedOf,
  itemsIn,
  newItem,
  openItems,
  valuesOf,
  visitItems,
  WINDOW,
} from '../support/exchange-items-bench.ts';

type Given = Parameters<ReturnType<typeof openItems>['simulator']['createEvent']>[1];

const EVE = { name: 'Eve Stone', address: 'eve@other.test' };
const BOSS = { name: 'The Boss', address: 'Boss@Contoso.test' };
const PLAIN: Fields = { subject: 'Plan', time: '2026-02-02T10:00:00Z/2026-02-02T11:00:00Z' };

function read(given: Given) {
  const world = openItems();
  const itemId = world.simulator.createEvent(ANN, { start: '2026-02-02T09:00:00Z', ...given });
  return world.readOne('events', itemId) as Promise<EventItem>;
}

async function create(world: ReturnType<typeof openItems>, fields: Fields, stamp = '00U1') {
  const [made] = valuesOf(
    await world.connect().items.createItems('events', [newItem(stamp, fields)], { mayExist: false }),
  );
  if (made === undefined) throw new Error('no answer');
  return made;
}

describe('an event is read', () => {
  it('with all its fields', async () => {
    const event = await read({
      subject: '  Plan\tthe  day ',
      location: 'Room 5',
      body: 'First\r\n\r\n\r\nsecond ',
      start: '2026-02-02T10:00:00Z',
      end: '2026-02-02T11:30:00Z',
      freeBusy: 'OOF',
      sensitivity: 'Private',
      categories: ['Salesforce'],
    });
    expect(event).toMatchObject({
      fields: {
        subject: 'Plan the day',
        location: 'Room 5',
        description: 'First\n\nsecond',
        time: '2026-02-02T10:00:00Z/2026-02-02T11:30:00Z',
        showAs: 'out-of-office',
        isPrivate: 'yes',
      },
      sensitivity: 'private',
      categories: ['Salesforce'],
      stamp: null,
      seriesId: null,
      originalStart: null,
      isOrganizer: true,
      answer: 'accepted',
      organizer: { address: ANN },
      attendees: [],
      isCancelled: false,
      modifiedAt: Date.UTC(2026, 0, 5, 8),
    });
    expect(event.uid).toMatch(/^040000008200E00074C5B7101A82E00800000000/);
  });

  it('with a description in plain text where it is HTML', async () => {
    const { fields } = await read({ bodyType: 'HTML', body: '<p>One &amp; <b>two</b></p><p>three</p>' });
    expect(fields.description).toBe('One & two\n\nthree');
  });

  it.each([
    ['Free', 'free'],
    ['Tentative', 'tentative'],
    ['Busy', 'busy'],
    ['OOF', 'out-of-office'],
    ['WorkingElsewhere', 'elsewhere'],
    ['NoData', 'busy'],
  ] as const)('shown as %s', async (freeBusy, showAs) => {
    expect((await read({ freeBusy })).fields.showAs).toBe(showAs);
  });

  it.each([
    ['Normal', ''],
    ['Personal', ''],
    ['Private', 'yes'],
    ['Confidential', 'yes'],
  ] as const)('of sensitivity %s', async (sensitivity, isPrivate) => {
    const event = await read({ sensitivity });
    expect([event.fields.isPrivate, event.sensitivity]).toEqual([isPrivate, sensitivity.toLowerCase()]);
  });

  it('with the UID that another calendar gave it', async () => {
    expect((await read({ uid: 'abc-123@google.com' })).uid).toBe('abc-123@google.com');
  });

  it('with organizer, attendees and answers of a meeting that was received', async () => {
    const event = await read({
      organizer: BOSS,
      required: [{ name: 'Ann', address: ANN }, EVE],
      resources: [{ name: 'Room', address: 'room@contoso.test' }],
      myResponse: 'Decline',
    });
    expect(event).toMatchObject({
      isOrganizer: false,
      answer: 'declined',
      organizer: { address: 'boss@contoso.test', name: 'The Boss' },
    });
    expect(event.attendees.map(({ address, isResource }) => `${address} ${isResource}`)).toEqual([
      `${ANN} false`,
      'eve@other.test false',
      'room@contoso.test true',
    ]);
  });

  it('with the answers that came to its organizer', async () => {
    const { simulator, readOne } = openItems();
    const people = ['accept', 'tentative', 'decline', 'none'].map((name) => ({
      name,
      address: `${name}@x.test`,
    }));
    const itemId = simulator.createEvent(ANN, { start: '2026-02-02T09:00:00Z', required: people });
    simulator.respond(ANN, itemId, 'accept@x.test', 'Accept');
    simulator.respond(ANN, itemId, 'tentative@x.test', 'Tentative');
    simulator.respond(ANN, itemId, 'decline@x.test', 'Decline');
    const { attendees, isOrganizer, answer } = (await readOne('events', itemId)) as EventItem;
    expect(attendees.map((one) => one.answer)).toEqual(['accepted', 'tentative', 'declined', 'none']);
    expect([isOrganizer, answer]).toEqual([true, 'accepted']);
  });

  it('as cancelled when its organizer cancelled it', async () => {
    const { simulator, readOne } = openItems();
    const itemId = simulator.createEvent(ANN, { start: '2026-02-02T09:00:00Z', organizer: BOSS });
    simulator.cancelMeeting(ANN, itemId);
    expect(await readOne('events', itemId)).toMatchObject({ isCancelled: true, answer: 'none' });
  });
});

describe('whole days are dates', () => {
  it.each([
    ['UTC', '2026-02-02/2026-02-03'],
    ['W. Europe Standard Time', '2026-02-02/2026-02-03'],
    ['Pacific Standard Time', '2026-02-02/2026-02-03'],
    ['Tonga Standard Time', '2026-02-02/2026-02-03'],
    ['Line Islands Standard Time', '2026-02-02/2026-02-03'],
    ['Hawaiian Standard Time', '2026-02-02/2026-02-03'],
    ['India Standard Time', '2026-02-02/2026-02-03'],
  ])('in %s', async (timeZone, time) => {
    const event = await read({
      timeZone,
      start: '2026-02-02T00:00:00',
      end: '2026-02-03T00:00:00',
      isAllDay: true,
    });
    expect(event.fields.time).toBe(time);
  });

  it.each([
    ['W. Europe Standard Time', '2026-03-29', '2026-03-30'],
    ['W. Europe Standard Time', '2026-10-24', '2026-10-26'],
    ['Eastern Standard Time', '2026-11-01', '2026-11-02'],
    ['Egypt Standard Time', '2026-04-24', '2026-04-25'],
  ])('when the clocks of %s turn on %s', async (timeZone, from, to) => {
    const event = await read({ timeZone, start: `${from}T00:00:00`, end: `${to}T00:00:00`, isAllDay: true });
    expect(event.fields.time).toBe(`${from}/${to}`);
  });

  it('a timed event in another zone is told in universal time', async () => {
    const event = await read({
      timeZone: 'Eastern Standard Time',
      start: '2026-03-08T01:30:00',
      end: '2026-03-08T03:30:00',
    });
    expect(event.fields.time).toBe('2026-03-08T06:30:00Z/2026-03-08T07:30:00Z');
  });
});

const WRITTEN: readonly (readonly [string, Fields])[] = [
  ['whole', { ...PLAIN, location: 'Room 5', description: 'a\n\nb', showAs: 'free', isPrivate: 'yes' }],
  ['bare', PLAIN],
  [
    'with Unicode',
    { ...PLAIN, subject: 'Ünïcödé 日本 😀 <&">', location: 'Ő', description: '😀\n“x” & <y>' },
  ],
  ['with a long subject that ends in half a character', { ...PLAIN, subject: `${'x'.repeat(254)}😀yz` }],
  ['with a long description', { ...PLAIN, description: 'long line ä\n'.repeat(10_000).trim() }],
  ['with an indented description', { ...PLAIN, description: '  - one\n\t- two' }],
  ['that takes no time', { ...PLAIN, time: '2026-02-02T10:00:00Z/2026-02-02T10:00:00Z' }],
  ['of a whole day', { ...PLAIN, time: '2026-02-02/2026-02-03' }],
  ['of several whole days', { ...PLAIN, time: '2026-03-28/2026-03-31' }],
  ...['busy', 'free', 'tentative', 'out-of-office', 'elsewhere'].map((showAs): readonly [string, Fields] => [
    `shown as ${showAs}`,
    { ...PLAIN, showAs },
  ]),
];

describe('an event is written', () => {
  it.each(WRITTEN)('%s, and comes back as it was', async (_name, fields) => {
    const world = openItems();
    const { items } = world.connect();
    const made = await create(world, fields);
    const after = (await world.readOne('events', made.itemId)) as EventItem;
    expect(after.fields).toMatchObject(reduceFields(fields, items.capabilities.events.fields));
    expect(after).toMatchObject({
      stamp: '00U1',
      categories: ['Salesforce'],
      uid: made.uid,
      version: made.version,
    });

    const other = {
      itemId: world.simulator.createEvent(ANN, { subject: 'before', body: 'b', location: 'l' }) as ItemId,
    };
    const { version } = await world.readOne('events', other.itemId);
    const [updated] = valuesOf(await items.updateItems('events', [{ ...other, version, fields }]));
    const changed = await world.readOne('events', other.itemId);
    expect(changed.fields).toMatchObject(reduceFields(fields, items.capabilities.events.fields));
    expect(changed.version).toBe(updated?.version);
    expect(world.notifications()).toBe(0);
  });

  it('in its changed fields alone; an empty one is cleared', async () => {
    const world = openItems();
    const fields = { ...PLAIN, location: 'Room', description: 'text', showAs: 'tentative', isPrivate: 'yes' };
    const made = await create(world, fields);
    const cleared = { location: '', description: '', isPrivate: '' };
    valuesOf(await world.connect().items.updateItems('events', [{ ...made, fields: cleared }]));
    const after = await world.readOne('events', made.itemId);
    expect(after.fields).toEqual({ ...fields, ...cleared });
    expect(after.categories).toEqual(['Salesforce']);
  });

  it('nowhere when nothing changed', async () => {
    const world = openItems();
    const made = await create(world, PLAIN);
    const connector = world.connect();
    expect(valuesOf(await connector.items.updateItems('events', [{ ...made, fields: {} }]))).toEqual([
      { itemId: made.itemId, version: made.version },
    ]);
    expect(connector.traffic().requests).toBe(0);
  });

  it('from timed to a whole day and back', async () => {
    const world = openItems();
    const itemId = world.simulator.createEvent(ANN, {
      timeZone: 'Tonga Standard Time',
      start: '2026-02-02T10:00:00',
      end: '2026-02-02T11:00:00',
    }) as ItemId;
    for (const time of ['2026-02-05/2026-02-07', '2026-02-08T10:00:00Z/2026-02-08T11:00:00Z']) {
      const { version } = await world.readOne('events', itemId);
      valuesOf(await world.connect().items.updateItems('events', [{ itemId, version, fields: { time } }]));
      expect((await world.readOne('events', itemId)).fields.time).toBe(time);
    }
  });

  it('of whole days in the zone of what its owner made last, so that no reader sees them shifted', async () => {
    const world = openItems();
    const { simulator } = world;
    const timeZone = 'W. Europe Standard Time';
    simulator.createEvent(ANN, { start: '2026-02-02T09:00:00', timeZone });
    simulator.createEvent(ANN, {
      start: '2026-02-02T09:00:00',
      timeZone: 'Tokyo Standard Time',
      organizer: BOSS,
    });
    await create(world, PLAIN, '00U0');
    const made = await create(world, { ...PLAIN, time: '2026-07-01/2026-07-02' });
    const event = simulator.world.directory.mailboxes.get(ANN)?.items.get(made.itemId)?.event;
    expect([event?.startZone.id, event?.endZone.id, event?.start, event?.end]).toEqual([
      timeZone,
      timeZone,
      Date.UTC(2026, 5, 30, 22),
      Date.UTC(2026, 6, 1, 22),
    ]);
  });

  it('to a meeting whose attendees stay and hear nothing', async () => {
    const world = openItems();
    const itemId = world.simulator.createEvent(ANN, {
      start: '2026-02-02T09:00:00Z',
      required: [EVE],
    }) as ItemId;
    const { version } = await world.readOne('events', itemId);
    const fields = { subject: 'Moved', time: '2026-02-03T09:00:00Z/2026-02-03T10:00:00Z' };
    valuesOf(await world.connect().items.updateItems('events', [{ itemId, version, fields }]));
    const after = (await world.readOne('events', itemId)) as EventItem;
    expect(after.fields).toMatchObject(fields);
    expect(after.attendees.map(({ address }) => address)).toEqual([EVE.address]);
    expect(world.notifications()).toBe(0);
  });

  it('not over what somebody changed since', async () => {
    const world = openItems();
    const made = await create(world, PLAIN);
    const other = await create(world, { ...PLAIN, subject: 'Other' }, '00U2');
    world.simulator.editEvent(ANN, made.itemId, { subject: 'By hand' });
    const results = await world.connect().items.updateItems(
      'events',
      [made, other].map((one) => ({ ...one, fields: { subject: 'By us' } })),
    );
    expect(results).toMatchObject([
      { ok: false, itemId: made.itemId, failure: { code: 'mailbox.item-conflict' } },
      { ok: true, value: { itemId: other.itemId } },
    ]);
    expect((await world.readOne('events', made.itemId)).fields.subject).toBe('By hand');
  });

  it('and is gone where it was deleted since', async () => {
    const world = openItems();
    const made = await create(world, PLAIN);
    world.simulator.remove(ANN, made.itemId, 'hard');
    expect(await world.connect().items.updateItems('events', [{ ...made, fields: PLAIN }])).toMatchObject([
      { ok: false, itemId: made.itemId, failure: { code: 'mailbox.item-gone' } },
    ]);
  });
});

describe('the window', () => {
  it('is passed over on a first reading, and open for whatever changes afterwards', async () => {
    const world = openItems();
    const at = (subject: string, day: string, days = 0) =>
      world.simulator.createEvent(ANN, {
        subject,
        start: `${day}T10:00:00Z`,
        end: Date.parse(`${day}T11:00:00Z`) + days * DAY,
      });
    const old = at('old', '2025-12-01');
    at('long', '2025-12-20', 5);
    at('now', '2026-01-06');
    at('far', '2036-01-06');
    const connector = world.connect();
    const feed = await feedOf(connector, 'events');
    const subjects = ({ changes }: Awaited<ReturnType<typeof drainItems>>) =>
      itemsIn(changes)
        .map(({ fields }) => fields.subject)
        .toSorted();
    const first = await drainItems(connector, feed, null);
    expect(subjects(first)).toEqual(['far', 'long', 'now']);
    const bounded = { ...WINDOW, eventsTo: WINDOW.seriesTo };
    expect(subjects(await drainItems(connector, feed, null, bounded))).toEqual(['long', 'now']);
    world.simulator.editEvent(ANN, old, { subject: 'old, changed' });
    expect(subjects(await drainItems(connector, feed, first.cursor))).toEqual(['old, changed']);
  });
});

describe('a server of 2010', () => {
  it('reads and writes all the same, but for the word that it does not know', async () => {
    const world = openItems({ versions: ['Exchange2010', 'Exchange2010_SP1', 'Exchange2010_SP2'] });
    const made = await create(world, { ...PLAIN, showAs: 'elsewhere' });
    expect((await world.readOne('events', made.itemId)).fields).toMatchObject({ ...PLAIN, showAs: 'busy' });
    const fields = { time: '2026-02-05/2026-02-06' };
    valuesOf(await world.connect().items.updateItems('events', [{ ...made, fields }]));
    const { changes, listing } = await visitItems(world.connect());
    expect(listing.itemTroubles).toEqual([]);
    expect(itemsIn(changes)).toMatchObject([{ itemId: made.itemId, fields }]);
  });
});

describe('an event is made', () => {
  const three = ['00U1', '00U2', '00U3'].map((stamp) => newItem(stamp, { ...PLAIN, subject: stamp }));

  it('once, also when the first answer was lost', async () => {
    const { connect, simulator, notifications } = openItems();
    simulator.faults.add({
      operation: 'CreateItem',
      count: 1,
      effect: { kind: 'partial', nth: 2, code: 'ErrorItemSave' },
    });
    const first = await connect().items.createItems('events', three, { mayExist: false });
    expect(first.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect(first[1]).toMatchObject({ itemId: '00U2', failure: { kind: 'bad-item' } });
    const second = valuesOf(await connect().items.createItems('events', three, { mayExist: true }));
    expect([second[0], second[2]]).toEqual([first[0], first[2]].map((one) => one?.ok === true && one.value));
    const connector = connect();
    const { changes } = await drainItems(connector, await feedOf(connector, 'events'), null);
    expect(
      itemsIn(changes)
        .map(({ stamp }) => stamp)
        .toSorted(),
    ).toEqual(['00U1', '00U2', '00U3']);
    expect(notifications()).toBe(0);
  });

  it('whose echo carries the version that was told', async () => {
    const { connect, clock } = openItems();
    const before = await visitItems(connect());
    const made = valuesOf(await connect().items.createItems('events', three, { mayExist: false }));
    clock.advance(HOUR);
    const { changes } = await visitItems(connect(), before.memory);
    expect(
      itemsIn(changes)
        .map(({ itemId, version }) => `${itemId} ${version}`)
        .toSorted(),
    ).toEqual(made.map(({ itemId, version }) => `${itemId} ${version}`).toSorted());
  });

  it('without a reminder when it has begun', async () => {
    const world = openItems();
    const past = await create(world, { ...PLAIN, time: '2026-01-02T10:00:00Z/2026-01-02T11:00:00Z' });
    const future = await create(world, PLAIN, '00U2');
    const items = world.simulator.world.directory.mailboxes.get(ANN)?.items;
    expect([past, future].map(({ itemId }) => items?.get(itemId)?.reminder?.isSet)).toEqual([false, true]);
  });
});
