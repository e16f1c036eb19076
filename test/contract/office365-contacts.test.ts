/** Contacts of Office 365: every field both ways, lists of which one is a field, the folder Salesforce Contacts, and moves between folders. */
import { describe, expect, it } from 'vitest';
import type { FieldName } from '../../src/model/collection.ts';
import type { ItemId } from '../../src/model/ids.ts';
import type { ContactItem } from '../../src/model/mailbox-item.ts';
import { ANN } from '../support/office365-bench.ts';
import {
  codesOf,
  contactsOf,
  deletedOf,
  expectSilence,
  type ItemsBench,
  NOW,
  nothingYet,
  openItemsBench,
  resultOf,
  visitItems,
  windowAt,
} from '../support/office365-items.ts';

const visit = (mail: ItemsBench['mail'], memory = nothingYet) =>
  visitItems(mail, memory, windowAt(NOW), ['contacts']);

const FIELDS: Readonly<Record<string, string>> = {
  firstName: 'Zoë',
  lastName: 'O’Neil-山田',
  email: 'zoe@example.test',
  phone: '+49 30 1234',
  mobile: '+49 170 99',
  homePhone: '030 5',
  fax: '+49 30 1235',
  title: 'Head of R&D',
  department: 'Labs',
  company: 'Größe GmbH',
  street: 'Hauptstraße 1\nHinterhof',
  city: 'Köln',
  state: 'NRW',
  postalCode: '50667',
  country: 'Germany',
  birthday: '1980-02-29',
  notes: 'One\n\nTwo 🎂',
};

async function readOne({ mail }: ItemsBench, id: string): Promise<ContactItem> {
  return resultOf(await mail.items.readItems('contacts', [id as ItemId])) as ContactItem;
}

async function write(bench: ItemsBench, id: string, fields: ContactItem['fields']) {
  const { version } = await readOne(bench, id);
  return bench.mail.items.updateItems('contacts', [{ itemId: id as ItemId, version, fields }]);
}

async function make({ mail }: ItemsBench, fields = FIELDS) {
  const items = [{ stamp: '003A', fields, categories: ['Salesforce'] }];
  return resultOf(await mail.items.createItems('contacts', items, { mayExist: false }));
}

describe('a contact that is made', () => {
  it('lies in the folder Salesforce Contacts, which is made once, with fields, stamp and categories', async () => {
    const bench = openItemsBench();
    const made = await make(bench);
    expect(made.uid).toBeNull();
    expect(await readOne(bench, made.itemId)).toMatchObject({
      fields: FIELDS,
      stamp: '003A',
      version: made.version,
      categories: ['Salesforce'],
      addresses: ['zoe@example.test'],
      isInSalesforceFolder: true,
      sensitivity: 'normal',
    });
    await make({ ...bench, mail: bench.reopen() }, { lastName: 'Second' });
    const folders = new Set(bench.simulator.contactSnapshot(ANN).map(({ folder }) => folder));
    expect([...folders]).toEqual(['Salesforce Contacts']);
    expectSilence(bench);
  });

  it('is told by its folder’s feed with fax and stamp', async () => {
    const bench = openItemsBench();
    const made = await make(bench);
    const { listing, changes } = await visit(bench.reopen());
    expect(listing.itemFeeds).toHaveLength(2);
    expect(contactsOf(changes)).toMatchObject([
      {
        itemId: made.itemId,
        version: made.version,
        fields: FIELDS,
        stamp: '003A',
        isInSalesforceFolder: true,
      },
    ]);
  });

  it('is found and not doubled, also where somebody moved it meanwhile', async () => {
    const bench = openItemsBench();
    const items = ['a', 'b'].map((stamp) => ({ stamp, fields: { lastName: stamp }, categories: [] }));
    const made = await bench.mail.items.createItems('contacts', items, { mayExist: false });
    const first = made[0]?.ok === true ? made[0].value.itemId : '';
    bench.simulator.moveContact(ANN, first, 'Contacts');
    const all = [...items, { stamp: 'c', fields: { lastName: 'c' }, categories: [] }];
    const again = await bench.reopen().items.createItems('contacts', all, { mayExist: true });
    expect(codesOf(again)).toEqual(['ok', 'ok', 'ok']);
    expect(again[0]).toMatchObject({ value: { itemId: first } });
    expect(bench.simulator.contactSnapshot(ANN)).toHaveLength(3);
  });
});

describe('a server that passes over what a delta query expands', () => {
  it('is asked for each contact, so that no fax is taken for cleared', async () => {
    const bench = openItemsBench(undefined, {
      rewrite: (url) => (url.includes('/contacts/delta?') ? url.replace(/&\$expand=[^&]*/, '') : url),
    });
    await make(bench);
    for (let index = 0; index < 30; index += 1)
      bench.simulator.addContact(ANN, { surname: `Number ${index}` });
    const { changes } = await visit(bench.reopen());
    const told = contactsOf(changes).filter(({ stamp }) => stamp !== null);
    expect(told).toMatchObject([{ stamp: '003A', fields: FIELDS }]);
    expect(contactsOf(changes)).toHaveLength(31);
  });
});

describe('a server that filters by no property', () => {
  it('is looked through for what may be there already', async () => {
    const bench = openItemsBench();
    const made = await make(bench);
    bench.simulator.faults.add({
      operation: 'contacts.list',
      count: 1,
      effect: { kind: 'http', status: 400, body: 'json' },
    });
    const items = [{ stamp: '003A', fields: FIELDS, categories: [] }];
    const again = await bench.reopen().items.createItems('contacts', items, { mayExist: true });
    expect(resultOf(again).itemId).toBe(made.itemId);
    expect(bench.simulator.contactSnapshot(ANN)).toHaveLength(1);
  });
});

describe('a contact that is written', () => {
  it('changes in each field alone, and reads back as it was written', async () => {
    const bench = openItemsBench();
    const { itemId } = await make(bench, { lastName: 'Before' });
    let expected = (await readOne(bench, itemId)).fields;
    expect(Object.keys(expected).toSorted()).toEqual(Object.keys(FIELDS).toSorted());
    for (const name of Object.keys(FIELDS) as FieldName[])
      for (const value of [FIELDS[name] ?? '', '', FIELDS[name] ?? '']) {
        expect(codesOf(await write(bench, itemId, { [name]: value }))).toEqual(['ok']);
        expected = { ...expected, [name]: value };
        expect((await readOne(bench, itemId)).fields).toEqual(expected);
      }
    expect(expected).toEqual(FIELDS);
    expectSilence(bench);
  });

  it('keeps further addresses and telephones, and the parts of the address that are not written', async () => {
    const bench = openItemsBench();
    const id = bench.simulator.addContact(ANN, {
      surname: 'Many',
      emailAddresses: [
        { address: 'One@Example.test', name: 'One' },
        { address: 'two@example.test', name: 'Two' },
      ],
      businessPhones: ['1', '2'],
      homePhones: ['3', '4'],
      businessAddress: { street: 'S', city: 'C', countryOrRegion: 'L' },
    });
    await write(bench, id, { email: 'new@example.test', phone: '9', homePhone: '8', city: 'D' });
    expect(await readOne(bench, id)).toMatchObject({
      addresses: ['new@example.test', 'two@example.test'],
      fields: { email: 'new@example.test', phone: '9', homePhone: '8', street: 'S', city: 'D', country: 'L' },
    });
    await write(bench, id, { email: 'two@example.test' });
    expect((await readOne(bench, id)).addresses).toEqual(['two@example.test']);
    expect((await readOne(bench, id)).fields.phone).toBe('9');
  });

  it('gets new shown names where they were made of the old parts', async () => {
    const bench = openItemsBench();
    const [made, own] = [
      bench.simulator.addContact(ANN, { givenName: 'Ann', surname: 'Old' }),
      bench.simulator.addContact(ANN, {
        givenName: 'Ann',
        surname: 'Old',
        displayName: 'The boss',
        fileAs: 'Boss',
      }),
    ];
    for (const id of [made, own]) await write(bench, id, { lastName: 'New' });
    const shown = bench.simulator.contactSnapshot(ANN).map(({ displayName }) => displayName);
    expect(shown).toEqual(['Ann New', 'The boss']);
  });

  it('tells the version of its echo, and refuses an outdated one', async () => {
    const bench = openItemsBench();
    const { itemId, version } = await make(bench);
    const first = await visit(bench.mail);
    const written = resultOf(await write(bench, itemId, { title: 'Chief' }));
    const { changes } = await visit(bench.reopen(), first.memory);
    expect(contactsOf(changes)).toMatchObject([
      { itemId, version: written.version, fields: { title: 'Chief' } },
    ]);
    const late = [{ itemId, version, fields: { title: 'Late' } }];
    expect(codesOf(await bench.mail.items.updateItems('contacts', late))).toEqual(['mailbox.item-conflict']);
  });

  it('takes and loses categories', async () => {
    const bench = openItemsBench();
    const { itemId, version } = await make(bench);
    const marks = [{ itemId, version, add: ['Sync Error'], remove: ['Salesforce'] }];
    const marked = resultOf(await bench.mail.items.markItems('contacts', marks));
    expect(await readOne(bench, itemId)).toMatchObject({
      categories: ['Sync Error'],
      version: marked.version,
    });
  });
});

describe('what people do with contacts', () => {
  it('is told: new ones in the default folder with their categories, changes, deletions', async () => {
    const bench = openItemsBench();
    const [one, two] = [
      bench.simulator.addContact(ANN, { surname: 'One', categories: ['Salesforce'] }),
      bench.simulator.addContact(ANN, { surname: 'Two' }),
    ];
    const first = await visit(bench.mail);
    expect(contactsOf(first.changes)).toMatchObject([
      { itemId: one, categories: ['Salesforce'], isInSalesforceFolder: false, stamp: null },
      { itemId: two, isInSalesforceFolder: false },
    ]);
    bench.simulator.changeContact(ANN, one, { companyName: 'Acme' });
    bench.simulator.removeContact(ANN, two);
    const second = await visit(bench.reopen(), first.memory);
    expect(contactsOf(second.changes)).toMatchObject([{ itemId: one, fields: { company: 'Acme' } }]);
    expect(deletedOf(second.changes)).toEqual([two]);
  });

  it('is no deletion when a contact moves, whatever the folder', async () => {
    const bench = openItemsBench();
    await make(bench, { lastName: 'Anchor' });
    bench.simulator.addContactFolder(ANN, 'Private');
    const [into, away] = [
      bench.simulator.addContact(ANN, { surname: 'Into' }),
      bench.simulator.addContact(ANN, { surname: 'Away' }),
    ];
    const first = await visit(bench.mail);
    bench.simulator.moveContact(ANN, into, 'Salesforce Contacts');
    bench.simulator.moveContact(ANN, away, 'Private');
    const { changes } = await visit(bench.reopen(), first.memory);
    expect(deletedOf(changes)).toEqual([]);
    const told = new Map(contactsOf(changes).map((each) => [each.itemId as string, each]));
    expect(told.get(into)?.isInSalesforceFolder).toBe(true);
    expect(told.get(away)?.isInSalesforceFolder).toBe(false);
  });

  it('survives odd data', async () => {
    const bench = openItemsBench();
    const id = bench.simulator.addContact(ANN, {
      givenName: ' A \t B ',
      emailAddresses: [{ address: '/o=contoso/cn=ann', name: 'EX' }, { address: 'SMTP:Real@Example.test' }],
      personalNotes: 'x\r\n\r\n\r\ny  ',
    });
    expect(await readOne(bench, id)).toMatchObject({
      addresses: ['real@example.test'],
      fields: { firstName: 'A B', lastName: '', email: 'real@example.test', notes: 'x\n\ny' },
    });
  });
});
