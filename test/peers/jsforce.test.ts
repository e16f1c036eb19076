/**
 * jsforce, the client most Node programs talk to Salesforce with, against the served simulator: what it gets wrong
 * about the simulator, the simulator has wrong.
 */
import { createHash, randomBytes } from 'node:crypto';
import jsforce from 'jsforce';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createSalesforceSimulator,
  type SalesforceSimulator,
} from '../../simulators/salesforce/simulator.ts';
import { type Served, serve } from '../../simulators/shared/serve.ts';

const REDIRECT = 'http://127.0.0.1:9/callback';
let served: Served;
let simulator: SalesforceSimulator;
let clock = Date.parse('2026-03-02T10:00:00Z');

beforeAll(async () => {
  served = await serve((request, context) => simulator.handle(request, context));
  simulator = createSalesforceSimulator({
    now: () => clock,
    origin: served.origin,
    instanceOrigin: served.origin,
  });
  simulator.addUser({
    username: 'ann@example.test',
    password: 'pass-word-1',
    firstName: 'Ann',
    lastName: 'Lee',
  });
  simulator.addConnectedApp({
    clientId: 'app-1',
    clientSecret: 'secret-1',
    redirectUris: [REDIRECT],
    pkceRequired: true,
  });
  simulator.deployField('EmailMessage', 'Lockstep_Key__c string(255) cufsgnixq');
});

afterAll(() => served.close());

async function connect(): Promise<jsforce.Connection> {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const oauth2 = new jsforce.OAuth2({
    loginUrl: served.origin,
    clientId: 'app-1',
    clientSecret: 'secret-1',
    redirectUri: REDIRECT,
  });
  const url = new URL(oauth2.getAuthorizationUrl({ scope: 'api refresh_token', state: 's' }));
  url.searchParams.set('code_challenge', challenge);
  url.searchParams.set('code_challenge_method', 'S256');
  const allowed = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ username: 'ann@example.test', pw: 'pass-word-1', decision: 'allow' }),
    redirect: 'manual',
  });
  const back = new URL(allowed.headers.get('location') ?? '');
  expect(back.searchParams.get('state')).toBe('s');
  const connection = new jsforce.Connection({ oauth2, version: '66.0', instanceUrl: served.origin });
  await connection.authorize(back.searchParams.get('code') ?? '', { code_verifier: verifier });
  return connection;
}

describe('jsforce against the Salesforce simulator', () => {
  it('logs in with PKCE and reads its identity', async () => {
    const connection = await connect();
    const identity = await connection.identity();
    expect(identity.username).toBe('ann@example.test');
    expect(connection.instanceUrl).toBe(served.origin);
  });

  it('refreshes an expired session by itself', async () => {
    const connection = await connect();
    const before = connection.accessToken;
    clock += 3 * 60 * 60 * 1000;
    const versions = await connection.query('SELECT Id FROM User');
    expect(versions.totalSize).toBe(1);
    expect(connection.accessToken).not.toBe(before);
  });

  it('pages through a query', async () => {
    const connection = await connect();
    const account = await connection.sobject('Account').create({ Name: 'Sample Ltd' });
    const people = Array.from({ length: 450 }, (_, index) => ({
      LastName: `Person ${String(index).padStart(3, '0')}`,
      Email: `p${index}@sample.test`,
      AccountId: account.id ?? null,
    }));
    const saved = await connection.sobject('Contact').create(people, { allowRecursive: true });
    expect(saved.every((result) => result.success)).toBe(true);
    const query = connection.query(
      "SELECT Id, Name, Account.Name FROM Contact WHERE Email LIKE 'p%' ORDER BY Name",
      { headers: { 'Sforce-Query-Options': 'batchSize=200' } },
    );
    const records = await query.run({ autoFetch: true, maxFetch: 1000 });
    expect(records.records.length).toBe(450);
    expect(records.records[449]).toMatchObject({ Name: 'Person 449', Account: { Name: 'Sample Ltd' } });
  });

  it('describes, upserts, retrieves, updates and deletes', async () => {
    const connection = await connect();
    const described = await connection.describe('EmailMessage');
    expect(described.fields.find((field) => field.name === 'Lockstep_Key__c')?.externalId).toBe(true);
    const global = await connection.describeGlobal();
    expect(global.sobjects.map((each) => each.name)).toContain('EmailMessageRelation');
    const emails = connection.sobject('EmailMessage');
    const mail = {
      Subject: 'Hello',
      Status: '3',
      MessageIdentifier: '<1@sample.test>',
      Lockstep_Key__c: 'k1',
    };
    const first = await emails.upsert(mail, 'Lockstep_Key__c');
    const second = await emails.upsert({ Lockstep_Key__c: 'k1' }, 'Lockstep_Key__c');
    expect(second.id ?? first.id).toBe(first.id);
    const read = await emails.retrieve(first.id ?? '');
    expect(read).toMatchObject({ Subject: 'Hello', Status: '3' });
    const task = await connection.sobject('Task').retrieve(String(read.ActivityId));
    expect(task).toMatchObject({ TaskSubtype: 'Email', IsClosed: true });
    await connection.sobject('Task').update({ Id: String(task.Id), Priority: 'High' });
    expect((await emails.destroy(first.id ?? '')).success).toBe(true);
    const left = await connection.query("SELECT Id FROM EmailMessage WHERE Lockstep_Key__c = 'k1'");
    expect(left.totalSize).toBe(0);
  });

  it('reports refusals with their codes', async () => {
    const connection = await connect();
    await expect(connection.sobject('Contact').create({ FirstName: 'No' })).rejects.toMatchObject({
      errorCode: 'REQUIRED_FIELD_MISSING',
    });
    await expect(connection.query('SELECT Nothing FROM Contact')).rejects.toMatchObject({
      errorCode: 'INVALID_FIELD',
    });
    await expect(connection.query('SELECT Id FROM Nothing')).rejects.toMatchObject({
      errorCode: 'INVALID_TYPE',
    });
    await expect(connection.query('SELECT Id FROM Contact WHERE')).rejects.toMatchObject({
      errorCode: 'MALFORMED_QUERY',
    });
    const saved = await connection
      .sobject('Contact')
      .create([{ LastName: 'Good' }, { LastName: 'Bad', Email: 'no address' }]);
    expect(saved.map((result) => result.success)).toEqual([true, false]);
    expect(saved[1]?.errors).toMatchObject([{ statusCode: 'INVALID_EMAIL_ADDRESS', fields: ['Email'] }]);
  });

  it('reads list views and what they stand for', async () => {
    const connection = await connect();
    const contacts = connection.sobject('Contact');
    const { id } = (await contacts.create({ LastName: 'Viewed' })) as { id: string };
    const viewId = simulator.addListView({
      object: 'Contact',
      label: 'Viewed',
      scope: 'mine',
      where: "LastName = 'Viewed'",
    });
    expect(await contacts.listviews()).toMatchObject({
      done: true,
      listviews: [{ id: viewId, label: 'Viewed' }],
    });
    const { query } = (await contacts.listview(viewId).describe()) as unknown as { query: string };
    const { records } = await connection.query(query);
    expect(records.map((record) => record.Id)).toEqual([id]);
  });

  it('sends a composite and uploads a file', async () => {
    const connection = await connect();
    const answer = await connection.request<{ compositeResponse: { httpStatusCode: number }[] }>({
      method: 'POST',
      url: '/services/data/v66.0/composite',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        allOrNone: true,
        compositeRequest: [
          {
            method: 'POST',
            url: '/services/data/v66.0/sobjects/Account',
            referenceId: 'a',
            body: { Name: 'Composite' },
          },
          {
            method: 'POST',
            url: '/services/data/v66.0/sobjects/Contact',
            referenceId: 'c',
            body: { LastName: 'Of it', AccountId: '@{a.id}' },
          },
        ],
      }),
    });
    expect(answer.compositeResponse.map((each) => each.httpStatusCode)).toEqual([201, 201]);
    const bytes = Buffer.from('some bytes\n');
    const version = await connection.sobject('ContentVersion').create({
      PathOnClient: 'note.txt',
      VersionData: bytes.toString('base64'),
    });
    expect(Buffer.from(simulator.bytes(version.id ?? '') ?? []).equals(bytes)).toBe(true);
    const streamed = await connection
      .sobject('ContentVersion')
      .record(version.id ?? '')
      .blob('VersionData');
    const chunks: Buffer[] = [];
    for await (const chunk of streamed as AsyncIterable<Buffer>) chunks.push(Buffer.from(chunk));
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    expect(connection.limitInfo.apiUsage?.used).toBeGreaterThan(0);
  });
});
