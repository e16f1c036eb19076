/**
 * Gmail's quota as data: what each method costs in units, and a sliding minute for each user. The numbers are those of
 * https://developers.google.com/workspace/gmail/api/reference/quota and may be changed in `world.units`.
 */
import { refuse } from './errors.ts';
import type { Account, World } from './world.ts';

/** Units by method id of the discovery document. */
export const UNITS: Readonly<Record<string, number>> = {
  'gmail.users.getProfile': 1,
  'gmail.users.watch': 100,
  'gmail.users.stop': 50,
  'gmail.users.history.list': 2,
  'gmail.users.labels.list': 1,
  'gmail.users.labels.get': 1,
  'gmail.users.labels.create': 5,
  'gmail.users.labels.patch': 5,
  'gmail.users.labels.update': 5,
  'gmail.users.labels.delete': 5,
  'gmail.users.messages.list': 5,
  'gmail.users.messages.get': 5,
  'gmail.users.messages.attachments.get': 5,
  'gmail.users.messages.modify': 5,
  'gmail.users.messages.batchModify': 50,
  'gmail.users.messages.batchDelete': 50,
  'gmail.users.messages.delete': 10,
  'gmail.users.messages.trash': 5,
  'gmail.users.messages.untrash': 5,
  'gmail.users.messages.insert': 25,
  'gmail.users.messages.import': 25,
  'gmail.users.drafts.list': 5,
  'gmail.users.drafts.get': 5,
  'gmail.users.drafts.create': 10,
  'gmail.users.drafts.update': 15,
  'gmail.users.drafts.delete': 10,
  'gmail.users.drafts.send': 100,
  'gmail.users.threads.modify': 10,
  'gmail.users.threads.trash': 10,
  'gmail.users.threads.untrash': 10,
  'gmail.users.threads.delete': 20,
  'gmail.users.messages.send': 100,
  'gmail.users.threads.list': 10,
  'gmail.users.threads.get': 10,
  'gmail.users.settings.sendAs.list': 1,
  'gmail.users.settings.sendAs.get': 1,
};

const MINUTE_MS = 60_000;

/** Charges a call to its user. Throws the refusal of a user who overspends or is held off. */
export function charge(world: World, account: Account, methodId: string): void {
  const now = world.now();
  if (now < account.throttledUntil) {
    account.callsWhileThrottled += 1;
    const until = new Date(account.throttledUntil).toISOString();
    throw refuse('userRateLimitExceeded', `User-rate limit exceeded.  Retry after ${until}`, {
      code: 429,
      status: 'RESOURCE_EXHAUSTED',
    });
  }
  const units = world.units[methodId] ?? 5;
  account.usage = account.usage.filter((spent) => spent.at > now - MINUTE_MS);
  const spent = account.usage.reduce((sum, each) => sum + each.units, 0);
  if (spent + units > world.unitsPerUserMinute) {
    throw world.overspendingStatus === 429
      ? refuse('rateLimitExceeded', undefined, { code: 429, status: 'RESOURCE_EXHAUSTED' })
      : refuse('rateLimitExceeded');
  }
  const last = account.usage.at(-1);
  if (last?.at === now) last.units += units;
  else account.usage.push({ at: now, units });
}
