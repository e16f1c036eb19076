/**
 * Single records and the REST surface of the simulator: refusals, upserts, limits, versions, faults, control.
 */
import { describe, expect, it } from 'vitest';
import { startSample } from './sample-client.ts';

it('what a person changes in Salesforce brings about what follows from it', async () => {
  const { simulator } = await startSample();
  const id = simulator.create('Task', { Subject: 'Call', Priority: 'Low' });
  simulator.change(id, 'Task', { Priority: 'High', Status: 'Completed' });
  const task = simulator.records('Task').find((row) => row.Id === id);
  expect(task).toMatchObject({ IsHighPriority: true, IsClosed: true });
});

describe('simulated record checks', () => {
  it.each([
    [
      'Contact',
      { FirstName: 'A' },
      400,
      'REQUIRED_FIELD_MISSING',
      'Required fields are missing: [LastName]',
      ['LastName'],
    ],
    ['Contact', { LastName: 'x'.repeat(81) }, 400, 'STRING_TOO_LONG', '(max length=80)', ['LastName']],
    [
      'Contact',
      { LastName: 'A', Email: 'nobody' },
      400,
      'INVALID_EMAIL_ADDRESS',
      'invalid email address: nobody',
      ['Email'],
    ],
    [
      'EmailMessage',
      { Status: '9' },
      400,
      'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      'bad value for restricted picklist field: 9',
      ['Status'],
    ],
    [
      'Contact',
      { LastName: 'A', AccountId: 'abc' },
      400,
      'MALFORMED_ID',
      'id value of incorrect type: abc',
      ['AccountId'],
    ],
    [
      'Contact',
      { LastName: 'A', AccountId: '003g10000000001AAA' },
      400,
      'MALFORMED_ID',
      'id value of incorrect type',
      ['AccountId'],
    ],
    [
      'Contact',
      { LastName: 'A', AccountId: '001g10000000099' },
      400,
      'INVALID_CROSS_REFERENCE_KEY',
      'invalid cross reference id',
      ['AccountId'],
    ],
    [
      'Contact',
      { LastName: 'A', CreatedDate: '2026-01-01T00:00:00Z' },
      400,
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      'Unable to create/update fields: CreatedDate.',
      ['CreatedDate'],
    ],
    [
      'Contact',
      { LastName: 'A', Foo__c: 1 },
      400,
      'INVALID_FIELD',
      "No such column 'Foo__c' on sobject of type Contact",
      [],
    ],
    [
      'Organization',
      { Name: 'A' },
      403,
      'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
      'entity type cannot be inserted',
      [],
    ],
  ])('refuse a %s with %o', async (type, body, status, code, message, fields) => {
    const { call } = await startSample();
    const refused = await call('POST', `sobjects/${type}`, body);
    expect(refused.status).toBe(status);
    expect(refused.body).toEqual([{ errorCode: code, message: expect.stringContaining(message), fields }]);
  });

  it('refuse the whole body when a value is not of its JSON type', async () => {
    const { call } = await startSample();
    for (const body of [{ LastName: 5 }, { LastName: 'A', Birthdate: 'soon' }]) {
      const refused = await call('POST', 'sobjects/Contact', body);
      expect(refused.body[0].errorCode).toBe('JSON_PARSER_ERROR');
    }
  });

  it('apply unique fields, duplicate rules and validation rules', async () => {
    const { call, simulator } = await startSample();
    simulator.deployField('Contact', 'Key__c string(255) cufsgnixq');
    const first = await call('POST', 'sobjects/Contact', { LastName: 'A', Key__c: 'k', Email: 'a@a.test' });
    const unique = await call('POST', 'sobjects/Contact', { LastName: 'B', Key__c: 'K' });
    expect(unique.body[0]).toMatchObject({
      errorCode: 'DUPLICATE_VALUE',
      message: `duplicate value found: Key__c duplicates value on record with id: ${first.body.id.slice(0, 15)}`,
    });
    simulator.addDuplicateRule({ object: 'Contact', field: 'Email', allowSave: true });
    const twin = { LastName: 'C', Email: 'a@a.test' };
    const duplicate = await call('POST', 'sobjects/Contact', twin);
    const [match] = duplicate.body[0].duplicateResult.matchResults;
    expect([duplicate.body[0].errorCode, match.matchRecords[0].record.Id]).toEqual([
      'DUPLICATES_DETECTED',
      first.body.id,
    ]);
    const allowed = await call('POST', 'sobjects/Contact', twin, {
      'sforce-duplicate-rule-header': 'allowSave=true',
    });
    expect(allowed.status).toBe(201);
    simulator.addValidationRule({
      object: 'Contact',
      condition: "LastName LIKE 'bad%'",
      message: 'Not him.',
      field: 'LastName',
    });
    const invalid = await call('POST', 'sobjects/Contact', { LastName: 'Badly' });
    expect(invalid.body).toEqual([
      { errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'Not him.', fields: ['LastName'] },
    ]);
    expect(simulator.records('Contact')).toHaveLength(2);
  });

  it('hide fields and objects from a user everywhere', async () => {
    const { call, query, simulator } = await startSample();
    simulator.changeUser('ann@example.test', {
      hiddenFields: ['Contact.Email'],
      hiddenObjects: ['Lead'],
      readOnlyObjects: ['Account'],
    });
    const described = await call('GET', 'sobjects/Contact/describe');
    expect(described.body.fields.map((field: { name: string }) => field.name)).not.toContain('Email');
    expect((await query('SELECT Email FROM Contact')).body[0].errorCode).toBe('INVALID_FIELD');
    expect((await query('SELECT Id FROM Lead')).body[0].errorCode).toBe('INVALID_TYPE');
    expect((await call('POST', 'sobjects/Account', { Name: 'A' })).body[0].errorCode).toBe(
      'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
    );
    expect((await call('GET', 'sobjects/Account/describe')).body.createable).toBe(false);
  });
});

describe('simulated upserts', () => {
  it('create, then change, and name all when several match', async () => {
    const { call, simulator } = await startSample();
    simulator.deployField('Contact', 'Key__c string(255) cufsgnixq');
    const first = await call('PATCH', 'sobjects/Contact/Key__c/a%2Fb', { LastName: 'A' });
    const second = await call('PATCH', 'sobjects/Contact/Key__c/a%2Fb', { LastName: 'B' });
    expect([first.status, first.body.created, second.status, second.body.created]).toEqual([
      201,
      true,
      200,
      false,
    ]);
    const read = await call('GET', 'sobjects/Contact/Key__c/a%2Fb?fields=LastName');
    expect(read.body.LastName).toBe('B');
    simulator.insert('Contact', [
      { LastName: 'C', Email: 'x@x.test' },
      { LastName: 'D', Email: 'x@x.test' },
    ]);
    const several = await call('GET', 'sobjects/Contact/Email/x@x.test');
    expect([several.status, several.body.length]).toEqual([300, 2]);
  });
});

describe('the simulated REST surface', () => {
  it('lists versions, refuses retired ones with 410 and unknown ones with 404', async () => {
    const { simulator } = await startSample();
    const get = (path: string) =>
      simulator.fetch(new Request(`${simulator.organizationOf().instanceOrigin}/services/data${path}`));
    const versions = (await (await get('')).json()) as { version: string; label: string }[];
    expect(versions.at(-1)).toEqual({ version: '68.0', label: "Winter '27", url: '/services/data/v68.0' });
    expect((await get('/v25.0/limits')).status).toBe(410);
    expect((await get('/v99.0/limits')).status).toBe(404);
  });

  it('counts each call, says so, and stops at the limit', async () => {
    const { call, simulator } = await startSample();
    simulator.changeSettings({ dailyApiRequests: 3 });
    const composite = {
      compositeRequest: [1, 2, 3].map((index) => ({
        method: 'GET',
        url: '/services/data/v66.0/limits',
        referenceId: `r${index}`,
      })),
    };
    const first = await call('POST', 'composite', composite);
    expect(first.headers.get('sforce-limit-info')).toBe('api-usage=1/3');
    const second = await call('GET', 'limits');
    expect(second.body.DailyApiRequests).toEqual({ Max: 3, Remaining: 1 });
    await call('GET', 'limits');
    const refused = await call('GET', 'limits');
    expect([refused.status, refused.body]).toEqual([
      403,
      [{ message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }],
    ]);
  });

  it('describes unless unmodified', async () => {
    const { call, simulator, clock } = await startSample();
    const first = await call('GET', 'sobjects/Task/describe');
    const since = { 'if-modified-since': first.headers.get('last-modified') ?? '' };
    expect((await call('GET', 'sobjects/Task/describe', undefined, since)).status).toBe(304);
    clock.now += 5000;
    simulator.deployField('Task', 'Key__c string(255) cufsgnixq');
    expect((await call('GET', 'sobjects/Task/describe', undefined, since)).status).toBe(200);
  });

  it('lists updated and deleted ids in whole minutes and refuses windows too far back', async () => {
    const { call, simulator, clock } = await startSample();
    const [kept = '', gone = ''] = simulator.insert('Contact', [{ LastName: 'A' }, { LastName: 'B' }]);
    simulator.remove(gone, 'Contact');
    clock.now += 120_000;
    const span = 'start=2026-03-02T09:00:00Z&end=2026-03-02T10:01:30Z';
    const updated = await call('GET', `sobjects/Contact/updated?${span}`);
    expect(updated.body).toEqual({ ids: [kept], latestDateCovered: '2026-03-02T10:01:00.000+0000' });
    const deleted = await call('GET', `sobjects/Contact/deleted?${span}`);
    expect(deleted.body.deletedRecords).toMatchObject([{ id: gone }]);
    const far = await call(
      'GET',
      'sobjects/Contact/updated?start=2026-01-01T00:00:00Z&end=2026-03-02T00:00:00Z',
    );
    expect(far.body[0].errorCode).toBe('INVALID_REPLICATION_DATE');
  });

  it('refuses long addresses, other media and bodies that are no JSON', async () => {
    const { call } = await startSample();
    expect((await call('GET', `query?q=${'x'.repeat(17_000)}`)).status).toBe(414);
    expect((await call('POST', 'sobjects/Contact', '<a/>', { 'content-type': 'text/xml' })).status).toBe(415);
    expect((await call('POST', 'sobjects/Contact', '{')).body[0].errorCode).toBe('JSON_PARSER_ERROR');
  });

  it('suffers faults: refusals, lost replies, single records, a locked row', async () => {
    const { call, simulator } = await startSample();
    simulator.faults.add({
      operation: 'limits',
      count: 1,
      effect: { kind: 'service', code: 'SERVER_UNAVAILABLE' },
    });
    expect((await call('GET', 'limits')).status).toBe(503);
    simulator.faults.add({ operation: 'create', count: 1, effect: { kind: 'lostReply' } });
    await expect(call('POST', 'sobjects/Contact', { LastName: 'A' })).rejects.toThrow('fetch failed');
    expect(simulator.records('Contact')).toHaveLength(1);
    simulator.faults.add({
      operation: 'record.insert.Contact',
      nth: 2,
      effect: {
        kind: 'service',
        code: 'UNABLE_TO_LOCK_ROW',
        message: 'unable to obtain exclusive access to this record',
      },
    });
    const records = ['B', 'C', 'D'].map((LastName) => ({ attributes: { type: 'Contact' }, LastName }));
    const saved = await call('POST', 'composite/sobjects', { records });
    expect(saved.body.map((result: { success: boolean }) => result.success)).toEqual([true, false, true]);
    expect(saved.body[1].errors[0].statusCode).toBe('UNABLE_TO_LOCK_ROW');
    expect(simulator.counters().requests).toMatchObject({ limits: 1, create: 1, 'collections.post': 1 });
  });

  it('is driven by another process through its control routes', async () => {
    const { simulator } = await startSample();
    const post = async (action: string, body: object) => {
      const response = await simulator.fetch(
        new Request(`https://any.test/_control/salesforce/${action}`, {
          method: 'POST',
          body: JSON.stringify(body),
        }),
      );
      return (await response.json()) as Record<string, unknown>;
    };
    const { ids } = await post('insert', { object: 'Lead', records: [{ LastName: 'A', Company: 'B' }] });
    expect(simulator.records('Lead').map((row) => row.Id)).toEqual(ids);
    expect(await post('settings', { enhancedEmail: false })).toEqual({});
    expect(simulator.organizationOf().settings.enhancedEmail).toBe(false);
    expect(await post('insert', { object: 'Nothing', records: [{}] })).toEqual({
      error: 'no object Nothing',
    });
  });
});
