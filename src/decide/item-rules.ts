/**
 * The rules of events, contacts and tasks: what is looked at, and why an item or a record is left out (V1, C1, T1, S1). They need the item or record alone;
 * what both sides agreed on is `plan-pair.ts`'s. Pure.
 */
import { readSpan } from '../model/canonical.ts';
import { DAY, type Instant } from '../model/clock.ts';
import type { Collection } from '../model/collection.ts';
import type { CrmRecord } from '../model/crm-records.ts';
import type { ItemWindow } from '../model/mail-items.ts';
import type { ContactItem, EventItem, MailboxItem, TaskItem } from '../model/mailbox-item.ts';
import { SALESFORCE_CATEGORY, type SyncSettings } from '../model/settings.ts';
import type { SkipCode } from '../model/verdict.ts';
import type { Rules } from './rules.ts';
import { hasCategory } from './screen.ts';

export interface ItemRules {
  readonly settings: SyncSettings;
  readonly window: ItemWindow;
  readonly isOwn: Rules['isOwn'];
  readonly isInternal: Rules['isInternal'];
  readonly isBlocked: Rules['isBlocked'];
  readonly accountDomain: Rules['accountDomain'];
}

/** The rules of one run. The window moves at midnight (UTC), so that requests stay the same all day. */
export function itemRules(rules: Rules, now: Instant): ItemRules {
  const { settings, isOwn, isInternal, isBlocked, accountDomain } = rules;
  const today = Math.floor(now / DAY) * DAY;
  const window: ItemWindow = {
    eventsFrom: today - settings.eventDaysBack * DAY,
    eventsTo: settings.eventDaysAhead === 0 ? null : today + (settings.eventDaysAhead + 1) * DAY,
    seriesTo: today + (settings.seriesDaysAhead + 1) * DAY,
    tasksFrom: today - settings.taskDaysBack * DAY,
  };
  return { settings, window, isOwn, isInternal, isBlocked, accountDomain };
}

/** Why an item does not go up; null: it does. */
export function screenItem(item: MailboxItem, rules: ItemRules): SkipCode | null {
  if (item.collection === 'events') return screenEvent(item, rules);
  return item.collection === 'contacts' ? screenContact(item) : screenTask(item, rules);
}

function screenEvent(event: EventItem, rules: ItemRules): SkipCode | null {
  if (event.isCancelled) return 'skipped.cancelled';
  if (!event.isOrganizer && event.answer !== 'accepted' && event.answer !== 'tentative')
    return 'skipped.not-accepted';
  if (isPrivate(event) && !isMarked(event)) return 'skipped.private';
  const outside = placeInWindow(event.fields.time, event.seriesId !== null, rules.window);
  if (outside !== null) return outside;
  return isBlocklisted(event, rules) ? 'skipped.blocklisted' : null;
}

/** As with mail: the organizer is on a blocklist, or nobody from outside is left who is not. */
function isBlocklisted({ organizer, attendees }: EventItem, rules: ItemRules): boolean {
  if (organizer !== null && rules.isBlocked(organizer.address)) return true;
  const outside = attendees.filter((one) => !one.isResource && !rules.isInternal(one.address));
  return outside.length > 0 && outside.every(({ address }) => rules.isBlocked(address));
}

function screenContact(contact: ContactItem): SkipCode | null {
  if (!contact.isInSalesforceFolder && !isMarked(contact)) return 'skipped.not-marked';
  return isPrivate(contact) && !isMarked(contact) ? 'skipped.private' : null;
}

function screenTask(task: TaskItem, rules: ItemRules): SkipCode | null {
  if (isPrivate(task) && !isMarked(task)) return 'skipped.private';
  if (task.fields.status !== 'completed') return null;
  return isRecentTask(task.fields.due, task.completedAt ?? task.modifiedAt, rules)
    ? null
    : 'skipped.completed-long-ago';
}

/** Why a record does not come down; null: it does. */
export function screenRecord(record: CrmRecord, rules: ItemRules): SkipCode | null {
  if (record.isDeleted) return 'skipped.ended';
  if (record.kind !== 'plain') return 'skipped.not-plain';
  if (!record.isOwn && record.collection !== 'contacts') return 'skipped.not-yours';
  if (record.key !== null) return 'skipped.born-in-mailbox';
  if (!isDownOpen(record.collection, rules.settings)) return 'skipped.direction-off';
  if (record.collection === 'events') return placeInWindow(record.fields.time, false, rules.window);
  if (record.collection === 'tasks' && record.fields.status === 'completed')
    return isRecentTask(record.fields.due, record.modifiedAt, rules) ? null : 'skipped.completed-long-ago';
  return null;
}

/** The way down of a collection (S1). */
export function isDownOpen(collection: Collection, settings: SyncSettings): boolean {
  if (collection === 'events') return settings.eventsDown;
  return collection === 'contacts' ? settings.contactsDown : settings.tasksDown;
}

/** Whether a `time` lies before the window: what left it is never taken for deleted. */
export function isBeforeWindow(time: string | undefined, window: ItemWindow): boolean {
  const span = readSpan(time);
  return span !== null && span.endAt <= window.eventsFrom;
}

function placeInWindow(time: string | undefined, isOccurrence: boolean, window: ItemWindow): SkipCode | null {
  const span = readSpan(time);
  if (span === null) return null;
  if (span.endAt <= window.eventsFrom && span.startAt < window.eventsFrom) return 'skipped.before-window';
  const to = isOccurrence ? Math.min(window.seriesTo, window.eventsTo ?? Infinity) : window.eventsTo;
  return to !== null && span.startAt >= to ? 'skipped.beyond-window' : null;
}

function isRecentTask(due: string | undefined, changedAt: Instant | null, { window }: ItemRules): boolean {
  const dueAt = due === undefined || due === '' ? Number.NaN : Date.parse(`${due}T00:00:00Z`);
  return dueAt >= window.tasksFrom || (changedAt ?? 0) >= window.tasksFrom;
}

function isPrivate(item: MailboxItem): boolean {
  return item.sensitivity !== 'normal';
}

/** Whether a person put the category on it. */
export function isMarked(item: MailboxItem): boolean {
  return hasCategory(item, SALESFORCE_CATEGORY);
}
