/**
 * Quotas of Calendar, People and Tasks as data: calls per user and window. Calendar's number is documented, the others
 * are those of projects as they are seen in the console; all may be changed in `world.apiLimits`.
 * https://developers.google.com/workspace/calendar/api/guides/quota
 */
import { refuse } from './errors.ts';
import type { Account, World } from './world.ts';

export type ApiName = 'calendar' | 'people' | 'tasks';

/** So many calls of a user in a sliding window. */
export interface ApiLimit {
  max: number;
  windowMs: number;
}

/** Limits by group of calls; `people.fullSync` counts first pages of full readings of contacts. */
export const API_LIMITS: Readonly<Record<string, ApiLimit>> = {
  calendar: { max: 600, windowMs: 60_000 },
  'people.read': { max: 90, windowMs: 60_000 },
  'people.write': { max: 60, windowMs: 60_000 },
  'people.fullSync': { max: 30, windowMs: 60_000 },
  tasks: { max: 50_000, windowMs: 86_400_000 },
};

/** Charges a call to its user. Throws the refusal of a user who overspends or is held off. */
export function chargeApi(
  world: World,
  account: Account,
  api: ApiName,
  method: { readonly verb: string; readonly id: string },
): void {
  if (world.now() < account.throttledUntil) {
    account.callsWhileThrottled += 1;
    throw overspent(world, api, 'Queries per minute per user');
  }
  const isRead = method.verb === 'GET';
  spend(world, account, api === 'people' ? `people.${isRead ? 'read' : 'write'}` : api);
}

/** Counts one call of a group. Throws 403 or 429, as the world is set. */
export function spend(world: World, account: Account, group: string): void {
  const limit = world.apiLimits[group];
  if (limit === undefined) return;
  const now = world.now();
  const spent = (account.apiUsage.get(group) ?? []).filter((at) => at > now - limit.windowMs);
  account.apiUsage.set(group, spent);
  const [api = 'calendar'] = group.split('.');
  if (spent.length >= limit.max) {
    const name = group === 'people.write' ? 'Critical write requests' : 'Critical read requests';
    throw overspent(world, api as ApiName, api === 'people' ? name : 'Queries per minute per user');
  }
  spent.push(now);
}

function overspent(world: World, api: ApiName, name: string) {
  const code = api === 'people' ? 429 : world.overspendingStatus;
  if (api === 'calendar') {
    return refuse('rateLimitExceeded', 'Rate Limit Exceeded', { code, status: statusOf(code) });
  }
  const message = `Quota exceeded for quota metric '${name}' and limit '${name} per minute per user' of service 'gmail.googleapis.com' for consumer 'project_number:100000000001'.`;
  return refuse('rateLimitExceeded', message, { code, status: statusOf(code) });
}

function statusOf(code: number): string {
  return code === 429 ? 'RESOURCE_EXHAUSTED' : 'PERMISSION_DENIED';
}
