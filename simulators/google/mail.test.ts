/** Messages, labels, threads and searches of the simulated Gmail. */
import { expect, test } from 'vitest';
import { ANN, BEN, CARLA, callWith, createTestWorld, sampleMail, signIn } from './test-support.ts';

async function start(scope?: string) {
  const world = createTestWorld();
  const tokens = await signIn(world.simulator, scope === undefined ? {} : { scope });
  return { ...world, call: callWith(world.simulator, tokens.access_token) };
}

const MULTIPART = sampleMail(
  7,
  ['Content-Type: multipart/mixed; boundary="b1"', 'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= =?utf-8?b?IQ==?='],
  [
    'preamble',
    '--b1',
    'Content-Type: multipart/alternative; boundary=b2',
    '',
    '--b2',
    'Content-Type: text/plain; charset=iso-8859-1',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'caf=E9 & "tea"',
    '--b2',
    'Content-Type: text/html',
    '',
    '<p>hi</p>',
    '--b2--',
    '--b1',
    'Content-Type: application/pdf; name="plan.pdf"',
    'Content-Disposition: attachment; filename="plan.pdf"',
    'Content-Transfer-Encoding: base64',
    '',
    'AAECAw==',
    '--b1--',
  ].join('\r\n'),
);

test('a mail is shown minimal, as metadata, full and raw', async () => {
  const { simulator, call, clock } = await start();
  const id = simulator.deliver(ANN, MULTIPART, { labels: ['INBOX'] });
  const minimal = (await call('GET', `messages/${id}?format=minimal`)).body;
  expect(minimal).toMatchObject({
    id,
    threadId: id,
    labelIds: ['INBOX'],
    internalDate: String(clock.at),
    sizeEstimate: MULTIPART.length,
  });
  expect(minimal.snippet).toContain('café &amp; &quot;tea&quot;');
  expect(minimal.payload).toBeUndefined();
  const metadata = (await call('GET', `messages/${id}?format=metadata&metadataHeaders=subject`)).body;
  expect(metadata.payload).toEqual({
    mimeType: 'multipart/mixed',
    headers: [{ name: 'Subject', value: 'Grüße!' }],
  });
  const { payload } = (await call('GET', `messages/${id}`)).body;
  expect([payload.partId, payload.parts[0].parts[1].partId, payload.parts[1].partId]).toEqual([
    '',
    '0.1',
    '1',
  ]);
  expect(Buffer.from(payload.parts[0].parts[0].body.data, 'base64url').toString()).toBe('café & "tea"');
  expect(payload.parts[1]).toMatchObject({ filename: 'plan.pdf', body: { size: 4 } });
  const { attachmentId } = payload.parts[1].body;
  const bytes = (await call('GET', `messages/${id}/attachments/${attachmentId}`)).body;
  expect(bytes).toEqual({ size: 4, data: 'AAECAw==' });
  const raw = (await call('GET', `messages/${id}?format=raw`)).body.raw;
  expect(Buffer.from(raw, 'base64url').toString()).toBe(MULTIPART);
});

test('partial responses hold what was asked for', async () => {
  const { simulator, call } = await start();
  const id = simulator.deliver(ANN, sampleMail(1));
  const some = await call('GET', `messages/${id}?fields=id,payload(headers/name,mimeType)`);
  expect(Object.keys(some.body)).toEqual(['id', 'payload']);
  expect(some.body.payload.headers[0]).toEqual({ name: 'Message-ID' });
  expect((await call('GET', 'messages?fields=messages/id')).body).toEqual({ messages: [{ id }] });
});

test('lists come newest first, in pages, without spam and trash', async () => {
  const { simulator, call, clock } = await start();
  const ids = [0, 1, 2, 3, 4].map((number) =>
    simulator.deliver(ANN, sampleMail(number), { receivedAt: clock.at + number * 1000 }),
  );
  simulator.trash(ANN, ids[1] ?? '');
  const first = (await call('GET', 'messages?maxResults=3')).body;
  expect(first.messages.map((each: { id: string }) => each.id)).toEqual([ids[4], ids[3], ids[2]]);
  simulator.deliver(ANN, sampleMail(9), { receivedAt: clock.at + 9000 });
  const second = (await call('GET', `messages?maxResults=3&pageToken=${first.nextPageToken}`)).body;
  expect(second.messages).toEqual([{ id: ids[0], threadId: ids[0] }]);
  expect(second.nextPageToken).toBeUndefined();
  expect((await call('GET', 'messages?includeSpamTrash=true')).body.messages).toHaveLength(6);
  expect((await call('GET', 'messages?labelIds=TRASH')).body.messages).toHaveLength(1);
  expect((await call('GET', 'messages?q=rfc822msgid:nobody@x')).body).toEqual({ resultSizeEstimate: 0 });
  expect((await call('GET', 'messages?pageToken=junk')).body.error.message).toBe('Invalid pageToken');
  simulator.world.pageOverlap = 1;
  const overlapping = (await call('GET', `messages?maxResults=3&pageToken=${first.nextPageToken}`)).body;
  expect(overlapping.messages.map((each: { id: string }) => each.id)).toEqual([ids[2], ids[0]]);
});

test('searches find by Message-ID, label, time and state', async () => {
  const { simulator, call, clock } = await start();
  const label = simulator.createLabel(ANN, 'Salesforce Emails');
  const old = simulator.deliver(ANN, sampleMail(1), {
    receivedAt: clock.at - 3 * 86_400_000,
    labels: [label],
  });
  const recent = simulator.deliver(ANN, sampleMail(2), { receivedAt: clock.at - 1000 });
  const find = async (q: string) => {
    const { messages = [] } = (await call('GET', `messages?q=${encodeURIComponent(q)}`)).body;
    return messages.map((each: { id: string }) => each.id);
  };
  expect(await find('rfc822msgid:<sample-1@fabrikam.test>')).toEqual([old]);
  expect(await find('label:salesforce-emails')).toEqual([old]);
  expect(await find('label:"Salesforce Emails"')).toEqual([old]);
  expect(await find('-label:salesforce-emails')).toEqual([recent]);
  expect(await find(`after:${Math.floor(clock.at / 1000) - 60}`)).toEqual([recent]);
  expect(await find('before:2026/06/01')).toEqual([old]);
  expect(await find('newer_than:1d is:unread in:inbox')).toEqual([recent]);
  expect(await find('subject:"Sample 2"')).toEqual([recent]);
});

test('labels are made once, changed on mail one by one and in bulk, and taken away', async () => {
  const { simulator, call } = await start();
  const created = await call('POST', 'labels', {
    name: 'Salesforce Emails',
    labelListVisibility: 'labelShow',
  });
  expect(created.body).toMatchObject({ id: 'Label_1', type: 'user', labelListVisibility: 'labelShow' });
  expect((await call('POST', 'labels', { name: 'salesforce emails' })).status).toBe(409);
  expect((await call('POST', 'labels', { name: 'inbox' })).status).toBe(409);
  const ids = [1, 2].map((number) => simulator.deliver(ANN, sampleMail(number), { labels: [] }));
  const plain = (await call('GET', `messages/${ids[0]}?format=minimal`)).body;
  expect(plain.labelIds).toBeUndefined();
  const one = await call('POST', `messages/${ids[0]}/modify`, { addLabelIds: ['Label_1'] });
  expect(one.body).toEqual({ id: ids[0], threadId: ids[0], labelIds: ['Label_1'] });
  expect(
    (await call('POST', 'messages/batchModify', { ids, addLabelIds: ['Label_1', 'STARRED'] })).status,
  ).toBe(204);
  expect((await call('GET', 'labels/Label_1')).body.messagesTotal).toBe(2);
  expect(
    (await call('POST', `messages/${ids[0]}/modify`, { addLabelIds: ['Label_9'] })).body.error.message,
  ).toBe('Invalid label: Label_9');
  expect((await call('DELETE', 'labels/INBOX')).status).toBe(400);
  expect((await call('DELETE', 'labels/Label_1')).status).toBe(204);
  expect((await call('GET', `messages/${ids[0]}?format=minimal`)).body.labelIds).toEqual(['STARRED']);
  expect((await call('POST', `messages/${ids[0]}/trash`)).body.labelIds).toEqual(['STARRED', 'TRASH']);
  expect((await call('DELETE', `messages/${ids[0]}`)).status).toBe(403);
});

test('replies join the thread they reference, unless the subject is another', async () => {
  const { simulator, call } = await start();
  const first = simulator.deliver(ANN, sampleMail(1, ['Subject: Plan']));
  const reply = simulator.deliver(
    ANN,
    sampleMail(2, ['Subject: Re: plan', 'In-Reply-To: <sample-1@fabrikam.test>']),
  );
  const other = simulator.deliver(
    ANN,
    sampleMail(3, ['Subject: Lunch', 'References: <sample-1@fabrikam.test>']),
  );
  const threads = (await call('GET', 'threads')).body.threads.map((each: { id: string }) => each.id);
  expect(threads.sort()).toEqual([first, other].sort());
  const thread = (await call('GET', `threads/${first}?format=minimal`)).body;
  expect(thread.messages.map((each: { id: string }) => each.id)).toEqual([first, reply]);
});

test('mail sent through the API is counted and reaches accounts here', async () => {
  const { simulator, call } = await start();
  const raw = Buffer.from(sampleMail(5).replace('ann@', 'ben@')).toString('base64url');
  const sent = await call('POST', 'messages/send', { raw });
  expect(sent.body.labelIds).toEqual(['SENT']);
  expect(simulator.notificationsSent()).toHaveLength(1);
  expect(simulator.snapshot(BEN).messages[0]?.labelIds).toEqual(['INBOX', 'UNREAD']);
});

test('the metadata scope lets neither bodies nor searches through', async () => {
  const { simulator, call } = await start('openid https://www.googleapis.com/auth/gmail.metadata');
  const id = simulator.deliver(ANN, sampleMail(1));
  expect((await call('GET', `messages/${id}?format=metadata`)).status).toBe(200);
  expect((await call('GET', `messages/${id}`)).body.error.message).toContain('format FULL');
  expect((await call('GET', 'messages?q=x')).status).toBe(403);
});

test('other mailboxes, mail switched off, suspended accounts and a disabled API are refused each in its way', async () => {
  const { simulator, call } = await start();
  expect((await call('GET', '@aa%40contoso.test/profile')).body.emailAddress).toBe(ANN);
  const other = await call('GET', `@${CARLA}/profile`);
  expect([other.status, other.body.error.message]).toEqual([403, `Delegation denied for ${ANN}`]);
  const sendAs = (await call('GET', 'settings/sendAs')).body.sendAs;
  expect(sendAs.map((each: { sendAsEmail: string }) => each.sendAsEmail)).toEqual([ANN, 'aa@contoso.test']);
  simulator.setMailService(ANN, false);
  const off = (await call('GET', 'profile')).body.error;
  expect([off.code, off.status, off.message, off.errors[0].reason]).toEqual([
    400,
    'FAILED_PRECONDITION',
    'Mail service not enabled',
    'failedPrecondition',
  ]);
  simulator.setMailService(ANN, true);
  simulator.suspend(ANN);
  expect((await call('GET', 'profile')).status).toBe(401);
});
