/** Contacts at the simulated Exchange: every field both ways, the folder *Salesforce Contacts*, and creations that are repeated. */
import { describe, expect, it } from 'vitest';
import { reduceFields } from '../../src/model/canonical.ts';
import { HOUR } from '../../src/model/clock.ts';
import type { Fields } from '../../src/model/collection.ts';
import type { ItemId } from '../../src/model/ids.ts';
import type { ContactItem } from '../../src/model/mailbox-item.ts';
import { ANN } from '../support/exchange-bench.ts';
import { itemsIn, newItem, openItems, valuesOf, visitItems } from '../support/exchange-items-bench.ts';

const FULL: Fields = {
  firstName: 'Zoë',
  lastName: 'O’Neil & <Sons>',
  email: 'zoe@other.test',
  phone: '+49 30 1234-5',
  mobile: '+49 170 1',
  homePhone: '030 2',
  fax: '030 3',
  title: 'Head of “Things”',
  department: 'R & D',
  company: 'Ótro GmbH',
  street: 'Hauptstraße 1\n2. Hof',
  city: 'Köln',
  state: 'NRW',
  postalCode: '50667',
  country: 'Deutschland',
  birthday: '1980-02-29',
  notes: 'First 😀\n\nsecond\n\tindented',
};
const EMPTY: Fields = Object.fromEntries(Object.keys(FULL).map((name) => [name, '']));

type World = ReturnType<typeof openItems>;

function read(given: Parameters<World['simulator']['createContact']>[1], folder?: string) {
  const world = openItems();
  if (folder !== undefined) world.simulator.createFolder(ANN, folder, 'IPF.Contact');
  const itemId = world.simulator.createContact(ANN, given, folder);
  return world.readOne('contacts', itemId) as Promise<ContactItem>;
}

async function create(world: World, fields: Fields, stamp = '003A') {
  const items = [newItem(stamp, fields)];
  const [made] = valuesOf(await world.connect().items.createItems('contacts', items, { mayExist: false }));
  if (made === undefined) throw new Error('no answer');
  return made;
}

const contactFolders = (world: World) =>
  [...(world.simulator.world.directory.mailboxes.get(ANN)?.folders.values() ?? [])].filter(
    ({ displayName }) => displayName === 'Salesforce Contacts',
  );

describe('a contact is read', () => {
  it('with all its fields', async () => {
    const contact = await read({
      texts: {
        GivenName: ' Bob ',
        Surname: 'Ray',
        JobTitle: 'CEO',
        Department: 'Board',
        CompanyName: 'Other',
        Birthday: '1980-05-04T00:00:00Z',
      },
      emails: { EmailAddress2: 'Second@Other.test', EmailAddress1: 'BOB@Other.test', EmailAddress3: 'none' },
      phones: { BusinessPhone: '1', MobilePhone: '2', HomePhone: '3', BusinessFax: '4', OtherFax: '5' },
      addresses: {
        Business: { Street: 'A 1\r\nB', City: 'C', State: 'D', PostalCode: 'E', CountryOrRegion: 'F' },
        Home: { City: 'Elsewhere' },
      },
      body: 'note',
      categories: ['Salesforce'],
    });
    expect(contact.fields).toEqual({
      firstName: 'Bob',
      lastName: 'Ray',
      email: 'bob@other.test',
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
    });
    expect(contact).toMatchObject({
      addresses: ['bob@other.test', 'second@other.test'],
      isInSalesforceFolder: false,
      categories: ['Salesforce'],
      stamp: null,
    });
  });

  it('empty, where nothing is known', async () => {
    expect((await read({})).fields).toEqual(EMPTY);
  });

  it.each(['1980-05-04T00:00:00Z', '1980-05-04T11:59:00Z', '1980-05-03T22:00:00Z', '1980-05-04T08:00:00Z'])(
    'born on the day that is meant by %s',
    async (Birthday) => {
      expect((await read({ texts: { Birthday } })).fields.birthday).toBe('1980-05-04');
    },
  );

  it.each(['1604-05-04T00:00:00Z', '4501-01-01T00:00:00Z'])(
    'without a birthday where %s stands for none',
    async (Birthday) => {
      expect((await read({ texts: { Birthday } })).fields.birthday).toBe('');
    },
  );

  it('with the first address that it has', async () => {
    expect((await read({ emails: { EmailAddress3: 'c@x.test' } })).fields.email).toBe('c@x.test');
  });

  it.each([
    ['Contacts/Salesforce Contacts', true],
    ['salesforce contacts', true],
    ['Contacts/Others', false],
  ])('from the folder %s', async (folder, isInSalesforceFolder) => {
    expect((await read({ texts: { Surname: 'x' } }, folder)).isInSalesforceFolder).toBe(isInSalesforceFolder);
  });
});

describe('a contact is written', () => {
  it.each([
    ['full', FULL],
    ['empty', EMPTY],
    ['by its last name alone', { lastName: 'Ray' }],
    ['with long notes', { lastName: 'Ray', notes: 'long line\n'.repeat(5_000).trim() }],
    ['born long ago', { lastName: 'Ray', birthday: '1879-03-14' }],
  ])('%s, and comes back as it was', async (_name, fields: Fields) => {
    const world = openItems();
    const { items } = world.connect();
    const expected = { ...EMPTY, ...reduceFields(fields, items.capabilities.contacts.fields) };
    const made = await create(world, fields);
    const after = (await world.readOne('contacts', made.itemId)) as ContactItem;
    expect(after.fields).toEqual(expected);
    expect(after).toMatchObject({
      stamp: '003A',
      categories: ['Salesforce'],
      version: made.version,
      isInSalesforceFolder: true,
    });
    expect(made.uid).toBeNull();

    const itemId = (await create(world, { ...FULL, firstName: 'Other' }, '003B')).itemId;
    const { version } = await world.readOne('contacts', itemId);
    const [updated] = valuesOf(
      await items.updateItems('contacts', [{ itemId, version, fields: { ...EMPTY, ...fields } }]),
    );
    const changed = await world.readOne('contacts', itemId);
    expect(changed.fields).toEqual(expected);
    expect(changed.version).toBe(updated?.version);
    expect(world.notifications()).toBe(0);
  });

  it('in its changed fields alone', async () => {
    const world = openItems();
    const itemId = world.simulator.createContact(ANN, {
      texts: { GivenName: 'Bob', Surname: 'Ray', Nickname: 'B' },
      emails: { EmailAddress1: 'one@x.test', EmailAddress2: 'two@x.test' },
      phones: { Pager: '9', BusinessPhone: '1' },
      addresses: { Business: { City: 'C', Street: 'S' }, Home: { City: 'H' } },
    }) as ItemId;
    const { version } = await world.readOne('contacts', itemId);
    const fields = { city: 'New', phone: '', email: 'new@x.test' };
    valuesOf(await world.connect().items.updateItems('contacts', [{ itemId, version, fields }]));
    const content = world.simulator.world.directory.mailboxes.get(ANN)?.items.get(itemId)?.contact;
    expect(content?.texts).toMatchObject({ GivenName: 'Bob', Surname: 'Ray', Nickname: 'B' });
    const entries = (name: 'EmailAddresses' | 'PhoneNumbers') =>
      [...(content?.entries[name] ?? [])].map(([key, { text }]) => `${key} ${text}`);
    expect(entries('EmailAddresses')).toEqual(['EmailAddress1 new@x.test', 'EmailAddress2 two@x.test']);
    expect(entries('PhoneNumbers')).toEqual(['Pager 9']);
    const addresses = content?.entries.PhysicalAddresses;
    expect([addresses?.get('Business')?.parts, addresses?.get('Home')?.parts]).toEqual([
      { City: 'New', Street: 'S' },
      { City: 'H' },
    ]);
  });

  it('and filed under its name, whatever the name becomes', async () => {
    const world = openItems();
    const made = await create(world, FULL);
    valuesOf(await world.connect().items.updateItems('contacts', [{ ...made, fields: { lastName: 'New' } }]));
    const content = world.simulator.world.directory.mailboxes.get(ANN)?.items.get(made.itemId)?.contact;
    expect(content?.texts).toMatchObject({ FileAsMapping: 'LastCommaFirst', Surname: 'New' });
  });

  it('not over what somebody changed since', async () => {
    const world = openItems();
    const made = await create(world, FULL);
    world.simulator.editContact(ANN, made.itemId, { texts: { Surname: 'By hand' } });
    expect(await world.connect().items.updateItems('contacts', [{ ...made, fields: FULL }])).toMatchObject([
      { ok: false, itemId: made.itemId, failure: { code: 'mailbox.item-conflict' } },
    ]);
  });
});

describe('the folder Salesforce Contacts', () => {
  it('is made when a contact first needs it, below the default contacts, and once', async () => {
    const world = openItems();
    const before = await visitItems(world.connect());
    expect(contactFolders(world)).toEqual([]);
    for (const stamp of ['003A', '003B']) await create(world, FULL, stamp);
    const [folder, more] = contactFolders(world);
    expect(more).toBeUndefined();
    expect([folder?.folderClass, folder?.parent?.role]).toEqual(['IPF.Contact', 'contacts']);
    world.clock.advance(HOUR);
    const { listing, changes } = await visitItems(world.connect(), before.memory);
    expect(listing.itemFeeds.filter(({ collection }) => collection === 'contacts')).toHaveLength(2);
    expect(
      itemsIn(changes)
        .map(({ stamp }) => stamp)
        .toSorted(),
    ).toEqual(['003A', '003B']);
    expect(itemsIn(changes)).toMatchObject([{ isInSalesforceFolder: true }, { isInSalesforceFolder: true }]);
  });

  it('that somebody made elsewhere is taken', async () => {
    const world = openItems();
    world.simulator.createFolder(ANN, 'Salesforce Contacts', 'IPF.Contact');
    await create(world, FULL);
    expect(contactFolders(world)).toHaveLength(1);
  });

  it('among the deleted items counts as none', async () => {
    const world = openItems();
    world.simulator.createFolder(ANN, 'Deleted Items/Salesforce Contacts', 'IPF.Contact');
    const made = await create(world, FULL);
    expect((await world.readOne('contacts', made.itemId)) as ContactItem).toMatchObject({
      isInSalesforceFolder: true,
    });
    expect(contactFolders(world)).toHaveLength(2);
  });

  it('that went away is no trouble, and neither told as deleted contacts', async () => {
    const world = openItems();
    await create(world, FULL);
    world.clock.advance(HOUR);
    const before = await visitItems(world.connect());
    world.simulator.removeFolder(ANN, 'Contacts/Salesforce Contacts');
    world.clock.advance(HOUR);
    const { listing, changes } = await visitItems(world.connect(), before.memory);
    expect(listing.itemTroubles).toEqual([]);
    expect(listing.itemFeeds.filter(({ collection }) => collection === 'contacts')).toHaveLength(1);
    expect(changes.filter(({ kind }) => kind === 'deleted')).toEqual([]);
  });
});

describe('contacts are made', () => {
  it('once each, also when an answer was lost', async () => {
    const world = openItems();
    const items = Array.from({ length: 50 }, (_, index) => newItem(`003${index}`, { lastName: `N${index}` }));
    const first = valuesOf(
      await world.connect().items.createItems('contacts', items.slice(0, 30), { mayExist: false }),
    );
    const second = valuesOf(await world.connect().items.createItems('contacts', items, { mayExist: true }));
    expect(second.slice(0, 30)).toEqual(first);
    expect(new Set(second.map(({ itemId }) => itemId)).size).toBe(50);
    const { changes } = await visitItems(world.connect());
    expect(itemsIn(changes)).toHaveLength(50);
  });

  it('in the order asked, the rest too when one of them fails and when the server stops in between', async () => {
    const world = openItems();
    await create(world, FULL, '0030');
    const items = ['003A', '003B', '003C'].map((stamp) => newItem(stamp, { lastName: stamp }));
    const code = 'ErrorBatchProcessingStopped';
    world.simulator.faults.add({
      operation: 'CreateItem',
      count: 1,
      effect: { kind: 'partial', nth: 2, code },
    });
    const made = valuesOf(await world.connect().items.createItems('contacts', items, { mayExist: false }));
    const names = await Promise.all(made.map(({ itemId }) => world.readOne('contacts', itemId)));
    expect(names.map(({ fields }) => fields.lastName)).toEqual(['003A', '003B', '003C']);
  });
});
