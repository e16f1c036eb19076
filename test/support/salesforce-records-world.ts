/** The world of the contract suite of events, contacts and tasks on the simulated Salesforce: what people do in its pages. */
import type { SalesforceSimulator } from '../../simulators/salesforce/simulator.ts';
import { readSpan } from '../../src/model/canonical.ts';
import { DAY } from '../../src/model/clock.ts';
import type { Collection, Fields } from '../../src/model/collection.ts';
import type { CrmConnector } from '../../src/model/connector.ts';
import type { CrmRecords } from '../../src/model/crm-records.ts';
import type { RecordId } from '../../src/model/ids.ts';
import type { FakeClock } from './fake-clock.ts';
import type { RecordHands, RecordsWorld, SeenRelation } from './records-world.ts';
import { type SalesforceBench, startSalesforceBench } from './salesforce-bench.ts';

type Row = Readonly<Record<string, unknown>>;
type Written = Record<string, string | number | boolean | null>;

const objects = { events: 'Event', contacts: 'Contact', tasks: 'Task' } as const;
const unknown = { events: '00U000000000999EAA', contacts: '003000000000999AAA', tasks: '00T000000000999EAA' };
const USERNAME = 'anna@contoso.example';

export interface SalesforceRecordsOptions {
  readonly keyField?: boolean;
  /** Makes a list view of the contacts whose last name begins so, where the simulator has such; gives its id. */
  readonly listView?: (simulator: SalesforceSimulator, label: string, beginning: string) => string;
}

/** With the own key's field deployed, unless told. */
export async function openSalesforceRecords(options: SalesforceRecordsOptions = {}): Promise<RecordsWorld> {
  const bench = await startSalesforceBench({ keyField: options.keyField ?? true });
  const { simulator, clock } = bench;
  const connect = async () => patient(await bench.connect(), clock);
  return {
    crm: await connect(),
    reopen: connect,
    now: () => clock.now(),
    advance: (ms) => clock.advance(ms),
    unknownId: (collection) => unknown[collection] as RecordId,
    hands: handsIn(bench, options),
    faults: {
      refuse(collection, title, message) {
        const field = collection === 'contacts' ? 'LastName' : 'Subject';
        const condition = `${field} = '${title}'`;
        simulator.addValidationRule({ object: objects[collection], condition, message });
      },
      refuseDuplicate(lastName) {
        simulator.insert('Contact', [{ LastName: lastName }]);
        simulator.addDuplicateRule({ object: 'Contact', field: 'LastName', allowSave: true });
      },
      lock() {
        for (const operation of WRITES)
          simulator.faults.add({
            operation,
            count: 1,
            effect: { kind: 'partial', nth: 1, code: 'UNABLE_TO_LOCK_ROW' },
          });
      },
      loseAnswer() {
        for (const operation of WRITES)
          simulator.faults.add({ operation, count: 1, effect: { kind: 'lostReply' } });
      },
      forbid(collection) {
        simulator.changeUser(USERNAME, { hiddenObjects: [objects[collection]] });
        return connect();
      },
    },
    close: () => undefined,
  };
}

/** Calls that write records. */
const WRITES = ['collections.post', 'collections.patch', 'composite.graph'];

/** Lets the clock go on while a call waits, as before it repeats what was locked. */
function patient(crm: CrmConnector, clock: FakeClock): CrmConnector {
  const { records } = crm;
  const waiting: CrmRecords = {
    capabilities: () => clock.advanceUntil(records.capabilities()),
    readChanges: (asks) => clock.advanceUntil(records.readChanges(asks)),
    readRecords: (...args) => clock.advanceUntil(records.readRecords(...args)),
    findRecords: (...args) => clock.advanceUntil(records.findRecords(...args)),
    writeRecords: (...args) => clock.advanceUntil(records.writeRecords(...args)),
    deleteRecords: (...args) => clock.advanceUntil(records.deleteRecords(...args)),
    listContactViews: () => clock.advanceUntil(records.listContactViews()),
  };
  return { ...crm, records: waiting };
}

function handsIn({ simulator, clock }: SalesforceBench, { listView }: SalesforceRecordsOptions): RecordHands {
  const userId = simulator.records('User').find((row) => row.Username === USERNAME)?.Id as RecordId;
  let colleagueId: RecordId | null = null;
  const colleague = (): RecordId => {
    const user = { username: 'bea@contoso.example', password: 'x', email: 'bea@contoso.example' };
    colleagueId ??= simulator.addUser(user).id as RecordId;
    return colleagueId;
  };
  const insert = (object: string, row: Written) => simulator.insert(object, [row])[0] as RecordId;
  const create = (object: string, row: Written) => simulator.create(object, row) as RecordId;
  const rowOf = (collection: Collection, recordId: RecordId): Row => {
    const row = simulator.records(objects[collection], { all: true }).find(({ Id }) => Id === recordId);
    if (row === undefined) throw new Error('there is no such record');
    return row;
  };
  const soon = () => ({ StartDateTime: new Date(clock.now() + DAY).toISOString(), DurationInMinutes: 30 });
  const event = (more: Written): Written => ({
    ...soon(),
    OwnerId: userId,
    Subject: 'Of the platform',
    ...more,
  });
  return {
    make: (collection, { fields, owner, furtherAddress, accountId }) =>
      create(objects[collection], {
        ...rowFrom(collection, fields),
        OwnerId: owner === undefined ? userId : colleague(),
        ...(furtherAddress === undefined ? {} : { Private_Email__c: furtherAddress }),
        ...(accountId === undefined ? {} : { AccountId: accountId }),
      }),
    change: (collection, recordId, fields) =>
      simulator.change(recordId, objects[collection], rowFrom(collection, fields)),
    remove: (collection, recordId) => simulator.remove(recordId, objects[collection]),
    makeAccount: (name) => insert('Account', { Name: name }),
    makePerson(lastName) {
      const address = `${lastName.toLowerCase()}@acme.example`;
      const recordId = insert('Contact', { LastName: lastName, Email: address, OwnerId: colleague() });
      return { kind: 'contact', recordId, address, accountId: null };
    },
    colleague,
    relate(eventId, { recordId }) {
      create('EventRelation', { EventId: eventId, RelationId: recordId, IsParent: true, IsInvitee: false });
    },
    relationsOf: (eventId) => relationsOf(simulator, eventId),
    ownerOf: (collection, recordId) => String(rowOf(collection, recordId).OwnerId) as RecordId,
    relatedToOf(collection, recordId) {
      const row = rowOf(collection, recordId);
      return ((collection === 'contacts' ? row.AccountId : row.WhatId) ?? null) as RecordId | null;
    },
    count: (collection) => simulator.records(objects[collection]).length,
    isInBin: (collection, recordId) => rowOf(collection, recordId).IsDeleted === true,
    ...(listView === undefined
      ? {}
      : { makeListView: (label, beginning) => listView(simulator, label, beginning) }),
    makeCopy() {
      const parent = create('Event', event({ OwnerId: colleague() }));
      create('EventRelation', { EventId: parent, RelationId: userId });
      const copy = simulator.records('Event').find((row) => row.OwnerId === userId && row.IsChild === true);
      return copy?.Id as RecordId;
    },
    makeSeriesHead: () =>
      create(
        'Event',
        event({
          IsRecurrence: true,
          RecurrenceStartDateTime: new Date(clock.now() + DAY).toISOString(),
          RecurrenceEndDateOnly: new Date(clock.now() + 5 * DAY).toISOString().slice(0, 10),
          RecurrenceType: 'RecursDaily',
          RecurrenceInterval: 1,
        }),
      ),
    makeEmailTask: () =>
      insert('Task', { Subject: 'Email: Offer', TaskSubtype: 'Email', Status: 'Completed', OwnerId: userId }),
  };
}

const answers: Readonly<Record<string, string>> = { Accepted: 'accepted', Declined: 'declined' };

/** Somebody may be related in several rows: he is an invitee where none of them, nor the event itself, relates him otherwise. */
function relationsOf(simulator: SalesforceSimulator, eventId: RecordId): readonly SeenRelation[] {
  const people = new Map<RecordId, SeenRelation>();
  const add = (id: unknown, answer: string, isInvitee: boolean) => {
    const recordId = String(id) as RecordId;
    const known = people.get(recordId);
    people.set(recordId, {
      recordId,
      answer: answer === 'none' ? (known?.answer ?? answer) : answer,
      isInvitee: isInvitee && (known?.isInvitee ?? true),
    });
  };
  for (const row of simulator.records('EventRelation'))
    if (row.EventId === eventId && row.IsWhat !== true)
      add(row.RelationId, answers[String(row.Status)] ?? 'none', row.IsParent !== true);
  const who = simulator.records('Event').find(({ Id }) => Id === eventId)?.WhoId;
  if (typeof who === 'string') add(who, 'none', false);
  return [...people.values()];
}

const statuses: Readonly<Record<string, string>> = {
  open: 'Not Started',
  'in-progress': 'In Progress',
  waiting: 'Waiting on someone else',
  deferred: 'Deferred',
  completed: 'Completed',
};
const priorities: Readonly<Record<string, string>> = { high: 'High', normal: 'Normal', low: 'Low' };

/** The columns of the texts that are the same in both. */
const columns: Readonly<Record<Collection, Readonly<Record<string, string>>>> = {
  events: { subject: 'Subject', location: 'Location', description: 'Description' },
  contacts: {
    firstName: 'FirstName',
    lastName: 'LastName',
    email: 'Email',
    phone: 'Phone',
    mobile: 'MobilePhone',
    title: 'Title',
    department: 'Department',
    city: 'MailingCity',
    birthday: 'Birthdate',
    notes: 'Description',
  },
  tasks: { subject: 'Subject', description: 'Description', due: 'ActivityDate' },
};

/** A record's columns, as Salesforce's pages write these fields. */
export function rowFrom(collection: Collection, fields: Fields): Written {
  const row: Written = {};
  for (const [name, column] of Object.entries(columns[collection])) {
    const value = fields[name as keyof Fields];
    if (value !== undefined) row[column] = value === '' ? null : value;
  }
  if (fields.time !== undefined) Object.assign(row, timesOf(fields.time));
  if (fields.isPrivate !== undefined) row.IsPrivate = fields.isPrivate === 'yes';
  if (fields.showAs !== undefined) row.ShowAs = fields.showAs === 'free' ? 'Free' : 'Busy';
  if (fields.status !== undefined) row.Status = statuses[fields.status] ?? 'Not Started';
  if (fields.priority !== undefined) row.Priority = priorities[fields.priority] ?? 'Normal';
  return row;
}

/** The last day of a whole-day event is the day before its end. */
function timesOf(time: string): Written {
  const span = readSpan(time);
  if (span === null) throw new Error('this is no time');
  const text = (at: number) => new Date(at).toISOString();
  const { startAt, endAt, isAllDay } = span;
  if (!isAllDay) return { IsAllDayEvent: false, StartDateTime: text(startAt), EndDateTime: text(endAt) };
  const day = text(startAt).slice(0, 10);
  return {
    IsAllDayEvent: true,
    ActivityDate: day,
    StartDateTime: text(startAt),
    EndDateTime: text(endAt - DAY),
  };
}
