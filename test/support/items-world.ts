/**
 * A mail service as the contract suite of events, contacts and tasks needs it: one mailbox, hands that do what people do in it, and faults that can be
 * set. It proves nothing by itself; `items-reader.ts` visits it as runs do.
 */
import { DAY } from '../../src/model/clock.ts';
import type { Collection, FieldName, Fields } from '../../src/model/collection.ts';
import type { MailConnector } from '../../src/model/connector.ts';
import type { Address, Sensitivity } from '../../src/model/email.ts';
import type { ItemId } from '../../src/model/ids.ts';
import type { ItemCapabilities, ItemWindow, NewItem } from '../../src/model/mail-items.ts';
import type { Answer, Attendee, MailboxItem } from '../../src/model/mailbox-item.ts';
import { plannedOccurrences, type SeriesPlan } from './memory-series.ts';

/** When every world begins. The days on which clocks change in 2026 are counted from it. */
export const START = Date.UTC(2026, 0, 5, 8);

type Awaitable<T> = T | Promise<T>;

/** What a person writes; fields that the service does not have are passed over. */
export interface HandItem {
  readonly fields: Fields;
  readonly categories?: readonly string[];
  readonly sensitivity?: Sensitivity;
}

export interface HandEvent extends HandItem {
  /** The zone in which it was made, an IANA name; UTC unless told. */
  readonly zone?: string;
  /** Somebody else, who invited the mailbox's owner; the owner himself unless told. */
  readonly organizer?: Address;
  /** Everybody besides the owner. */
  readonly attendees?: readonly Attendee[];
  /** The owner's own answer to somebody else's invitation; none unless told. */
  readonly answer?: Answer;
  /** Of somebody else's meeting: its UID, the same in everybody's mailbox; the service's own unless told. */
  readonly uid?: string;
}

/** `fields.time` follows from the plan. */
export interface HandSeries extends HandEvent {
  readonly plan: SeriesPlan;
}

export interface HandContact extends HandItem {
  /** Besides `fields.email`. */
  readonly furtherAddresses?: readonly string[];
  /** In the folder, or under the label, *Salesforce Contacts*. */
  readonly isInSalesforceFolder?: boolean;
}

/** One occurrence, as people point at it. */
export interface OccurrenceName {
  /** The series' title. */
  readonly title: string;
  /** From 1, by the plan. */
  readonly number: number;
  readonly originalStart: string;
  /** The day by the wall clock of the series' zone. */
  readonly date: string;
}

/** What people do in the mailbox, without this product. They call things by their titles (subject or last name), which tests keep apart. */
export interface ItemHands {
  makeEvent(event: HandEvent): Awaitable<void>;
  makeSeries(series: HandSeries): Awaitable<void>;
  makeContact(contact: HandContact): Awaitable<void>;
  makeTask(task: HandItem): Awaitable<void>;
  /** Changes fields, of a series those of all occurrences. */
  edit(collection: Collection, title: string, fields: Fields): Awaitable<void>;
  /** Throws an item, or a whole series, away. */
  remove(collection: Collection, title: string): Awaitable<void>;
  changeOccurrence(occurrence: OccurrenceName, fields: Fields): Awaitable<void>;
  removeOccurrence(occurrence: OccurrenceName): Awaitable<void>;
  /** Lets a series end after so many occurrences. */
  endSeries(series: HandSeries, count: number): Awaitable<void>;
  /** The owner answers an invitation. */
  answer(title: string, answer: Answer): Awaitable<void>;
  /** The organizer of an invitation calls it off. */
  cancel(title: string): Awaitable<void>;
  /** Puts a contact into *Salesforce Contacts*, or takes it out. */
  fileContact(title: string, isInSalesforceFolder: boolean): Awaitable<void>;
}

/** Hands in one of several mailboxes, for worlds in which colleagues meet. What they make may be called by a part of its title. */
export interface MailboxHands extends ItemHands {
  /** How many things are called so; of a series one. */
  count(collection: Collection, title: string): number;
  /** The UID of an event. */
  uidOf(title: string): string;
  /** The answer of somebody whom the owner invited arrives. */
  hear(title: string, attendee: string, answer: Exclude<Answer, 'none'>): void;
  /** Sets the categories of an event, a contact or a task; nothing happens where the service has none. */
  mark(collection: Collection, title: string, categories: readonly string[]): void;
}

/** Whether a thing of this name is what people mean by a title. */
export type IsCalled = (name: string | undefined, title: string) => boolean;

export const exactly: IsCalled = (name, title) => name === title;

/** What can be made to go wrong; a test that needs what is absent is skipped. */
export interface ItemFaults {
  /** The service forgets all cursors of the collection; absent where they do not expire. */
  readonly expireCursors?: { readonly [Name in Collection]?: () => Awaitable<void> };
  /** Asks everybody to stay away. */
  readonly throttle?: (forMs: number) => void;
  /** Takes the permission for a collection away; gives a connector that meets it. */
  readonly forbid?: (collection: Collection) => Awaitable<MailConnector>;
  /** The item can no longer be read. */
  readonly damage?: (collection: Collection, title: string) => Awaitable<void>;
  /** The service refuses to make, or to change, the item of this title: the second of those that are written next. */
  readonly refuse?: (collection: Collection, title: string, act: 'make' | 'change') => Awaitable<void>;
  /** The next creation in the collection goes through, and its answer is lost. */
  readonly loseAnswer?: (collection: Collection) => Awaitable<void>;
}

/** A mailbox without events, contacts and tasks, at `START`. */
export interface ItemsWorld {
  readonly mail: MailConnector;
  /** The mailbox's primary address. */
  readonly address: string;
  /** Another connector on the same mailbox, as the next run opens one. */
  readonly reopen: () => Awaitable<MailConnector>;
  readonly now: () => number;
  readonly advance: (ms: number) => void;
  readonly hands: ItemHands;
  readonly faults: ItemFaults;
  /** Requests of an idle listing at most; not asked where absent. */
  readonly idleRequestsMax?: number;
  /** What would have been mailed to people on the connector's account. */
  readonly notificationsSent: () => Awaitable<number>;
  readonly close: () => Awaitable<void>;
}

/** Why a test cannot be shown here; null where it can. */
export type Need = (world: ItemsWorld) => string | null;

/** Declares one test of the suite, unless it is skipped by name or needs what is not there. Whatever it does, nobody is notified. */
export type Check = (
  title: string,
  body: (world: ItemsWorld) => Promise<void>,
  needs?: readonly Need[],
) => void;

export const capabilityOf = ({ mail }: ItemsWorld, collection: Collection): ItemCapabilities =>
  mail.items.capabilities[collection];

export const can =
  (collection: Collection, ability: 'categories' | 'stamps' | 'meetingWrites'): Need =>
  (world) => {
    const told = capabilityOf(world, collection)[ability];
    return told.able ? null : told.reason;
  };

export const cannot =
  (collection: Collection, ability: 'categories' | 'stamps' | 'meetingWrites'): Need =>
  (world) =>
    capabilityOf(world, collection)[ability].able ? 'The service can do it.' : null;

export const has =
  (collection: Collection, name: FieldName): Need =>
  (world) =>
    capabilityOf(world, collection).fields[name] === undefined ? `The service has no ${name}.` : null;

export const writes =
  (collection: Collection, ...names: readonly FieldName[]): Need =>
  (world) => {
    const { fields } = capabilityOf(world, collection);
    const missing = names.find((name) => fields[name]?.writable !== true);
    return missing === undefined ? null : `The service takes no ${missing}.`;
  };

export const fault =
  (name: keyof ItemFaults): Need =>
  ({ faults }) =>
    faults[name] === undefined ? `This world cannot ${name}.` : null;

export const expires =
  (collection: Collection): Need =>
  ({ faults }) =>
    faults.expireCursors?.[collection] === undefined ? `No cursor of ${collection} expires here.` : null;

// ------------------------------------------------------------------------------------------------------------------- windows

export const windowAt = (now: number): ItemWindow => ({
  eventsFrom: now - 14 * DAY,
  eventsTo: null,
  seriesTo: now + 90 * DAY,
  tasksFrom: now - 14 * DAY,
});

export function occurrence({ fields, plan }: HandSeries, number: number): OccurrenceName {
  const planned = plannedOccurrences({ plan, exceptions: new Map(), removed: new Set() })[number - 1];
  if (planned === undefined) throw new Error('the plan has no such occurrence');
  const date = new Date(
    Date.parse(`${plan.start.slice(0, 10)}T00:00:00Z`) + (number - 1) * plan.everyDays * DAY,
  );
  return {
    title: fields.subject ?? '',
    number,
    originalStart: planned.originalStart,
    date: date.toISOString().slice(0, 10),
  };
}

/** The `time` of the occurrences of a plan, from the first to the `count`th. */
export const timesOf = ({ plan }: HandSeries, count = plan.count ?? 0): readonly string[] =>
  plannedOccurrences({ plan, exceptions: new Map(), removed: new Set() })
    .slice(0, count)
    .map(({ time }) => time);

// ------------------------------------------------------------------------------------------------------------------- results

/** Values of results that all went well. */
export function good<T>(
  results: readonly (
    | { readonly ok: true; readonly value: T }
    | { readonly ok: false; readonly failure: { readonly code: string; readonly vendorCode?: string } }
  )[],
): readonly T[] {
  return results.map((result) => {
    if (!result.ok) throw new Error(`${result.failure.code} ${result.failure.vendorCode ?? ''}`);
    return result.value;
  });
}

export const newItem = (stamp: string, fields: Fields, categories: readonly string[] = []): NewItem => ({
  stamp,
  fields,
  categories,
});

/** Makes one item, and gives what the service says of it. */
export async function create({ mail }: ItemsWorld, collection: Collection, item: NewItem) {
  const [made] = good(await mail.items.createItems(collection, [item], { mayExist: false }));
  if (made === undefined) throw new Error('nothing was made');
  return made;
}

/** One item as it is now. */
export async function readNow(
  { mail }: ItemsWorld,
  collection: Collection,
  itemId: ItemId,
): Promise<MailboxItem> {
  const [item] = good(await mail.items.readItems(collection, [itemId]));
  if (item === undefined) throw new Error('nothing was read');
  return item;
}

/** Makes an item by hand, with fields that every service has. */
export async function makeByHand(
  world: ItemsWorld,
  collection: Collection,
  title: string,
  more: Fields = {},
) {
  const { hands } = world;
  if (collection === 'contacts') await hands.makeContact({ fields: { lastName: title, ...more } });
  else if (collection === 'tasks') await hands.makeTask({ fields: { subject: title, ...more } });
  else {
    const time = `${new Date(START + 3 * DAY).toISOString().slice(0, 19)}Z`;
    const end = `${new Date(START + 3 * DAY + 3_600_000).toISOString().slice(0, 19)}Z`;
    await hands.makeEvent({ fields: { subject: title, time: `${time}/${end}`, ...more } });
  }
}
