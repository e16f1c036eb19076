/**
 * Calls as Microsoft's documentation shows them (user-list-messages, user-post-messages, message-update, attachment-*,
 * json-batching, delta-query-messages), written by hand against the simulator.
 */
import { beforeAll, expect, it } from 'vitest';
import type { Office365Simulator } from '../../simulators/office365/simulator.ts';
import {
  ADMIN,
  ANN,
  answerPages,
  askToken,
  authorizeUrl,
  BACK,
  callWith,
  createTestWorld,
  GRAPH,
  type GraphCaller,
  mailWithFile,
  readBack,
  sampleMail,
  VERIFIER,
} from '../../simulators/office365/test-support.ts';

let simulator: Office365Simulator;
let call: GraphCaller;
let token = '';

beforeAll(async () => {
  ({ simulator } = createTestWorld());
  const scope = 'offline_access User.Read Mail.ReadWrite Mail.Send MailboxSettings.ReadWrite';
  const code = readBack(await answerPages(simulator, {}, authorizeUrl({ scope }))).get('code') ?? '';
  const fields = { grant_type: 'authorization_code', code, redirect_uri: BACK, code_verifier: VERIFIER };
  token = (await askToken(simulator, fields)).body.access_token;
  call = callWith(simulator, token);
  for (let number = 1; number <= 12; number += 1) {
    const at = Date.UTC(2026, 0, 4, 9, number);
    simulator.deliver(ANN, 'inbox', sampleMail(number), { receivedAt: at, isRead: number % 2 === 0 });
  }
  simulator.deliver(ANN, 'inbox', mailWithFile(), { receivedAt: Date.UTC(2026, 0, 3) });
});

const subjects = (body: { value: { subject: string }[] }) => body.value.map(({ subject }) => subject);
const errorOf = async (path: string) => {
  const { status, body } = await call('GET', path);
  return [status, body.error?.code];
};

it('filters messages by what is documented and orders by what the filter names first', async () => {
  const list = async (filter: string, more = '') =>
    subjects((await call('GET', `/me/messages?$filter=${encodeURIComponent(filter)}&$top=3${more}`)).body);
  expect(await list('hasAttachments eq true')).toEqual(['With a file']);
  expect(await list("from/emailAddress/address eq 'Carla@fabrikam.test' and isRead eq true")).toHaveLength(3);
  expect(await list("startswith(subject,'Sample 1') and not(subject eq 'Sample 1')")).toHaveLength(3);
  expect(
    await list("(contains(subject,'file') or subject eq 'Sample 2') and importance eq 'normal'"),
  ).toHaveLength(2);
  expect(await list("internetMessageId eq '<sample-3@fabrikam.test>'")).toEqual(['Sample 3']);
  const since = 'receivedDateTime ge 2026-01-04T09:10:00Z';
  expect(await list(`${since} and isRead eq false`, '&$orderby=receivedDateTime')).toEqual(['Sample 11']);
  expect(await list(since, '&$orderby=receivedDateTime asc')).toEqual([
    'Sample 10',
    'Sample 11',
    'Sample 12',
  ]);
  const bad = "/me/messages?$filter=from/emailAddress/address eq 'x'&$orderby=receivedDateTime";
  expect(await errorOf(bad)).toEqual([400, 'InefficientFilter']);
  expect(await errorOf('/me/messages?$filter=colour eq 1')).toEqual([400, 'RequestBroker--ParseUri']);
  expect(await errorOf("/me/messages?$filter=subject eq 'x")).toEqual([400, 'BadRequest']);
});

it('searches, counts, and names folders in any letter case and by nesting', async () => {
  const found = await call('GET', '/me/messages?$search="subject:file"');
  expect(subjects(found.body)).toEqual(['With a file']);
  expect((await call('GET', '/me/messages?$search="carla AND body"&$top=50')).body.value).toHaveLength(12);
  expect((await errorOf('/me/messages?$search="x"&$filter=isRead eq true'))[0]).toBe(400);
  expect((await call('GET', '/me/mailFolders/inbox/messages/$count')).body).toBe('13');
  const nested = await call(
    'GET',
    '/me/mailfolders/MsgFolderRoot/childFolders/Inbox/messages?$count=true&$top=1',
  );
  expect(nested.body['@odata.count']).toBe(13);
  simulator.createFolder(ANN, 'Inbox/Customers');
  const named = await call('GET', "/me/mailFolders/inbox/childFolders?$filter=displayName eq 'Customers'");
  expect(named.body.value).toMatchObject([{ displayName: 'Customers' }]);
  const expanded = await call('GET', '/me/mailFolders/inbox?$expand=childFolders');
  expect(expanded.body.childFolders).toHaveLength(1);
  const target = named.body.value[0].id;
  const moved = await call('POST', `/me/mailFolders/${target}/move`, { body: { destinationId: 'archive' } });
  expect([moved.status, moved.body.id]).toEqual([201, target]);
});

it('makes drafts from JSON and from MIME, changes, answers, copies, sends and deletes them', async () => {
  const recipient = { emailAddress: { address: 'ben@contoso.test', name: 'Ben Bäcker' } };
  const made = await call('POST', '/me/messages', {
    body: {
      subject: 'Grüße',
      body: { contentType: 'HTML', content: '<p>Hello</p>' },
      toRecipients: [recipient],
      internetMessageHeaders: [{ name: 'x-custom', value: '1' }],
    },
  });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ isDraft: true, subject: 'Grüße', toRecipients: [recipient] });
  const path = `/me/messages/${made.body.id}`;
  const edited = await call('PATCH', path, { body: { subject: 'Anders', flag: { flagStatus: 'flagged' } } });
  expect(edited.body).toMatchObject({
    subject: 'Anders',
    flag: { flagStatus: 'flagged' },
    toRecipients: [recipient],
  });
  expect(edited.body.body).toMatchObject({ contentType: 'html', content: expect.stringContaining('Hello') });
  const unknown = await call('PATCH', path, { body: { colour: 'red' } });
  expect([unknown.status, unknown.body.error.code]).toEqual([400, 'RequestBodyRead']);
  const file = { '@odata.type': '#microsoft.graph.fileAttachment', name: 'a.txt', contentBytes: 'aGVsbG8=' };
  const attached = await call('POST', `${path}/attachments`, { body: file });
  expect([attached.status, attached.body.name, attached.body.contentBytes]).toEqual([
    201,
    'a.txt',
    'aGVsbG8=',
  ]);
  const whole = await call('GET', `${path}?$expand=attachments($select=name)&$select=subject,hasAttachments`);
  expect(whole.body).toMatchObject({ hasAttachments: true, attachments: [{ name: 'a.txt' }] });
  expect((await call('DELETE', `${path}/attachments/${attached.body.id}`)).status).toBe(204);
  const copy = await call('POST', `${path}/copy`, { body: { destinationId: 'archive' } });
  expect([copy.status, copy.body.subject, copy.body.id === made.body.id]).toEqual([201, 'Anders', false]);
  expect((await call('POST', `/me/messages/${copy.body.id}/permanentDelete`)).status).toBe(204);
  expect((await call('GET', `/me/messages/${copy.body.id}`)).status).toBe(404);
  expect((await call('POST', `${path}/send`)).status).toBe(202);
  expect((await call('GET', '/me/mailFolders/sentitems/messages')).body.value).toHaveLength(1);
  const [latest] = (await call('GET', '/me/mailFolders/inbox/messages?$top=1')).body.value;
  const reply = await call('POST', `/me/messages/${latest.id}/createReply`, { body: { comment: 'Yes' } });
  expect(reply.body).toMatchObject({ subject: 'RE: Sample 12', conversationId: latest.conversationId });
  const request = new Request(`${GRAPH}/v1.0/me/mailFolders/inbox/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/plain' },
    body: sampleMail(40).toString('base64'),
  });
  const mime = await simulator.fetch(request);
  expect([mime.status, await mime.json()]).toMatchObject([201, { isDraft: true, subject: 'Sample 40' }]);
});

it('takes large attachments in ranges', async () => {
  const { body: draft } = await call('POST', '/me/messages', { body: { subject: 'Large' } });
  const path = `/me/messages/${draft.id}/attachments`;
  const AttachmentItem = { attachmentType: 'file', name: 'big.bin', size: 6 };
  const { status, body } = await call('POST', `${path}/createUploadSession`, { body: { AttachmentItem } });
  expect([status, body.nextExpectedRanges]).toEqual([201, ['0-']]);
  const put = (range: string, text: string) =>
    simulator.fetch(
      new Request(body.uploadUrl, { method: 'PUT', headers: { 'content-range': range }, body: text }),
    );
  expect(await (await put('bytes 0-2/6', 'abc')).json()).toMatchObject({ nextExpectedRanges: ['3-'] });
  expect((await put('bytes 0-2/6', 'abc')).status).toBe(416);
  const last = await put('bytes 3-5/6', 'def');
  expect([last.status, last.headers.get('location')]).toEqual([
    201,
    expect.stringContaining('/Attachments('),
  ]);
  expect((await call('GET', path)).body.value).toMatchObject([{ name: 'big.bin', size: 6 }]);
});

it('keeps extended properties and finds messages by them', async () => {
  const id = 'String {66f5a359-4659-4830-9070-00047ec6ac6e} Name Color';
  const written = { singleValueExtendedProperties: [{ id, value: 'Green' }] };
  const message = simulator.deliver(ANN, 'archive', sampleMail(50));
  expect((await call('PATCH', `/me/messages/${message}`, { body: written })).status).toBe(200);
  const expand = `$expand=singleValueExtendedProperties($filter=id eq '${id}' or id eq 'String 0x1035')`;
  const shown = await call('GET', `/me/messages/${message}?$select=id&${expand}`);
  expect(shown.body.singleValueExtendedProperties).toEqual([
    { id, value: 'Green' },
    { id: 'String 0x1035', value: '<sample-50@fabrikam.test>' },
  ]);
  const any = `singleValueExtendedProperties/Any(ep: ep/id eq '${id}' and ep/value eq 'Green')`;
  const found = await call('GET', `/me/messages?$filter=${encodeURIComponent(any)}`);
  expect(subjects(found.body)).toEqual(['Sample 50']);
});

it('says which preferences it followed, and names a request alike in header and body', async () => {
  const headers = { Prefer: 'IdType="ImmutableId", outlook.body-content-type="text"' };
  const { headers: given } = await call('GET', '/me/messages?$top=1', { headers });
  expect(given.get('preference-applied')).toBe('IdType="ImmutableId", outlook.body-content-type="text"');
  const refused = await call('GET', '/me/messages/abc', { headers: { 'client-request-id': 'mine' } });
  expect(refused.body.error.innerError['request-id']).toBe(refused.headers.get('request-id'));
  expect(refused.headers.get('client-request-id')).toBe('mine');
});

it('answers a batch item by item, whatever form the items have', async () => {
  const batch = async (requests: unknown[]) => call('POST', '/$batch', { body: { requests } });
  const { body } = await batch([
    { id: 'b', method: 'GET', url: 'me/mailFolders/inbox', dependsOn: ['a'] },
    { id: 'a', method: 'get', url: '/me/mailFolders/archive?$select=displayName' },
    { id: 'c', method: 'GET', url: '/me', headers: { 'bad header\n': 'x' } },
    {
      id: 'd',
      method: 'POST',
      url: '/me/messages',
      headers: { 'Content-Type': 'text/plain' },
      body: Buffer.from(sampleMail(60).toString('base64')).toString('base64'),
    },
    { id: 'e', method: 'GET', url: '/me/mailFolders/inbox/messages/$count' },
  ]);
  const byId = new Map(body.responses.map((each: { id: string }) => [each.id, each]));
  expect(['a', 'b', 'c', 'd', 'e'].map((id) => (byId.get(id) as { status: number }).status)).toEqual([
    200, 200, 400, 201, 200,
  ]);
  const one = { id: '1', method: 'GET', url: '/me' };
  for (const requests of [[one, one], [null], [{ ...one, dependsOn: ['9'] }], Array(21).fill(one), []]) {
    expect((await batch(requests)).status).toBe(400);
  }
});

it('keeps the options of a delta round in its links, the kind of change too', async () => {
  const folder = simulator.createFolder(ANN, 'Delta');
  for (const number of [1, 2, 3]) simulator.deliver(ANN, 'Delta', sampleMail(number));
  const start = `/me/mailFolders/${folder}/messages/delta?$select=subject&$top=2&changeType=created`;
  const first = await call('GET', start);
  const second = await call('GET', first.body['@odata.nextLink']);
  expect([first.body.value.length, second.body.value.length]).toEqual([2, 1]);
  const [message] = (await call('GET', `/me/mailFolders/${folder}/messages?$top=1`)).body.value;
  await call('PATCH', `/me/messages/${message.id}`, { body: { isRead: true } });
  simulator.deliver(ANN, 'Delta', sampleMail(4));
  const later = await call('GET', second.body['@odata.deltaLink']);
  expect(later.body.value).toMatchObject([{ subject: 'Sample 4' }]);
  expect(Object.keys(later.body.value[0])).not.toContain('body');
});

it('shows settings and categories, and refuses in the directory with its own codes', async () => {
  expect((await call('GET', '/me/mailboxSettings/timeZone')).body.value).toBe('UTC');
  const changed = await call('PATCH', '/me/mailboxSettings', { body: { timeZone: 'Pacific Standard Time' } });
  expect(changed.body.timeZone).toBe('Pacific Standard Time');
  const made = await call('POST', '/me/outlook/masterCategories', {
    body: { displayName: 'CRM', color: 'preset3' },
  });
  const path = `/me/outlook/masterCategories/${made.body.id}`;
  expect((await call('PATCH', path, { body: { color: 'preset4' } })).body).toMatchObject({
    color: 'preset4',
  });
  expect(await errorOf(`/users/${ADMIN}`)).toEqual([403, 'Authorization_RequestDenied']);
  simulator.grantAdminConsent('contoso.test', 'app-1', { roles: ['User.Read.All', 'Mail.Read'] });
  const fields = { grant_type: 'client_credentials', scope: 'https://graph.microsoft.us/.default' };
  const app = callWith(simulator, (await askToken(simulator, fields, 'contoso.test')).body.access_token);
  expect((await app('GET', '/users/nobody@contoso.test')).body.error.code).toBe('Request_ResourceNotFound');
  expect((await app('GET', '/users/nobody@contoso.test/messages')).body.error.code).toBe('ErrorInvalidUser');
  const found = await app('GET', `/users?$filter=mail eq '${ANN}'&$select=id,mail`);
  expect(found.body.value).toMatchObject([{ mail: ANN }]);
  const pages = await app('GET', '/users?$top=2&$select=mail');
  const rest = await app('GET', pages.body['@odata.nextLink']);
  expect([pages.body.value.length, rest.body.value.length, rest.body['@odata.nextLink']]).toEqual([
    2,
    1,
    undefined,
  ]);
});

it('refuses bodies and tokens of the wrong form', async () => {
  for (const body of [
    { attachments: [null] },
    { internetMessageHeaders: [null] },
    { singleValueExtendedProperties: [null] },
    { toRecipients: [null] },
  ]) {
    expect((await call('POST', '/me/messages', { body })).status).toBe(400);
  }
  const nothing = Buffer.from('null').toString('base64url');
  expect(await errorOf(`/me/mailFolders/inbox/messages/delta?$deltatoken=${nothing}`)).toEqual([
    400,
    'BadRequest',
  ]);
});

it('refuses subscriptions that make no sense', async () => {
  const body = {
    changeType: 'created',
    notificationUrl: 'not an address',
    resource: '/me/mailFolders/inbox/messages',
    expirationDateTime: '2026-01-05T12:00:00Z',
  };
  for (const wrong of [{}, { changeType: 'moved' }, { clientState: 'x'.repeat(129) }]) {
    const { status, body: refusal } = await call('POST', '/subscriptions', { body: { ...body, ...wrong } });
    expect([status, refusal.error.code]).toEqual([400, 'ValidationError']);
  }
});
