/**
 * The Google simulator against the official discovery documents: its methods, paths and scopes are theirs, every
 * property it sends exists there and has the right type. Skipped where the documents are absent.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { METHODS } from '../../simulators/google/gmail.ts';
import {
  ANN,
  API,
  callWith,
  createTestWorld,
  sampleMail,
  signIn,
} from '../../simulators/google/test-support.ts';
import {
  checkAgainst as check,
  hasDiscovery,
  listMethods,
  readDiscovery as read,
} from '../support/google-discovery.ts';

const present = hasDiscovery('gmail__v1');
if (!present)
  process.stdout.write('google-contract: skipped, no discovery documents at ../shared/contracts/google\n');

const CORPUS_FOLDER = '../shared/corpus/mail';
const hasCorpus = existsSync(CORPUS_FOLDER);
if (!hasCorpus)
  process.stdout.write('google-contract: the corpus is skipped, it is not at ../shared/corpus/mail\n');

const RICH = sampleMail(
  3,
  ['Content-Type: multipart/mixed; boundary=b'],
  '--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\nContent-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--b--',
);

describe.skipIf(!present)('the Google simulator agrees with the discovery documents', () => {
  const discovery = present ? read('gmail__v1') : { schemas: {} };
  const documented = new Map(listMethods(discovery).map((method) => [method.id, method]));

  it('has methods with the documented verbs, paths and scopes', () => {
    for (const method of METHODS) {
      const real = documented.get(method.id);
      expect([method.id, real?.httpMethod]).toEqual([method.id, method.verb]);
      const shape = (path: string) => path.replace(/\{\w+\}/g, '{}');
      expect(shape(`gmail/v1/users/{}/${method.path}`)).toBe(shape(real?.path ?? ''));
      const scopes = (real?.scopes ?? []).filter((scope) => !scope.includes('gmail.addons'));
      expect([method.id, [...method.scopes].sort()]).toEqual([method.id, scopes.sort()]);
    }
  });

  it('answers every method with documented properties of the right types', async () => {
    const { simulator } = createTestWorld();
    const whole = 'openid email profile https://mail.google.com/';
    const tokens = await signIn(simulator, { scope: whole });
    const call = callWith(simulator, tokens.access_token);
    simulator.addSendAs(ANN, 'sales@contoso.test', 'pending');
    simulator.addSubscription('projects/p/subscriptions/s', 'projects/p/topics/t');
    const start = (await call('GET', 'profile')).body.historyId;
    const ids = [1, 2].map((number) => simulator.deliver(ANN, sampleMail(number)));
    const rich = simulator.deliver(ANN, RICH);
    simulator.changeLabels(ANN, rich, ['STARRED'], ['UNREAD', 'INBOX', 'STARRED']);
    simulator.remove(ANN, ids[1] ?? '');
    const attachment = (await call('GET', `messages/${rich}`)).body.payload.parts[1].body.attachmentId;
    const raw = Buffer.from(sampleMail(9)).toString('base64url');
    const apart = simulator.deliver(ANN, sampleMail(4));
    const makeDraft = async () => (await call('POST', 'drafts', { message: { raw } })).body.id;
    const [draft, draftToSend] = [await makeDraft(), await makeDraft()];
    const calls: [string, string, string, object?][] = [
      ['gmail.users.drafts.create', 'POST', 'drafts', { message: { raw } }],
      ['gmail.users.drafts.list', 'GET', 'drafts?maxResults=1'],
      ['gmail.users.drafts.get', 'GET', `drafts/${draft}`],
      ['gmail.users.drafts.update', 'PUT', `drafts/${draft}`, { message: { raw } }],
      ['gmail.users.drafts.send', 'POST', 'drafts/send', { id: draftToSend }],
      ['gmail.users.drafts.delete', 'DELETE', `drafts/${draft}`],
      ['gmail.users.messages.import', 'POST', 'messages/import', { raw }],
      ['gmail.users.threads.modify', 'POST', `threads/${apart}/modify`, { addLabelIds: ['STARRED'] }],
      ['gmail.users.threads.trash', 'POST', `threads/${apart}/trash`],
      ['gmail.users.threads.untrash', 'POST', `threads/${apart}/untrash`],
      ['gmail.users.threads.delete', 'DELETE', `threads/${apart}`],
      ['gmail.users.getProfile', 'GET', 'profile'],
      ['gmail.users.labels.create', 'POST', 'labels', { name: 'One' }],
      ['gmail.users.labels.list', 'GET', 'labels'],
      ['gmail.users.labels.get', 'GET', 'labels/Label_1'],
      ['gmail.users.labels.patch', 'PATCH', 'labels/Label_1', { name: 'Two' }],
      ['gmail.users.labels.update', 'PUT', 'labels/Label_1', { name: 'Three' }],
      ['gmail.users.messages.list', 'GET', 'messages?maxResults=1'],
      ['gmail.users.messages.list', 'GET', 'messages?q=nothing'],
      ...['minimal', 'full', 'metadata', 'raw'].map((format): [string, string, string] => [
        'gmail.users.messages.get',
        'GET',
        `messages/${rich}?format=${format}`,
      ]),
      ['gmail.users.messages.attachments.get', 'GET', `messages/${rich}/attachments/${attachment}`],
      ['gmail.users.messages.modify', 'POST', `messages/${ids[0]}/modify`, { addLabelIds: ['Label_1'] }],
      [
        'gmail.users.messages.batchModify',
        'POST',
        'messages/batchModify',
        { ids, removeLabelIds: ['UNREAD'] },
      ],
      ['gmail.users.messages.trash', 'POST', `messages/${ids[0]}/trash`],
      ['gmail.users.messages.untrash', 'POST', `messages/${ids[0]}/untrash`],
      ['gmail.users.messages.insert', 'POST', 'messages', { raw }],
      ['gmail.users.messages.send', 'POST', 'messages/send', { raw }],
      ['gmail.users.threads.list', 'GET', 'threads?maxResults=1'],
      ['gmail.users.threads.get', 'GET', `threads/${rich}`],
      ['gmail.users.history.list', 'GET', `history?startHistoryId=${start}&maxResults=4`],
      ['gmail.users.settings.sendAs.list', 'GET', 'settings/sendAs'],
      ['gmail.users.settings.sendAs.get', 'GET', `settings/sendAs/${ANN}`],
      ['gmail.users.watch', 'POST', 'watch', { topicName: 'projects/p/topics/t' }],
      ['gmail.users.stop', 'POST', 'stop'],
      ['gmail.users.messages.delete', 'DELETE', `messages/${ids[0]}`],
      ['gmail.users.messages.batchDelete', 'POST', 'messages/batchDelete', { ids: [rich] }],
      ['gmail.users.labels.delete', 'DELETE', 'labels/Label_1'],
    ];
    for (const [id, verb, path, body] of calls) {
      const answer = await call(verb, path, body);
      const response = documented.get(id)?.response;
      expect([id, answer.status]).toEqual([id, response === undefined ? 204 : 200]);
      if (response !== undefined) expect(check(discovery, response, answer.body, id)).toEqual([]);
    }
    expect(new Set(calls.map(([id]) => id))).toEqual(new Set(METHODS.map((method) => method.id)));
  });

  it.skipIf(!hasCorpus)('shows every mail of the corpus whole and with documented properties', async () => {
    const { simulator } = createTestWorld({ unitsPerUserMinute: 1_000_000 });
    const call = callWith(simulator, (await signIn(simulator)).access_token);
    const names = readdirSync(CORPUS_FOLDER, { recursive: true, encoding: 'utf8' }).filter((each) =>
      each.endsWith('.eml'),
    );
    expect(names.length).toBeGreaterThan(1000);
    for (const name of names) {
      const mail = readFileSync(`${CORPUS_FOLDER}/${name}`);
      const id = simulator.deliver(ANN, mail);
      for (const format of ['full', 'metadata', 'raw']) {
        const { status, body } = await call('GET', `messages/${id}?format=${format}`);
        expect([name, format, status]).toEqual([name, format, 200]);
        expect(check(discovery, { $ref: 'Message' }, body, name)).toEqual([]);
        if (format === 'raw') expect(Buffer.from(body.raw, 'base64url').equals(mail)).toBe(true);
      }
    }
  });

  it('accepts the documented history types', async () => {
    const { simulator } = createTestWorld();
    const call = callWith(simulator, (await signIn(simulator)).access_token);
    const start = (await call('GET', 'profile')).body.historyId;
    for (const kind of documented.get('gmail.users.history.list')?.parameters?.historyTypes?.enum ?? []) {
      expect((await call('GET', `history?startHistoryId=${start}&historyTypes=${kind}`)).status).toBe(200);
    }
  });

  it('tells who signed in with documented properties', async () => {
    const { simulator } = createTestWorld();
    const tokens = await signIn(simulator, { scope: 'openid email profile' });
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    const response = await simulator.fetch(new Request(`${API}/oauth2/v2/userinfo`, { headers }));
    expect(check(read('oauth2__v2'), { $ref: 'Userinfo' }, await response.json(), 'userinfo')).toEqual([]);
  });
});
