/** Contacts over EWS: names, dictionaries whole and by entry, own properties, searches. */
import { expect, test } from 'vitest';
import {
  ANN,
  CREATE_ITEM,
  createTestWorld,
  DELETE_ITEM,
  FIND_ITEMS,
  findAll,
  firstText,
  GET_ITEMS,
  ITEM_ID,
  SET_FIELD,
  SYNC_ITEMS,
  UPDATE_ITEM,
} from '../test-support.ts';

const ALL = '<t:BaseShape>AllProperties</t:BaseShape>';
const KEY =
  '<t:ExtendedFieldURI PropertySetId="6ed8da90-450b-101b-98da-00aa003f1305" PropertyName="LockstepKey" PropertyType="String"/>';
const CONTACT =
  '<t:Contact><t:Body BodyType="HTML">&lt;p&gt;Met in &lt;b&gt;Oslo&lt;/b&gt;&lt;/p&gt;</t:Body><t:Categories><t:String>Customers</t:String></t:Categories><t:GivenName>Tanja</t:GivenName><t:CompanyName>Blue Yonder</t:CompanyName><t:EmailAddresses><t:Entry Key="EmailAddress1">tanja@example.test</t:Entry><t:Entry Key="EmailAddress2">tp@example.test</t:Entry></t:EmailAddresses><t:PhysicalAddresses><t:Entry Key="Business"><t:Street>1 Main St</t:Street><t:City>Oslo</t:City></t:Entry></t:PhysicalAddresses><t:PhoneNumbers><t:Entry Key="MobilePhone">+47 1</t:Entry></t:PhoneNumbers><t:Birthday>1980-02-29T00:00:00Z</t:Birthday><t:JobTitle>Manager</t:JobTitle><t:Surname>Plate</t:Surname></t:Contact>';

function createWorld() {
  const world = createTestWorld();
  const { call } = world;
  return {
    ...world,
    async create(item = CONTACT, folder?: string) {
      const answer = await call(CREATE_ITEM(item, folder, ''));
      return { codes: answer.codes, id: findAll(answer.root, 'ItemId')[0]?.attributes.Id ?? '' };
    },
    read: async (id: string, shape = ALL) => (await call(GET_ITEMS([id], shape))).root,
    update: async (id: string, updates: string) => (await call(UPDATE_ITEM(ITEM_ID(id), updates, ''))).codes,
  };
}

const entries = (root: Parameters<typeof findAll>[0], name: string) =>
  findAll(findAll(root, name)[0], 'Entry').map(({ attributes, text, children }) => [
    attributes.Key,
    text || children.map((part) => part.text).join('|'),
  ]);

test('a contact is kept as given, with the names that follow from it', async () => {
  const { create, read } = createWorld();
  const { id } = await create();
  const root = await read(id);
  expect(
    ['DisplayName', 'FileAs', 'Subject', 'FullName', 'Birthday'].map((name) => firstText(root, name)),
  ).toEqual(['Tanja Plate', 'Plate, Tanja', 'Tanja Plate', 'Tanja Plate', '1980-02-29T00:00:00Z']);
  expect(entries(root, 'EmailAddresses')).toEqual([
    ['EmailAddress1', 'tanja@example.test'],
    ['EmailAddress2', 'tp@example.test'],
  ]);
  expect(entries(root, 'PhysicalAddresses')).toEqual([['Business', '1 Main St|Oslo']]);
  const text = await read(id, '<t:BaseShape>Default</t:BaseShape><t:BodyType>Text</t:BodyType>');
  expect(firstText(findAll(text, 'Contact')[0], 'Body')).toBe('Met in Oslo');
});

test('one entry is written and deleted without the others', async () => {
  const { create, read, update } = createWorld();
  const { id } = await create();
  const path = (uri: string, key: string) => `<t:IndexedFieldURI FieldURI="${uri}" FieldIndex="${key}"/>`;
  const set = (uri: string, key: string, content: string) =>
    `<t:SetItemField>${path(uri, key)}<t:Contact>${content}</t:Contact></t:SetItemField>`;
  const mail = '<t:EmailAddresses><t:Entry Key="EmailAddress2">new@example.test</t:Entry></t:EmailAddresses>';
  const city =
    '<t:PhysicalAddresses><t:Entry Key="Business"><t:City>Bergen</t:City></t:Entry></t:PhysicalAddresses>';
  const codes = await update(
    id,
    set('contacts:EmailAddress', 'EmailAddress2', mail) +
      set('contacts:PhysicalAddress:City', 'Business', city) +
      `<t:DeleteItemField>${path('contacts:EmailAddress', 'EmailAddress1')}</t:DeleteItemField>` +
      `<t:DeleteItemField>${path('contacts:PhysicalAddress:Street', 'Business')}</t:DeleteItemField>`,
  );
  expect(codes).toEqual(['NoError']);
  const root = await read(id);
  expect(entries(root, 'EmailAddresses')).toEqual([['EmailAddress2', 'new@example.test']]);
  expect(entries(root, 'PhysicalAddresses')).toEqual([['Business', 'Bergen']]);
  const shape = `<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${path('contacts:PhoneNumber', 'MobilePhone')}</t:AdditionalProperties>`;
  const single = await read(id, shape);
  expect([entries(single, 'PhoneNumbers'), findAll(single, 'EmailAddresses')]).toEqual([
    [['MobilePhone', '+47 1']],
    [],
  ]);
  expect(await update(id, set('contacts:EmailAddress', 'EmailAddress1', mail))).toEqual([
    'ErrorUpdatePropertyMismatch',
  ]);
});

test('a name that was composed follows its parts; one that was given stays', async () => {
  const { create, read, update } = createWorld();
  const { id } = await create();
  await update(id, SET_FIELD('Contact', 'contacts:Surname', 'Berg'));
  expect(firstText(await read(id), 'FileAs')).toBe('Berg, Tanja');
  await update(id, SET_FIELD('Contact', 'contacts:FileAs', 'The Boss'));
  await update(id, SET_FIELD('Contact', 'contacts:Surname', 'Dahl'));
  const root = await read(id);
  expect([firstText(root, 'FileAs'), firstText(root, 'FileAsMapping'), firstText(root, 'Subject')]).toEqual([
    'The Boss',
    'None',
    'Tanja Dahl',
  ]);
});

test('an own property is written, searched by and moves with its contact to another folder', async () => {
  const { create, update, call, simulator } = createWorld();
  const { id } = await create();
  await create();
  const set = `<t:SetItemField>${KEY}<t:Contact><t:ExtendedProperty>${KEY}<t:Value>003A</t:Value></t:ExtendedProperty></t:Contact></t:SetItemField>`;
  expect(await update(id, set)).toEqual(['NoError']);
  const folderId = simulator.createFolder(ANN, 'Contacts/Salesforce Contacts');
  const moved = await call(
    `<m:MoveItem><m:ToFolderId><t:FolderId Id="${folderId}"/></m:ToFolderId><m:ItemIds>${ITEM_ID(id)}</m:ItemIds></m:MoveItem>`,
  );
  const movedId = findAll(moved.root, 'ItemId')[0]?.attributes.Id;
  const restriction = `<m:Restriction><t:IsEqualTo>${KEY}<t:FieldURIOrConstant><t:Constant Value="003A"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction>`;
  const find = FIND_ITEMS(restriction).replace(
    '<t:DistinguishedFolderId Id="calendar"/>',
    `<t:FolderId Id="${folderId}"/>`,
  );
  expect(findAll((await call(find)).root, 'ItemId').map((node) => node.attributes.Id)).toEqual([movedId]);
  expect(
    simulator.snapshot(ANN).folders.find(({ path }) => path === 'Contacts/Salesforce Contacts')?.items,
  ).toHaveLength(1);
});

test('people change contacts, which is synced; what belongs to other kinds is refused', async () => {
  const { create, update, call, simulator } = createWorld();
  const id = simulator.createContact(ANN, {
    texts: { GivenName: 'Ole' },
    emails: { EmailAddress1: 'ole@example.test' },
  });
  const first = await call(SYNC_ITEMS('', 512, 'contacts'));
  expect(findAll(first.root, 'Contact')).toHaveLength(1);
  simulator.editContact(ANN, id, { texts: { JobTitle: 'Smith' }, emails: { EmailAddress1: '' } });
  const second = await call(SYNC_ITEMS(firstText(first.root, 'SyncState'), 512, 'contacts'));
  expect(findAll(second.root, 'Update')).toHaveLength(1);
  const search = `<m:Restriction><t:Contains ContainmentMode="Substring" ContainmentComparison="IgnoreCase"><t:FieldURI FieldURI="contacts:JobTitle"/><t:Constant Value="SMI"/></t:Contains></m:Restriction>`;
  expect(findAll((await call(FIND_ITEMS(search, 'contacts'))).root, 'Contact')).toHaveLength(1);
  expect(await update(id, SET_FIELD('Task', 'task:Status', 'Completed'))).toEqual([
    'ErrorInvalidPropertySet',
  ]);
  const shape =
    '<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="calendar:Start"/></t:AdditionalProperties>';
  expect((await call(GET_ITEMS([id], shape))).codes).toEqual(['ErrorInvalidPropertyRequest']);
  expect((await create(CONTACT, 'calendar')).codes).toEqual(['ErrorCannotCreateContactInNonContactFolder']);
  expect((await create(CONTACT.replace('EmailAddress1', 'EmailAddress4'))).codes).toEqual([
    'ErrorSchemaValidation',
  ]);
  expect((await call(DELETE_ITEM(ITEM_ID(id), ''))).codes).toEqual(['NoError']);
});
