/**
 * `events.list` and `events.instances`: ranges, filters, expansion, pages, and sync tokens that tell what changed since.
 * https://developers.google.com/workspace/calendar/api/guides/sync
 */
import { type ApiCall, fromOpaque, toOpaque } from '../api.ts';
import { refuseCalendar } from './calendar-errors.ts';
import { type Calendar, type EventTime, etagOf, roleOf, type StoredEvent } from './calendar-store.ts';
import { showEvent, showStub, type View } from './event-json.ts';
import { exceptionsOf, expand } from './instances.ts';
import { isZone, readInstant, toInstant } from './zones.ts';

/** What a sync token cannot be asked together with. */
const RESTRICTIONS = [
  ...['iCalUID', 'privateExtendedProperty', 'q', 'sharedExtendedProperty'],
  ...['timeMin', 'timeMax', 'updatedMin'],
];
/** What must not be asked otherwise than it was asked at first. */
const KEPT = ['singleEvents', 'eventTypes', 'showHiddenInvitations'];
const PAGE_MAX = 2500;
const PAGE_DEFAULT = 250;
const FAR = 8.64e15;

/** How far a series is followed at first. */
const NEAR_MS = 100 * 86_400_000;

interface Asked {
  readonly from: number;
  readonly to: number;
  readonly isSingle: boolean;
  readonly showsDeleted: boolean;
  /** Only what is newer than this version, when it is an incremental reading. */
  readonly since: number | undefined;
  /** The version that the next sync token begins at. */
  readonly pinned: number;
  readonly updatedMin: number | undefined;
}

/** Answers `events.list`. Throws 400, and 410 for tokens that are too old. */
export function listEvents(given: ApiCall, calendar: Calendar): Record<string, unknown> {
  const call = { ...given, query: withKept(given.query) };
  const { query, world } = call;
  const view = viewOf(call, calendar);
  const page = readPageToken(call, calendar);
  const asked = readAsked(call, calendar, page?.pinned);
  const orderBy = query.get('orderBy');
  if (orderBy === 'startTime' && !asked.isSingle) {
    throw refuseCalendar('badRequest', 'The requested ordering is not available for the particular query.');
  }
  const found = collect(calendar, asked).filter((event) => fits(event, query));
  if (asked.since !== undefined || orderBy === 'updated')
    found.sort((one, other) => one.version - other.version);
  if (orderBy === 'startTime') found.sort((one, other) => one.start.at - other.start.at);
  const { items, nextPageToken } = cutPage(call, calendar, found, { pinned: asked.pinned, page });
  const hasToken =
    orderBy === null &&
    ['q', 'iCalUID', 'updatedMin', 'privateExtendedProperty', 'sharedExtendedProperty'].every(
      (name) => query.get(name) === null,
    );
  return {
    ...head(call, calendar),
    ...(nextPageToken === undefined ? {} : { nextPageToken }),
    ...(nextPageToken === undefined && hasToken
      ? { nextSyncToken: writeSyncToken(call, calendar, asked) }
      : {}),
    items: items.map((event) => show(event, view, calendar, asked)),
    updated: new Date(Math.max(calendar.updated, 0)).toISOString(),
    etag: `"p${etagOf(calendar.version + world.lastVersion).slice(1)}`,
  };
}

/** What a sync token was first asked with goes on where it is not asked again. */
function withKept(query: URLSearchParams): URLSearchParams {
  const asked = fromOpaque(query.get('syncToken') ?? '')?.asked;
  if (typeof asked !== 'string') return query;
  const whole = new URLSearchParams(query);
  for (const [index, values] of asked.split(';').entries()) {
    const name = KEPT[index] ?? '';
    if (whole.has(name)) continue;
    for (const value of values.split(',').filter((each) => each !== '')) whole.append(name, value);
  }
  return whole;
}

/** Answers `events.instances` of one series. Throws 400. */
export function listInstances(
  call: ApiCall,
  calendar: Calendar,
  series: StoredEvent,
): Record<string, unknown> {
  const { query } = call;
  const view = viewOf(call, calendar);
  const range = readRange(query);
  const showsDeleted = query.get('showDeleted') === 'true';
  const original = query.get('originalStart');
  const wanted = original === null ? undefined : readInstant(original, calendar.timeZone);
  const found = expand(calendar, series, range)
    .filter((event) => event.status !== 'cancelled' || showsDeleted)
    .filter((event) => isWithin(event, calendar, range))
    .filter((event) => wanted === undefined || event.originalStart?.at === wanted);
  const page = readPageToken(call, calendar);
  const { items, nextPageToken } = cutPage(call, calendar, found, { pinned: 0, page });
  return {
    ...head(call, calendar),
    ...(nextPageToken === undefined ? {} : { nextPageToken }),
    items: items.map((event) => showEvent(event, view)),
    updated: new Date(calendar.updated).toISOString(),
    etag: etagOf(series.version),
  };
}

/** How the caller sees a calendar: its zone or the one that is asked for. Throws 400 for an unknown zone. */
export function viewOf(call: ApiCall, calendar: Calendar): View {
  const zone = call.query.get('timeZone') ?? calendar.timeZone;
  if (!isZone(zone)) throw refuseCalendar('invalid', 'Invalid time zone.');
  const max = Number(call.query.get('maxAttendees') ?? Number.POSITIVE_INFINITY);
  return { calendar, account: call.account, zone, attendeesMax: max };
}

function head({ account }: ApiCall, calendar: Calendar): Record<string, unknown> {
  return {
    kind: 'calendar#events',
    summary: calendar.summary,
    ...(calendar.description === undefined ? {} : { description: calendar.description }),
    timeZone: calendar.timeZone,
    accessRole: roleOf(calendar, account),
    defaultReminders: account.calendarList.get(calendar.id)?.fields.defaultReminders ?? [],
  };
}

function readAsked(call: ApiCall, calendar: Calendar, pinned: number | undefined): Asked {
  const { query, world } = call;
  const isSingle = query.get('singleEvents') === 'true';
  const showsDeleted = query.get('showDeleted') === 'true';
  const now = Math.max(world.lastVersion, 0);
  const syncToken = query.get('syncToken');
  if (syncToken !== null) {
    const token = readSyncToken(call, calendar, syncToken);
    const { from, to, since } = token;
    return { from, to, isSingle, showsDeleted, since, pinned: pinned ?? now, updatedMin: undefined };
  }
  const text = query.get('updatedMin');
  const updatedMin = text === null ? undefined : readInstant(text);
  if (text !== null && updatedMin === undefined) throw refuseCalendar('badRequest');
  if (updatedMin !== undefined && updatedMin < world.now() - world.calendarSyncLifeMs) {
    throw refuseCalendar('updatedMinTooLongAgo');
  }
  return { ...readRange(query), isSingle, showsDeleted, since: undefined, pinned: pinned ?? now, updatedMin };
}

function readRange(query: URLSearchParams): { from: number; to: number } {
  const read = (name: string, fallback: number) => {
    const text = query.get(name);
    if (text === null) return fallback;
    const at = readInstant(text);
    if (at === undefined) throw refuseCalendar('badRequest');
    return at;
  };
  const range = { from: read('timeMin', -FAR), to: read('timeMax', FAR) };
  if (range.from >= range.to) throw refuseCalendar('timeRangeEmpty');
  return range;
}

function readSyncToken(call: ApiCall, calendar: Calendar, text: string) {
  const { query, world } = call;
  if (query.get('orderBy') !== null) throw refuseCalendar('syncTokenWithNonDefaultOrdering');
  const isRestricted = RESTRICTIONS.some((name) => query.get(name) !== null);
  if (isRestricted || query.get('showDeleted') === 'false') {
    throw refuseCalendar('syncTokenWithRequestRestrictions');
  }
  const token = fromOpaque(text);
  if (token?.kind !== 'sync' || token.calendar !== calendar.id) {
    throw refuseCalendar('invalid', 'Invalid sync token value.', {
      location: { location: 'syncToken', locationType: 'parameter' },
    });
  }
  const since = Number(token.since);
  const isOld = since < calendar.syncFloor || Number(token.at) + world.calendarSyncLifeMs < world.now();
  if (isOld) throw refuseCalendar('fullSyncRequired');
  if (token.asked !== fingerprint(query)) throw refuseCalendar('syncTokenWithRequestRestrictions');
  return { since, from: Number(token.from ?? -FAR), to: Number(token.to ?? FAR) };
}

function writeSyncToken({ query, world }: ApiCall, calendar: Calendar, asked: Asked): string {
  return toOpaque({
    kind: 'sync',
    calendar: calendar.id,
    since: asked.pinned,
    at: world.now(),
    asked: fingerprint(query),
    ...(asked.from === -FAR ? {} : { from: asked.from }),
    ...(asked.to === FAR ? {} : { to: asked.to }),
  });
}

function fingerprint(query: URLSearchParams): string {
  return KEPT.map((name) =>
    query
      .getAll(name)
      .filter((value) => value !== 'false')
      .sort()
      .join(','),
  ).join(';');
}

/** The events that a reading is about, before words and properties are looked for. */
function collect(calendar: Calendar, asked: Asked): StoredEvent[] {
  const found: StoredEvent[] = [];
  for (const event of calendar.events.values()) {
    const isSeries = event.recurrence.length > 0;
    const isException = event.recurringEventId !== undefined;
    if (asked.isSingle && isSeries) found.push(...collectInstances(calendar, event, asked));
    else if (asked.isSingle && isException && calendar.events.has(event.recurringEventId ?? '')) continue;
    else if (isNew(event, asked) && isShown(calendar, event, asked)) {
      if (event.status === 'cancelled' || isWithinOrMeets(calendar, event, asked)) found.push(event);
    }
  }
  return found;
}

function collectInstances(calendar: Calendar, series: StoredEvent, asked: Asked): StoredEvent[] {
  const isChanged = isNew(series, asked);
  const all = isChanged ? expand(calendar, series, asked) : exceptionsOf(calendar, series.id);
  return all
    .map((event) => (series.status === 'cancelled' ? { ...event, status: 'cancelled' } : event))
    .filter((event) => isChanged || isNew(event, asked))
    .filter((event) => event.status !== 'cancelled' || asked.showsDeleted || isIncremental(asked))
    .filter((event) => isWithin(event, calendar, asked));
}

function isIncremental(asked: Asked): boolean {
  return asked.since !== undefined || asked.updatedMin !== undefined;
}

function isNew(event: StoredEvent, { since, updatedMin }: Asked): boolean {
  if (since !== undefined) return event.version > since;
  return updatedMin === undefined || event.updated >= updatedMin;
}

/** Deleted events come when they are asked for; cancelled occurrences of a living series come as well. */
function isShown(calendar: Calendar, event: StoredEvent, asked: Asked): boolean {
  if (event.status !== 'cancelled' || asked.showsDeleted || isIncremental(asked)) return true;
  const series = calendar.events.get(event.recurringEventId ?? '');
  return !asked.isSingle && series !== undefined && series.status !== 'cancelled';
}

function isWithinOrMeets(
  calendar: Calendar,
  event: StoredEvent,
  range: { from: number; to: number },
): boolean {
  if (event.recurrence.length === 0 || (range.from === -FAR && range.to === FAR)) {
    return isWithin(event, calendar, range);
  }
  // Most series meet a range early in it; only the others are followed to its end.
  const near = { from: range.from, to: Math.min(range.to, range.from + NEAR_MS) };
  return [near, range].some((one) =>
    expand(calendar, event, one).some((each) => isWithin(each, calendar, one)),
  );
}

function isWithin(event: StoredEvent, calendar: Calendar, range: { from: number; to: number }): boolean {
  const instant = (time: EventTime) => (time.isDate ? toInstant(calendar.timeZone, time.at) : time.at);
  const [start, end] = [instant(event.start), instant(event.end)];
  return start < range.to && (end > range.from || (start === end && end >= range.from));
}

function fits(event: StoredEvent, query: URLSearchParams): boolean {
  const uid = query.get('iCalUID');
  if (uid !== null && event.iCalUID !== uid) return false;
  const types = query.getAll('eventTypes');
  if (types.length > 0 && !types.includes(String(event.fields.eventType ?? 'default'))) return false;
  const properties = (event.fields.extendedProperties ?? {}) as Record<string, Record<string, string>>;
  const has = (kind: string, text: string) => {
    const [name = '', ...value] = text.split('=');
    return properties[kind]?.[name] === value.join('=');
  };
  if (!query.getAll('privateExtendedProperty').every((text) => has('private', text))) return false;
  if (!query.getAll('sharedExtendedProperty').every((text) => has('shared', text))) return false;
  const words = (query.get('q') ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const { summary, description, location } = event.fields;
  const people = [event.organizer, ...event.attendees].flatMap((each) => [each.email, each.displayName]);
  const text = [summary, description, location, ...people].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}

interface Page {
  readonly after: string;
  readonly index: number;
  readonly pinned: number;
}

function readPageToken(call: ApiCall, calendar: Calendar): Page | undefined {
  const text = call.query.get('pageToken');
  if (text === null) return undefined;
  const token = fromOpaque(text);
  if (token?.kind !== 'page' || token.calendar !== calendar.id) {
    throw refuseCalendar('invalid', 'Invalid page token value.', {
      location: { location: 'pageToken', locationType: 'parameter' },
    });
  }
  return { after: String(token.after), index: Number(token.index), pinned: Number(token.pinned) };
}

function cutPage(
  call: ApiCall,
  calendar: Calendar,
  found: readonly StoredEvent[],
  { pinned, page }: { pinned: number; page: Page | undefined },
): { items: readonly StoredEvent[]; nextPageToken?: string } {
  const text = call.query.get('maxResults');
  const asked = text === null ? PAGE_DEFAULT : Number(text);
  if (!Number.isInteger(asked) || asked < 1) throw refuseCalendar('invalidParameter');
  const count = Math.min(asked, PAGE_MAX);
  const known = page === undefined ? -1 : found.findIndex((event) => event.id === page.after);
  const next = page === undefined ? 0 : known < 0 ? page.index : known + 1;
  const start = Math.max(0, page === undefined ? 0 : next - Math.min(call.world.pageOverlap, count - 1));
  const items = found.slice(start, start + count);
  const last = items.at(-1);
  if (start + count >= found.length || last === undefined) return { items };
  const token = { kind: 'page', calendar: calendar.id, after: last.id, index: start + count, pinned };
  return { items, nextPageToken: toOpaque(token) };
}

/** Whole, or the stub: deleted events keep their details only where deleted ones were asked for. */
function show(event: StoredEvent, view: View, calendar: Calendar, asked: Asked): Record<string, unknown> {
  if (event.status !== 'cancelled') return showEvent(event, view);
  const series = calendar.events.get(event.recurringEventId ?? '');
  const isException = series !== undefined && series.status !== 'cancelled';
  return isException || !asked.showsDeleted ? showStub(event, view) : showEvent(event, view);
}
