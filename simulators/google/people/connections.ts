/**
 * `people.connections.list`: pages of all contacts, and sync tokens that live for seven days after the full reading
 * and tell what changed since. https://developers.google.com/people/v1/contacts
 */
import { type ApiCall, fromOpaque, toOpaque } from '../api.ts';
import { spend } from '../api-quota.ts';
import type { Contact } from './contact-store.ts';
import { refusePeople } from './people-errors.ts';
import { readPersonFields, showPerson } from './person-json.ts';

/** What must be asked as it was asked at first. */
const KEPT = ['personFields', 'requestMask.includeField', 'sources', 'sortOrder', 'requestSyncToken'];
const PAGE_MAX = 1000;

interface Asked {
  /** Only what is newer than this version, when it is an incremental reading. */
  readonly since: number | undefined;
  /** The version that the next sync token begins at. */
  readonly pinned: number;
  /** When the full reading began that all this goes back to. */
  readonly fullAt: number;
  /** Where the page begins: a place, and the version that came last. */
  readonly start: number;
  readonly after: number | undefined;
}

/** Answers `people.connections.list`. Throws 400, and 429 when full readings come too often. */
export function listConnections(call: ApiCall): Record<string, unknown> {
  const { account, query, path, world } = call;
  if (path.peopleId !== 'me') throw refusePeople('badRequest', 'Resource name must be "people/me".');
  const mask = readPersonFields(query);
  const count = readPageSize(query, 100);
  const asked = readAsked(call);
  const found = [...account.addressBook.contacts.values()].filter(({ version, isDeleted }) =>
    asked.since === undefined ? !isDeleted : version > asked.since && version <= asked.pinned,
  );
  found.sort(orderOf(query));
  const begin = beginOf(found, asked, Math.min(world.pageOverlap, count - 1), query.get('sortOrder'));
  const page = found.slice(begin, begin + count);
  const hasMore = found.length > begin + count;
  const isSync = asked.since !== undefined;
  const token = { asked: fingerprint(query), since: asked.since, pinned: asked.pinned, fullAt: asked.fullAt };
  const wantsToken = query.get('requestSyncToken') === 'true';
  return {
    ...(page.length === 0
      ? {}
      : { connections: page.map((each) => showPerson(each, mask, isSync || wantsToken)) }),
    ...(hasMore
      ? {
          nextPageToken: toOpaque({
            kind: 'page',
            ...token,
            start: begin + count,
            after: page.at(-1)?.version,
          }),
        }
      : {}),
    ...(!hasMore && wantsToken ? { nextSyncToken: toOpaque({ kind: 'sync', ...token }) } : {}),
    ...(isSync || found.length === 0 ? {} : { totalPeople: found.length, totalItems: found.length }),
  };
}

/** In the order of changes a page goes on after the version that came last, whatever changed meanwhile. */
function beginOf(found: readonly Contact[], asked: Asked, overlap: number, sortOrder: string | null): number {
  if (asked.after === undefined) return 0;
  const { after } = asked;
  const isByChange = sortOrder === null || sortOrder === 'LAST_MODIFIED_ASCENDING';
  const next = isByChange ? found.findIndex((each) => each.version > after) : asked.start;
  return Math.max(0, (next < 0 ? found.length : next) - overlap);
}

/** A page size between 1 and 1,000; 0 or absent is the default. Throws 400. */
export function readPageSize(query: URLSearchParams, fallback: number): number {
  const size = Number(query.get('pageSize') ?? 0);
  if (!Number.isInteger(size) || size < 0 || size > PAGE_MAX) {
    throw refusePeople(
      'badRequest',
      `Invalid page size. Valid values are between 1 and ${PAGE_MAX}, inclusive.`,
    );
  }
  return size === 0 ? fallback : size;
}

function readAsked(call: ApiCall): Asked {
  const { account, query, world } = call;
  const [pageToken, syncToken] = [query.get('pageToken'), query.get('syncToken')];
  if (pageToken !== null && pageToken !== '') {
    const token = readToken(call, pageToken, 'page');
    const since = token.since === undefined ? undefined : Number(token.since);
    return {
      since,
      pinned: Number(token.pinned),
      fullAt: Number(token.fullAt),
      start: Number(token.start),
      after: Number(token.after),
    };
  }
  const visible =
    world.contactDelayMs === 0 ? world.lastVersion : (world.now() - world.contactDelayMs) * 1000;
  if (syncToken === null || syncToken === '') {
    spend(world, account, 'people.fullSync');
    return {
      since: undefined,
      pinned: Math.min(visible, world.lastVersion),
      fullAt: world.now(),
      start: 0,
      after: undefined,
    };
  }
  const token = readToken(call, syncToken, 'sync');
  const since = Number(token.pinned);
  const fullAt = Number(token.fullAt);
  if (since < account.addressBook.syncFloor || world.now() >= fullAt + world.contactSyncLifeMs) {
    throw refusePeople('EXPIRED_SYNC_TOKEN');
  }
  return {
    since,
    pinned: Math.max(since, Math.min(visible, world.lastVersion)),
    fullAt,
    start: 0,
    after: undefined,
  };
}

function readToken({ query }: ApiCall, text: string, kind: string): Readonly<Record<string, unknown>> {
  const token = fromOpaque(text);
  if (token?.kind !== kind) {
    throw refusePeople('badRequest', `Invalid ${kind === 'page' ? 'page_token' : 'sync_token'}.`);
  }
  if (token.asked !== fingerprint(query)) {
    throw refusePeople('badRequest', 'Request parameters must match the first call that provided the token.');
  }
  return token;
}

function fingerprint(query: URLSearchParams): string {
  return KEPT.map((name) => query.getAll(name).join(',')).join(';');
}

function orderOf(query: URLSearchParams): (one: Contact, other: Contact) => number {
  const nameOf = (contact: Contact, part: string) => String(contact.fields.names?.[0]?.[part] ?? '');
  switch (query.get('sortOrder')) {
    case 'LAST_MODIFIED_DESCENDING':
      return (one, other) => other.version - one.version;
    case 'FIRST_NAME_ASCENDING':
      return (one, other) => nameOf(one, 'givenName').localeCompare(nameOf(other, 'givenName'));
    case 'LAST_NAME_ASCENDING':
      return (one, other) => nameOf(one, 'familyName').localeCompare(nameOf(other, 'familyName'));
    default:
      return (one, other) => one.version - other.version;
  }
}
