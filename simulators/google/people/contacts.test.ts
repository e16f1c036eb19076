/** Contacts of the simulated People API: sync, versions, groups, merges, batches, refusals. */
import { expect, test } from 'vitest';
import { ANN, callApi, createTestWorld, signIn } from '../test-support.ts';

const SCOPE = 'https://www.googleapis.com/auth/contacts';
const DAY_MS = 86_400_000;
const FIELDS = 'personFields=names,emailAddresses,memberships,metadata';
const LIST = `v1/people/me/connections?${FIELDS}&requestSyncToken=true`;

async function start(options = {}) {
  const world = createTestWorld(options);
  const open = async () =>
    callApi(world.simulator, (await signIn(world.simulator, { scope: SCOPE })).access_token);
  return { ...world, open, call: await open() };
}

function person(name: string, extra: object = {}) {
  return {
    names: [{ givenName: name, familyName: 'Test' }],
    emailAddresses: [{ value: `${name}@x.test` }],
    ...extra,
  };
}

test('contacts come in pages, and a sync token on the last one tells what changed since', async () => {
  const { simulator, call } = await start();
  const names = ['a', 'b', 'c'].map((name) => simulator.addContact(ANN, person(name)));
  const first = (await call('GET', `${LIST}&pageSize=2`)).body;
  expect([first.connections.length, first.totalItems, first.nextSyncToken]).toEqual([2, 3, undefined]);
  const last = (await call('GET', `${LIST}&pageSize=2&pageToken=${first.nextPageToken}`)).body;
  expect([last.connections.length, last.nextPageToken]).toEqual([1, undefined]);
  simulator.changeContact(ANN, names[0] ?? '', { nicknames: [{ value: 'nick' }] });
  simulator.removeContact(ANN, names[1] ?? '');
  const since = (await call('GET', `${LIST}&syncToken=${last.nextSyncToken}`)).body;
  expect(since.connections.map((each: { resourceName: string }) => each.resourceName)).toEqual([
    names[0],
    names[1],
  ]);
  expect(since.connections[1].metadata.deleted).toBe(true);
  expect(since.connections[1].names).toBeUndefined();
  const other = `v1/people/me/connections?personFields=names&requestSyncToken=true&syncToken=${last.nextSyncToken}`;
  expect((await call('GET', other)).body.error.status).toBe('INVALID_ARGUMENT');
  expect((await call('GET', `${LIST}&syncToken=${since.nextSyncToken}`)).body.connections).toBeUndefined();
});

test('a sync token ends seven days after the full reading, however often it is renewed', async () => {
  const { simulator, call, clock, open } = await start();
  simulator.addContact(ANN, person('a'));
  const full = (await call('GET', LIST)).body.nextSyncToken;
  clock.at += 6 * DAY_MS;
  const renewed = (await (await open())('GET', `${LIST}&syncToken=${full}`)).body.nextSyncToken;
  clock.at += DAY_MS;
  const { status, body } = await (await open())('GET', `${LIST}&syncToken=${renewed}`);
  expect([status, body.error.status, body.error.details[0].reason]).toEqual([
    400,
    'FAILED_PRECONDITION',
    'EXPIRED_SYNC_TOKEN',
  ]);
});

test('writes may take their time to be told', async () => {
  const { simulator, call, clock } = await start();
  simulator.world.contactDelayMs = 120_000;
  const { nextSyncToken } = (await call('GET', LIST)).body;
  simulator.addContact(ANN, person('a'));
  const early = (await call('GET', `${LIST}&syncToken=${nextSyncToken}`)).body;
  expect(early.connections).toBeUndefined();
  clock.at += 180_000;
  expect((await call('GET', `${LIST}&syncToken=${early.nextSyncToken}`)).body.connections).toHaveLength(1);
});

test('an update names its fields and the version it changes', async () => {
  const { call } = await start();
  const made = (
    await call('POST', 'v1/people:createContact', person('a', { biographies: [{ value: 'kept' }] }))
  ).body;
  expect(made.names[0]).toMatchObject({ displayName: 'a Test', displayNameLastFirst: 'Test, a' });
  expect(made.memberships[0].contactGroupMembership.contactGroupResourceName).toBe(
    'contactGroups/myContacts',
  );
  const path = `v1/${made.resourceName}:updateContact?updatePersonFields=names,emailAddresses`;
  expect((await call('PATCH', path, person('b'))).body.error.status).toBe('INVALID_ARGUMENT');
  const updated = (await call('PATCH', path, { ...person('b'), emailAddresses: [], etag: made.etag })).body;
  expect([updated.names[0].givenName, updated.emailAddresses, updated.biographies[0].value]).toEqual([
    'b',
    undefined,
    'kept',
  ]);
  const stale = await call('PATCH', path, { ...person('c'), etag: made.etag });
  expect([stale.status, stale.body.error.errors[0].reason]).toEqual([400, 'failedPrecondition']);
  const { metadata } = updated;
  expect((await call('PATCH', path, { ...person('c'), metadata })).status).toBe(200);
  const again = await call('PATCH', path, { ...person('d'), metadata });
  expect(again.body.error.status).toBe('FAILED_PRECONDITION');
  const two = { names: [{ givenName: 'a' }, { givenName: 'b' }] };
  expect((await call('POST', 'v1/people:createContact', two)).status).toBe(400);
  expect((await call('GET', `v1/${made.resourceName}`)).body.error.message).toMatch(
    /^personFields mask is required/,
  );
  expect((await call('GET', `v1/${made.resourceName}?personFields=shoes`)).status).toBe(400);
});

test('groups hold contacts, and nobody is left without one', async () => {
  const { simulator, call } = await start();
  const name = simulator.addContact(ANN, person('a'));
  const group = (await call('POST', 'v1/contactGroups', { contactGroup: { name: 'Salesforce Contacts' } }))
    .body;
  expect(
    (await call('POST', 'v1/contactGroups', { contactGroup: { name: 'salesforce contacts' } })).status,
  ).toBe(409);
  const before = (await call('GET', LIST)).body.nextSyncToken;
  const members = `v1/${group.resourceName}/members:modify`;
  const added = await call('POST', members, { resourceNamesToAdd: [name, 'people/c1'] });
  expect(added.body).toEqual({ notFoundResourceNames: ['people/c1'] });
  expect((await call('GET', `${LIST}&syncToken=${before}`)).body.connections).toHaveLength(1);
  expect((await call('GET', `v1/${group.resourceName}?maxMembers=5`)).body).toMatchObject({
    memberCount: 1,
    memberResourceNames: [name],
  });
  await call('POST', 'v1/contactGroups/myContacts/members:modify', { resourceNamesToRemove: [name] });
  const kept = await call('POST', members, { resourceNamesToRemove: [name] });
  expect(kept.body).toEqual({ canNotRemoveLastContactGroupResourceNames: [name] });
  const { nextSyncToken } = (await call('GET', 'v1/contactGroups')).body;
  await call('DELETE', `v1/${group.resourceName}?deleteContacts=true`);
  const since = (await call('GET', `v1/contactGroups?syncToken=${nextSyncToken}`)).body;
  expect(since.contactGroups).toMatchObject([
    { resourceName: group.resourceName, metadata: { deleted: true } },
  ]);
  expect(simulator.contactSnapshot(ANN)).toEqual([]);
  expect((await call('DELETE', 'v1/contactGroups/friends')).status).toBe(400);
});

test('merging and linking give another resource name that remembers the old ones', async () => {
  const { simulator, call } = await start();
  const [one = '', two = ''] = ['a', 'b'].map((name) => simulator.addContact(ANN, person(name)));
  const { nextSyncToken } = (await call('GET', LIST)).body;
  const merged = simulator.mergeContacts(ANN, one, two);
  const linked = simulator.relinkContact(ANN, merged);
  const { connections } = (await call('GET', `${LIST}&syncToken=${nextSyncToken}`)).body;
  expect(connections).toMatchObject([
    { resourceName: linked, metadata: { previousResourceNames: [two, one, merged] } },
  ]);
  expect(connections[0].emailAddresses.map((each: { value: string }) => each.value)).toEqual([
    'a@x.test',
    'b@x.test',
  ]);
  expect((await call('GET', `v1/${two}?${FIELDS}`)).body.resourceName).toBe(linked);
});

test('a batch is refused whole where one of its contacts has changed', async () => {
  const { call } = await start();
  const contacts = ['a', 'b'].map((name) => ({ contactPerson: person(name) }));
  const { createdPeople } = (
    await call('POST', 'v1/people:batchCreateContacts', { contacts, readMask: 'names,metadata' })
  ).body;
  const [one, two] = createdPeople.map((each: { person: { resourceName: string } }) => each.person);
  await call('PATCH', `v1/${two.resourceName}:updateContact?updatePersonFields=names`, {
    ...person('x'),
    etag: two.etag,
  });
  const body = {
    contacts: {
      [one.resourceName]: { ...person('y'), etag: one.etag },
      [two.resourceName]: { ...person('y'), etag: two.etag },
    },
    updateMask: 'names',
  };
  expect((await call('POST', 'v1/people:batchUpdateContacts', body)).body.error.status).toBe(
    'FAILED_PRECONDITION',
  );
  expect((await call('GET', `v1/${one.resourceName}?${FIELDS}`)).body.names[0].givenName).toBe('a');
  expect(
    (await call('POST', 'v1/people:batchDeleteContacts', { resourceNames: [one.resourceName] })).body,
  ).toEqual({});
  expect((await call('GET', `v1/${one.resourceName}?${FIELDS}`)).status).toBe(404);
});

test('reads and writes have quotas of their own, and so have full readings', async () => {
  const { simulator, call, clock } = await start({
    apiLimits: { 'people.fullSync': { max: 1, windowMs: 60_000 } },
  });
  expect((await call('GET', LIST)).status).toBe(200);
  const { status, body } = await call('GET', LIST);
  expect([status, body.error.status, body.error.details[0].reason]).toEqual([
    429,
    'RESOURCE_EXHAUSTED',
    'RATE_LIMIT_EXCEEDED',
  ]);
  expect(body.error.message).toContain('people.googleapis.com');
  clock.at += 60_001;
  expect((await call('GET', LIST)).status).toBe(200);
  simulator.world.apiLimits['people.write'] = { max: 1, windowMs: 60_000 };
  expect((await call('POST', 'v1/people:createContact', person('a'))).status).toBe(200);
  expect((await call('POST', 'v1/people:createContact', person('a'))).status).toBe(429);
  expect((await call('GET', `v1/people/me?${FIELDS}`)).body.emailAddresses[0].value).toBe(ANN);
});
