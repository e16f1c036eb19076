/**
 * A mailbox as plain data for tests and the sandbox: folders with their items by id, without any content.
 */
import { attendeesOf, type EventContent } from './calendar/event.ts';
import type { Recurrence } from './calendar/recurrence.ts';
import type { ContactContent } from './contacts/contact.ts';
import type { Folder, Item, Sensitivity } from './folder.ts';
import { childrenOf, findByRole, type Mailbox } from './mailbox.ts';
import type { TaskContent } from './tasks/task.ts';

export interface ItemSnapshot {
  id: string;
  changeKey: string;
  messageId: string | undefined;
  itemClass: string;
  receivedAt: number;
  categories: string[];
  sensitivity: Sensitivity;
  isRead: boolean;
  byteLength: number;
  /** Base64 of PR_SEARCH_KEY, which stays over moves. */
  searchKey: string;
  /** Extended properties that clients wrote, by `set/name/type` or `tag/type`. */
  extended: Record<string, string[]>;
  subject: string | undefined;
  body: string | undefined;
  event: EventSnapshot | undefined;
  contact: (Pick<ContactContent, 'texts' | 'lists'> & { entries: Record<string, unknown> }) | undefined;
  task: TaskContent | undefined;
}

/** Times as universal texts, zones by name. */
export interface EventSnapshot {
  uid: string;
  start: string;
  end: string;
  timeZone: string;
  isAllDay: boolean;
  freeBusy: string;
  location: string | undefined;
  organizer: string;
  attendees: { address: string; response: string }[];
  myResponse: string;
  isCancelled: boolean;
  recurrence: Recurrence | undefined;
  exceptions: { originalStart: string; start: string; subject: string | undefined }[];
  deleted: string[];
}

export interface FolderSnapshot {
  id: string;
  /** From the top, e.g. `Inbox/Customers`. */
  path: string;
  role: string | undefined;
  unreadCount: number;
  items: ItemSnapshot[];
}

export interface MailboxSnapshot {
  address: string;
  folders: FolderSnapshot[];
}

/** What stands in `mailbox` now; items in the order they came. */
export function snapshotMailbox(mailbox: Mailbox): MailboxSnapshot {
  const folders: FolderSnapshot[] = [];
  const visit = (folder: Folder, path: string) => {
    const { id, role, unreadCount } = folder;
    folders.push({ id, path, role, unreadCount, items: [...folder.items.values()].map(snapshotItem) });
    for (const below of childrenOf(mailbox, folder)) visit(below, `${path}/${below.displayName}`);
  };
  for (const top of childrenOf(mailbox, findByRole(mailbox, 'msgfolderroot'))) visit(top, top.displayName);
  return { address: mailbox.address, folders };
}

function snapshotItem(item: Item): ItemSnapshot {
  return {
    id: item.id,
    changeKey: item.changeKey,
    messageId: item.messageId,
    itemClass: item.itemClass,
    receivedAt: item.receivedAt,
    categories: [...item.categories],
    sensitivity: item.sensitivity,
    isRead: item.isRead,
    byteLength: item.raw.byteLength,
    searchKey: item.searchKey.toString('base64'),
    extended: Object.fromEntries([...item.extended].map(([key, { values }]) => [key, values])),
    subject: item.subject,
    body: item.body?.content,
    event: item.event && snapshotEvent(item, item.event),
    contact: item.contact && {
      texts: item.contact.texts,
      lists: item.contact.lists,
      entries: Object.fromEntries(
        Object.entries(item.contact.entries).map(([name, entries]) => [
          name,
          Object.fromEntries([...entries].map(([key, { text, parts }]) => [key, text || parts])),
        ]),
      ),
    },
    task: item.task,
  };
}

function snapshotEvent(item: Item, event: EventContent): EventSnapshot {
  const { uid, isAllDay, freeBusy, location, myResponse, isCancelled, recurrence } = event;
  const time = (at: number) => new Date(at).toISOString();
  return {
    uid,
    start: time(event.start),
    end: time(event.end),
    timeZone: event.startZone.id,
    isAllDay,
    freeBusy,
    location,
    organizer: event.organizer.address,
    attendees: attendeesOf(event).map(({ address, response }) => ({ address, response })),
    myResponse,
    isCancelled,
    recurrence,
    exceptions: [...event.exceptions].map(([originalStart, change]) => ({
      originalStart: time(originalStart),
      start: time(change.event.start ?? originalStart),
      subject: change.item.subject ?? item.subject,
    })),
    deleted: [...event.deleted].map(time),
  };
}
