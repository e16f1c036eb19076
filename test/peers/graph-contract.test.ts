/**
 * The Graph simulator against Microsoft's published metadata (CSDL) and OpenAPI of Graph v1.0: whatever it answers has
 * declared names and types, and its paths exist. Skipped where they are absent.
 */
import { describe, expect, it } from 'vitest';
import {
  ANN,
  callWith,
  createTestWorld,
  mailWithFile,
  sampleMail,
  signIn,
} from '../../simulators/office365/test-support.ts';
import { FOLDER, judgeObject, present, types, unknownPaths } from '../support/graph-metadata.ts';

if (!present) {
  process.stdout.write(`skipped: ${FOLDER} is absent, so no metadata judges the Graph simulator\n`);
}

async function createCaller() {
  const posted: unknown[] = [];
  const { simulator, clock } = createTestWorld({
    post: async (request) => {
      const text = await request.text();
      if (text !== '') posted.push(JSON.parse(text));
      return new Response(new URL(request.url).searchParams.get('validationToken') ?? '', { status: 200 });
    },
  });
  const { access_token: token } = await signIn(simulator);
  return { simulator, clock, posted, call: callWith(simulator, token) };
}

describe.skipIf(!present)('answers of the Graph simulator', () => {
  it.each([
    ['plain', sampleMail(1, ['Importance: high', 'Disposition-Notification-To: carla@fabrikam.test'])],
    ['with a file', mailWithFile()],
    ['broken', Buffer.from('From\u0000: nonsense\r\n\r\n\u00ff')],
    ['a meeting request', sampleMail(2, ['Content-Type: text/calendar; method=REQUEST'])],
  ])('show a message as it is declared (%s)', async (_name, raw) => {
    const { simulator, call } = await createCaller();
    const id = simulator.deliver(ANN, 'inbox', raw);
    const { body } = await call('GET', `/me/messages/${id}`);
    expect(judgeObject('eventMessage', body, 'message')).toEqual([]);
    const selected = await call('GET', `/me/messages/${id}?$select=internetMessageHeaders,uniqueBody`);
    expect(judgeObject('message', selected.body, 'message')).toEqual([]);
    expect(Object.keys(selected.body)).toEqual(
      expect.arrayContaining(['id', 'internetMessageHeaders', 'uniqueBody']),
    );
    const missing = [...(types.get('message')?.properties.keys() ?? [])].filter(
      (name) => !(name in body) && !(name in selected.body),
    );
    const links = [
      'attachments',
      'extensions',
      'multiValueExtendedProperties',
      'singleValueExtendedProperties',
    ];
    expect(missing.sort()).toEqual(links);
  });

  it('show folders, attachments, users, categories and subscriptions as they are declared', async () => {
    const { simulator, clock, posted, call } = await createCaller();
    const id = simulator.deliver(ANN, 'inbox', mailWithFile());
    const each = async (type: string, path: string) => {
      const { body } = await call('GET', path);
      expect(body.value.length).toBeGreaterThan(0);
      for (const one of body.value) expect(judgeObject(type, one, type)).toEqual([]);
    };
    await each('mailFolder', '/me/mailFolders');
    await each('mailFolder', '/me/mailFolders/delta');
    await each('message', '/me/mailFolders/inbox/messages/delta');
    await each('fileAttachment', `/me/messages/${id}/attachments`);
    simulator.setMasterCategories(ANN, ['Blue', 'Red']);
    await each('outlookCategory', '/me/outlook/masterCategories');
    const select = 'mail,proxyAddresses,userPrincipalName,accountEnabled,otherMails,userType,mailNickname';
    for (const path of ['/me', `/me?$select=${select}`]) {
      expect(judgeObject('user', (await call('GET', path)).body, 'user')).toEqual([]);
    }
    const translated = await call('POST', '/me/translateExchangeIds', {
      body: { inputIds: [id, 'x'], sourceIdType: 'restImmutableEntryId', targetIdType: 'restId' },
    });
    for (const one of translated.body.value) expect(judgeObject('convertIdResult', one, 'id')).toEqual([]);
    const subscription = await call('POST', '/subscriptions', {
      body: {
        changeType: 'created',
        resource: 'me/messages',
        notificationUrl: 'https://lockstep.test/hints',
        lifecycleNotificationUrl: 'https://lockstep.test/life',
        expirationDateTime: new Date(clock.at + 3_600_000).toISOString(),
      },
    });
    expect(judgeObject('subscription', subscription.body, 'subscription')).toEqual([]);
    simulator.deliver(ANN, 'inbox', sampleMail(1));
    simulator.sendLifecycle(ANN, 'missed');
    await simulator.notificationsSettled();
    const notifications = (posted as { value: unknown[] }[]).flatMap(({ value }) => value);
    expect(notifications).toHaveLength(2);
    for (const one of notifications)
      expect(judgeObject('changeNotification', one, 'notification')).toEqual([]);
  });

  it('show drafts, settings, categories and upload sessions as they are declared', async () => {
    const { call } = await createCaller();
    const body = { subject: 'Draft', body: { contentType: 'html', content: '<p>x</p>' }, toRecipients: [] };
    const { body: draft } = await call('POST', '/me/messages', { body });
    expect(judgeObject('message', draft, 'draft')).toEqual([]);
    const reply = await call('POST', `/me/messages/${draft.id}/createReplyAll`);
    expect(judgeObject('message', reply.body, 'reply')).toEqual([]);
    const settings = await call('GET', '/me/mailboxSettings');
    expect(judgeObject('mailboxSettings', settings.body, 'settings')).toEqual([]);
    const category = await call('POST', '/me/outlook/masterCategories', { body: { displayName: 'One' } });
    expect(judgeObject('outlookCategory', category.body, 'category')).toEqual([]);
    const AttachmentItem = { attachmentType: 'file', name: 'a.bin', size: 6 };
    const session = await call('POST', `/me/messages/${draft.id}/attachments/createUploadSession`, {
      body: { AttachmentItem },
    });
    expect(judgeObject('uploadSession', session.body, 'session')).toEqual([]);
  });

  it('are at paths that Graph has', () => {
    const user = '/users/{user-id}';
    const message = `${user}/messages/{message-id}`;
    const folder = `${user}/mailFolders/{mailFolder-id}`;
    const offered: [string, string][] = [
      ['get', user],
      ['get', `${user}/mailFolders`],
      ['get', `${user}/mailFolders/delta`],
      ['get', folder],
      ['get', `${folder}/childFolders`],
      ['get', `${folder}/messages`],
      ['get', `${folder}/messages/delta`],
      ['get', `${user}/messages`],
      ['get', message],
      ['patch', message],
      ['delete', message],
      ['post', `${message}/move`],
      ['post', `${message}/copy`],
      ['post', `${message}/send`],
      ['post', `${message}/createReply`],
      ['post', `${user}/messages`],
      ['post', `${folder}/messages`],
      ['post', `${folder}/move`],
      ['get', `${user}/messages/$count`],
      ['post', `${message}/attachments`],
      ['post', `${message}/attachments/createUploadSession`],
      ['delete', `${message}/attachments/{attachment-id}`],
      ['get', `${user}/mailboxSettings`],
      ['patch', `${user}/outlook/masterCategories/{outlookCategory-id}`],
      ['get', `${message}/$value`],
      ['get', `${message}/attachments`],
      ['get', `${message}/attachments/{attachment-id}`],
      ['get', `${user}/outlook/masterCategories`],
      ['post', `${user}/translateExchangeIds`],
      ['post', `${user}/sendMail`],
      ['post', '/subscriptions'],
      ['patch', '/subscriptions/{subscription-id}'],
    ];
    expect(unknownPaths(offered)).toEqual([]);
  });
});
