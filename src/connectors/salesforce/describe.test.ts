import { expect, test } from 'vitest';
import { HOUR } from '../../model/clock.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import { createDescribeCache, emailFields, isCreateable, OBJECTS, readShape } from './describe.ts';
import type { Api } from './operations.ts';
import type { WireRequest } from './wire.ts';

const LAST_MODIFIED = 'Mon, 02 Nov 2026 10:00:00 GMT';
type Sub = { referenceId: string; url: string; httpHeaders?: Record<string, string> };

function createOrg(answer: (sub: Sub) => { status: number; body: unknown }) {
  const asked: Sub[][] = [];
  let now = 0;
  const call = async (request: WireRequest): Promise<unknown> => {
    const { compositeRequest } = JSON.parse(String(request.body)) as { compositeRequest: Sub[] };
    asked.push(compositeRequest);
    return {
      compositeResponse: compositeRequest.map((sub) => {
        const { status, body } = answer(sub);
        return {
          referenceId: sub.referenceId,
          httpStatusCode: status,
          body,
          httpHeaders: { 'Last-Modified': LAST_MODIFIED },
        };
      }),
    };
  };
  const wire = { call } as unknown as Api['wire'];
  const clock = { now: () => now, sleep: async () => undefined };
  const options = { api: { wire, version: 'v62.0' }, clock, cache: createDescribeCache() };
  return {
    asked,
    wait: (ms: number) => {
      now += ms;
    },
    read: (force = false) => readShape(options, 'user', force),
  };
}

const fields = [
  { name: 'Email', type: 'email', filterable: true, createable: true },
  { name: 'Hidden_From_Search__c', type: 'email', filterable: false },
  { name: 'Private_Email__c', type: 'email', filterable: true },
  { name: 'Status', type: 'picklist', createable: true, picklistValues: [{ value: 'Done', active: true }] },
  { name: 'Huge__c', type: 'picklist', picklistValues: [{ value: 'x' }] },
];
const described = (name: string) => ({
  status: 200,
  body: { name, createable: true, queryable: true, fields },
});
const absent = { status: 404, body: [{ errorCode: 'NOT_FOUND', message: 'x' }] };

test('all objects are described in one request, and those that are absent are left out', async () => {
  const org = createOrg((sub) =>
    sub.referenceId === 'EmailMessageRelation' ? absent : described(sub.referenceId),
  );
  const shape = await org.read();
  expect(org.asked).toHaveLength(1);
  expect([...shape.objects.keys()]).toEqual(OBJECTS.filter((name) => name !== 'EmailMessageRelation'));
  const contact = shape.objects.get('Contact');
  expect(contact && emailFields(contact)).toEqual(['Email', 'Private_Email__c']);
  expect(isCreateable(contact, 'Email')).toBe(true);
  expect(isCreateable(contact, 'Private_Email__c')).toBe(false);
  expect(contact?.fields.has('Huge__c')).toBe(false);
});

test('a shape is kept for hours, then asked for conditionally, and read without condition when forced', async () => {
  const org = createOrg((sub) =>
    sub.httpHeaders === undefined ? described(sub.referenceId) : { status: 304, body: null },
  );
  const first = await org.read();
  await org.read();
  expect(org.asked).toHaveLength(1);
  org.wait(6 * HOUR);
  expect((await org.read()).objects).toEqual(first.objects);
  const describes = org.asked[1]?.filter(({ url }) => url.endsWith('/describe')) ?? [];
  expect(describes).toHaveLength(OBJECTS.length);
  expect(describes.every((sub) => sub.httpHeaders?.['If-Modified-Since'] === LAST_MODIFIED)).toBe(true);
  await org.read(true);
  expect(org.asked[2]?.every((sub) => sub.httpHeaders === undefined)).toBe(true);
});

test('words of tasks come with the shape, and an org that hides them is described all the same', async () => {
  const statuses = [
    { ApiName: 'Offen', IsDefault: true, IsClosed: false },
    { ApiName: 'Fertig', IsDefault: false, IsClosed: true },
  ];
  const org = createOrg((sub) =>
    sub.referenceId === 'taskStatuses'
      ? { status: 200, body: { records: statuses, done: true } }
      : sub.referenceId === 'taskPriorities'
        ? absent
        : described(sub.referenceId),
  );
  const shape = await org.read();
  expect(shape.taskStatuses).toEqual([
    { name: 'Offen', isDefault: true, isMarked: false },
    { name: 'Fertig', isDefault: false, isMarked: true },
  ]);
  expect(shape.taskPriorities).toBeNull();
});

test('trouble that is not about rights is not taken for an absent object', async () => {
  const org = createOrg(() => ({ status: 503, body: [{ errorCode: 'SERVER_UNAVAILABLE' }] }));
  await expect(org.read()).rejects.toEqual(
    new RemoteFailure(failure('crm.transient', { vendorCode: 'SERVER_UNAVAILABLE' })),
  );
});
