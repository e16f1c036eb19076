/**
 * What people do with events, contacts and tasks beside the runs of the privacy check, all of which passes content through the product: both sides are changed
 * at once, deletions are held and decided on, *Why?*, *Try now*, a dry run, *Undo*, and one person is erased. It looks at no content; what is left on disk is
 * searched later.
 */
import type { HoldView } from '../../src/api-schema/holds.ts';
import type { NearItems } from '../../src/api-schema/items.ts';
import type { MailboxView } from '../../src/api-schema/mailbox.ts';
import type { IssueView, RunView } from '../../src/api-schema/runs.ts';
import { type Collection, collections } from '../../src/model/collection.ts';
import type { Colleague } from '../cast.ts';
import { changeEvent, removeEvent } from '../put-event.ts';
import { renameContact, renameTask } from '../put-item.ts';
import type { Services } from '../simulated-services.ts';
import type { Visitor } from '../visitor.ts';
import { type Planted, type PlantedItems, plantRecords } from './marked-items.ts';
import type { Markers } from './markers.ts';
import type { ProductUnderTest } from './product-under-test.ts';

export interface Person {
  readonly owner: Colleague;
  readonly visitor: Visitor;
  readonly planted: PlantedItems;
}

export interface Living {
  readonly services: Services;
  readonly markers: Markers;
  readonly product: ProductUnderTest;
  /** The first is the organization's admin. */
  readonly people: readonly Person[];
  /** Runs every mailbox to its end. */
  sync(): Promise<void>;
}

/** What was lived through, over all people: the search proves nothing of what never was. */
export type Lived = Readonly<Record<(typeof LIVED)[number], number>>;
const LIVED = ['inStep', 'conflicts', 'holds', 'refusals', 'explained', 'tried', 'undone', 'erased'] as const;

const DELETED = 2;
const EXPLAINED_MAX = 3;
const RECORDS = 2;

/** Plays it. Rejects when something of it cannot be had on every service, since then its search would prove nothing. */
export async function liveWithItems(living: Living): Promise<Lived> {
  const { product, people, sync } = living;
  const [admin] = people;
  if (admin === undefined) throw new Error('Nobody lives here.');
  const settings = { deletionsMax: DELETED - 1 };
  await admin.visitor.call('PUT', '/api/settings', { layer: 'organization', settings });
  for (const { visitor } of people) await retryIssues(visitor);
  await sync();
  for (const person of people) changeBothSides(living, person);
  for (const { owner, planted } of people)
    for (const { id } of planted.events.slice(-DELETED)) removeEvent(living.services, owner, id);
  await product.planAll();
  await sync();
  const lived: Record<keyof Lived, number>[] = [];
  for (const [at, person] of people.entries()) lived.push(await lookAround(person, at % 2 === 0));
  await sync();
  for (const { owner } of people) plantRecords(living.services, living.markers, owner, RECORDS);
  await sync();
  for (const [at, { visitor }] of people.entries())
    (lived[at] ?? zero()).undone += await undoLastRun(visitor);
  const erased = await eraseSomebody(admin);
  for (const [at, { owner }] of people.entries()) {
    for (const what of LIVED)
      if (what !== 'erased' && lived[at]?.[what] === 0)
        throw new Error(`Nothing was lived through at ${owner.service}: ${what}.`);
  }
  if (erased === 0) throw new Error('Nobody was erased.');
  const sum = (what: keyof Lived) => lived.reduce((total, one) => total + one[what], 0);
  return { ...zero(), ...Object.fromEntries(LIVED.map((what) => [what, sum(what)])), erased };
}

const zero = (): Record<keyof Lived, number> => ({
  inStep: 0,
  conflicts: 0,
  holds: 0,
  refusals: 0,
  explained: 0,
  tried: 0,
  undone: 0,
  erased: 0,
});

/** What faults had parked is tried again. */
async function retryIssues(visitor: Visitor): Promise<void> {
  const { items } = await visitor.call<{ items: readonly IssueView[] }>('GET', '/api/issues');
  for (const { id } of items) await visitor.call('POST', `/api/issues/${id}/retry`);
}

/** The first two of each collection get another text on either side. */
function changeBothSides({ services, markers }: Living, { owner, planted }: Person): void {
  const { salesforce } = services;
  const rowOf = (object: string, column: string, { title }: Planted) =>
    salesforce.records(object).find((row) => row[column] === title)?.Id;
  for (const one of planted.events.slice(0, 2)) {
    const id = rowOf('Event', 'Subject', one);
    if (id === undefined) continue;
    changeEvent(services, owner, one.id, { subject: markers.plant('event-subject') });
    salesforce.change(String(id), 'Event', { Subject: markers.plant('record-text') });
  }
  for (const one of planted.contacts.slice(0, 2)) {
    const id = rowOf('Contact', 'LastName', one);
    if (id === undefined) continue;
    const firstName = markers.plant('contact-field');
    renameContact(services, owner, one.id, { firstName, lastName: one.title });
    salesforce.change(String(id), 'Contact', { FirstName: markers.plant('record-text') });
  }
  for (const one of planted.tasks.slice(0, 2)) {
    const id = rowOf('Task', 'Subject', one);
    if (id === undefined) continue;
    renameTask(services, owner, one.id, markers.plant('task-subject'));
    salesforce.change(String(id), 'Task', { Subject: markers.plant('record-text') });
  }
}

/** Everything that a person may ask about his items; held deletions go, or are dropped. */
async function lookAround({ visitor }: Person, lets: boolean): Promise<Record<keyof Lived, number>> {
  const lived = zero();
  const { inStep } = await visitor.call<MailboxView>('GET', '/api/mailbox');
  lived.inStep = Math.min(...collections.map((collection) => inStep[collection]));
  for (const collection of collections) lived.explained += await explainNear(visitor, collection);
  const { items: issues } = await visitor.call<{ items: readonly IssueView[] }>('GET', '/api/issues');
  for (const { code, collection, itemId, recordId } of issues) {
    if (code === 'lockstep.changed-on-both-sides') lived.conflicts += 1;
    if (!/^crm\.(validation-rule|duplicate)/.test(code) || collection === 'emails') continue;
    lived.refusals += 1;
    const name = itemId === null ? { collection, recordId } : { collection, itemId };
    await visitor.call('POST', '/api/items/explain', name);
    await visitor.call('POST', '/api/items/settle', name);
    lived.tried += 1;
  }
  const { items: holds } = await visitor.call<{ items: readonly HoldView[] }>('GET', '/api/holds');
  for (const { id, state } of holds) {
    await visitor.call('GET', `/api/holds/${id}`);
    if (state !== 'waiting') continue;
    await visitor.call('POST', `/api/holds/${id}/${lets ? 'release' : 'drop'}`);
    lived.holds += 1;
  }
  await visitor.askLines('/api/mailbox/preview', { windowDays: 30 });
  return lived;
}

async function explainNear(visitor: Visitor, collection: Collection): Promise<number> {
  const { items } = await visitor.call<NearItems>('GET', `/api/items/near?collection=${collection}`);
  const some = items.slice(0, EXPLAINED_MAX);
  for (const { itemId } of some) {
    const told = await visitor.call<{ recordId: string | null }>('POST', '/api/items/explain', {
      collection,
      itemId,
    });
    if (told.recordId !== null)
      await visitor.call('POST', '/api/items/explain', { collection, recordId: told.recordId });
  }
  return some.length;
}

/** Takes back what the newest fruitful run made, on both sides; how many things. */
async function undoLastRun(visitor: Visitor): Promise<number> {
  const runs = await visitor.call<{ items: readonly RunView[] }>('GET', '/api/runs');
  const fruitful = runs.items.find(({ created }) => created > 0);
  if (fruitful === undefined) return 0;
  await visitor.call('GET', `/api/runs/${fruitful.id}/records`);
  await visitor.askLines(`/api/runs/${fruitful.id}/undo`, {});
  return fruitful.created;
}

/** What was written about somebody's contact is listed, and removed. */
async function eraseSomebody({ visitor, planted }: Person): Promise<number> {
  const address = planted.contacts[0]?.address ?? '';
  const { items } = await visitor.call<{ items: readonly unknown[] }>('POST', '/api/admin/erasures/find', {
    address,
  });
  await visitor.askLines('/api/admin/erasures', { address });
  return items.length;
}
