/**
 * Several records or calls in one: collections, composites, batches and graphs of the simulator.
 */
import { describe, expect, it } from 'vitest';
import { startSample } from './sample-client.ts';

const PATH = '/services/data/v66.0/sobjects';
const create = (type: string, referenceId: string, body: object) => ({
  method: 'POST',
  url: `${PATH}/${type}`,
  referenceId,
  body,
});

describe('simulated sObject Collections', () => {
  it('answer in order, each record for itself', async () => {
    const { call, simulator } = await startSample();
    const records = [
      { attributes: { type: 'Contact' }, LastName: 'A' },
      { attributes: { type: 'Contact' } },
      { attributes: { type: 'Account' }, Name: 'B' },
    ];
    const saved = await call('POST', 'composite/sobjects', { allOrNone: false, records });
    expect(saved.body).toEqual([
      { id: expect.stringMatching(/^003/), success: true, errors: [] },
      {
        success: false,
        errors: [{ statusCode: 'REQUIRED_FIELD_MISSING', message: expect.any(String), fields: ['LastName'] }],
      },
      { id: expect.stringMatching(/^001/), success: true, errors: [] },
    ]);
    const none = await call('POST', 'composite/sobjects', { allOrNone: true, records });
    expect(
      none.body.map((result: { errors: { statusCode: string }[] }) => result.errors[0]?.statusCode),
    ).toEqual([
      'ALL_OR_NONE_OPERATION_ROLLED_BACK',
      'REQUIRED_FIELD_MISSING',
      'ALL_OR_NONE_OPERATION_ROLLED_BACK',
    ]);
    expect(simulator.records('Contact')).toHaveLength(1);
  });

  it('update, read and delete many', async () => {
    const { call, simulator } = await startSample();
    const [a = '', b = ''] = simulator.insert('Contact', [{ LastName: 'A' }, { LastName: 'B' }]);
    const updated = await call('PATCH', 'composite/sobjects', {
      records: [
        { attributes: { type: 'Contact' }, Id: a, LastName: 'A2' },
        { attributes: { type: 'Contact' }, LastName: 'X' },
      ],
    });
    expect(updated.body).toMatchObject([
      { id: a, success: true },
      { success: false, errors: [{ statusCode: 'MISSING_ARGUMENT' }] },
    ]);
    const read = await call(
      'GET',
      `composite/sobjects/Contact?ids=${a},${b},003g10000000099&fields=LastName`,
    );
    expect(read.body).toMatchObject([{ LastName: 'A2' }, { LastName: 'B' }, null]);
    const deleted = await call('DELETE', `composite/sobjects?ids=${a},${b}&allOrNone=true`);
    expect(deleted.body).toMatchObject([
      { id: a, success: true },
      { id: b, success: true },
    ]);
  });

  it('upsert by external id and refuse a key that comes twice', async () => {
    const { call, simulator } = await startSample();
    simulator.deployField('EmailMessage', 'Lockstep_Key__c string(255) cufsgnixq');
    const mail = (key: string) => ({
      attributes: { type: 'EmailMessage' },
      Lockstep_Key__c: key,
      Status: '3',
    });
    const path = 'composite/sobjects/EmailMessage/Lockstep_Key__c';
    const first = await call('PATCH', path, { records: [mail('a'), mail('b'), mail('c'), mail('c')] });
    expect(first.body).toMatchObject([
      { success: true, created: true },
      { success: true, created: true },
      { success: false, errors: [{ statusCode: 'DUPLICATE_VALUE' }] },
      { success: false },
    ]);
    const again = await call('PATCH', path, {
      records: [{ attributes: { type: 'EmailMessage' }, Lockstep_Key__c: 'a' }],
    });
    expect(again.body).toMatchObject([{ id: first.body[0].id, created: false }]);
  });

  it('refuse more than 200 records and more than ten runs of types', async () => {
    const { call } = await startSample();
    const contact = { attributes: { type: 'Contact' }, LastName: 'A' };
    const many = await call('POST', 'composite/sobjects', { records: Array(201).fill(contact) });
    expect([many.status, many.body[0].errorCode]).toEqual([400, 'EXCEEDED_ID_LIMIT']);
    const mixed = Array.from({ length: 11 }, (_, index) =>
      index % 2 === 0 ? contact : { attributes: { type: 'Account' }, Name: 'B' },
    );
    expect((await call('POST', 'composite/sobjects', { records: mixed })).status).toBe(400);
  });
});

describe('simulated composites', () => {
  it('pass values on and undo everything when all or none is asked', async () => {
    const { call, simulator } = await startSample();
    const compositeRequest = [
      create('Account', 'a', { Name: 'A' }),
      { method: 'GET', url: '/services/data/v66.0/query?q=SELECT Id FROM Account', referenceId: 'q' },
      create('Contact', 'c', { LastName: 'C', AccountId: '@{q.records[0].Id}' }),
      create('Contact', 'bad', { LastName: 'C', AccountId: '@{q.records[7].Id}' }),
    ];
    const loose = await call('POST', 'composite', { compositeRequest });
    const statuses = (reply: typeof loose) =>
      reply.body.compositeResponse.map((each: { httpStatusCode: number }) => each.httpStatusCode);
    expect(statuses(loose)).toEqual([201, 200, 201, 400]);
    expect(loose.body.compositeResponse[3].body[0].errorCode).toBe('PROCESSING_HALTED');
    const strict = await call('POST', 'composite', { allOrNone: true, compositeRequest });
    expect(statuses(strict)).toEqual([400, 400, 400, 400]);
    expect(simulator.records('Account')).toHaveLength(1);
  });

  it('are refused beyond 25 subrequests or five queries', async () => {
    const { call } = await startSample();
    const limits = (count: number, url: string) =>
      Array.from({ length: count }, (_, index) => ({
        method: 'GET',
        url: `/services/data/v66.0/${url}`,
        referenceId: `r${index}`,
      }));
    const queries = limits(6, 'query?q=SELECT Id FROM User');
    for (const compositeRequest of [limits(26, 'limits'), queries]) {
      const { status, body } = await call('POST', 'composite', { compositeRequest });
      expect(status).toBe(200);
      expect(body.compositeResponse).toMatchObject([
        { httpStatusCode: 400, referenceId: null, body: [{ errorCode: 'LIMIT_EXCEEDED' }] },
      ]);
    }
    const within = await call('POST', 'composite', { compositeRequest: queries.slice(1) });
    expect(within.body.compositeResponse).toHaveLength(5);
  });

  it('make independent calls as a batch', async () => {
    const { call } = await startSample();
    const batchRequests = [
      { method: 'GET', url: 'v66.0/limits' },
      { method: 'GET', url: 'v66.0/sobjects/Nothing/describe' },
    ];
    const reply = await call('POST', 'composite/batch', { batchRequests });
    expect(reply.body).toMatchObject({
      hasErrors: true,
      results: [{ statusCode: 200 }, { statusCode: 404 }],
    });
  });
});

describe('simulated composite graphs', () => {
  it('are all or nothing each for itself', async () => {
    const { call, simulator } = await startSample();
    const graph = (graphId: string, contact: object) => ({
      graphId,
      compositeRequest: [
        create('Account', 'a', { Name: graphId }),
        create('Contact', 'c', { AccountId: '@{a.id}', ...contact }),
      ],
    });
    const reply = await call('POST', 'composite/graph', {
      graphs: [graph('good', { LastName: 'A' }), graph('bad', {}), graph('fine', { LastName: 'B' })],
    });
    expect(reply.body.graphs.map((each: { isSuccessful: boolean }) => each.isSuccessful)).toEqual([
      true,
      false,
      true,
    ]);
    const [undone, refused] = reply.body.graphs[1].graphResponse.compositeResponse;
    expect(undone.body[0].errorCode).toBe('PROCESSING_HALTED');
    expect(refused.body[0].errorCode).toBe('REQUIRED_FIELD_MISSING');
    expect(simulator.records('Account').map((row) => row.Name)).toEqual(['good', 'fine']);
  });

  it('give up after fourteen failures', async () => {
    const { call } = await startSample();
    const graphs = Array.from({ length: 16 }, (_, index) => ({
      graphId: `g${index}`,
      compositeRequest: [create('Contact', 'c', index === 15 ? { LastName: 'A' } : {})],
    }));
    const reply = await call('POST', 'composite/graph', { graphs });
    expect(reply.body.graphs[15].isSuccessful).toBe(false);
    expect(reply.body.graphs[15].graphResponse.compositeResponse[0].body[0].errorCode).toBe(
      'PROCESSING_HALTED',
    );
  });

  it('are refused beyond their limits', async () => {
    const { call } = await startSample();
    const chain = Array.from({ length: 16 }, (_, index) =>
      create('Account', `r${index}`, { Name: 'A', ...(index > 0 && { ParentId: `@{r${index - 1}.id}` }) }),
    );
    const send = (graphs: object[]) => call('POST', 'composite/graph', { graphs });
    expect((await send([{ graphId: '1', compositeRequest: chain }])).body[0].message).toContain('depth');
    expect((await send([{ graphId: '1', compositeRequest: chain.slice(0, 15) }])).status).toBe(200);
    const wide = Array.from({ length: 501 }, (_, index) => create('Account', `r${index}`, { Name: 'A' }));
    expect((await send([{ graphId: '1', compositeRequest: wide }])).body[0].message).toContain('nodes');
    const many = Array.from({ length: 76 }, (_, index) => ({
      graphId: `${index}`,
      compositeRequest: chain.slice(0, 1),
    }));
    expect((await send(many)).body[0].message).toContain('graphs');
  });
});
