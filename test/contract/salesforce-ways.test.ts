/** Salesforce's own ways, beyond the contract: requests per call, locked rows, lost answers, moved orgs, orgs without Enhanced Email, hidden fields, full orgs. */
import { expect, test } from 'vitest';
import { withBackoffCrm } from '../../src/connectors/with-backoff.ts';
import type { Person } from '../../src/model/connector.ts';
import type { EmailKey, RecordId } from '../../src/model/ids.ts';
import { draftOf, file } from '../support/drafts.ts';
import { NEW_INSTANCE, type SalesforceBench, startSalesforceBench } from '../support/salesforce-bench.ts';
import { seededRandom } from '../support/seed.ts';

const USER = 'anna@contoso.example';
const nothingAsked = { addresses: [], domains: [], keys: [], relateTo: 'account' } as const;

const open = async (keyField = true) => {
  const bench = await startSalesforceBench({ keyField });
  return { ...bench, crm: await bench.connect() };
};

const failing = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: { failure?: unknown }) => error.failure ?? error,
  );

function contacts(bench: SalesforceBench, count: number): readonly Person[] {
  return Array.from({ length: count }, (_, at) => {
    const address = `person-${at}@acme.example`;
    const [id = ''] = bench.simulator.insert('Contact', [{ LastName: `Person ${at}`, Email: address }]);
    return { kind: 'contact', recordId: id as RecordId, address, accountId: null };
  });
}

test('requests are as few as the documents say', async () => {
  const { crm } = await open();
  await crm.poll();
  expect(crm.traffic().requests).toBe(1);
  const addresses = Array.from({ length: 150 }, (_, at) => `person-${at}@acme-${at}.example`);
  const keys = addresses.map((address) => `0123456789ABCDEF.${address}` as EmailKey);
  await crm.lookUp({ ...nothingAsked, addresses, keys, domains: ['acme.example'] });
  expect(crm.traffic().byOperation).toEqual({ resources: 1, describe: 1, 'look-up': 1 });
  const batch = Array.from({ length: 200 }, (_, at) =>
    draftOf(at % 4 === 0 && at < 160 ? { files: [file('a.pdf', 2_000), file('b.pdf', 900)] } : {}),
  );
  await crm.saveEmails(batch);
  expect(crm.traffic().byOperation).toMatchObject({ insert: 1, 'insert-graph': 1 });
});

test('a second run of the same user describes nothing again', async () => {
  const { crm, connect } = await open();
  await crm.capabilities();
  const next = await connect();
  await next.lookUp({ ...nothingAsked, addresses: ['kim@acme.example'] });
  expect(next.traffic().requests).toBe(1);
});

test('a locked row is tried again alone, and the others are not', async () => {
  const { crm, simulator, clock } = await open();
  await crm.capabilities();
  simulator.faults.add({
    operation: 'collections.post',
    count: 2,
    effect: { kind: 'partial', nth: 1, code: 'UNABLE_TO_LOCK_ROW' },
  });
  const results = await clock.advanceUntil(crm.saveEmails([draftOf(), draftOf(), draftOf()]));
  expect(results.map(({ ok }) => ok)).toEqual([true, true, true]);
  expect(crm.traffic().byOperation.insert).toBe(3);
  expect(simulator.records('EmailMessage')).toHaveLength(3);
});

test('a row that stays locked becomes the trouble of its mail after five more tries', async () => {
  const { crm, simulator, clock } = await open();
  await crm.capabilities();
  simulator.faults.add({
    operation: 'collections.post',
    effect: { kind: 'partial', nth: 1, code: 'UNABLE_TO_LOCK_ROW' },
  });
  const [result] = await clock.advanceUntil(crm.saveEmails([draftOf()]));
  expect(result).toMatchObject({ ok: false, failure: { code: 'crm.record-locked', kind: 'bad-item' } });
  expect(crm.traffic().byOperation.insert).toBe(6);
});

test('a lost answer makes no second record, with the key field or without', async () => {
  for (const keyField of [true, false]) {
    const { crm, simulator, clock } = await open(keyField);
    await crm.capabilities();
    for (const operation of ['collections.post', 'composite.graph'])
      simulator.faults.add({ operation, count: 1, effect: { kind: 'lostReply' } });
    const patient = withBackoffCrm(crm, { clock, random: seededRandom(1) });
    const drafts = [draftOf(), draftOf({ files: [file('a.txt', 100)] })];
    const results = await clock.advanceUntil(patient.saveEmails(drafts));
    expect(results.map(({ ok }) => ok)).toEqual([true, true]);
    expect(simulator.records('EmailMessage')).toHaveLength(2);
    expect(simulator.records('ContentVersion')).toHaveLength(1);
  }
});

test('an org that moved is followed', async () => {
  for (const former of ['unauthorized', 'redirect'] as const) {
    const { crm, simulator } = await open();
    await crm.poll();
    simulator.migrate(NEW_INSTANCE, former);
    await crm.poll();
    expect((await crm.saveEmails([draftOf()]))[0]).toMatchObject({ ok: true });
  }
});

test('a session that ends under many calls is renewed once', async () => {
  const { crm, simulator } = await open();
  await crm.capabilities();
  simulator.endSessions();
  const before = simulator.counters().requests['oauth.token'] ?? 0;
  await Promise.all(Array.from({ length: 8 }, () => crm.poll()));
  expect((simulator.counters().requests['oauth.token'] ?? 0) - before).toBe(1);
  simulator.endSessions();
  await crm.poll();
});

test('without Enhanced Email a mail is a closed task per person, ten at most, with its files, found by its key', async () => {
  const bench = await open();
  const { crm, simulator } = bench;
  simulator.changeSettings({ enhancedEmail: false });
  expect(await crm.capabilities()).toMatchObject({ emailRecord: 'task', externalKey: true });
  const people = contacts(bench, 12);
  const draft = draftOf({ people, files: [file('a.txt', 100)] });
  const [result] = await crm.saveEmails([draft]);
  expect(result).toMatchObject({ ok: true, created: true, files: 1 });
  const tasks = simulator.records('Task');
  expect(tasks).toHaveLength(10);
  expect(tasks.every(({ Status, TaskSubtype }) => Status === 'Completed' && TaskSubtype === 'Email')).toBe(
    true,
  );
  expect(new Set(tasks.map(({ WhoId }) => WhoId)).size).toBe(10);
  const again = await crm.lookUp({ ...nothingAsked, keys: [draft.key] });
  expect(again.emails).toEqual([{ key: draft.key, recordId: result?.ok ? result.recordId : null }]);
  const [second] = await crm.saveEmails([draft]);
  expect(second).toMatchObject({ ok: true, created: false, files: 0 });
  expect(simulator.records('Task')).toHaveLength(10);
});

test('tasks without the key field are known again by what they hold, so that a save may be repeated', async () => {
  const bench = await open(false);
  const { crm, simulator } = bench;
  simulator.changeSettings({ enhancedEmail: false });
  expect(await crm.capabilities()).toMatchObject({ emailRecord: 'task', externalKey: false });
  const people = contacts(bench, 2);
  const [mail, reply] = [
    draftOf({ people, subject: 'Offer', files: [file('a.txt', 100)] }),
    draftOf({ people, subject: 'Offer' }),
  ];
  expect((await crm.saveEmails([mail]))[0]).toMatchObject({ ok: true, created: true, files: 1 });
  // Another process, which remembers nothing; the reply has the same subject and day, and is another mail.
  const other = await bench.connect();
  const results = await other.saveEmails([mail, reply]);
  expect(results).toMatchObject([
    { ok: true, created: false, files: 0 },
    { ok: true, created: true },
  ]);
  expect(simulator.records('Task')).toHaveLength(4);
  expect(simulator.records('ContentDocument')).toHaveLength(1);
});

test('with shared activities one task carries all contacts', async () => {
  const bench = await open();
  const { crm, simulator } = bench;
  simulator.changeSettings({ enhancedEmail: false, sharedActivities: true });
  const people = contacts(bench, 3);
  await crm.saveEmails([draftOf({ people })]);
  expect(simulator.records('Task')).toHaveLength(1);
});

test('a field that the sync cannot do without is named, by the check and by a save', async () => {
  const { crm, simulator } = await open();
  simulator.changeUser(USER, { hiddenFields: ['EmailMessage.MessageIdentifier'] });
  const checks = await crm.check();
  expect(checks.find(({ capability }) => capability === 'emails')).toMatchObject({
    ok: false,
    failure: { code: 'crm.field-missing', fields: ['EmailMessage.MessageIdentifier'] },
  });
  expect(await failing(crm.saveEmails([draftOf()]))).toMatchObject({
    code: 'crm.field-missing',
    fields: ['EmailMessage.MessageIdentifier'],
  });
});

test('objects that are hidden are named by the check', async () => {
  const { crm, simulator } = await open();
  simulator.changeUser(USER, { hiddenObjects: ['ContentVersion', 'Contact'] });
  const missing = (await crm.check()).filter(({ ok }) => !ok);
  expect(missing.map(({ capability, failure }) => [capability, failure?.fields])).toEqual([
    ['people', ['Contact']],
    ['files', ['ContentVersion']],
    ['contacts', ['Contact']],
  ]);
});

test('what a collection lacks is named beside mail, which needs none of it', async () => {
  const { crm, simulator } = await open();
  simulator.changeUser(USER, {
    hiddenObjects: ['Event'],
    readOnlyObjects: ['Task'],
    readOnlyFields: ['Contact.LastName'],
  });
  const checks = await crm.check();
  expect(checks.flatMap(({ capability, ok }) => (ok ? [capability] : []))).toEqual([
    ...['sign-in', 'api', 'people', 'accounts', 'emails', 'files'],
  ]);
  expect(checks.flatMap(({ ok, failure }) => (ok ? [] : [failure?.fields]))).toEqual([
    ['Event'],
    ['Contact.LastName'],
    ['Task'],
  ]);
});

test('a field that goes away after the org was described is left out, and the mail is saved', async () => {
  const { crm, simulator } = await open();
  await crm.capabilities();
  simulator.changeUser(USER, { hiddenFields: ['EmailMessage.Headers', 'EmailMessage.ThreadIdentifier'] });
  const results = await crm.saveEmails([draftOf(), draftOf({ files: [file('a.txt', 10)] })]);
  expect(results.map(({ ok }) => ok)).toEqual([true, true]);
  expect(simulator.records('EmailMessage')).toHaveLength(2);
});

test('an e-mail field that goes away is no longer asked for', async () => {
  const { crm, simulator } = await open();
  await crm.capabilities();
  simulator.changeUser(USER, { hiddenFields: ['Contact.Private_Email__c'] });
  const { people } = await crm.lookUp({ ...nothingAsked, addresses: ['kim@acme.example'] });
  expect(people).toEqual([]);
});

test('a full org, a used-up allowance, a switched-off API and an inactive user end the call, each by its name', async () => {
  const cases: [(bench: SalesforceBench) => void, string][] = [
    [({ simulator }) => simulator.changeSettings({ storageFull: true }), 'crm.storage-full'],
    [({ simulator }) => simulator.presetApiUsage(10_000_000), 'crm.api-limit'],
    [({ simulator }) => simulator.changeSettings({ apiEnabled: false }), 'crm.api-disabled'],
    [({ simulator }) => simulator.changeUser(USER, { active: false }), 'crm.user-inactive'],
  ];
  for (const [spoil, code] of cases) {
    const bench = await open();
    await bench.crm.capabilities();
    spoil(bench);
    expect(await failing(bench.crm.saveEmails([draftOf()])), code).toMatchObject({ code });
  }
});

test('a sender that is no address is kept as a name', async () => {
  const { crm, simulator } = await open();
  const draft = draftOf();
  const from = { address: 'not an address', name: '' };
  const [result] = await crm.saveEmails([{ ...draft, head: { ...draft.head, from } }]);
  expect(result).toMatchObject({ ok: true });
  expect(simulator.records('EmailMessage')[0]?.FromName).toBe('not an address');
});

test('several people of one address: the user’s own first, then the oldest, and always the same', async () => {
  const { crm, simulator } = await open();
  const { userId } = await crm.identify();
  const address = 'desk@acme.example';
  const insert = (fields: Record<string, string>) =>
    simulator.insert('Contact', [{ LastName: 'Desk', Email: address, ...fields }])[0];
  const [other = ''] = simulator.insert('User', [
    { Username: 'other@contoso.example', LastName: 'Other', Email: 'other@contoso.example', IsActive: true },
  ]);
  insert({ OwnerId: other, CreatedDate: '2024-01-02T00:00:00.000+0000' });
  const oldest = insert({ OwnerId: other, CreatedDate: '2023-01-02T00:00:00.000+0000' });
  const ask = async () => (await crm.lookUp({ ...nothingAsked, addresses: [address] })).people;
  expect(await ask()).toMatchObject([{ recordId: oldest }]);
  const own = insert({ OwnerId: userId, CreatedDate: '2025-01-02T00:00:00.000+0000' });
  expect(await ask()).toMatchObject([{ recordId: own }]);
});

test('a mail that spoils a request is found and named, and the others are saved', async () => {
  const { crm, simulator } = await open();
  await crm.capabilities();
  simulator.faults.add({
    operation: 'collections.post',
    count: 1,
    effect: { kind: 'service', code: 'JSON_PARSER_ERROR' },
  });
  const results = await crm.saveEmails([draftOf(), draftOf(), draftOf()]);
  expect(results.map(({ ok }) => ok)).toEqual([true, true, true]);
  expect(crm.traffic().byOperation.insert).toBe(3);
});
