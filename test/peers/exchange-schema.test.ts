/** Every answer of the simulated Exchange, held against the official schema (and the requests that led to it). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { createExchangeSimulator } from '../../simulators/exchange/simulator.ts';
import {
  ANN,
  BEN,
  type Caller,
  callAs,
  createTestWorld,
  envelope,
  findAll,
  GET_FOLDERS,
  GET_ITEMS,
  SYNC_ITEMS,
  sampleMail,
} from '../../simulators/exchange/test-support.ts';
import { openExchangeJudge } from '../support/exchange-judge.ts';

const CORPUS_FOLDER = '../shared/corpus/mail';
const hasCorpus = existsSync(CORPUS_FOLDER);
if (!hasCorpus)
  process.stdout.write('exchange-schema: the corpus is skipped, it is not at ../shared/corpus/mail\n');

const judge = openExchangeJudge();
const validate = (xml: string) => judge.validate(xml);
const hasSchema = judge.isOpen;
if (!hasSchema)
  process.stdout.write('exchange-schema: skipped, the official schema is not at ../shared/contracts/ews\n');
afterAll(() => judge.close());

const ALL = '<t:BaseShape>AllProperties</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent>';
const EXTENDED =
  '<t:ExtendedFieldURI PropertySetId="6ed8da90-450b-101b-98da-00aa003f1305" PropertyName="Lockstep" PropertyType="String"/>';
const RICH_MAIL = Buffer.from(
  [
    'Message-ID: <rich@fabrikam.test>',
    'Date: Mon, 05 Jan 2026 08:00:00 +0100',
    'From: =?utf-8?Q?Zo=C3=AB?= <zoe@fabrikam.test>',
    'Sender: Office <office@fabrikam.test>',
    'Reply-To: desk@fabrikam.test',
    'To: ann@contoso.test, Group: x@y.test, z@y.test;',
    'Cc: "Ben \u0001 Baker" <ben@contoso.test>',
    'References: <a@b.test> <c@d.test>',
    'In-Reply-To: <c@d.test>',
    'Subject: =?utf-8?Q?Nul_=00_and_bell_=07_&_<tag>?=',
    'Importance: high',
    'Sensitivity: Private',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=x',
    '',
    '--x',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<p>Hello &amp; <b>good\u000bbye</b></p>',
    '--x',
    'Content-Type: application/pdf; name="plan.pdf"',
    'Content-Disposition: attachment; filename="plan.pdf"',
    'Content-Transfer-Encoding: base64',
    '',
    'AAECAwQF',
    '--x',
    'Content-Type: message/rfc822',
    '',
    'Subject: inner',
    '',
    'inner body',
    '--x--',
    '',
  ].join('\r\n'),
);

function createWorld() {
  const seen: { operation: string; status: number; request: string; response: string }[] = [];
  const world = createTestWorld({ observe: (exchange) => seen.push(exchange) });
  return { ...world, seen };
}

function check(seen: ReturnType<typeof createWorld>['seen'], withRequests = true) {
  expect(judge.problemsIn(seen, withRequests)).toEqual([]);
}

const idsIn = (answer: Awaited<ReturnType<Caller>>) =>
  findAll(answer.root, 'ItemId').map((node) => node.attributes);

test.skipIf(!hasSchema)('reading operations answer as the schema says', async () => {
  const { simulator, call, seen } = createWorld();
  simulator.deliver(ANN, 'inbox', RICH_MAIL, { categories: ['Red', 'Salesforce'] });
  simulator.deliver(ANN, 'inbox', sampleMail(1));
  simulator.deliver(ANN, 'inbox', Buffer.from([0, 1, 2, 255, 13, 13]));
  simulator.deliver(ANN, 'inbox', sampleMail(2), { itemClass: 'IPM.Schedule.Meeting.Request' });
  simulator.createFolder(ANN, 'Inbox/Customers');
  const synced = await call(
    SYNC_ITEMS(
      '',
      512,
      'inbox',
      '<t:AdditionalProperties><t:FieldURI FieldURI="item:DateTimeReceived"/><t:FieldURI FieldURI="message:InternetMessageId"/><t:ExtendedFieldURI PropertyTag="0x300B" PropertyType="Binary"/></t:AdditionalProperties>',
    ),
  );
  const ids = idsIn(synced).map((attributes) => attributes.Id ?? '');
  expect(ids).toHaveLength(4);
  const all = await call(GET_ITEMS([...ids, 'A'.repeat(120)], ALL));
  expect(all.codes).toEqual(['NoError', 'NoError', 'NoError', 'NoError', 'ErrorItemNotFound']);
  await call(GET_ITEMS(ids, '<t:BaseShape>Default</t:BaseShape><t:BodyType>Text</t:BodyType>'));
  await call(
    GET_ITEMS(
      ids,
      `<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:Body"/><t:IndexedFieldURI FieldURI="item:InternetMessageHeader" FieldIndex="References"/>${EXTENDED}</t:AdditionalProperties>`,
    ),
  );
  const attachment = findAll(all.root, 'AttachmentId').map(
    (node) => `<t:AttachmentId Id="${node.attributes.Id}"/>`,
  );
  expect(attachment).toHaveLength(2);
  const got = await call(
    `<m:GetAttachment><m:AttachmentShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:AttachmentShape><m:AttachmentIds>${attachment.join('')}</m:AttachmentIds></m:GetAttachment>`,
  );
  expect(findAll(got.root, 'Content')[0]?.text).toBe('AAECAwQF');
  const marks =
    '<t:BaseShape>AllProperties</t:BaseShape><t:AdditionalProperties><t:ExtendedFieldURI PropertyTag="0x670A" PropertyType="SystemTime"/><t:ExtendedFieldURI PropertyTag="0x670B" PropertyType="Integer"/></t:AdditionalProperties>';
  await call(
    GET_FOLDERS(['inbox', 'sentitems', 'calendar', 'contacts', 'tasks', 'msgfolderroot', 'archive'], marks),
  );
  await call(
    '<m:SyncFolderHierarchy><m:FolderShape><t:BaseShape>AllProperties</t:BaseShape></m:FolderShape></m:SyncFolderHierarchy>',
  );
  await call(
    '<m:FindFolder Traversal="Deep"><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:IndexedPageFolderView MaxEntriesReturned="5" Offset="2" BasePoint="Beginning"/><m:ParentFolderIds><t:DistinguishedFolderId Id="msgfolderroot"/></m:ParentFolderIds></m:FindFolder>',
  );
  await call(
    '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:IndexedPageItemView MaxEntriesReturned="2" Offset="0" BasePoint="Beginning"/><m:Restriction><t:And><t:IsGreaterThanOrEqualTo><t:FieldURI FieldURI="item:DateTimeReceived"/><t:FieldURIOrConstant><t:Constant Value="2026-01-01T00:00:00Z"/></t:FieldURIOrConstant></t:IsGreaterThanOrEqualTo><t:Exists><t:FieldURI FieldURI="item:ItemClass"/></t:Exists></t:And></m:Restriction><m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>',
  );
  await call(
    '<m:ResolveNames ReturnFullContactData="false"><m:UnresolvedEntry>ann@contoso.test</m:UnresolvedEntry></m:ResolveNames>',
  );
  await call(
    '<m:ResolveNames ReturnFullContactData="false"><m:UnresolvedEntry>nobody</m:UnresolvedEntry></m:ResolveNames>',
  );
  for (const full of ['true', 'false']) {
    await call(`<m:GetServerTimeZones ReturnFullTimeZoneData="${full}"/>`);
  }
  check(seen);
  expect(seen).toHaveLength(13);
});

test.skipIf(!hasSchema)('writing operations answer as the schema says', async () => {
  const { simulator, call, seen } = createWorld();
  const id = simulator.deliver(ANN, 'inbox', sampleMail(1));
  const [key] = idsIn(await call(GET_ITEMS([id]))).map((attributes) => attributes.ChangeKey);
  const update = (changeKey: string) =>
    `<m:UpdateItem ConflictResolution="NeverOverwrite" MessageDisposition="SaveOnly"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}" ChangeKey="${changeKey}"/><t:Updates><t:SetItemField><t:FieldURI FieldURI="item:Categories"/><t:Message><t:Categories><t:String>Salesforce</t:String></t:Categories></t:Message></t:SetItemField><t:SetItemField>${EXTENDED}<t:Message><t:ExtendedProperty>${EXTENDED}<t:Value>x</t:Value></t:ExtendedProperty></t:Message></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`;
  expect((await call(update(key ?? ''))).codes).toEqual(['NoError']);
  expect((await call(update(key ?? ''))).codes).toEqual(['ErrorIrresolvableConflict']);
  const made = await call(
    `<m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId><t:DistinguishedFolderId Id="drafts"/></m:SavedItemFolderId><m:Items><t:Message><t:MimeContent CharacterSet="UTF-8">${sampleMail(3).toString('base64')}</t:MimeContent></t:Message></m:Items></m:CreateItem>`,
  );
  const [created] = idsIn(made);
  const folder = await call(
    '<m:CreateFolder><m:ParentFolderId><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderId><m:Folders><t:Folder><t:DisplayName>New</t:DisplayName></t:Folder></m:Folders></m:CreateFolder>',
  );
  const folderId = findAll(folder.root, 'FolderId')[0]?.attributes.Id;
  const again = await call(
    '<m:CreateFolder><m:ParentFolderId><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderId><m:Folders><t:Folder><t:DisplayName>new</t:DisplayName></t:Folder></m:Folders></m:CreateFolder>',
  );
  expect(again.codes).toEqual(['ErrorFolderExists']);
  const moved = await call(
    `<m:MoveItem><m:ToFolderId><t:FolderId Id="${folderId}"/></m:ToFolderId><m:ItemIds><t:ItemId Id="${created?.Id}"/></m:ItemIds></m:MoveItem>`,
  );
  const [movedId] = idsIn(moved);
  await call(
    `<m:CopyItem><m:ToFolderId><t:DistinguishedFolderId Id="drafts"/></m:ToFolderId><m:ItemIds><t:ItemId Id="${movedId?.Id}"/></m:ItemIds></m:CopyItem>`,
  );
  for (const kind of ['MoveToDeletedItems', 'HardDelete']) {
    await call(
      `<m:DeleteItem DeleteType="${kind}"><m:ItemIds><t:ItemId Id="${movedId?.Id}"/></m:ItemIds></m:DeleteItem>`,
    );
  }
  simulator.setMasterCategories(ANN, ['Red', 'Salesforce']);
  const name =
    '<m:UserConfigurationName Name="CategoryList"><t:DistinguishedFolderId Id="calendar"/></m:UserConfigurationName>';
  const list = await call(
    `<m:GetUserConfiguration>${name}<m:UserConfigurationProperties>All</m:UserConfigurationProperties></m:GetUserConfiguration>`,
  );
  const xmlData = findAll(list.root, 'XmlData')[0]?.text ?? '';
  expect(Buffer.from(xmlData, 'base64').toString()).toContain('name="Salesforce"');
  const typed = name.replace('<m:', '<t:').replace('</m:', '</t:');
  await call(
    `<m:UpdateUserConfiguration><m:UserConfiguration>${typed}<t:XmlData>${xmlData}</t:XmlData></m:UserConfiguration></m:UpdateUserConfiguration>`,
  );
  await call(
    `<m:CreateUserConfiguration><m:UserConfiguration>${typed.replace('CategoryList', 'Mine')}<t:XmlData>${xmlData}</t:XmlData></m:UserConfiguration></m:CreateUserConfiguration>`,
  );
  await call(
    `<m:DeleteUserConfiguration>${name.replace('CategoryList', 'Mine')}</m:DeleteUserConfiguration>`,
  );
  check(seen);
  expect(seen.every((exchange) => exchange.status === 200)).toBe(true);
  expect(simulator.notificationsSent()).toEqual([]);
});

test.skipIf(!hasSchema)(
  'subscriptions, batches stopped by an error, and faults are as the schema says',
  async () => {
    const { simulator, call, seen } = createWorld();
    const subscribed = await call(
      '<m:Subscribe><m:PullSubscriptionRequest><t:FolderIds><t:DistinguishedFolderId Id="inbox"/></t:FolderIds><t:EventTypes><t:EventType>NewMailEvent</t:EventType></t:EventTypes><t:Timeout>10</t:Timeout></m:PullSubscriptionRequest></m:Subscribe>',
    );
    const id = findAll(subscribed.root, 'SubscriptionId')[0]?.text;
    const watermark = findAll(subscribed.root, 'Watermark')[0]?.text;
    const events = `<m:GetEvents><m:SubscriptionId>${id}</m:SubscriptionId><m:Watermark>${watermark}</m:Watermark></m:GetEvents>`;
    expect(findAll((await call(events)).root, 'StatusEvent')).toHaveLength(1);
    const items = [1, 2, 3].map((number) => simulator.deliver(ANN, 'inbox', sampleMail(number)));
    expect(findAll((await call(events)).root, 'NewMailEvent')).toHaveLength(3);
    await call(`<m:Unsubscribe><m:SubscriptionId>${id}</m:SubscriptionId></m:Unsubscribe>`);
    simulator.faults.add({
      operation: 'GetItem',
      count: 1,
      effect: { kind: 'throttle', backOffMs: 1234, form: 'message' },
    });
    simulator.faults.add({
      operation: 'GetItem',
      nth: 2,
      effect: { kind: 'partial', nth: 2, code: 'ErrorMailboxStoreUnavailable' },
    });
    simulator.faults.add({ operation: 'GetFolder', count: 1, effect: { kind: 'throttle', backOffMs: 5000 } });
    simulator.faults.add({
      operation: 'SyncFolderItems',
      effect: { kind: 'service', code: 'ErrorMailboxMoveInProgress', form: 'message' },
    });
    expect((await call(GET_ITEMS(items))).codes).toEqual([
      'ErrorServerBusy',
      'ErrorBatchProcessingStopped',
      'ErrorBatchProcessingStopped',
    ]);
    expect((await call(GET_ITEMS(items))).codes).toEqual([
      'NoError',
      'ErrorMailboxStoreUnavailable',
      'ErrorBatchProcessingStopped',
    ]);
    const busy = await call(GET_FOLDERS(['inbox']));
    expect([busy.status, busy.codes, findAll(busy.root, 'Value')[0]?.text]).toEqual([
      500,
      ['ErrorServerBusy'],
      '5000',
    ]);
    expect((await call(SYNC_ITEMS())).codes).toEqual(['ErrorMailboxMoveInProgress']);
    expect((await callAs(simulator, BEN)(GET_ITEMS(items))).codes).toEqual(
      Array(3).fill('ErrorAccessDenied'),
    );
    expect((await call('<m:GetItem/>')).codes).toEqual(['ErrorSchemaValidation']);
    check(seen.filter((exchange) => exchange.request.includes('<m:GetItem/>') === false));
  },
);

test.skipIf(!hasSchema || !hasCorpus)(
  'every mail of the corpus is delivered, shown as the schema says, and given back byte for byte',
  async () => {
    const { simulator, call, seen } = createWorld();
    const names = readdirSync(CORPUS_FOLDER, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.eml'))
      .map((entry) => `${entry.parentPath}/${entry.name}`);
    expect(names.length).toBeGreaterThan(1000);
    const mails = names.map((name) => readFileSync(name));
    const ids = mails.map((mail) => simulator.deliver(ANN, 'inbox', mail));
    for (let index = 0; index < ids.length; index += 25) {
      const batch = ids.slice(index, index + 25);
      const answer = await call(GET_ITEMS(batch, ALL));
      expect(answer.codes).toEqual(batch.map(() => 'NoError'));
      const mimes = findAll(answer.root, 'MimeContent').map((node) => node.text);
      expect(mimes).toEqual(mails.slice(index, index + 25).map((mail) => mail.toString('base64')));
      check(seen.splice(0), false);
    }
  },
  180_000,
);

test.skipIf(!hasSchema)('the judge does find a violation', () => {
  const simulator = createExchangeSimulator({ now: () => 0 });
  expect(simulator.requests.count()).toBe(0);
  const wrong =
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><m:GetItem xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"/></s:Body></s:Envelope>';
  expect(() => validate(wrong)).toThrow();
});

test.skipIf(!hasSchema)('each envelope of a streamed answer is as the schema says', async () => {
  const { simulator, call, seen, clock } = createWorld();
  const callRaw = async (request: string) => {
    const authorization = `Basic ${Buffer.from(`${ANN}:password`).toString('base64')}`;
    const headers = { 'content-type': 'text/xml; charset=utf-8', authorization };
    const url = 'https://mail.contoso.test/EWS/Exchange.asmx';
    const init = { method: 'POST', headers, body: envelope(request) };
    return (await simulator.fetch(new Request(url, init))).text();
  };
  const types = ['NewMailEvent', 'CreatedEvent', 'MovedEvent', 'ModifiedEvent', 'DeletedEvent'];
  const subscribed = await call(
    `<m:Subscribe><m:StreamingSubscriptionRequest SubscribeToAllFolders="true"><t:EventTypes>${types.map((type) => `<t:EventType>${type}</t:EventType>`).join('')}</t:EventTypes></m:StreamingSubscriptionRequest></m:Subscribe>`,
  );
  const id = findAll(subscribed.root, 'SubscriptionId')[0]?.text ?? '';
  const old = simulator.deliver(ANN, 'inbox', sampleMail(1));
  const kept = simulator.deliver(ANN, 'inbox', sampleMail(2));
  simulator.move(ANN, old, 'deleteditems');
  simulator.setCategories(ANN, kept, ['Red']);
  const events = (ids: string) =>
    `<m:GetStreamingEvents><m:SubscriptionIds>${ids}</m:SubscriptionIds><m:ConnectionTimeout>1</m:ConnectionTimeout></m:GetStreamingEvents>`;
  const named = (one: string) => `<t:SubscriptionId>${one}</t:SubscriptionId>`;
  const startedAt = clock.at;
  const streamed = await callRaw(events(named(id)));
  // The test's clock moves whenever the server waits, so the minute is over at once.
  expect(clock.at - startedAt).toBe(60_000);
  expect(streamed).toMatch(/<t:MovedEvent>.*<t:OldItemId/);
  expect(streamed.match(/<m:ConnectionStatus>\w+/g)).toEqual([
    '<m:ConnectionStatus>OK',
    '<m:ConnectionStatus>OK',
    '<m:ConnectionStatus>OK',
    '<m:ConnectionStatus>Closed',
  ]);
  await callRaw(events(named('AAAA')));
  expect((await call(events(''))).codes).toEqual(['ErrorSchemaValidation']);
  check(seen.filter(({ request }) => !request.includes('<m:SubscriptionIds></m:SubscriptionIds>')));
});
