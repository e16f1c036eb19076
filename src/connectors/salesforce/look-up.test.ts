import { expect, test } from 'vitest';
import type { LookUpQuery } from '../../model/connector.ts';
import type { FieldShape, ObjectName, ObjectShape, OrgShape } from './describe.ts';
import { lookUp } from './look-up.ts';
import type { Api } from './operations.ts';
import type { WireRequest } from './wire.ts';

const field = (name: string, type = 'string'): FieldShape => ({
  name,
  type,
  filterable: true,
  createable: true,
});

const shape = (name: ObjectName, fields: FieldShape[]): [ObjectName, ObjectShape] => [
  name,
  { name, createable: true, queryable: true, fields: new Map(fields.map((one) => [one.name, one])) },
];

const org: OrgShape = {
  taskStatuses: null,
  taskPriorities: null,
  objects: new Map([
    shape('Contact', [
      field('Email', 'email'),
      field('Alt__c', 'email'),
      field('AccountId'),
      field('OwnerId'),
    ]),
    shape('Account', [field('Website', 'url')]),
    shape('Opportunity', [field('AccountId'), field('IsClosed')]),
    shape('OpportunityContactRole', [field('ContactId')]),
    shape('EmailMessage', [field('MessageIdentifier')]),
    shape('EmailMessageRelation', []),
  ]),
};

type Rows = readonly Record<string, unknown>[];

/** A service that answers each query by what it reads from; queries are kept. */
function createService(answer: (query: string) => Rows | string, pageSize = 2_000) {
  const queries: string[] = [];
  const pages = new Map<string, Rows>();
  let requests = 0;
  const page = (rows: Rows) => {
    const nextRecordsUrl = `/services/data/v62.0/query/${pages.size}`;
    const done = rows.length <= pageSize;
    if (!done) pages.set(nextRecordsUrl, rows.slice(pageSize));
    return {
      totalSize: rows.length,
      done,
      records: rows.slice(0, pageSize),
      ...(done ? {} : { nextRecordsUrl }),
    };
  };
  const call = async (request: WireRequest): Promise<unknown> => {
    requests += 1;
    if (request.method === 'GET') return page(pages.get(request.path) ?? []);
    const body = JSON.parse(String(request.body)) as {
      compositeRequest: { url: string; referenceId: string }[];
    };
    expect(body.compositeRequest.length).toBeLessThanOrEqual(5);
    return {
      compositeResponse: body.compositeRequest.map(({ url, referenceId }) => {
        expect(url.length).toBeLessThan(16_000);
        const query = new URL(url, 'https://x.example').searchParams.get('q') ?? '';
        queries.push(query);
        const answered = answer(query);
        return typeof answered === 'string'
          ? { referenceId, httpStatusCode: 400, body: [{ errorCode: answered, message: 'x' }] }
          : { referenceId, httpStatusCode: 200, body: page(answered) };
      }),
    };
  };
  const api: Api = { wire: { call } as unknown as Api['wire'], version: 'v62.0' };
  const ask = (query: Partial<LookUpQuery>, userId: string | null = '005U') =>
    lookUp({ api, org, userId }, { addresses: [], domains: [], keys: [], relateTo: 'account', ...query });
  return { ask, queries, requests: () => requests };
}

test('every e-mail field is asked, and only objects that the user sees', async () => {
  const { ask, queries } = createService(() => []);
  await ask({ addresses: ["o'neil@x.example"] });
  expect(queries).toEqual([
    "SELECT Id,AccountId,OwnerId,Email,Alt__c FROM Contact WHERE (Email IN ('o\\'neil@x.example') OR Alt__c IN ('o\\'neil@x.example'))",
  ]);
});

test('nothing asked is no request', async () => {
  const { ask, requests } = createService(() => []);
  await ask({});
  expect(requests()).toBe(0);
});

test('however much is asked, each query fits and each request holds five', async () => {
  const { ask, requests } = createService(() => []);
  const addresses = Array.from({ length: 3_000 }, (_, at) => `somebody.${at}@some-company-${at}.example`);
  await ask({
    addresses,
    domains: addresses.map((one) => one.split('@')[1] ?? ''),
    keys: addresses as never,
  });
  expect(requests()).toBeGreaterThan(5);
});

test('rows beyond the first page are read', async () => {
  const rows = Array.from({ length: 25 }, (_, at) => ({ Id: `003${at}`, Email: `p${at}@x.example` }));
  const { ask } = createService(() => rows, 10);
  const { people } = await ask({ addresses: rows.map(({ Email }) => Email) });
  expect(people.map(({ recordId }) => recordId)).toEqual(rows.map(({ Id }) => Id));
});

test('an account is matched by its host, not by what merely looks alike', async () => {
  const sites = [
    'http://WWW.Acme.example/path',
    'notacme.example',
    'acme.example.evil.example',
    'Call us!',
    null,
  ];
  const { ask } = createService((query) =>
    query.includes('FROM Account') ? sites.map((Website, at) => ({ Id: `001${at}`, Website })) : [],
  );
  const { accounts } = await ask({ domains: ['acme.example', 'mail.acme.example', 'other.example'] });
  expect(accounts).toEqual([
    { domain: 'acme.example', recordId: '0010' },
    { domain: 'mail.acme.example', recordId: '0010' },
  ]);
});

test('customers of one hosting domain are not taken for each other', async () => {
  const { ask } = createService(() => [{ Id: '0011', Website: 'https://one.github.io' }]);
  expect((await ask({ domains: ['two.github.io'] })).accounts).toEqual([]);
});

test('where the search by website times out, exact spellings are asked', async () => {
  const { ask, queries } = createService((query) =>
    query.includes('LIKE') ? 'QUERY_TIMEOUT' : [{ Id: '0011', Website: 'https://www.acme.example' }],
  );
  expect((await ask({ domains: ['acme.example'] })).accounts).toEqual([
    { domain: 'acme.example', recordId: '0011' },
  ]);
  expect(queries[1]).toContain("'https://www.acme.example'");
});

test('another refused query refuses the look-up', async () => {
  const { ask } = createService(() => 'QUERY_TIMEOUT');
  await expect(ask({ addresses: ['a@x.example'] })).rejects.toMatchObject({
    failure: { code: 'crm.transient' },
  });
});

test('keys are found in both spellings, with their case', async () => {
  const rows = [
    { Id: '02s1', CreatedDate: '2', MessageIdentifier: '<Abc@x.example>' },
    { Id: '02s2', CreatedDate: '1', MessageIdentifier: 'abc@x.example' },
  ];
  const { ask } = createService(() => rows);
  const { emails } = await ask({ keys: ['Abc@x.example', 'abc@x.example', 'ABC@x.example'] as never });
  expect(emails).toEqual([
    { key: 'Abc@x.example', recordId: '02s1' },
    { key: 'abc@x.example', recordId: '02s2' },
  ]);
});

test('an opportunity with a role of the contact goes before the newer one, the own before a stranger’s', async () => {
  const opportunities = [
    { Id: '006new', AccountId: '001A', OwnerId: '005X', LastModifiedDate: '2026-03' },
    { Id: '006role', AccountId: '001A', OwnerId: '005X', LastModifiedDate: '2026-01' },
    { Id: '006theirs', AccountId: '001B', OwnerId: '005X', LastModifiedDate: '2026-03' },
    { Id: '006own', AccountId: '001B', OwnerId: '005U', LastModifiedDate: '2026-02' },
  ];
  const { ask } = createService((query) => {
    if (query.includes('FROM Opportunity ')) return opportunities;
    if (query.includes('FROM OpportunityContactRole')) return [{ OpportunityId: '006role' }];
    if (query.includes('FROM Account')) return [{ Id: '001B', Website: 'b.example' }];
    return [{ Id: '003A', Email: 'a@a.example', AccountId: '001A' }];
  });
  const query = { addresses: ['a@a.example'], domains: ['b.example'], relateTo: 'opportunity' as const };
  expect([...(await ask(query)).related]).toEqual([
    ['001A', '006role'],
    ['001B', '006own'],
  ]);
});
