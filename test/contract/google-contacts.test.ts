/** Contacts of a simulated Google: every field both ways, the values of others untouched, labels, echoes, merged ones, and what may be made twice. */
import { describe, expect, test } from 'vitest';
import type { Fields } from '../../src/model/collection.ts';
import type { ItemId } from '../../src/model/ids.ts';
import { type ContactItem, SALESFORCE_CONTACTS } from '../../src/model/mailbox-item.ts';
import { ANN } from '../support/google-bench.ts';
import {
  CONTACTS,
  codesOf,
  createOne,
  deletions,
  drainItems,
  openItems,
  readOne,
  updateOne,
  upserts,
  valuesOf,
} from '../support/google-items-bench.ts';

const bob = (more: object = {}) => ({
  names: [{ givenName: 'Bob', middleName: 'Lee', familyName: 'Fox', honorificPrefix: 'Dr.' }],
  emailAddresses: [
    { value: 'Bob@Outside.test', type: 'work' },
    { value: 'bob@home.test', type: 'home' },
  ],
  phoneNumbers: [
    { value: '+44 1', type: 'pager' },
    { value: '+44 2', type: 'work' },
    { value: '+44 3', type: 'mobile' },
    { value: '+44 4', type: 'mobile' },
  ],
  organizations: [{ name: 'Fox Ltd', title: 'Boss', location: 'London' }, { name: 'Old Ltd' }],
  addresses: [
    { type: 'home', city: 'Bath' },
    {
      type: 'work',
      streetAddress: '1 High St',
      extendedAddress: 'Floor 2',
      city: 'York',
      countryCode: 'GB',
      country: 'UK',
    },
  ],
  birthdays: [{ date: { year: 1980, month: 2, day: 29 } }],
  biographies: [{ value: 'Likes\ncheese', contentType: 'TEXT_PLAIN' }],
  urls: [{ value: 'https://bob.test' }],
  ...more,
});

const FULL: Fields = {
  firstName: 'Zoë',
  lastName: 'Ångström',
  email: 'zoe@outside.test',
  phone: '+49 30 1',
  mobile: '+49 170 2',
  homePhone: '+49 30 3',
  fax: '+49 30 4',
  title: 'Leiterin',
  department: 'Forschung',
  company: 'Müller & Söhne',
  street: 'Hauptstraße 1\nHinterhaus',
  city: 'München',
  state: 'Bayern',
  postalCode: '80331',
  country: 'Deutschland',
  birthday: '1979-12-31',
  notes: 'Zeile 1\n\nZeile <b>2</b> & 日本 🎉',
};
const EMPTY: Fields = Object.fromEntries(Object.keys(FULL).map((name) => [name, '']));

describe('fields', () => {
  test('all fields of a new contact are the same texts when they come back, and can all be cleared', async () => {
    const { connect } = await openItems();
    const { itemId } = await createOne(connect(), 'contacts', 'record-1', FULL);
    expect((await readOne(connect(), 'contacts', itemId)).fields).toEqual(FULL);
    await updateOne(connect(), 'contacts', itemId, EMPTY);
    expect((await readOne(connect(), 'contacts', itemId)).fields).toEqual(EMPTY);
  });

  test.each(Object.entries(FULL))('%s is changed by itself, and cleared by itself', async (name, value) => {
    const { simulator, connect, notified } = await openItems();
    const itemId = simulator.addContact(
      ANN,
      bob({ emailAddresses: [{ value: 'bob@outside.test' }] }),
    ) as ItemId;
    const before = (await readOne(connect(), 'contacts', itemId)).fields;
    await updateOne(connect(), 'contacts', itemId, { [name]: value });
    expect((await readOne(connect(), 'contacts', itemId)).fields).toEqual({ ...before, [name]: value });
    await updateOne(connect(), 'contacts', itemId, { [name]: '' });
    const cleared = (await readOne(connect(), 'contacts', itemId)).fields;
    // The second mobile number is the mobile number then, as the second company is the company.
    const next: Fields = name === 'mobile' ? { mobile: '+44 4' } : { [name]: '' };
    expect(cleared).toEqual({ ...before, ...next });
    expect(notified()).toBe(0);
  });

  test('a contact as people keep it is read by what counts, and a write leaves everything else as it is', async () => {
    const { simulator, connect } = await openItems();
    const itemId = simulator.addContact(ANN, bob()) as ItemId;
    const item = (await readOne(connect(), 'contacts', itemId)) as ContactItem;
    expect(item).toMatchObject({
      addresses: ['bob@outside.test', 'bob@home.test'],
      isInSalesforceFolder: false,
      stamp: null,
      fields: {
        firstName: 'Bob',
        lastName: 'Fox',
        email: 'bob@outside.test',
        phone: '+44 2',
        mobile: '+44 3',
        homePhone: '',
        fax: '',
        company: 'Fox Ltd',
        street: '1 High St\nFloor 2',
        city: 'York',
        country: 'UK',
        birthday: '1980-02-29',
        notes: 'Likes\ncheese',
      },
    });
    const changed = {
      lastName: 'Wolf',
      email: 'wolf@outside.test',
      mobile: '+44 9',
      title: 'Chief',
      city: 'Leeds',
    };
    await updateOne(connect(), 'contacts', itemId, changed);
    const [after] = simulator.contactSnapshot(ANN);
    expect(after).toMatchObject({
      names: [{ givenName: 'Bob', middleName: 'Lee', familyName: 'Wolf', honorificPrefix: 'Dr.' }],
      emailAddresses: [
        { value: 'wolf@outside.test', type: 'work' },
        { value: 'bob@home.test', type: 'home' },
      ],
      phoneNumbers: [
        { value: '+44 1', type: 'pager' },
        { value: '+44 2', type: 'work' },
        { value: '+44 9', type: 'mobile' },
        { value: '+44 4', type: 'mobile' },
      ],
      organizations: [{ name: 'Fox Ltd', title: 'Chief', location: 'London' }, { name: 'Old Ltd' }],
      addresses: [
        { type: 'home', city: 'Bath' },
        {
          type: 'work',
          streetAddress: '1 High St',
          extendedAddress: 'Floor 2',
          city: 'Leeds',
          country: 'UK',
        },
      ],
      urls: [{ value: 'https://bob.test' }],
    });
  });

  test('names and addresses that nobody took apart, and birthdays without a year', async () => {
    const { simulator, connect } = await openItems();
    const person = {
      names: [{ unstructuredName: 'Bob Fox' }],
      addresses: [{ formattedValue: '1 High St\nYork' }],
      birthdays: [{ date: { month: 2, day: 29 } }],
      phoneNumbers: [{ value: '+44 7' }],
    };
    const itemId = simulator.addContact(ANN, person) as ItemId;
    expect((await readOne(connect(), 'contacts', itemId)).fields).toMatchObject({
      firstName: '',
      lastName: 'Bob Fox',
      street: '1 High St\nYork',
      birthday: '',
      phone: '+44 7',
    });
    await updateOne(connect(), 'contacts', itemId, { firstName: 'Bob', city: 'York', phone: '+44 8' });
    expect((await readOne(connect(), 'contacts', itemId)).fields).toMatchObject({
      firstName: 'Bob',
      lastName: 'Bob Fox',
      street: '1 High St\nYork',
      city: 'York',
      phone: '+44 8',
    });
  });
});

describe('labels', () => {
  test('the label Salesforce Contacts is a folder, all others are categories, and Google’s own are neither', async () => {
    const { simulator, visit } = await openItems();
    for (const name of [SALESFORCE_CONTACTS.toUpperCase(), 'Salesforce', 'Friends of mine'])
      simulator.createContactGroup(ANN, name);
    simulator.addContact(ANN, bob(), [SALESFORCE_CONTACTS.toUpperCase(), 'starred']);
    simulator.addContact(ANN, bob(), ['Salesforce', 'Friends of mine']);
    expect(upserts((await visit()).changes)).toMatchObject([
      { isInSalesforceFolder: true, categories: [] },
      { isInSalesforceFolder: false, categories: ['Salesforce', 'Friends of mine'] },
    ]);
  });

  test('labels are asked for only where somebody is in one', async () => {
    const { simulator, visit } = await openItems();
    simulator.addContact(ANN, bob());
    await visit();
    expect(simulator.requests.count('people.contactGroups.list')).toBe(0);
  });

  test('marks add and remove labels, make those that are missing, and tell the version that comes back', async () => {
    const { simulator, visit, connect, notified } = await openItems();
    simulator.createContactGroup(ANN, 'Sync Error');
    const ids = [
      simulator.addContact(ANN, bob(), ['Sync Error']),
      simulator.addContact(ANN, bob()),
    ] as ItemId[];
    const first = await visit();
    const marks = [...ids, 'people/c1' as ItemId].map((itemId) => {
      return { itemId, version: '', add: ['Salesforce'], remove: ['Sync Error', 'Unknown'] };
    });
    const results = await connect().items.markItems('contacts', marks);
    expect(codesOf(results)).toEqual(['ok', 'ok', 'mailbox.item-gone']);
    const second = await visit(first.cursors);
    expect(upserts(second.changes).map(({ version, categories }) => [version, categories])).toEqual(
      valuesOf(results.slice(0, 2)).map(({ version }) => [version, ['Salesforce']]),
    );
    const again = await connect().items.markItems('contacts', marks.slice(0, 2));
    expect(again).toEqual(results.slice(0, 2));
    expect(notified()).toBe(0);
  });

  test('a label that somebody deleted is made anew, and the last one of a contact can be taken away', async () => {
    const { simulator, connect } = await openItems();
    const itemId = simulator.addContact(ANN, bob()) as ItemId;
    const connector = connect();
    const mark = { itemId, version: '', add: ['Salesforce'], remove: [] };
    await connector.items.markItems('contacts', [mark]);
    simulator.removeContactGroup(ANN, 'Salesforce');
    expect(codesOf(await connector.items.markItems('contacts', [mark]))).toEqual(['ok']);
    simulator.setContactGroup(ANN, itemId, 'myContacts', false);
    const unmark = { itemId, version: '', add: [], remove: ['Salesforce'] };
    expect(codesOf(await connector.items.markItems('contacts', [unmark]))).toEqual(['ok']);
    expect((await readOne(connect(), 'contacts', itemId)).categories).toEqual([]);
  });

  test('a new contact stands under the label, which is made once, with its categories', async () => {
    const { simulator, connect } = await openItems();
    const wanted = ['a', 'b', 'c'].map((stamp) => ({
      stamp,
      fields: { lastName: stamp },
      categories: ['Salesforce'],
    }));
    const made = valuesOf(await connect().items.createItems('contacts', wanted, { mayExist: false }));
    const items = valuesOf(
      await connect().items.readItems(
        'contacts',
        made.map(({ itemId }) => itemId),
      ),
    );
    expect(items).toMatchObject(
      wanted.map(({ stamp, fields }, index) => ({
        stamp,
        fields,
        isInSalesforceFolder: true,
        categories: ['Salesforce'],
        version: made[index]?.version,
      })),
    );
    expect(simulator.requests.count('people.people.batchCreateContacts')).toBe(1);
    expect(simulator.requests.count('people.contactGroups.create')).toBe(2);
  });
});

describe('changes', () => {
  test('what changes, and what is deleted, is told once; own writes come back in their version', async () => {
    const { simulator, visit, connect } = await openItems();
    const [kept = '', gone = ''] = [simulator.addContact(ANN, bob()), simulator.addContact(ANN, bob())];
    const first = await visit();
    simulator.removeContact(ANN, gone);
    const { version } = await updateOne(connect(), 'contacts', kept as ItemId, { title: 'New' });
    const made = await createOne(connect(), 'contacts', 'record-1', FULL);
    const second = await visit(first.cursors);
    expect(deletions(second.changes)).toEqual([gone]);
    expect(upserts(second.changes).map((item) => [item.itemId, item.version, item.stamp])).toEqual([
      [kept, version, null],
      [made.itemId, made.version, 'record-1'],
    ]);
    expect(codesOf(await connect().items.readItems('contacts', [gone as ItemId]))).toEqual([
      'mailbox.item-gone',
    ]);
    expect((await visit(second.cursors)).changes).toEqual([]);
  });

  test('a contact that is linked to a profile stays the same one', async () => {
    const { simulator, visit, connect } = await openItems();
    const itemId = simulator.addContact(ANN, bob()) as ItemId;
    const first = await visit();
    const renamed = simulator.relinkContact(ANN, itemId);
    expect(renamed).not.toBe(itemId);
    const second = await visit(first.cursors);
    expect(deletions(second.changes)).toEqual([]);
    expect(upserts(second.changes)).toMatchObject([{ itemId }]);
    await updateOne(connect(), 'contacts', itemId, { title: 'New' });
    expect(await readOne(connect(), 'contacts', itemId)).toMatchObject({ itemId, fields: { title: 'New' } });
    simulator.removeContact(ANN, renamed);
    expect(deletions((await visit(second.cursors)).changes)).toContain(itemId);
  });

  test('of two that are merged one stays and the other is gone', async () => {
    const { simulator, visit, connect } = await openItems();
    const [kept, gone] = [simulator.addContact(ANN, bob()), simulator.addContact(ANN, bob())] as ItemId[];
    const first = await visit();
    simulator.mergeContacts(ANN, kept ?? '', gone ?? '');
    const { changes } = await visit(first.cursors);
    expect(deletions(changes)).toEqual([gone]);
    expect(upserts(changes)).toMatchObject([{ itemId: kept }]);
    const read = await connect().items.readItems('contacts', [kept as ItemId, gone as ItemId]);
    expect(codesOf(read)).toEqual(['ok', 'mailbox.item-gone']);
  });

  test('pages follow each other', async () => {
    const { simulator, connect, windowNow } = await openItems();
    for (let index = 0; index < 1_100; index += 1)
      simulator.addContact(ANN, { names: [{ givenName: `${index}` }] });
    const read = await drainItems(connect().items, CONTACTS, null, windowNow());
    expect([read.pages, upserts(read.changes).length]).toEqual([3, 1_100]);
  });
});

describe('writes', () => {
  test('another version is refused, a vanished contact is gone, and the others are written', async () => {
    const { simulator, connect } = await openItems();
    const ids = ['a', 'b', 'c', 'd'].map(
      (name) => simulator.addContact(ANN, { names: [{ familyName: name }] }) as ItemId,
    );
    const connector = connect();
    const items = valuesOf(await connector.items.readItems('contacts', ids));
    simulator.changeContact(ANN, ids[0] ?? '', { names: [{ familyName: 'theirs' }] });
    simulator.removeContact(ANN, ids[1] ?? '');
    simulator.faults.add({
      operation: 'people.people.updateContact',
      nth: 1,
      count: 1,
      effect: { kind: 'service', code: 'failedPrecondition' },
    });
    const updates = items.map(({ itemId, version }) => ({ itemId, version, fields: { title: 'ours' } }));
    expect(codesOf(await connector.items.updateItems('contacts', updates))).toEqual([
      'mailbox.item-conflict',
      'mailbox.item-gone',
      'mailbox.item-conflict',
      'ok',
    ]);
  });

  test('what may exist is found by its stamp, alone and among others, also after a lost answer', async () => {
    const { simulator, connect } = await openItems();
    const wanted = ['a', 'b', 'c'].map((stamp) => ({ stamp, fields: { lastName: 'Fox' }, categories: [] }));
    for (const operation of ['people.people.createContact', 'people.people.batchCreateContacts'])
      simulator.faults.add({ operation, nth: 1, count: 1, effect: { kind: 'lostReply' } });
    const first = valuesOf(
      await connect().items.createItems('contacts', wanted.slice(0, 1), { mayExist: false }),
    );
    const all = valuesOf(await connect().items.createItems('contacts', wanted, { mayExist: true }));
    expect(all[0]).toEqual(first[0]);
    expect(simulator.contactSnapshot(ANN)).toHaveLength(3);
  });

  test('one contact that Google refuses does not stop the others', async () => {
    const { simulator, connect } = await openItems();
    const wanted = ['a', 'b', 'c'].map((stamp) => ({ stamp, fields: { lastName: stamp }, categories: [] }));
    const effect = { kind: 'service', code: 'badRequest' } as const;
    simulator.faults.add({ operation: 'people.people.batchCreateContacts', effect });
    simulator.faults.add({ operation: 'people.people.createContact', nth: 2, count: 1, effect });
    const results = await connect().items.createItems('contacts', wanted, { mayExist: false });
    expect(codesOf(results)).toEqual(['ok', 'mailbox.item-refused', 'ok']);
    expect(results[1]).toMatchObject({ itemId: 'b' });
  });

  test('a write that the service could not answer is repeated, and never made twice', async () => {
    const { simulator, connect } = await openItems();
    const effect = { kind: 'http', status: 503, body: 'service' } as const;
    simulator.faults.add({ operation: 'people.people.createContact', nth: 1, count: 1, effect });
    const { itemId } = await createOne(connect(), 'contacts', 'record-1', { lastName: 'Fox' });
    simulator.faults.add({ operation: 'people.people.updateContact', nth: 1, count: 1, effect });
    await updateOne(connect(), 'contacts', itemId, { lastName: 'Wolf' });
    expect(simulator.contactSnapshot(ANN)).toHaveLength(1);
    simulator.faults.add({ operation: 'people.people.updateContact', effect });
    const { version } = await readOne(connect(), 'contacts', itemId);
    const update = { itemId, version, fields: { lastName: 'Bear' } };
    expect(codesOf(await connect().items.updateItems('contacts', [update]))).toEqual([
      'mailbox.item-refused',
    ]);
  });
});
