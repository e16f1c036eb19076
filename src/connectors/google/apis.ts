/**
 * The four of Google's APIs that a mailbox is read and written by, as data: where each lives, its scope, its quota, and a question that is answered
 * where the API works at all. Vendor pages: docs/remote-services/google.md#apis.
 */
import type { Call } from './transport.ts';

export type ApiName = 'gmail' | 'calendar' | 'people' | 'tasks';

export interface Api {
  readonly name: ApiName;
  /** What stands before a call's path. */
  readonly base: string;
  /** Where its batches go. People and Tasks have none that is documented. */
  readonly batchPath: string | null;
  /** Its OAuth scope, without the prefix that all of them share. */
  readonly scope: string;
  /** The host of Google's own. */
  readonly origin: string;
  /** Asked before one item is blamed for trouble that may be everybody's. */
  readonly probe: Call;
}

const scope = 'mailbox';
const verb = 'GET';

export const apis: Readonly<Record<ApiName, Api>> = {
  gmail: {
    name: 'gmail',
    base: '/gmail/v1/users/me/',
    batchPath: '/batch/gmail/v1',
    scope: 'gmail.modify',
    origin: 'https://gmail.googleapis.com',
    probe: { method: 'getProfile', verb, path: 'profile', scope },
  },
  calendar: {
    name: 'calendar',
    base: '/calendar/v3/calendars/primary/',
    batchPath: '/batch/calendar/v3',
    scope: 'calendar.events',
    origin: 'https://www.googleapis.com',
    probe: { method: 'events.list', verb, path: 'events?maxResults=1', scope },
  },
  people: {
    name: 'people',
    base: '/v1/',
    batchPath: null,
    scope: 'contacts',
    origin: 'https://people.googleapis.com',
    probe: { method: 'contactGroups.list', verb, path: 'contactGroups?pageSize=1', scope },
  },
  tasks: {
    name: 'tasks',
    base: '/tasks/v1/lists/@default/',
    batchPath: null,
    scope: 'tasks',
    origin: 'https://tasks.googleapis.com',
    probe: { method: 'tasks.list', verb, path: 'tasks?maxResults=1', scope },
  },
};

/** Google's APIs have a host each; what stands in for Gmail elsewhere stands in for all of them. */
export function originOf({ origin }: Api, gmailOrigin: string): string {
  return gmailOrigin === apis.gmail.origin ? origin : gmailOrigin;
}

const SCOPE_PREFIX = 'https://www.googleapis.com/auth/';

/** The scope as tokens bear it. */
export function scopeOf(api: ApiName): string {
  return SCOPE_PREFIX + apis[api].scope;
}

/** The least that reads and writes mail, events, contacts and tasks; what else they would allow is never used. */
export const API_SCOPES: readonly string[] = [
  scopeOf('gmail'),
  scopeOf('calendar'),
  scopeOf('people'),
  scopeOf('tasks'),
];
