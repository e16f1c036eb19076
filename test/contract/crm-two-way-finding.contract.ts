/** The part of the CRM's contract of events, contacts and tasks that is about records that are there already. Declared by `crm-two-way.contract.ts`. */
import { expect } from 'vitest';
import { MINUTE } from '../../src/model/clock.ts';
import type { Collection, Fields } from '../../src/model/collection.ts';
import type { RecordWish } from '../../src/model/crm-records.ts';
import { dayAt, spanAt } from '../support/field-samples.ts';
import {
  type Check,
  has,
  makeByHand,
  newRecord,
  ordinary,
  ownKeys,
  type RecordsWorld,
  write,
} from '../support/records-world.ts';

const wish = (fields: Fields, more: Partial<RecordWish> = {}): RecordWish => ({
  key: null,
  fields,
  addresses: [],
  ...more,
});

async function find({ crm }: RecordsWorld, collection: Collection, wishes: readonly RecordWish[]) {
  const records = await crm.records.findRecords(collection, wishes);
  return records.map((record) => record?.recordId ?? null);
}

export function describeFinding(check: Check): void {
  for (const collection of ['events', 'contacts', 'tasks'] as const) {
    check(
      `${collection} are found by the own key before their fields`,
      async (world) => {
        const fields = await ordinary(world, collection, 'Twin');
        await world.hands.make(collection, { fields });
        await world.advance(MINUTE);
        const { recordId } = await write(world, collection, newRecord(fields, { key: `key-${collection}` }));
        const addresses = fields.email === undefined ? [] : [fields.email];
        const wishes = [
          wish(fields, { key: `key-${collection}`, addresses }),
          wish({ subject: 'Nothing', lastName: 'Nobody' }, { key: `key-${collection}` }),
          wish({ subject: 'Nothing', lastName: 'Nobody' }, { key: 'another key' }),
        ];
        expect(await find(world, collection, wishes)).toEqual([recordId, recordId, null]);
      },
      [ownKeys(collection)],
    );

    check(`looking for no ${collection} finds none`, async (world) => {
      expect(await find(world, collection, [])).toEqual([]);
    });

    check(`as many ${collection} are looked for at once as the CRM says`, async (world) => {
      const recordId = await makeByHand(world, collection, 'Last');
      const { batchMax } = (await world.crm.records.capabilities())[collection];
      const fields = await ordinary(world, collection, 'Last');
      await world.hands.change(collection, recordId, fields);
      const addresses = fields.email === undefined ? [] : [fields.email];
      const others = Array.from({ length: batchMax - 1 }, (_, at) =>
        wish(
          { ...fields, subject: `Nothing ${at}`, lastName: `Nobody ${at}` },
          { addresses: [`${at}@x.test`] },
        ),
      );
      const found = await find(world, collection, [...others, wish(fields, { addresses })]);
      expect(found).toEqual([...others.map(() => null), recordId]);
    });
  }

  check('own events are found by subject and time, the oldest first', async (world) => {
    const time = spanAt(world.now(), 4, 9);
    const day = `${dayAt(world.now(), 9)}/${dayAt(world.now(), 10)}`;
    const event = (subject: string, at: string, owner?: 'colleague') =>
      world.hands.make('events', {
        fields: { subject, time: at },
        ...(owner === undefined ? {} : { owner }),
      });
    await event('Review', time, 'colleague');
    const first = await event('Review', time);
    await world.advance(MINUTE);
    await event('Review', time);
    const wholeDay = await event('Review', day);
    const gone = await event('Gone', time);
    await world.hands.remove('events', gone);
    await event('Not mine', time, 'colleague');
    const wishes = [
      wish({ subject: 'Gone', time }),
      wish({ subject: 'Review', time: day }),
      wish({ subject: 'Review', time }),
      wish({ subject: 'Review', time: spanAt(world.now(), 4, 10) }),
      wish({ subject: 'Not mine', time }),
    ];
    expect(await find(world, 'events', wishes)).toEqual([null, wholeDay, first, null, null]);
  });

  check('own open tasks are found by subject and day, the oldest first', async (world) => {
    const due = dayAt(world.now(), 4);
    const task = (fields: Fields, owner?: 'colleague') =>
      world.hands.make('tasks', { fields, ...(owner === undefined ? {} : { owner }) });
    await task({ subject: 'Call', due, status: 'completed' });
    await task({ subject: 'Call', due }, 'colleague');
    const first = await task({ subject: 'Call', due });
    await world.advance(MINUTE);
    await task({ subject: 'Call', due });
    const undated = await task({ subject: 'Call' });
    await task({ subject: 'Done', due, status: 'completed' });
    const wishes = [
      wish({ subject: 'Done', due }),
      wish({ subject: 'Call', due }),
      wish({ subject: 'Call', due: '' }),
      wish({ subject: 'Call', due: dayAt(world.now(), 5) }),
    ];
    expect(await find(world, 'tasks', wishes)).toEqual([null, first, undated, null]);
  });

  check('contacts are found by any address, whoever owns them', async (world) => {
    const contact = await world.hands.make('contacts', {
      fields: { lastName: 'Marlow', email: 'robin@acme.example' },
      furtherAddress: 'r.marlow@home.example',
      owner: 'colleague',
    });
    const nobody: Fields = { lastName: 'Somebody', firstName: 'Else' };
    const by = (...addresses: readonly string[]) => wish(nobody, { addresses });
    const wishes = [
      by('robin@acme.example'),
      by('unknown@acme.example'),
      by('unknown@acme.example', 'r.marlow@home.example'),
      by(),
    ];
    expect(await find(world, 'contacts', wishes)).toEqual([contact, null, contact, null]);
  });

  check(
    'contacts are found by their names at an account of the same name, where no address is known',
    async (world) => {
      const acme = await world.hands.makeAccount('Acme');
      const other = await world.hands.makeAccount('Other');
      const names = { firstName: 'Robin', lastName: 'Marlow' };
      const elsewhere = await world.hands.make('contacts', { fields: names, accountId: other });
      const there = await world.hands.make('contacts', { fields: names, accountId: acme });
      const addressed = await world.hands.make('contacts', {
        fields: { lastName: 'Lind', email: 'lind@acme.example' },
      });
      const wishes = [
        wish({ ...names, company: 'Acme' }, { addresses: ['new@acme.example'] }),
        wish({ ...names, company: 'Other' }),
        wish({ ...names, company: 'Nowhere' }),
        wish({ ...names, firstName: 'Alex', company: 'Acme' }),
        wish({ ...names, company: 'Acme' }, { addresses: ['lind@acme.example'] }),
      ];
      expect(await find(world, 'contacts', wishes)).toEqual([there, elsewhere, null, null, addressed]);
    },
    [has('contacts', 'company')],
  );

  check('what looks like query language finds what it says, and breaks nothing', async (world) => {
    const traps = ["O'Brien \\ %_", "x') OR (Name != '", '{!Name} ?q', '\u2028 and \u{1F600}'.trim()];
    const due = dayAt(world.now(), 4);
    const made = [];
    for (const subject of traps) made.push(await world.hands.make('tasks', { fields: { subject, due } }));
    const wishes = traps.map((subject) => wish({ subject, due }));
    expect(await find(world, 'tasks', wishes)).toEqual(made);
    const addresses = ["o'brien@acme.example", "x') OR (Id != '", '%@acme.example', 'ü@ü.example'];
    const contacts = traps.map((lastName, at) =>
      wish({ lastName, firstName: lastName, company: lastName }, { addresses: [addresses[at] ?? ''] }),
    );
    expect(await find(world, 'contacts', contacts)).toEqual([null, null, null, null]);
  });
}
