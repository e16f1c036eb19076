/**
 * What differs between events, contacts and tasks at Graph: where an item is, what is asked of it, how it is read and what is written. Requests are made
 * by those who use it.
 */
import { reduceFields } from '../../../model/canonical.ts';
import type { Collection, Fields } from '../../../model/collection.ts';
import { type Ability, able } from '../../../model/connector.ts';
import type { ItemId } from '../../../model/ids.ts';
import type { ItemCapabilities, NewItem } from '../../../model/mail-items.ts';
import type { MailboxItem } from '../../../model/mailbox-item.ts';
import type { Json } from '../message.ts';
import type { GraphCall } from '../transport.ts';
import { contactFields, contactItem, contactSelect, writeContact } from './contact.ts';
import { eventFields, eventItem, eventSelect, writeEvent } from './event.ts';
import type { Places } from './places.ts';
import { eventPrefer, taskPrefer } from './prefer.ts';
import {
  expandProperties,
  FAX,
  ITEM_CLASS,
  PARENT,
  SENSITIVITY,
  STAMP,
  stampLink,
  transactionOf,
} from './stamps.ts';
import { taskFields, taskItem, writeTask } from './task.ts';

/** Five batches. */
const ITEMS_MAX = 100;

const mailsAttendees: Ability = {
  able: false,
  reason:
    'Microsoft Graph mails all attendees whenever their organizer’s meeting is changed and offers no way to suppress it.',
};

const all: Omit<ItemCapabilities, 'fields' | 'meetingWrites'> = {
  categories: able,
  stamps: able,
  batchMax: ITEMS_MAX,
};

export const itemCapabilities: Readonly<Record<Collection, ItemCapabilities>> = {
  events: { ...all, fields: eventFields, meetingWrites: mailsAttendees },
  contacts: { ...all, fields: contactFields, meetingWrites: able },
  tasks: { ...all, fields: taskFields, meetingWrites: able },
};

export interface ItemKind {
  /** The collection that an item is below; `places` tell the list of tasks. */
  path(places: Places): string;
  /** Everything that an item is made of, as a query. */
  readonly query: string;
  readonly prefer: readonly string[];
  /** `master`: of an occurrence, its series. Null where it has no id. */
  read(item: Json, places: Places, master: Json | null): MailboxItem | null;
  /** Cut to what Graph holds. `current`: the item as it stands, null for a new one. */
  write(fields: Fields, current: Json | null): Json;
  /** What a new item has beside its fields. */
  writeNew(item: NewItem): Json;
}

const properties = (...ids: readonly string[]) => expandProperties(STAMP, ...ids);

const eventExpand = properties(PARENT);
export const contactExpand = properties(FAX, SENSITIVITY, ITEM_CLASS);
export const taskExpand = '$expand=linkedResources';

export const kinds: Readonly<Record<Collection, ItemKind>> = {
  events: {
    path: () => '/events',
    query: `?${eventSelect}&${eventExpand}`,
    prefer: eventPrefer,
    read: (event, _places, master) => eventItem(event, master),
    write: (fields, current) => writeEvent(reduceFields(fields, eventFields), current),
    writeNew: ({ stamp, categories }) => ({
      categories,
      transactionId: transactionOf(stamp),
      singleValueExtendedProperties: [{ id: STAMP, value: stamp }],
    }),
  },
  contacts: {
    path: () => '/contacts',
    query: `?${contactSelect}&${contactExpand}`,
    prefer: [],
    read: (contact, { folder }) => contactItem(contact, folder !== null && contact.parentFolderId === folder),
    write: (fields, current) => writeContact(reduceFields(fields, contactFields), current),
    writeNew: ({ stamp, categories }) => ({
      categories,
      singleValueExtendedProperties: [{ id: STAMP, value: stamp }],
    }),
  },
  tasks: {
    path: ({ list }) => `/todo/lists/${encodeURIComponent(list ?? '')}/tasks`,
    query: `?${taskExpand}`,
    prefer: taskPrefer,
    read: (task) => taskItem(task),
    write: (fields) => writeTask(reduceFields(fields, taskFields)),
    writeNew: ({ stamp, categories }) => ({ categories, linkedResources: [stampLink(stamp)] }),
  },
};

/** The call for one item as it is now. */
export function itemCall(kind: ItemKind, root: string, places: Places, itemId: ItemId): GraphCall {
  return {
    method: 'GET',
    path: `${itemPath(kind, root, places, itemId)}${kind.query}`,
    prefer: kind.prefer,
    scope: 'item',
  };
}

export function itemPath(kind: ItemKind, root: string, places: Places, itemId: ItemId): string {
  return `${root}${kind.path(places)}/${encodeURIComponent(itemId)}`;
}
