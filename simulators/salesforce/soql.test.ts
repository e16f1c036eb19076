/**
 * SOQL in the simulator: what statements find, how refusals read, how pages go on, and that long lists stay quick.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { type SampleClient, startSample } from './sample-client.ts';

let client: SampleClient;

beforeAll(async () => {
  client = await startSample();
  const { simulator } = client;
  const [acme = '', other = ''] = simulator.insert('Account', [{ Name: 'Acme' }, { Name: "O'Neil & Co" }]);
  simulator.insert('Contact', [
    { LastName: 'Ash', FirstName: 'Amy', Email: 'Amy@Acme.test', AccountId: acme, Birthdate: '1980-01-31' },
    { LastName: 'Birch', FirstName: 'Bo', Email: 'bo@acme.test', AccountId: acme },
    { LastName: 'Cedar', FirstName: 'Cy', Email: null, AccountId: other },
    { LastName: '100%_\\', Email: 'odd@odd.test' },
  ]);
  simulator.insert('Opportunity', [
    { Name: 'Deal', StageName: 'Closed Lost', CloseDate: '2026-01-01', AccountId: acme, Amount: 10 },
  ]);
});

async function names(where: string): Promise<string[]> {
  const { body, status } = await client.query(`SELECT LastName FROM Contact ${where}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.records.map((record: { LastName: string }) => record.LastName);
}

describe('simulated SOQL', () => {
  it('filters by comparison, list, pattern and null, letter case ignored', async () => {
    expect(await names("WHERE Email = 'AMY@ACME.TEST'")).toEqual(['Ash']);
    expect(await names("WHERE Email IN ('bo@acme.test', 'amy@acme.test', 'no@no.test')")).toEqual([
      'Ash',
      'Birch',
    ]);
    expect(await names("WHERE LastName LIKE '%_r_h'")).toEqual(['Birch']);
    expect(await names("WHERE LastName LIKE '100\\%\\_\\\\'")).toEqual(['100%_\\']);
    expect(await names('WHERE Email = null')).toEqual(['Cedar']);
    expect(await names("WHERE Email != 'bo@acme.test' ORDER BY LastName DESC")).toEqual([
      'Cedar',
      'Ash',
      '100%_\\',
    ]);
    expect(
      await names("WHERE (NOT LastName = 'Ash') AND (Email != null OR FirstName = 'Cy') ORDER BY LastName"),
    ).toEqual(['100%_\\', 'Birch', 'Cedar']);
  });

  it('reads parents, children and semi-joins', async () => {
    const { body } = await client.query(
      "SELECT Id, Account.Name, Owner.Email FROM Contact WHERE Account.Name = 'O\\'Neil & Co'",
    );
    expect(body.records[0]).toMatchObject({
      Account: { attributes: { type: 'Account' }, Name: "O'Neil & Co" },
    });
    const parents = await client.query(
      "SELECT Name, (SELECT LastName FROM Contacts ORDER BY LastName) FROM Account WHERE Name = 'Acme'",
    );
    expect(parents.body.records[0].Contacts.totalSize).toBe(2);
    expect(
      await names("WHERE AccountId IN (SELECT AccountId FROM Opportunity WHERE StageName = 'Closed Lost')"),
    ).toEqual(['Ash', 'Birch']);
  });

  it('compares dates and instants, with literals', async () => {
    expect(await names('WHERE Birthdate < 1990-01-01')).toEqual(['Ash']);
    expect(await names('WHERE CreatedDate = TODAY')).toHaveLength(4);
    expect(await names('WHERE SystemModstamp > 2026-03-02T11:00:00+02:00')).toHaveLength(4);
    expect(await names('WHERE SystemModstamp > 2026-03-02T10:00:00Z')).toHaveLength(0);
    expect(await names('WHERE CreatedDate < LAST_N_DAYS:3')).toHaveLength(0);
  });

  it('orders, limits, skips, counts and groups', async () => {
    expect(await names('ORDER BY Email NULLS LAST LIMIT 2 OFFSET 1')).toEqual(['Birch', '100%_\\']);
    const count = await client.query('SELECT COUNT() FROM Contact');
    expect(count.body).toEqual({ totalSize: 4, done: true, records: [] });
    const grouped = await client.query(
      'SELECT AccountId, COUNT(Id) n FROM Contact GROUP BY AccountId ORDER BY AccountId',
    );
    expect(grouped.body.records.map((record: { n: number }) => record.n).sort()).toEqual([1, 1, 2]);
  });

  it.each([
    [
      'SELECT Foo FROM Contact',
      'INVALID_FIELD',
      "\nSELECT Foo FROM Contact\n       ^\nERROR at Row:1:Column:8\nNo such column 'Foo' on entity 'Contact'.",
    ],
    ['SELECT Id FROM Foo', 'INVALID_TYPE', "sObject type 'Foo' is not supported."],
    ['SELECT Foo.Name FROM Contact', 'INVALID_FIELD', "Didn't understand relationship 'Foo'"],
    ['SELECT Id FROM Contact WHERE', 'MALFORMED_QUERY', "unexpected token: '<EOF>'"],
    [
      "SELECT Id FROM Contact WHERE Email = 'a' AND LastName = 'b' OR LastName = 'c'",
      'MALFORMED_QUERY',
      "unexpected token: 'OR'",
    ],
    [
      "SELECT Id FROM Contact WHERE Description = 'a'",
      'INVALID_FIELD',
      "field 'Description' can not be filtered in a query call",
    ],
    [
      "SELECT Id FROM Contact WHERE CreatedDate > '2026-01-01T00:00:00Z'",
      'INVALID_FIELD',
      'must be of type dateTime and should not be enclosed in quotes',
    ],
    ['SELECT Id FROM Contact WHERE CreatedDate > 2026-01-01', 'INVALID_FIELD', 'must be of type dateTime'],
    [
      'SELECT Id FROM Contact WHERE LastName = 5',
      'INVALID_FIELD',
      'must be of type string and should be enclosed in quotes',
    ],
    [
      "SELECT Id FROM Contact WHERE AccountId = 'abc'",
      'INVALID_QUERY_FILTER_OPERATOR',
      'invalid ID field: abc',
    ],
    ["SELECT Id FROM Contact WHERE LastName = 'a\\x'", 'MALFORMED_QUERY', 'Illegal string literal'],
    ["SELECT Id FROM Contact WHERE LastName = 'open", 'MALFORMED_QUERY', "mismatched character '<EOF>'"],
    ['SELECT Id FROM ContentDocumentLink', 'MALFORMED_QUERY', 'Implementation restriction'],
    ['SELECT Id FROM Contact OFFSET 2001', 'NUMBER_OUTSIDE_VALID_RANGE', 'Maximum SOQL offset'],
  ])('refuses %s', async (soql, code, message) => {
    const { status, body } = await client.query(soql);
    expect(status).toBe(400);
    expect(body[0].errorCode).toBe(code);
    expect(body[0].message).toContain(message);
  });
});

describe('simulated query pages', () => {
  it('are of the asked size, go on by locator and expire', async () => {
    const { simulator, query, call, clock } = await startSample();
    simulator.insert(
      'Lead',
      Array.from({ length: 501 }, (_, index) => ({
        LastName: `L${index}`,
        Company: 'C',
        Email: `l${index}@l.test`,
      })),
    );
    const soql = 'SELECT Id FROM Lead ORDER BY Id';
    const first = await query(soql, { 'sforce-query-options': 'batchSize=200' });
    expect([first.body.totalSize, first.body.done, first.body.records.length]).toEqual([501, false, 200]);
    const next = (url: string) => call('GET', url.replace('/services/data/v66.0/', ''));
    const second = await next(first.body.nextRecordsUrl);
    const third = await next(second.body.nextRecordsUrl);
    expect([third.body.done, third.body.records.length]).toEqual([true, 101]);
    simulator.expireQueryLocators();
    expect((await next(first.body.nextRecordsUrl)).body[0].errorCode).toBe('INVALID_QUERY_LOCATOR');
    const small = await query(soql, { 'sforce-query-options': 'batchSize=1' });
    expect(small.body.records.length).toBe(200);
    clock.now += 1000;
  });

  it('stay quick for lists of hundreds of values in twenty thousand records', async () => {
    const { simulator, call } = await startSample();
    simulator.insert(
      'EmailMessage',
      Array.from({ length: 20_000 }, (_, index) => ({
        Subject: `S${index}`,
        Status: '3',
        MessageIdentifier: `<m${index}@s.test>`,
      })),
    );
    const list = Array.from({ length: 400 }, (_, index) => `'<m${index * 40}@s.test>'`).join(',');
    const soql = `SELECT Id, MessageIdentifier FROM EmailMessage WHERE MessageIdentifier IN (${list})`;
    const startedAt = performance.now();
    for (let turn = 0; turn < 5; turn += 1) {
      const { body } = await call('GET', `query?q=${encodeURIComponent(soql)}`);
      expect(body.totalSize).toBe(400);
    }
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});
