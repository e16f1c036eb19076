/**
 * Both sides of everything that is paired in a world at rest, read by the product's own connectors (which the contract suites judge) and put beside what
 * the database says of it.
 */
import { withMailbox } from '../../src/commands/open-mailbox.ts';
import type { Collection, FieldSpecs } from '../../src/model/collection.ts';
import type { CrmConnector, MailConnector } from '../../src/model/connector.ts';
import type { CrmRecord } from '../../src/model/crm-records.ts';
import type { ItemId, RecordId } from '../../src/model/ids.ts';
import type { MailboxItem } from '../../src/model/mailbox-item.ts';
import { inWorld } from './rows.ts';
import type { Person, World } from './world.ts';

export interface PairRow {
  readonly collection: Collection;
  readonly record_id: RecordId;
  readonly item_id: ItemId | null;
  readonly state: 'making' | 'linked' | 'removing' | 'ended';
  readonly role: 'owner' | 'deputy' | 'member';
}

export interface PairView {
  readonly pair: PairRow;
  /** Null: gone. */
  readonly item: MailboxItem | null;
  readonly record: CrmRecord | null;
}

export interface MailboxView {
  readonly person: Person;
  readonly pairs: readonly PairRow[];
  /** Of pairs that are kept in step. */
  readonly linked: readonly PairView[];
  readonly itemSpecs: Readonly<Record<Collection, FieldSpecs>>;
  readonly recordSpecs: Readonly<Record<Collection, FieldSpecs>>;
  /** Whether meetings with others may be changed without telling them. */
  readonly changesMeetings: boolean;
}

/** One view a person, through a process that is opened for it. */
export async function viewMailboxes(world: World): Promise<readonly MailboxView[]> {
  const process = world.openProcess();
  const views: MailboxView[] = [];
  const { organizationId } = world;
  for (const person of world.people) {
    const pairs = await inWorld<PairRow>(
      world,
      'select collection, record_id, item_id, state, role from pairs where mailbox_id = $1',
      [person.mailboxId],
    );
    const who = { organizationId, userId: person.userId };
    const { signal } = new AbortController();
    const view = await world.conductor.driveTo(
      withMailbox(process.ports, who, signal, ({ mail, crm }) => viewMailbox(person, pairs, mail, crm)),
    );
    if (view !== null) views.push(view);
  }
  await process.kill();
  return views;
}

async function viewMailbox(
  person: Person,
  pairs: readonly PairRow[],
  mail: MailConnector,
  crm: CrmConnector,
): Promise<MailboxView> {
  const linked: PairView[] = [];
  const abilities = await crm.records.capabilities();
  for (const collection of ['events', 'contacts', 'tasks'] as const) {
    const kept = pairs.filter((pair) => pair.collection === collection && pair.state === 'linked');
    const max = Math.min(mail.items.capabilities[collection].batchMax, abilities[collection].batchMax);
    for (let at = 0; at < kept.length; at += max) {
      const part = kept.slice(at, at + max);
      const items = await mail.items.readItems(
        collection,
        part.map(({ item_id }) => item_id ?? ('' as ItemId)),
      );
      const records = await crm.records.readRecords(
        collection,
        part.map(({ record_id }) => record_id),
      );
      for (const [index, pair] of part.entries())
        linked.push({ pair, item: valueIn(items[index]), record: valueIn(records[index]) });
    }
  }
  const { events, contacts, tasks } = mail.items.capabilities;
  return {
    person,
    pairs,
    linked,
    itemSpecs: { events: events.fields, contacts: contacts.fields, tasks: tasks.fields },
    recordSpecs: {
      events: abilities.events.fields,
      contacts: abilities.contacts.fields,
      tasks: abilities.tasks.fields,
    },
    changesMeetings: events.meetingWrites.able,
  };
}

/** Null where the service says that it is gone; throws on any other trouble, for nothing is wrong any more. */
function valueIn<T>(
  result:
    | { readonly ok: true; readonly value: T }
    | { readonly ok: false; readonly failure: { readonly code: string } }
    | undefined,
): T | null {
  if (result?.ok === true) return result.value;
  const code = result?.failure.code ?? 'no answer';
  if (code === 'mailbox.item-gone' || code === 'crm.record-gone') return null;
  throw new Error(`a paired thing cannot be read: ${code}`);
}
