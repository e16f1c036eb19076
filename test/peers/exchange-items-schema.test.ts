/** Whatever the Exchange connector asks about events, contacts and tasks, held against the official schema, on new servers and old ones. */
import { afterAll, expect, test } from 'vitest';
import type { ItemId } from '../../src/model/ids.ts';
import { ANN } from '../support/exchange-bench.ts';
import {
  itemsIn,
  newItem,
  openItems,
  valuesOf,
  visitItems,
  WINDOW,
} from '../support/exchange-items-bench.ts';
import { openExchangeJudge, type SeenExchange } from '../support/exchange-judge.ts';

const judge = openExchangeJudge();
if (!judge.isOpen)
  process.stdout.write(
    'exchange-items-schema: skipped, the official schema is not at ../shared/contracts/ews\n',
  );
afterAll(() => judge.close());

const EVENT = {
  subject: 'A <b> & "c"',
  location: 'Room',
  description: 'one\n\ntwo',
  time: '2026-02-02/2026-02-03',
  showAs: 'elsewhere',
  isPrivate: 'yes',
};
const CONTACT = {
  firstName: 'Zoë',
  lastName: 'Ray',
  email: 'zoe@x.test',
  phone: '1',
  mobile: '2',
  homePhone: '3',
  fax: '4',
  title: 'CEO',
  department: 'Board',
  company: 'Other',
  street: 'A 1\nB',
  city: 'C',
  state: 'D',
  postalCode: 'E',
  country: 'F',
  birthday: '1980-05-04',
  notes: 'note',
};
const TASK = { subject: 'Call', description: 'x', due: '2026-02-02', status: 'completed', priority: 'high' };

test.skipIf(!judge.isOpen)('every request about items is as the schema says', async () => {
  const seen: SeenExchange[] = [];
  const world = openItems({ observe: (exchange) => seen.push(exchange) });
  const { simulator } = world;
  const series = simulator.createEvent(ANN, {
    subject: 'Team',
    start: '2026-01-07T10:00:00',
    end: '2026-01-07T11:00:00',
    timeZone: 'W. Europe Standard Time',
    recurrence: { pattern: { kind: 'daily', interval: 1 } },
  });
  simulator.editEvent(ANN, simulator.occurrenceIdOf(ANN, series, 2), { subject: 'Special' });
  const { items } = world.connect();
  for (const [name, fields] of [
    ['events', EVENT],
    ['contacts', CONTACT],
    ['tasks', TASK],
  ] as const) {
    const made = valuesOf(
      await items.createItems(
        name,
        ['1', '2'].map((stamp) => newItem(stamp, fields)),
        { mayExist: true },
      ),
    );
    valuesOf(await items.createItems(name, [newItem('1', fields)], { mayExist: true }));
    const cleared = Object.fromEntries(Object.keys(fields).map((field) => [field, '']));
    for (const changed of [fields, cleared]) {
      const now = valuesOf(
        await items.readItems(
          name,
          made.map(({ itemId }) => itemId),
        ),
      );
      valuesOf(
        await items.updateItems(
          name,
          now.map(({ itemId, version }) => ({ itemId, version, fields: changed })),
        ),
      );
    }
    const marks = made.map(({ itemId }) => ({ itemId, version: '', add: ['Mine'], remove: [] }));
    valuesOf(await items.markItems(name, marks));
    valuesOf(
      await items.markItems(
        name,
        marks.map((mark) => ({ ...mark, add: [], remove: ['Mine', 'Salesforce'] })),
      ),
    );
  }
  const { listing, changes } = await visitItems(world.connect());
  expect(itemsIn(changes)).toHaveLength(6);
  const [calendar] = listing.itemFeeds;
  if (calendar === undefined) throw new Error('no calendar');
  const connector = world.connect();
  await connector.items.readOccurrences(
    calendar.id,
    { from: WINDOW.seriesTo, to: WINDOW.seriesTo + 1e8 },
    null,
  );
  await connector.items.readItems('events', [simulator.occurrenceIdOf(ANN, series, 3) as ItemId]);
  expect(new Set(seen.map(({ operation }) => operation))).toEqual(
    new Set([
      'SyncFolderHierarchy',
      'GetFolder',
      'SyncFolderItems',
      'GetItem',
      'FindItem',
      'CreateItem',
      'UpdateItem',
      'CreateFolder',
    ]),
  );
  expect(judge.problemsIn(seen)).toEqual([]);
  expect(world.notifications()).toBe(0);
});
