/**
 * The Salesforce simulator against describes and exchanges recorded from real organizations: fields have the same
 * types and flags, answers and refusals the same shapes. Skipped where the recordings are absent.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createSchema } from '../../simulators/salesforce/schema/schema.ts';
import { createSalesforceSimulator } from '../../simulators/salesforce/simulator.ts';
import { parseSoql } from '../../simulators/salesforce/soql-parse.ts';

const FOLDER = '../shared/contracts/salesforce';
const present = existsSync(FOLDER);
if (!present) {
  process.stdout.write(`skipped: ${FOLDER} is absent, so no recordings judge the Salesforce simulator\n`);
}

const NOW = Date.parse('2026-03-02T10:00:00Z');
const FLAGS = [
  'createable',
  'updateable',
  'filterable',
  'sortable',
  'groupable',
  'nillable',
  'defaultedOnCreate',
  'idLookup',
  'externalId',
  'unique',
  'restrictedPicklist',
  'autoNumber',
] as const;

type Recorded = Record<string, unknown> & { name: string; type: string; length: number };
interface RecordedDescribe extends Record<string, unknown> {
  name: string;
  keyPrefix: string | null;
  fields: Recorded[];
}

const read = (path: string): unknown => JSON.parse(readFileSync(`${FOLDER}/${path}`, 'utf8'));

function describes(folder: string): RecordedDescribe[] {
  return readdirSync(`${FOLDER}/${folder}`)
    .filter((name) => !name.startsWith('_'))
    .map((name) => read(`${folder}/${name}`) as RecordedDescribe);
}

async function logIn() {
  const simulator = createSalesforceSimulator({ now: () => NOW, origin: 'https://login.salesforce.test' });
  simulator.addUser({ username: 'ann@example.test', password: 'x' });
  const redirect = 'https://app.test/back';
  simulator.addConnectedApp({ clientId: 'app', redirectUris: [redirect] });
  const authorize = new URL('https://login.salesforce.test/services/oauth2/authorize');
  authorize.search = new URLSearchParams({
    response_type: 'code',
    client_id: 'app',
    redirect_uri: redirect,
  }).toString();
  const login = { username: 'ann@example.test', pw: 'x', decision: 'allow' };
  const allowed = await simulator.fetch(
    new Request(authorize, { method: 'POST', body: new URLSearchParams(login) }),
  );
  const code = new URL(allowed.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const tokens = await simulator.fetch(
    new Request('https://login.salesforce.test/services/oauth2/token', {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: 'app',
        redirect_uri: redirect,
        code,
      }),
    }),
  );
  const { access_token: token, instance_url: instance } = (await tokens.json()) as Record<string, string>;
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await simulator.fetch(
      new Request(`${instance}/services/data/v66.0/${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
  };
  return { simulator, call };
}

/** The form of a JSON value: key names and kinds, lists by their first entry. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, entry]) => [name, shapeOf(entry)]),
  );
}

describe.skipIf(!present)('the Salesforce simulator against recorded describes', () => {
  const schema = createSchema(NOW);
  for (const folder of ['describe', 'describe-derived']) {
    for (const recorded of present ? describes(folder) : []) {
      it(`agrees with ${folder}/${recorded.name} on every field it has`, () => {
        const type = schema.types.get(recorded.name.toLowerCase());
        expect(type, recorded.name).toBeDefined();
        if (recorded.keyPrefix !== null) expect(type?.keyPrefix).toBe(recorded.keyPrefix);
        const known = new Map(recorded.fields.map((field) => [field.name, field]));
        const differences: string[] = [];
        for (const field of type?.fields.values() ?? []) {
          const real = known.get(field.name);
          if (real === undefined) {
            // The recorded organization has no Shared Activities, without which this field is absent.
            if (field.name === 'EventWhoIds') continue;
            differences.push(`${field.name} is not in the describe`);
            continue;
          }
          if (real.type !== field.type) differences.push(`${field.name}: ${field.type}, really ${real.type}`);
          if (real.length !== field.length && real._lengthAssumed === undefined) {
            differences.push(`${field.name}: ${field.length} characters, really ${real.length}`);
          }
          for (const flag of FLAGS) {
            if (real[flag] !== undefined && real[flag] !== field[flag])
              differences.push(`${field.name}: ${flag} is ${field[flag]}`);
          }
          const targets = real.referenceTo as string[];
          for (const target of field.referenceTo) {
            if (!targets.includes(target) && field.name !== 'LatestPublishedVersionId') {
              differences.push(`${field.name} cannot refer to ${target}`);
            }
          }
        }
        expect(differences).toEqual([]);
      });
    }
  }

  it('describes an object and a field with the keys of a captured describe', async () => {
    const { call } = await logIn();
    const recorded = read('describe/Contact.json') as RecordedDescribe;
    const { body } = await call('GET', 'sobjects/Contact/describe');
    const shown = body as RecordedDescribe;
    const ours = new Set(Object.keys(shown));
    expect(Object.keys(recorded).filter((key) => !ours.has(key))).toEqual([]);
    expect(Object.keys(shown.fields[0] ?? {}).sort()).toEqual(Object.keys(recorded.fields[0] ?? {}).sort());
  });

  it('describes all objects with the keys of a captured global describe', async () => {
    const { call } = await logIn();
    const recorded = read('describe/_global.json') as { sobjects: object[] };
    const { body } = await call('GET', 'sobjects');
    const shown = body as { sobjects: object[] };
    expect(Object.keys(shown).sort()).toEqual(Object.keys(recorded).sort());
    expect(Object.keys(shown.sobjects[0] ?? {}).sort()).toEqual(
      Object.keys(recorded.sobjects[0] ?? {}).sort(),
    );
  });
});

describe.skipIf(!present)('the Salesforce simulator against recorded exchanges', () => {
  interface Exchange {
    request: { method: string; uri: string; body: unknown };
    response: { status: number; body: unknown };
  }
  const exchanges = present
    ? (read('fixtures/cumulusci.exchanges.json') as { exchanges: Exchange[] }).exchanges
    : [];
  const find = (method: string, pattern: RegExp) =>
    exchanges.find((each) => each.request.method === method && pattern.test(each.request.uri));

  it('answers a collection as recorded', async () => {
    const { call } = await logIn();
    const recorded = find('POST', /\/composite\/sobjects$/);
    const { status, body } = await call('POST', 'composite/sobjects', recorded?.request.body);
    expect(status).toBe(recorded?.response.status);
    expect(shapeOf(body)).toEqual(shapeOf(recorded?.response.body));
    const wanted = recorded?.response.body as unknown[] | undefined;
    expect((body as unknown[]).length).toBe(wanted?.length);
  });

  it('upserts a collection by an id-lookup field as recorded', async () => {
    const { call } = await logIn();
    const recorded = find('PATCH', /\/composite\/sobjects\/Contact\/Email$/);
    const { body } = await call('PATCH', 'composite/sobjects/Contact/Email', recorded?.request.body);
    expect(shapeOf(body)).toEqual(shapeOf(recorded?.response.body));
    expect((body as { created: boolean }[]).every((result) => result.created)).toBe(true);
  });

  it('upserts a collection by empty ids as recorded', async () => {
    const { call } = await logIn();
    const recorded = find('PATCH', /\/composite\/sobjects\/Account\/Id$/);
    const { body } = await call('PATCH', 'composite/sobjects/Account/Id', recorded?.request.body);
    expect(shapeOf(body)).toEqual(shapeOf(recorded?.response.body));
  });

  it('creates a record as recorded', async () => {
    const { call } = await logIn();
    const recorded = find('POST', /\/sobjects\/Account\/?$/);
    const { status, body } = await call('POST', 'sobjects/Account/', recorded?.request.body);
    expect(status).toBe(recorded?.response.status);
    expect(shapeOf(body)).toEqual(shapeOf(recorded?.response.body));
  });

  it('counts, selects and selects children as recorded', async () => {
    const { call, simulator } = await logIn();
    simulator.insert('Contact', [{ LastName: 'One', FirstName: 'Any' }]);
    simulator.insert('Account', [{ Name: 'Any' }]);
    for (const pattern of [
      /count%28Id%29\+from\+Account/,
      /select\+FirstName\+from\+Contact$/,
      /SELECT\+Id%2CName\+FROM\+Account$/,
    ]) {
      const recorded = find('GET', pattern);
      const query = recorded?.request.uri.split('?')[1] ?? '';
      const { body } = await call('GET', `query/?${query}`);
      expect(shapeOf(body)).toEqual(shapeOf(recorded?.response.body));
    }
  });

  it('answers a composite and its failures as recorded', async () => {
    const { call, simulator } = await logIn();
    simulator.insert('Account', [{ Name: 'Any' }]);
    const good = exchanges.find((each) =>
      JSON.stringify(each.request.body).includes('SELECT Id FROM Account LIMIT 1'),
    );
    const asked = JSON.parse(JSON.stringify(good?.request.body).replaceAll('vxx.0', 'v66.0')) as unknown;
    const { body } = await call('POST', 'composite', asked);
    expect(shapeOf(body)).toEqual(shapeOf(good?.response.body));
    const missing = await call('POST', 'composite', {
      compositeRequest: [{ method: 'GET', url: '/services/data/v66.0/nothing', referenceId: 'r' }],
    });
    expect(missing.body).toEqual({
      compositeResponse: [
        {
          body: [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }],
          httpHeaders: {},
          httpStatusCode: 404,
          referenceId: 'r',
        },
      ],
    });
  });

  it('refuses in the words of the recorded refusals', async () => {
    const { call } = await logIn();
    const unknown = await call('POST', 'sobjects/Contact', { LastName: 'A', foo: 'b' });
    const recorded = read('fixtures/restforce.write_error_response.json') as { errorCode: string }[];
    expect(unknown.body).toMatchObject([
      { errorCode: recorded[0]?.errorCode, message: "No such column 'foo' on sobject of type Contact" },
    ]);
    const absent = await call('GET', 'sobjects/Nothing/describe');
    expect(absent.body).toEqual(read('fixtures/restforce.sobject_describe_error_response.json'));
    const keyless = await call('PATCH', 'sobjects/Contact/Namez/1', { LastName: 'A' });
    expect(keyless.body).toEqual(read('fixtures/restforce.upsert_error_response.json'));
  });
});

describe.skipIf(!present)('the SOQL parser against recorded statements', () => {
  /** Parts of the language that the simulator refuses, and judgements of that parser that REST does not share. */
  const BEYOND =
    /TYPEOF|ROLLUP|CUBE|HAVING|DATA CATEGORY|VIEWSTAT|TRACKING|FORMAT\s*\(|convert\w+\(|toLabel|DISTANCE|GEOLOCATION|GROUPING|_IN_|CALENDAR_|INCLUDES|USD|:\s*\w+(?=[\s.(;]|$)|:new|COUNT\(Id, Name\)|OFFSET$/i;

  it('accepts and refuses as recorded what it supports', () => {
    const cases = (read('soql-cases.json') as { cases: { soql: string; valid: boolean }[] }).cases;
    const wrong: string[] = [];
    let judged = 0;
    for (const { soql, valid } of cases) {
      const isBind = /[=\s]:\s*[a-z]/i.test(soql);
      if (isBind || BEYOND.test(soql)) continue;
      judged += 1;
      let accepted = true;
      try {
        parseSoql(soql);
      } catch {
        accepted = false;
      }
      if (accepted !== valid) wrong.push(`${valid ? 'refused' : 'accepted'}: ${soql}`);
    }
    expect(wrong).toEqual([]);
    expect(judged).toBeGreaterThan(120);
  });
});
