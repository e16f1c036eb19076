/**
 * Calendars, the list of them, settings, colours, and stopping of channels.
 * https://developers.google.com/workspace/calendar/api/v3/reference
 */
import {
  type ApiCall,
  type ApiMethod,
  checkMatch,
  fromOpaque,
  nextVersion,
  toOpaque,
  unlessKnown,
} from '../api.ts';
import { refuseCalendar } from './calendar-errors.ts';
import * as scopes from './calendar-scopes.ts';
import {
  addCalendar,
  type Calendar,
  type CalendarListing,
  etagOf,
  isAtLeast,
  list,
  removeCalendar,
  roleOf,
  unlist,
} from './calendar-store.ts';
import { stop, watch } from './channels.ts';
import { calendarOf } from './event-methods.ts';
import { isZone } from './zones.ts';

const SECONDARY_MAX = 100;
/** What may be written of an entry of the list. */
const LISTED = [
  'summaryOverride',
  'colorId',
  'backgroundColor',
  'foregroundColor',
  'hidden',
  'selected',
  'defaultReminders',
  'notificationSettings',
];

function showCalendar(calendar: Calendar): Record<string, unknown> {
  return {
    kind: 'calendar#calendar',
    etag: etagOf(calendar.version),
    id: calendar.id,
    summary: calendar.summary,
    ...(calendar.description === undefined ? {} : { description: calendar.description }),
    ...(calendar.location === undefined ? {} : { location: calendar.location }),
    timeZone: calendar.timeZone,
    ...(calendar.isPrimary ? {} : { dataOwner: calendar.owner.email }),
    conferenceProperties: { allowedConferenceSolutionTypes: ['hangoutsMeet'] },
  };
}

function showListing(call: ApiCall, listing: CalendarListing): Record<string, unknown> {
  const { world, account } = call;
  const head = { kind: 'calendar#calendarListEntry', etag: etagOf(listing.version), id: listing.calendarId };
  const calendar = world.calendars.get(listing.calendarId);
  if (listing.isDeleted || calendar === undefined) return { ...head, deleted: true };
  const { kind: _kind, etag: _etag, id: _id, ...shown } = showCalendar(calendar);
  const { hidden, selected, defaultReminders = [], ...fields } = listing.fields;
  return {
    ...head,
    ...shown,
    ...fields,
    backgroundColor: fields.backgroundColor ?? '#9fe1e7',
    foregroundColor: fields.foregroundColor ?? '#000000',
    defaultReminders,
    accessRole: roleOf(calendar, account),
    ...(hidden === true ? { hidden: true } : {}),
    ...(selected === true ? { selected: true } : {}),
    ...(calendar.isPrimary && calendar.owner === account ? { primary: true } : {}),
  };
}

function listingOf(call: ApiCall): CalendarListing {
  const { account, path } = call;
  const id = path.calendarId === 'primary' ? account.email : (path.calendarId ?? '');
  const listing = account.calendarList.get(id);
  if (listing === undefined || listing.isDeleted) throw refuseCalendar('notFound');
  return listing;
}

/** Answers `calendarList.list`, with pages and sync tokens. */
function listCalendars(call: ApiCall): unknown {
  const { account, query, world } = call;
  const since = readSince(call);
  const isShown = ({ isDeleted, fields, version, calendarId }: CalendarListing) => {
    if (since !== undefined) return version > since;
    const calendar = world.calendars.get(calendarId);
    const wanted = query.get('minAccessRole') ?? 'freeBusyReader';
    if (isDeleted) return query.get('showDeleted') === 'true';
    if (calendar === undefined || !isAtLeast(roleOf(calendar, account), wanted)) return false;
    return fields.hidden !== true || query.get('showHidden') === 'true';
  };
  const found = [...account.calendarList.values()].filter(isShown);
  const token = fromOpaque(query.get('pageToken') ?? '');
  if (query.get('pageToken') !== null && token?.kind !== 'calendars') throw refuseCalendar('invalid');
  const count = Math.min(Math.max(1, Number(query.get('maxResults') ?? 100) || 100), 250);
  const start = Number(token?.start ?? 0);
  const pinned = Number(token?.pinned ?? world.lastVersion);
  const hasMore = found.length > start + count;
  return {
    kind: 'calendar#calendarList',
    etag: etagOf(pinned),
    ...(hasMore
      ? { nextPageToken: toOpaque({ kind: 'calendars', start: start + count, pinned }) }
      : { nextSyncToken: toOpaque({ kind: 'list', since: pinned, at: world.now() }) }),
    items: found.slice(start, start + count).map((listing) => showListing(call, listing)),
  };
}

function readSince({ query, world }: ApiCall): number | undefined {
  const text = query.get('syncToken');
  if (text === null) return undefined;
  const isRestricted =
    query.get('minAccessRole') !== null ||
    query.get('showDeleted') === 'false' ||
    query.get('showHidden') === 'false';
  if (isRestricted) throw refuseCalendar('syncTokenWithRequestRestrictions');
  const token = fromOpaque(text);
  if (token?.kind !== 'list') throw refuseCalendar('invalid', 'Invalid sync token value.');
  if (Number(token.at) + world.calendarSyncLifeMs < world.now()) throw refuseCalendar('fullSyncRequired');
  return Number(token.since);
}

function insertListing(call: ApiCall): unknown {
  const { world, account, body } = call;
  const id = typeof body.id === 'string' ? body.id : '';
  const calendar = world.calendars.get(id);
  if (calendar === undefined || roleOf(calendar, account) === undefined) throw refuseCalendar('notFound');
  return showListing(call, list(world, account, calendar, { colorId: '7', ...pick(body) }));
}

function writeListing(call: ApiCall, isPatch: boolean): unknown {
  const listing = listingOf(call);
  checkMatch(call, etagOf(listing.version));
  listing.fields = isPatch ? { ...listing.fields, ...pick(call.body) } : pick(call.body);
  listing.version = nextVersion(call.world);
  return showListing(call, listing);
}

function pick(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(LISTED.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]])));
}

function removeListing(call: ApiCall): undefined {
  const listing = listingOf(call);
  if (call.world.calendars.get(listing.calendarId)?.owner === call.account) {
    throw refuseCalendar('cannotUnsubscribeFromOwnCalendar', 'Cannot unsubscribe from own calendar.', {
      code: 403,
      domain: 'calendar',
    });
  }
  unlist(call.world, call.account, listing.calendarId);
}

function insertCalendar(call: ApiCall): unknown {
  const { world, account, body } = call;
  const given = readCalendar(body);
  if (given.summary === undefined) throw refuseCalendar('required', 'Missing title.');
  const own = [...world.calendars.values()].filter((each) => each.owner === account);
  if (own.length > SECONDARY_MAX) throw refuseCalendar('quotaExceeded');
  const timeZone = given.timeZone ?? world.calendars.get(account.email)?.timeZone ?? 'UTC';
  return showCalendar(addCalendar(world, account, { ...given, summary: given.summary, timeZone }));
}

function readCalendar(body: Readonly<Record<string, unknown>>) {
  const texts = Object.fromEntries(
    ['summary', 'description', 'location', 'timeZone'].flatMap((name) =>
      typeof body[name] === 'string' ? [[name, body[name]]] : [],
    ),
  ) as { summary?: string; description?: string; location?: string; timeZone?: string };
  if (texts.timeZone !== undefined && !isZone(texts.timeZone)) {
    throw refuseCalendar('invalid', 'Invalid time zone value.');
  }
  return texts;
}

function writeCalendar(call: ApiCall, isPatch: boolean): unknown {
  const calendar = calendarOf(call, 'owner');
  checkMatch(call, etagOf(calendar.version));
  const given = readCalendar(call.body);
  if (!isPatch && given.summary === undefined) throw refuseCalendar('required', 'Missing title.');
  Object.assign(calendar, isPatch ? {} : { description: undefined, location: undefined }, given, {
    version: nextVersion(call.world),
    updated: call.world.now(),
  });
  return showCalendar(calendar);
}

function removeCalendarOf(call: ApiCall): undefined {
  const calendar = calendarOf(call, 'owner');
  if (calendar.isPrimary)
    throw refuseCalendar('cannotDeletePrimaryCalendar', 'Cannot delete primary calendar.', {
      domain: 'calendar',
    });
  removeCalendar(call.world, calendar);
}

/** Empties the primary calendar; what was there is gone, and so are the sync tokens. */
function clear(call: ApiCall): undefined {
  const calendar = calendarOf(call, 'owner');
  if (!calendar.isPrimary) throw refuseCalendar('invalid', 'Only primary calendars can be cleared.');
  calendar.events.clear();
  calendar.syncFloor = nextVersion(call.world) + 1;
}

function settingsOf({ world, account }: ApiCall): Record<string, unknown>[] {
  const timeZone = world.calendars.get(account.email)?.timeZone ?? 'UTC';
  const values = {
    locale: 'en',
    timezone: timeZone,
    weekStart: '1',
    format24HourTime: 'true',
    defaultEventLength: '60',
  };
  return Object.entries(values).map(([id, value]) => ({
    kind: 'calendar#setting',
    etag: etagOf(value.length),
    id,
    value,
  }));
}

function getSetting(call: ApiCall): unknown {
  const found = settingsOf(call).find((setting) => setting.id === call.path.setting);
  if (found === undefined) throw refuseCalendar('notFound');
  return found;
}

function listSettings(call: ApiCall): unknown {
  return {
    kind: 'calendar#settings',
    etag: etagOf(1),
    items: settingsOf(call),
    nextSyncToken: toOpaque({ kind: 'settings', at: call.world.now() }),
  };
}

function showColors(): unknown {
  const backgrounds = [
    '#a4bdfc',
    '#7ae7bf',
    '#dbadff',
    '#ff887c',
    '#fbd75b',
    '#ffb878',
    '#46d6db',
    '#e1e1e1',
    '#5484ed',
    '#51b749',
    '#dc2127',
  ];
  const table = Object.fromEntries(
    backgrounds.map((background, index) => [String(index + 1), { background, foreground: '#1d1d1d' }]),
  );
  return { kind: 'calendar#colors', updated: '2012-02-14T00:00:00.000Z', calendar: table, event: table };
}

const method = (
  id: string,
  verb: string,
  path: string,
  allowed: readonly string[],
  answer: (call: ApiCall) => unknown,
): ApiMethod => {
  const rpc = id.split('.').map((piece) => piece.charAt(0).toUpperCase() + piece.slice(1));
  return {
    id: `calendar.${id}`,
    rpc: `calendar.v3.${rpc.join('.')}`,
    verb,
    path: `calendar/v3/${path}`,
    scopes: allowed,
    answer,
  };
};

const LIST = 'users/me/calendarList';

export const CALENDAR_METHODS: readonly ApiMethod[] = [
  method('calendarList.list', 'GET', LIST, scopes.READ_LIST, listCalendars),
  method('calendarList.insert', 'POST', LIST, scopes.INSERT_LISTED, insertListing),
  method('calendarList.watch', 'POST', `${LIST}/watch`, scopes.READ_LIST, (call) =>
    watch(call, call.account),
  ),
  method('calendarList.get', 'GET', `${LIST}/{calendarId}`, scopes.READ_LISTED, (call) => {
    const listing = listingOf(call);
    return unlessKnown(call, etagOf(listing.version), showListing(call, listing));
  }),
  method('calendarList.update', 'PUT', `${LIST}/{calendarId}`, scopes.WRITE_LISTED, (call) =>
    writeListing(call, false),
  ),
  method('calendarList.patch', 'PATCH', `${LIST}/{calendarId}`, scopes.WRITE_LISTED, (call) =>
    writeListing(call, true),
  ),
  method('calendarList.delete', 'DELETE', `${LIST}/{calendarId}`, scopes.WRITE_LISTED, removeListing),
  method('calendars.insert', 'POST', 'calendars', scopes.WRITE_CALENDARS, insertCalendar),
  method('calendars.get', 'GET', 'calendars/{calendarId}', scopes.READ_CALENDARS, (call) =>
    showCalendar(calendarOf(call, 'reader')),
  ),
  method('calendars.update', 'PUT', 'calendars/{calendarId}', scopes.WRITE_CALENDARS, (call) =>
    writeCalendar(call, false),
  ),
  method('calendars.patch', 'PATCH', 'calendars/{calendarId}', scopes.WRITE_CALENDARS, (call) =>
    writeCalendar(call, true),
  ),
  method('calendars.delete', 'DELETE', 'calendars/{calendarId}', scopes.WRITE_CALENDARS, removeCalendarOf),
  method('calendars.clear', 'POST', 'calendars/{calendarId}/clear', scopes.CLEAR_CALENDARS, clear),
  method('settings.list', 'GET', 'users/me/settings', scopes.READ_SETTINGS, listSettings),
  method('settings.get', 'GET', 'users/me/settings/{setting}', scopes.READ_SETTINGS, getSetting),
  method('colors.get', 'GET', 'colors', scopes.READ_COLORS, showColors),
  method('channels.stop', 'POST', 'channels/stop', scopes.STOP_CHANNELS, stop),
];
