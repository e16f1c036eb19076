/** Items: reading in batches, writing under change keys, searching, nasty mails, folder marks, permissions. */
import { expect, test } from 'vitest';
import {
  ANN,
  BEN,
  callAs,
  createTestWorld,
  findAll,
  firstText,
  GET_FOLDERS,
  GET_ITEMS,
  sampleMail,
} from './test-support.ts';

const EXTENDED =
  '<t:ExtendedFieldURI PropertySetId="6ED8DA90-450B-101B-98DA-00AA003F1305" PropertyName="Lockstep" PropertyType="String"/>';

function update(id: string, changeKey: string | undefined, updates: string, resolution = 'NeverOverwrite') {
  const key = changeKey === undefined ? '' : ` ChangeKey="${changeKey}"`;
  return `<m:UpdateItem ConflictResolution="${resolution}" MessageDisposition="SaveOnly"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"${key}/><t:Updates>${updates}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`;
}

const setCategory = (name: string) =>
  `<t:SetItemField><t:FieldURI FieldURI="item:Categories"/><t:Message><t:Categories><t:String>${name}</t:String></t:Categories></t:Message></t:SetItemField>`;

test('a batch keeps its order, errors beside successes', async () => {
  const { simulator, call } = createTestWorld();
  const [one = '', two = ''] = [1, 2].map((number) => simulator.deliver(ANN, 'inbox', sampleMail(number)));
  const answer = await call(GET_ITEMS([two, 'A'.repeat(96), one, 'not an id', '']));
  expect(answer.codes).toEqual([
    'NoError',
    'ErrorItemNotFound',
    'NoError',
    'ErrorInvalidIdMalformed',
    'ErrorInvalidIdEmpty',
  ]);
  expect(findAll(answer.root, 'ItemId').map((node) => node.attributes.Id)).toEqual([two, one]);
});

test('letter case in an id counts', async () => {
  const { simulator, call } = createTestWorld();
  const ids = Array.from({ length: 60 }, (_, index) => simulator.deliver(ANN, 'inbox', sampleMail(index)));
  expect(new Set(ids).size).toBe(60);
  expect(new Set(ids.map((id) => id.toLowerCase())).size).toBeLessThan(60);
  expect((await call(GET_ITEMS([(ids[0] ?? '').toLowerCase()]))).codes).toEqual(['ErrorItemNotFound']);
});

test('each write needs the current change key and gives a new one', async () => {
  const { simulator, call } = createTestWorld();
  const id = simulator.deliver(ANN, 'inbox', sampleMail(1));
  const keyOf = async () => findAll((await call(GET_ITEMS([id]))).root, 'ItemId')[0]?.attributes.ChangeKey;
  const key = await keyOf();
  const written = await call(update(id, key, setCategory('Salesforce')));
  expect(written.codes).toEqual(['NoError']);
  expect(findAll(written.root, 'ItemId')[0]?.attributes.ChangeKey).toBe(await keyOf());
  expect(await keyOf()).not.toBe(key);
  expect((await call(update(id, key, setCategory('Late')))).codes).toEqual(['ErrorIrresolvableConflict']);
  expect((await call(update(id, undefined, setCategory('Late')))).codes).toEqual([
    'ErrorChangeKeyRequiredForWriteOperations',
  ]);
  const forced = await call(update(id, undefined, setCategory('Forced'), 'AlwaysOverwrite'));
  expect(forced.codes).toEqual(['NoError']);
  expect(simulator.snapshot(ANN).folders.find((f) => f.role === 'inbox')?.items[0]?.categories).toEqual([
    'Forced',
  ]);
});

test('an extended property is written, found again by a search, and deleted', async () => {
  const { simulator, call } = createTestWorld();
  const id = simulator.deliver(ANN, 'inbox', sampleMail(1));
  simulator.deliver(ANN, 'inbox', sampleMail(2));
  const set = `<t:SetItemField>${EXTENDED}<t:Message><t:ExtendedProperty>${EXTENDED}<t:Value>a&amp;b</t:Value></t:ExtendedProperty></t:Message></t:SetItemField>`;
  expect((await call(update(id, undefined, set, 'AlwaysOverwrite'))).codes).toEqual(['NoError']);
  const find = `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${EXTENDED}</t:AdditionalProperties></m:ItemShape><m:Restriction><t:IsEqualTo>${EXTENDED}<t:FieldURIOrConstant><t:Constant Value="a&amp;b"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction><m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>`;
  const found = await call(find);
  expect(findAll(found.root, 'ItemId').map((node) => node.attributes.Id)).toEqual([id]);
  expect(firstText(found.root, 'Value')).toBe('a&b');
  const unset = `<t:DeleteItemField>${EXTENDED}</t:DeleteItemField>`;
  expect((await call(update(id, undefined, unset, 'AlwaysOverwrite'))).codes).toEqual(['NoError']);
  expect(findAll((await call(find)).root, 'ItemId')).toEqual([]);
});

test('a search by Message-ID and date, in pages of at most 1,000', async () => {
  const { simulator, call, clock } = createTestWorld();
  for (let index = 0; index < 1200; index += 1) {
    simulator.deliver(ANN, 'inbox', sampleMail(index), { receivedAt: clock.at - index * 60_000 });
  }
  const find = (restriction: string, view = '') =>
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>${view}<m:Restriction>${restriction}</m:Restriction><m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>`;
  const leaf = (kind: string, uri: string, value: string) =>
    `<t:${kind}><t:FieldURI FieldURI="${uri}"/><t:FieldURIOrConstant><t:Constant Value="${value}"/></t:FieldURIOrConstant></t:${kind}>`;
  const byId = await call(
    find(leaf('IsEqualTo', 'message:InternetMessageId', '&lt;sample-700@fabrikam.test&gt;')),
  );
  expect(findAll(byId.root, 'ItemId')).toHaveLength(1);
  const since = new Date(clock.at - 1099 * 60_000).toISOString();
  const byDate = await call(find(leaf('IsGreaterThanOrEqualTo', 'item:DateTimeReceived', since)));
  expect(findAll(byDate.root, 'ItemId')).toHaveLength(1000);
  const root = findAll(byDate.root, 'RootFolder')[0]?.attributes;
  expect([root?.TotalItemsInView, root?.IncludesLastItemInRange]).toEqual(['1100', 'false']);
  expect((await call(find(leaf('IsEqualTo', 'item:Culture', 'x')))).codes).toEqual([
    'ErrorUnsupportedPathForQuery',
  ]);
});

test('any bytes are delivered, shown and given back as they were', async () => {
  const { simulator, call } = createTestWorld();
  const mails = [
    Buffer.alloc(0),
    Buffer.from([0, 0, 0]),
    Buffer.from('Subject: only CR\rFrom: a@b.test\r\rbody'),
    Buffer.from(`Subject: ${'long '.repeat(60_000)}\r\n\r\nbody`),
    Buffer.from('Date: never\r\nSubject: =?utf-8?B?////?=\r\n\r\n\u0000\u0001'),
    Buffer.from('\r\n\r\nno header at all'),
  ];
  const ids = mails.map((mail) => simulator.deliver(ANN, 'inbox', mail));
  const shape =
    '<t:BaseShape>AllProperties</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent><t:BodyType>Text</t:BodyType>';
  const answer = await call(GET_ITEMS(ids, shape));
  expect(answer.codes).toEqual(ids.map(() => 'NoError'));
  const given = findAll(answer.root, 'MimeContent').map((node) => Buffer.from(node.text, 'base64'));
  expect(given).toEqual(mails);
  expect(findAll(answer.root, 'InternetMessageId')).toEqual([]);
  expect(findAll(answer.root, 'DateTimeSent')).toEqual([]);
});

test('folder marks tell that something changed, unless the server has none', async () => {
  const { simulator, call, clock } = createTestWorld();
  const shape =
    '<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:ExtendedFieldURI PropertyTag="0x670A" PropertyType="SystemTime"/><t:ExtendedFieldURI PropertyTag="0x670B" PropertyType="Integer"/></t:AdditionalProperties>';
  const marks = async () =>
    findAll((await call(GET_FOLDERS(['inbox', 'sentitems'], shape))).root, 'Value').map((node) => node.text);
  const id = simulator.deliver(ANN, 'inbox', sampleMail(1));
  expect(await marks()).toEqual(['2026-01-05T09:00:00Z', '0', '2026-01-05T09:00:00Z', '0']);
  clock.at += 61_000;
  simulator.setCategories(ANN, id, ['Red']);
  expect(await marks()).toEqual(['2026-01-05T09:01:01Z', '0', '2026-01-05T09:00:00Z', '0']);
  clock.at += 60_000;
  simulator.move(ANN, id, 'sentitems');
  expect(await marks()).toEqual(['2026-01-05T09:01:01Z', '1', '2026-01-05T09:02:01Z', '0']);
  simulator.world.hasCommitMarks = false;
  expect(await marks()).toEqual([]);
});

test('other mailboxes open only by impersonation within scope or by full access', async () => {
  const { simulator, call } = createTestWorld();
  simulator.addServiceAccount({ userName: 'svc', password: 'password', impersonates: [ANN] });
  const svc = callAs(simulator, 'CONTOSO\\svc');
  const as = (address: string) =>
    `<t:ExchangeImpersonation><t:ConnectingSID><t:PrimarySmtpAddress>${address}</t:PrimarySmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>`;
  const inboxOf = (address: string) =>
    GET_FOLDERS(['inbox']).replace(
      'Id="inbox"/>',
      `Id="inbox"><t:Mailbox><t:EmailAddress>${address}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>`,
    );
  expect((await svc(GET_FOLDERS(['inbox']))).codes).toEqual(['ErrorMissingEmailAddress']);
  expect((await svc(GET_FOLDERS(['inbox']), { header: as(ANN) })).codes).toEqual(['NoError']);
  const denied = await svc(GET_FOLDERS(['inbox']), { header: as(BEN) });
  expect([denied.status, denied.codes]).toEqual([500, ['ErrorImpersonateUserDenied']]);
  expect((await call(GET_FOLDERS(['inbox']), { header: as(BEN) })).codes).toEqual([
    'ErrorImpersonateUserDenied',
  ]);
  simulator.setImpersonation('svc', 'all');
  expect((await svc(GET_FOLDERS(['inbox']), { header: as(BEN) })).codes).toEqual(['NoError']);
  expect((await svc(GET_FOLDERS(['inbox']), { header: as('nobody@contoso.test') })).codes).toEqual([
    'ErrorNonExistentMailbox',
  ]);
  simulator.setImpersonation('svc', []);
  expect((await svc(GET_FOLDERS(['inbox']), { header: as(ANN) })).codes).toEqual([
    'ErrorImpersonateUserDenied',
  ]);
  expect((await call(inboxOf(BEN))).codes).toEqual(['ErrorAccessDenied']);
  simulator.setFullAccess('ann', BEN, true);
  expect((await call(inboxOf(BEN))).codes).toEqual(['NoError']);
  expect((await call(inboxOf('nobody@contoso.test'))).codes).toEqual(['ErrorNonExistentMailbox']);
  simulator.setDenied(ANN, true, 'inbox');
  expect((await call(GET_FOLDERS(['inbox', 'sentitems']))).codes).toEqual(['ErrorAccessDenied', 'NoError']);
  simulator.setDenied(ANN, true);
  expect((await call(GET_FOLDERS(['sentitems']))).codes).toEqual(['ErrorAccessDenied']);
});

test('whatever would be mailed to people is counted', async () => {
  const { simulator, call } = createTestWorld();
  const meeting = (how: string) =>
    `<m:CreateItem SendMeetingInvitations="${how}"><m:Items><t:CalendarItem><t:Subject>Plan</t:Subject><t:RequiredAttendees><t:Attendee><t:Mailbox><t:EmailAddress>x@y.test</t:EmailAddress></t:Mailbox></t:Attendee></t:RequiredAttendees></t:CalendarItem></m:Items></m:CreateItem>`;
  const made = await call(meeting('SendToNone'));
  expect(made.codes).toEqual(['NoError']);
  expect(simulator.notificationsSent()).toHaveLength(0);
  const id = findAll(made.root, 'ItemId')[0]?.attributes.Id;
  await call(meeting('SendToAllAndSaveCopy'));
  await call(
    `<m:DeleteItem DeleteType="HardDelete" SendMeetingCancellations="SendOnlyToAll"><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:DeleteItem>`,
  );
  await call(
    '<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:Message><t:Subject>Hi</t:Subject><t:ToRecipients><t:Mailbox><t:EmailAddress>x@y.test</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message></m:Items></m:CreateItem>',
  );
  expect(simulator.notificationsSent().map((sent) => sent.operation)).toEqual([
    'CreateItem',
    'DeleteItem',
    'CreateItem',
  ]);
  const without = await call(meeting('x').replace(' SendMeetingInvitations="x"', ''));
  expect(without.codes).toEqual(['ErrorSendMeetingInvitationsRequired']);
});
