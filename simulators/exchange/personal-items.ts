/**
 * Makes and changes calendar items, contacts and tasks as the store does, whoever asks: a draft is written, brought into
 * the form Exchange keeps, and only then put in place. Occurrences end up as exceptions of their series.
 */
import type { FoundItem } from './access.ts';
import { createEvent, settleEvent } from './calendar/event.ts';
import { createUid } from './calendar/global-object-id.ts';
import { changeOccurrence, viewOccurrence } from './calendar/occurrences.ts';
import { daysOf } from './calendar/recurrence.ts';
import { createContact, displayNameOf } from './contacts/contact.ts';
import { draftOf, type PersonalKind } from './field-writes.ts';
import type { Folder, Item } from './folder.ts';
import { drawBytes } from './ids.ts';
import { blankItem, type Mailbox, putItem, touchItem } from './mailbox.ts';
import { createTask, nextOccurrence, type TaskContent } from './tasks/task.ts';
import { dayOf, toLocal, type Zone } from './zones/zone.ts';

export const ITEM_CLASSES: Readonly<Record<PersonalKind, string>> = {
  CalendarItem: 'IPM.Appointment',
  Contact: 'IPM.Contact',
  Task: 'IPM.Task',
};

const HALF_HOUR_MS = 1_800_000;

/** A new item of a kind before anything is written into it. */
export function blankPersonal(mailbox: Mailbox, folder: Folder, kind: PersonalKind, zone: Zone): Item {
  const draft = blankItem(mailbox, folder);
  draft.itemClass = ITEM_CLASSES[kind];
  draft.subject = '';
  const now = mailbox.now();
  const owner = { name: mailbox.displayName, address: mailbox.address };
  if (kind === 'Contact') draft.contact = createContact();
  else if (kind === 'Task') draft.task = createTask(owner.name);
  else {
    const uid = createUid(now, drawBytes(mailbox.random, 16));
    draft.event = createEvent({ uid, now, zone, organizer: owner });
  }
  draft.reminder = {
    isSet: kind === 'CalendarItem',
    minutes: kind === 'CalendarItem' ? 15 : 0,
    dueBy: undefined,
  };
  if (kind === 'Contact') draft.reminder = undefined;
  return draft;
}

/** Puts a written draft into its folder. `hasEnd` false: an event without an end gets the usual length. */
export function placeDraft(mailbox: Mailbox, draft: Item, hasEnd: boolean): Item {
  if (draft.event !== undefined) {
    const length = draft.event.isAllDay ? HALF_HOUR_MS * 48 : HALF_HOUR_MS;
    if (!hasEnd) draft.event.end = draft.event.start + length;
    settleEvent(draft.event, undefined);
  }
  if (draft.task !== undefined) draft.task = settleTask(draft.task);
  nameContact(draft);
  return putItem(mailbox, draft.folder, draft);
}

/** A recurring task stands at its first occurrence. */
function settleTask(task: TaskContent): TaskContent {
  if (task.recurrence === undefined || task.dueDay !== undefined) return task;
  const first = daysOf(task.recurrence).next().value as number | undefined;
  return { ...task, startDay: task.startDay ?? first, dueDay: first };
}

/** The subject of a contact is its name. */
function nameContact(draft: Item): void {
  if (draft.contact !== undefined && (draft.subject === undefined || draft.subject === ''))
    draft.subject = displayNameOf(draft.contact);
}

/** Changes a found item (or occurrence) by `write`; all or nothing. Gives what a client is told about. */
export function changePersonal(
  found: Pick<FoundItem, 'mailbox' | 'item' | 'originalStart'>,
  zone: Zone,
  write: (draft: Item) => void,
): Item {
  const { mailbox, item, originalStart } = found;
  const before = originalStart === undefined ? item : viewOccurrence(item, originalStart);
  const draft = draftOf(before);
  write(draft);
  if (draft.event !== undefined) settleEvent(draft.event, before.event);
  if (originalStart !== undefined) {
    changeOccurrence(mailbox, item, draft);
    return viewOccurrence(item, originalStart);
  }
  if (draft.task !== undefined && before.task !== undefined) {
    const finished = goOn(mailbox, item, draft, dayOf(toLocal(zone, mailbox.now())));
    if (finished !== undefined) return finished;
    draft.task = { ...settleTask(draft.task), changeCount: before.task.changeCount + 1 };
  }
  const isNamed = before.contact !== undefined && before.subject === displayNameOf(before.contact);
  if (isNamed && draft.subject === before.subject) draft.subject = undefined;
  nameContact(draft);
  keep(item, draft);
  touchItem(mailbox, item);
  return item;
}

function keep(item: Item, draft: Item): void {
  const { subject, body, categories, sensitivity, importance, reminder, extended, event, contact, task } =
    draft;
  Object.assign(item, {
    subject,
    body,
    categories,
    sensitivity,
    importance,
    reminder,
    extended,
    event,
    contact,
    task,
  });
}

/**
 * A recurring task that is done, or whose date is moved, leaves what was written behind as a task of its own and goes
 * on to its next occurrence. Gives the task left behind; undefined when there is nothing to go on to.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/updateitem-operation-task
 */
function goOn(mailbox: Mailbox, item: Item, draft: Item, today: number): Item | undefined {
  const [before, after] = [item.task, draft.task];
  if (before?.recurrence === undefined || after === undefined || after.recurrence !== before.recurrence)
    return undefined;
  const isDone = after.status === 'Completed' && before.status !== 'Completed';
  const hasMoved =
    before.recurrence.pattern.kind !== 'regeneration' &&
    (after.startDay !== before.startDay || after.dueDay !== before.dueDay);
  const next = isDone || hasMoved ? nextOccurrence(before, after.completeDay ?? today) : undefined;
  if (next === undefined) {
    if (isDone) draft.task = { ...after, recurrence: undefined };
    return undefined;
  }
  const left = putItem(mailbox, item.folder, { ...draft, task: { ...after, recurrence: undefined } });
  item.task = next;
  touchItem(mailbox, item);
  return left;
}

/** Takes the current occurrence from a recurring task; false when it has no next one. */
export function skipTaskOccurrence(mailbox: Mailbox, item: Item, today: number): boolean {
  const next = item.task === undefined ? undefined : nextOccurrence(item.task, today);
  if (next === undefined) return false;
  item.task = next;
  touchItem(mailbox, item);
  return true;
}
