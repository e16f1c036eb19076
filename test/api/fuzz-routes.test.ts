/**
 * Every route of the OpenAPI document with bad bodies, parameters, queries and headers, from everybody who may come: nothing answers with a fault,
 * hangs, shows a stack, or gives back in an error what was sent. Bodies are made from the document's own schemas and then changed.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeScript, must, openAdminScene } from '../support/admin-scenes.ts';
import { ANNA, type Api, BEN, openApi, type Person } from '../support/api-harness.ts';
import { badJson, badText, changeJson, deep, fuzz, jsonChanges, NEEDLE } from '../support/fuzz.ts';
import { listRoutes, type Route } from '../support/list-routes.ts';
import { fromSchema, type Schema } from '../support/schema-samples.ts';
import { storeHold } from '../support/stored-holds.ts';

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;
type Sender = 'anna' | 'ben' | 'script' | 'nobody' | 'forger';

const RUNS = 5;
/** Milliseconds after which a request counts as hung. */
const HUNG_MS = 20_000;
const STACK = /node_modules|\bat \S+ \(|\.ts:\d+|PostgresError|syntax error at/;

let api: Api;
let paths: Paths;
let anna: Person;
let ben: Person;
let token: string;
let ids: readonly string[];
let routes: readonly Route[];

beforeAll(async () => {
  api = await openApi();
  const scene = await openAdminScene(api);
  ({ anna, ben } = scene);
  paths = (await must<{ paths: Paths }>(api.visit(), 'GET', '/api/openapi.json')).paths;
  expect((await ben.activate({ login: BEN.address, password: BEN.password })).status).toBe(200);
  const preset = await must<{ id: string }>(anna, 'POST', '/api/admin/presets', { name: 'Quiet' });
  const rollout = '0192f0c1-7a3e-4b8e-9d5a-111111111111';
  await must(anna, 'PUT', `/api/admin/rollouts/${rollout}`, { profileId: scene.first });
  await api.runDue();
  const hold = await storeHold(api, BEN.address);
  ids = [scene.benId, scene.carlaId, scene.first, scene.second, preset.id, rollout, hold];
  await makeScript(api, anna, ['read']);
  const { token: made } = await must<{ token: string }>(anna, 'POST', '/api/admin/tokens', {
    ...{ name: 'Fuzz', scopes: ['read', 'users', 'profiles', 'settings', 'rollouts', 'accesses'] },
  });
  token = made;
  // What ends sessions comes last.
  routes = [...listRoutes(api.app)].sort(
    (one, other) => Number(endsSession(one)) - Number(endsSession(other)),
  );
});
afterAll(() => api[Symbol.asyncDispose]());

const endsSession = ({ method, url }: Route) => url.startsWith('/api/session') && method !== 'GET';

function operationOf({ method, url }: Route): Operation {
  return paths[url.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()] ?? {};
}

const smallText = badText.map((text) => text.slice(0, 2_000));

function requestsTo(route: Route): fc.Arbitrary<Request> {
  const { parameters = [], requestBody } = operationOf(route);
  const schema = requestBody?.content['application/json']?.schema;
  const form = schema === undefined ? badJson : fromSchema(schema, fc.constantFrom(...ids));
  const body = fc.oneof(
    { weight: 4, arbitrary: form },
    { weight: 4, arbitrary: fc.tuple(form, jsonChanges).map(([made, changes]) => changeJson(made, changes)) },
    { weight: 1, arbitrary: badJson },
    { weight: 1, arbitrary: fc.constantFrom(deep(4_000, NEEDLE), undefined) },
  );
  const query = Object.fromEntries(
    parameters
      .filter((one) => one.in === 'query')
      .map(({ name, schema: of }) => [
        name,
        fc.oneof(
          { weight: 3, arbitrary: fromSchema(of, fc.constantFrom(...ids)).map(String) },
          { weight: 1, arbitrary: smallText },
        ),
      ]),
  );
  return fc
    .record({
      sender: fc.oneof(
        { weight: 4, arbitrary: fc.constant<Sender>('anna') },
        { weight: 4, arbitrary: fc.constantFrom<Sender>('ben', 'script', 'nobody', 'forger') },
      ),
      places: fc.infiniteStream(
        fc.oneof(
          { weight: 6, arbitrary: fc.constantFrom(...ids, ...ids, 'start', 'exchange', 'contacts') },
          { weight: 2, arbitrary: smallText },
        ),
      ),
      query: fc
        .tuple(fc.record(query, { requiredKeys: [] }), fc.dictionary(smallText, smallText, { maxKeys: 2 }))
        .map(([known, more]) => ({ ...more, ...known })),
      body,
      raw: fc.option(
        fc.tuple(
          smallText,
          fc.constantFrom(
            'application/json',
            'text/csv',
            'text/plain',
            'multipart/form-data',
            'application/x-www-form-urlencoded',
            '',
          ),
        ),
        { freq: 9 },
      ),
      header: smallText,
    })
    .map((made) => ({ ...made, places: [...made.places.take(4)] }));
}

interface Request {
  readonly sender: Sender;
  readonly places: readonly string[];
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
  /** A body that is no JSON, and its type. */
  readonly raw: readonly [string, string] | null;
  readonly header: string;
}

/** As Node takes it in a header. */
const asHeader = (text: string) => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '').slice(0, 500);

function headersOf({ sender, header }: Request): Record<string, string> {
  const forged = asHeader(header);
  const more = { 'accept-language': forged, 'if-match': forged, 'x-request-id': forged, referer: forged };
  if (sender === 'anna' || sender === 'ben') {
    const person = sender === 'anna' ? anna : ben;
    return { ...more, cookie: person.cookie, 'x-csrf-token': person.csrf };
  }
  if (sender === 'script') return { ...more, authorization: `Bearer ${token}` };
  if (sender === 'nobody') return more;
  return {
    ...more,
    authorization: forged.length % 2 === 0 ? `Bearer ${forged}` : forged,
    cookie: `__Host-lockstep=${forged}; __Host-lockstep-login=${forged}; __Host-lockstep-consent=${anna.cookie}${forged}`,
    'x-csrf-token': forged,
    'x-forwarded-for': forged,
    host: forged,
  };
}

/** A lone surrogate has no form in an address. */
const inAddress = (text: string) => encodeURIComponent(text.toWellFormed());

let asked = 0;
const statuses = new Map<number, number>();

async function send(route: Route, request: Request) {
  let place = 0;
  const path = route.url.replaceAll(/:\w+/g, () => inAddress(request.places[place++] ?? ''));
  const query = Object.entries(request.query).map(
    ([name, value]) => `${inAddress(name)}=${inAddress(value ?? '')}`,
  );
  const hasBody = route.method !== 'GET' && request.body !== undefined;
  const [payload, type] = request.raw ?? [JSON.stringify(request.body), 'application/json'];
  asked += 1;
  const answer = api.app.inject({
    method: route.method,
    url: `${path}${query.length === 0 ? '' : `?${query.join('&')}`}`,
    // Limits by address are their own tests'.
    remoteAddress: `203.${(asked >> 16) & 255}.${(asked >> 8) & 255}.${asked & 255}`,
    headers: { ...headersOf(request), ...(hasBody && type !== '' ? { 'content-type': type } : {}) },
    ...(hasBody ? { payload } : {}),
  });
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${route.method} ${route.url} hangs`)), HUNG_MS);
  });
  return Promise.race([answer, hung]).finally(() => clearTimeout(timer));
}

async function holdsLaws(route: Route, request: Request): Promise<void> {
  const { statusCode, payload, headers } = await send(route, request);
  statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
  const told = `${statusCode} ${payload.slice(0, 600)} ${api.logLines.join('\n').slice(0, 1_000)}`;
  expect(statusCode < 500, told).toBe(true);
  expect(STACK.test(payload), told).toBe(false);
  if (statusCode >= 400) expect(`${payload}${JSON.stringify(headers)}`).not.toContain(NEEDLE);
  expect(api.logLines.filter((line) => line.includes(NEEDLE) || line.includes('api.fault'))).toEqual([]);
}

/** Some requests end what the next ones need. */
async function comeAgain(): Promise<void> {
  for (const [person, who] of [
    [anna, ANNA],
    [ben, BEN],
  ] as const) {
    const { body } = await person.call<{ signedIn: boolean }>('GET', '/api/session');
    if (!body.signedIn) await person.logIn(api.services, who).catch(() => undefined);
  }
}

it('answers bad input at every route without a fault, a stack or an echo', { timeout: 600_000 }, async () => {
  const parameters = fuzz('routes, each', RUNS);
  const broken: string[] = [];
  for (const route of routes) {
    await comeAgain();
    const result = await fc.check(
      fc.asyncProperty(requestsTo(route), (request) => holdsLaws(route, request)),
      { ...parameters, endOnFailure: true },
    );
    api.logLines.length = 0;
    if (result.failed)
      broken.push(
        `${route.method} ${route.url}: ${JSON.stringify(result.counterexample)?.slice(0, 900)}\n${result.errorInstance instanceof Error ? result.errorInstance.message.slice(0, 900) : ''}`,
      );
  }
  process.stdout.write(
    `fuzz routes: ${routes.length} routes, ${asked} requests, ${[...statuses]
      .sort()
      .map(([status, times]) => `${status}: ${times}`)
      .join(', ')}\n`,
  );
  expect(broken.join('\n\n')).toBe('');
});
