/**
 * What the connector sends for events, contacts and tasks against the official discovery documents: every path, parameter and property exists there and has
 * the right type, and no write to a calendar may tell anybody. Skipped where the documents are absent.
 */
import { describe, expect, it } from 'vitest';
import type { Fields } from '../../src/model/collection.ts';
import type { ItemId } from '../../src/model/ids.ts';
import { ANN } from '../support/google-bench.ts';
import {
  checkAgainst,
  type Discovery,
  hasDiscovery,
  listMethods,
  readDiscovery,
} from '../support/google-discovery.ts';
import { CALENDAR, createOne, openItems, updateOne } from '../support/google-items-bench.ts';

const DOCUMENTS = { calendar__v3: 'calendar/v3/', people__v1: '', tasks__v1: '' } as const;
const present = Object.keys(DOCUMENTS).every(hasDiscovery);
if (!present)
  process.stdout.write(
    'google-items-requests: skipped, no discovery documents at ../shared/contracts/google\n',
  );

interface Sent {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
}

/** Parameters that every method takes, and are no part of its own list. */
const COMMON = new Set(['fields', 'quotaUser']);

/** A request, or the requests in a batch. */
function requestsIn(url: string, method: string, body: unknown): readonly Sent[] {
  const text = typeof body === 'string' ? body : '';
  const target = new URL(url);
  if (!target.pathname.startsWith('/batch/')) return [{ method, url: target, body: text }];
  return [...text.matchAll(/^(GET|POST|PATCH) (\S+) HTTP\/1\.1\r\n([\s\S]*?)\r\n\r\n(.*?)\r\n/gm)].map(
    ([, verb = '', path = '', , inner = '']) => ({ method: verb, url: new URL(path, target), body: inner }),
  );
}

function shapeOf(path: string): RegExp {
  const escaped = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  return new RegExp(`^/${escaped.replace(/\{[^}]+\}/g, '[^/:]+')}$`);
}

function faultsOf(sent: Sent, documents: readonly (readonly [Discovery, string])[]): readonly string[] {
  const path = decodeURIComponent(sent.url.pathname);
  for (const [discovery, prefix] of documents)
    for (const method of listMethods(discovery)) {
      const isMeant =
        method.httpMethod === sent.method && shapeOf(method.flatPath ?? prefix + method.path).test(path);
      if (!isMeant) continue;
      const names = [...new Set(sent.url.searchParams.keys())].filter((name) => !COMMON.has(name));
      const unknown = names.filter((name) => method.parameters?.[name] === undefined);
      const odd = names.filter((name) => {
        const allowed = method.parameters?.[name]?.enum;
        return (
          allowed !== undefined &&
          !sent.url.searchParams.getAll(name).every((value) => allowed.includes(value))
        );
      });
      const body: unknown = sent.body === '' ? null : withoutNull(JSON.parse(sent.body));
      const wrong =
        body === null || method.request === undefined
          ? []
          : checkAgainst(discovery, method.request, body, method.id, { allowsEmptyLists: true });
      return [...unknown, ...odd, ...wrong].map((fault) => `${method.id}: ${fault}`);
    }
  return [`${sent.method} ${path}: unknown`];
}

/** A patch takes away with `null`, which no schema writes down. */
function withoutNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNull);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) => (one === null ? [] : [[name, withoutNull(one)]])),
  );
}

const event: Fields = { subject: 'x', location: 'x', description: 'x', showAs: 'free', isPrivate: 'yes' };
const contact: Fields = {
  ...Object.fromEntries(
    [
      ...['firstName', 'lastName', 'email', 'phone', 'mobile', 'homePhone', 'fax', 'title', 'department'],
      ...['company', 'street', 'city', 'state', 'postalCode', 'country', 'notes'],
    ].map((name) => [name, 'x']),
  ),
  birthday: '1980-02-29',
};

/** Everything that the connector does, some of it twice. */
async function liveThrough(sent: Sent[]): Promise<void> {
  const { simulator, connect, visit, clock } = await openItems({
    onRequest: (url, method, body) => sent.push(...requestsIn(url, method, body)),
  });
  const { items } = connect();
  const time = { start: { date: '2026-01-06' }, end: { date: '2026-01-07' } };
  for (const name of ['one', 'two'])
    simulator.addEvent(ANN, { ...time, summary: name, recurrence: ['RRULE:FREQ=DAILY;COUNT=3'] });
  const { cursors } = await visit();
  for (const mayExist of [false, true]) {
    for (const span of ['2026-01-06/2026-01-07', '2026-01-06T10:00:00Z/2026-01-06T11:00:00Z']) {
      const { itemId } = await createOne(connect(), 'events', span, { ...event, time: span }, mayExist);
      await updateOne(connect(), 'events', itemId, { ...event, time: '2026-01-08/2026-01-09' });
    }
    const task = await createOne(connect(), 'tasks', 'x', { subject: 'x', due: '2026-01-06' }, mayExist);
    await updateOne(connect(), 'tasks', task.itemId, { description: 'x', due: '', status: 'completed' });
    await updateOne(connect(), 'tasks', task.itemId, { status: 'open' });
    const made = await createOne(connect(), 'contacts', 'x', contact, mayExist);
    await updateOne(connect(), 'contacts', made.itemId, { ...contact, lastName: 'y', phone: '' });
    const mark = { itemId: made.itemId, version: '', add: ['Salesforce'], remove: ['Sync Error'] };
    await items.markItems('contacts', [mark, { ...mark, add: [], remove: ['Salesforce'] }]);
    const many = ['a', 'b'].map((stamp) => ({ stamp, fields: contact, categories: ['Salesforce'] }));
    await items.createItems('contacts', many, { mayExist });
    await items.createItems(
      'events',
      ['a', 'b'].map((stamp) => ({
        stamp,
        fields: { ...event, time: '2026-01-06/2026-01-07' },
        categories: [],
      })),
      { mayExist },
    );
  }
  await items.readItems('events', ['one', 'two'] as ItemId[]);
  await items.readOccurrences(CALENDAR, { from: clock.now(), to: clock.now() + 86_400_000 }, null);
  await visit(cursors);
}

describe.skipIf(!present)('the requests for events, contacts and tasks', () => {
  it('are those of the discovery documents', async () => {
    const sent: Sent[] = [];
    await liveThrough(sent);
    const documents = Object.entries(DOCUMENTS).map(
      ([name, prefix]) => [readDiscovery(name), prefix] as const,
    );
    const apis = sent.filter(
      ({ url }) => /^\/(calendar|tasks|v1)\//.test(url.pathname) || url.pathname.startsWith('/v1/people'),
    );
    expect(apis.length).toBeGreaterThan(60);
    expect([...new Set(apis.flatMap((one) => faultsOf(one, documents)))]).toEqual([]);
    const writes = apis.filter(
      ({ url, method }) => method !== 'GET' && url.pathname.startsWith('/calendar/'),
    );
    expect(writes.length).toBeGreaterThan(8);
    for (const { url, body } of writes) {
      expect(url.searchParams.get('sendUpdates')).toBe('none');
      expect(url.searchParams.has('conferenceDataVersion')).toBe(false);
      expect(body).not.toContain('attendees');
    }
  });
});
