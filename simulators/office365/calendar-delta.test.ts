import { beforeEach, describe, expect, it } from 'vitest';
import {
  ANN,
  callWith,
  createTestWorld,
  type GraphCaller,
  ITEM_SCOPES,
  sampleEvent,
  signIn,
} from './test-support.ts';

let world: ReturnType<typeof createTestWorld>;
let call: GraphCaller;
const START = '/me/calendarView/delta?startDateTime=2026-01-05T00:00:00Z&endDateTime=2026-01-20T00:00:00Z';
const IMMUTABLE = 'IdType="ImmutableId"';
const weekly = {
  pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday'] },
  range: { type: 'numbered', startDate: '2026-01-05', numberOfOccurrences: 4 },
};

interface Shown {
  id: string;
  type?: string;
  subject?: string;
  start?: { dateTime: string };
  '@removed'?: { reason: string };
}

/** A whole round from a link, with its pages put together. */
async function round(link: string, prefer = IMMUTABLE) {
  const value: Shown[] = [];
  let pages = 0;
  let next: string | undefined = link;
  let deltaLink = '';
  while (next !== undefined && pages < 50) {
    const { status, body } = await call('GET', next, { headers: { prefer } });
    expect(status).toBe(200);
    value.push(...body.value);
    next = body['@odata.nextLink'];
    deltaLink = body['@odata.deltaLink'] ?? '';
    pages += 1;
  }
  return { value, pages, deltaLink };
}

/** Each entry in a word: what it is and when. */
const words = (value: readonly Shown[]) =>
  value.map((each) =>
    each['@removed'] === undefined ? `${each.type} ${each.start?.dateTime.slice(8, 10)}` : 'removed',
  );

beforeEach(async () => {
  world = createTestWorld();
  call = callWith(world.simulator, (await signIn(world.simulator, ANN, ITEM_SCOPES)).access_token);
});

describe('a delta query over a calendar view', () => {
  it('gives singles, masters, exceptions whole and occurrences with their times only', async () => {
    world.simulator.addEvent(ANN, sampleEvent(6));
    const id = world.simulator.addEvent(ANN, sampleEvent(5, '10:00', { recurrence: weekly }));
    world.simulator.changeOccurrence(ANN, id, '2026-01-12', { subject: 'Other' });
    world.simulator.addEvent(ANN, sampleEvent(25));
    const { value } = await round(START);
    expect(words(value)).toEqual([
      'singleInstance 06',
      'seriesMaster 05',
      'occurrence 05',
      'exception 12',
      'occurrence 19',
    ]);
    expect(Object.keys(value[2] ?? {}).sort()).toEqual([
      '@odata.etag',
      '@odata.type',
      'end',
      'id',
      'seriesMasterId',
      'start',
      'type',
    ]);
    expect(value[3]).toMatchObject({ subject: 'Other', seriesMasterId: id });
  });

  it('pages through a round and through what changed since', async () => {
    for (let day = 6; day < 16; day += 1) world.simulator.addEvent(ANN, sampleEvent(day));
    const id = world.simulator.addEvent(ANN, sampleEvent(5, '10:00', { recurrence: weekly }));
    const paged = await round(START, `${IMMUTABLE}, odata.maxpagesize=3`);
    expect([paged.value.length, paged.pages]).toEqual([14, 5]);
    expect((await round(paged.deltaLink)).value).toEqual([]);
    world.simulator.changeEvent(ANN, id, { subject: 'All' });
    const later = await round(paged.deltaLink, `${IMMUTABLE}, odata.maxpagesize=3`);
    expect(words(later.value)).toEqual([
      'seriesMaster 05',
      'occurrence 05',
      'occurrence 12',
      'occurrence 19',
    ]);
    expect(later.pages).toBe(2);
  });

  it('tells of an exception with its master, of a cancelled occurrence and of a deleted series by ids', async () => {
    const id = world.simulator.addEvent(ANN, sampleEvent(5, '10:00', { recurrence: weekly }));
    const first = await round(START);
    const exception = world.simulator.changeOccurrence(ANN, id, '2026-01-12', { subject: 'Other' });
    const second = await round(first.deltaLink);
    expect(words(second.value).sort()).toEqual(['exception 12', 'seriesMaster 05']);
    const gone = world.simulator.cancelOccurrence(ANN, id, '2026-01-19');
    const third = await round(second.deltaLink);
    expect(third.value).toContainEqual({
      '@odata.type': '#microsoft.graph.event',
      id: gone,
      '@removed': { reason: 'deleted' },
    });
    world.simulator.removeEvent(ANN, id);
    const { value } = await round(third.deltaLink);
    const present = first.value[1]?.id;
    expect(value.map((each) => each.id).sort()).toEqual([id, exception, present].sort());
    expect(new Set(words(value))).toEqual(new Set(['removed']));
  });

  it('tells what people delete as removed, though its immutable id still opens it in Deleted Items', async () => {
    const id = world.simulator.addEvent(ANN, sampleEvent(6));
    const contact = world.simulator.addContact(ANN, { surname: 'Old' });
    const first = await round(START);
    world.simulator.throwAwayEvent(ANN, id);
    world.simulator.throwAwayContact(ANN, contact);
    expect(words((await round(first.deltaLink)).value)).toEqual(['removed']);
    const property = (path: string, tag: string) =>
      call('GET', `${path}?$expand=singleValueExtendedProperties($filter=id eq 'Binary ${tag}')`, {
        headers: { prefer: IMMUTABLE },
      });
    const lies = await property(`/me/events/${id}`, '0x0E09');
    const mail = callWith(world.simulator, (await signIn(world.simulator)).access_token);
    const waste = await mail(
      'GET',
      "/me/mailFolders/deleteditems?$expand=singleValueExtendedProperties($filter=id eq 'Binary 0x0FFF')",
    );
    const valueIn = ({ body }: typeof lies) => body.singleValueExtendedProperties[0].value;
    expect(valueIn(lies)).toBe(valueIn(waste));
    const { body } = await call('GET', `/me/contacts/${contact}`, { headers: { prefer: IMMUTABLE } });
    expect(body.parentFolderId).toBe(waste.body.id);
  });

  it('tells what left the window, or the series, as removed', async () => {
    const single = world.simulator.addEvent(ANN, sampleEvent(6));
    const series = world.simulator.addEvent(ANN, sampleEvent(5, '10:00', { recurrence: weekly }));
    const first = await round(START);
    const { start, end } = sampleEvent(27);
    world.simulator.changeEvent(ANN, single, { start, end });
    const second = await round(first.deltaLink);
    expect(second.value).toMatchObject([{ id: single, '@removed': { reason: 'deleted' } }]);
    const range = { ...weekly.range, numberOfOccurrences: 2 };
    world.simulator.changeEvent(ANN, series, { recurrence: { ...weekly, range } });
    const third = await round(second.deltaLink);
    expect(words(third.value)).toEqual(['seriesMaster 05', 'occurrence 05', 'occurrence 12', 'removed']);
    expect(third.value[3]?.id).toBe(first.value.at(-1)?.id);
  });

  it('tells of a series that becomes a single event', async () => {
    const series = world.simulator.addEvent(ANN, sampleEvent(5, '10:00', { recurrence: weekly }));
    const first = await round(START);
    world.simulator.changeEvent(ANN, series, { recurrence: null });
    const { value } = await round(first.deltaLink);
    expect(words(value)).toEqual(['singleInstance 05', 'removed', 'removed', 'removed']);
    const removed = value.slice(1).map(({ id }) => id);
    expect(removed).toEqual(first.value.slice(1).map(({ id }) => id));
  });

  it('keeps the window and the zone apart: the one is in the token, the other in each call', async () => {
    world.simulator.addEvent(ANN, sampleEvent(6));
    const first = await round(START);
    world.simulator.addEvent(ANN, sampleEvent(7));
    const { value } = await round(first.deltaLink, 'outlook.timezone="Tokyo Standard Time"');
    expect(value[0]?.start).toEqual({
      dateTime: '2026-01-07T19:00:00.0000000',
      timeZone: 'Tokyo Standard Time',
    });
    const rolled = START.replace('2026-01-05', '2026-01-07');
    expect((await round(rolled)).value).toHaveLength(1);
  });

  it.each(['syncStateNotFound', 'resyncRequired'] as const)(
    'ends with 410 %s and an address to begin at',
    async (form) => {
      world.simulator.addEvent(ANN, sampleEvent(6));
      const { deltaLink } = await round(START);
      world.simulator.expireTokensOf(ANN, 'calendars', form);
      const { status, body, headers } = await call('GET', deltaLink);
      expect([status, body.error.code]).toEqual([410, form]);
      expect((await round(headers.get('location') ?? '')).value).toHaveLength(1);
    },
  );

  it('may give an entry twice in a round', async () => {
    world.simulator.settings.repeatProbability = 1;
    const id = world.simulator.addEvent(ANN, sampleEvent(6));
    expect((await round(START)).value.map((each) => each.id)).toEqual([id, id]);
  });

  it('needs a window, takes no filter and does not exist without a view', async () => {
    const codeOf = async (path: string) => {
      const { status, body } = await call('GET', path);
      return [status, body.error?.code];
    };
    expect(await codeOf('/me/calendarView/delta')).toEqual([400, 'ErrorInvalidParameter']);
    expect(await codeOf(`${START}&$filter=isAllDay eq true`)).toEqual([400, 'ErrorInvalidUrlQuery']);
    expect(await codeOf('/me/events/delta')).toEqual([400, 'BadRequest']);
    const long = START.replace('2026-01-20', '2036-01-20');
    expect(await codeOf(long)).toEqual([400, 'ErrorCalendarViewRangeTooBig']);
  });
});
