/**
 * Which column of which object holds which of our fields, and what of it the connected user may see and write. Pure; how a value is spelled in either
 * direction stands in `read-row.ts` and `write-row.ts`. Vendor page: docs/remote-services/salesforce.md#records.
 */
import type { Collection, FieldName, FieldSpec, FieldSpecs } from '../../../model/collection.ts';
import type { RecordCapabilities } from '../../../model/crm-records.ts';
import {
  isCreateable,
  isFilterable,
  isUpdateable,
  type ObjectShape,
  type OrgShape,
  perShape,
} from '../describe.ts';
import { COLLECTION_RECORDS_MAX } from '../operations.ts';
import { hasKeyField, KEY_FIELD } from '../org.ts';
import { taskWordsOf } from './task-words.ts';

export const OBJECT_OF = { events: 'Event', contacts: 'Contact', tasks: 'Task' } as const satisfies Record<
  Collection,
  string
>;

/** `line` and `text` as `model/canonical.ts` has them; `address`: an e-mail address, lower case. */
export type Form = 'line' | 'text' | 'date' | 'address';

export interface Column {
  readonly field: FieldName;
  readonly column: string;
  readonly form: Form;
  /** Contacts: the account's column that holds it where contact and account are one person. */
  readonly person?: string;
}

const column = (field: FieldName, name: string, form: Form = 'line', person?: string): Column => ({
  field,
  column: name,
  form,
  ...(person === undefined ? {} : { person }),
});

/** Fields that are one column each; the others (time, words, the account's name) have code of their own. */
export const COLUMNS: Readonly<Record<Collection, readonly Column[]>> = {
  events: [
    column('subject', 'Subject'),
    column('location', 'Location'),
    column('description', 'Description', 'text'),
  ],
  tasks: [
    column('subject', 'Subject'),
    column('description', 'Description', 'text'),
    column('due', 'ActivityDate', 'date'),
  ],
  contacts: [
    column('firstName', 'FirstName', 'line', 'FirstName'),
    column('lastName', 'LastName', 'line', 'LastName'),
    column('email', 'Email', 'address', 'PersonEmail'),
    column('phone', 'Phone', 'line', 'Phone'),
    column('mobile', 'MobilePhone', 'line', 'PersonMobilePhone'),
    column('homePhone', 'HomePhone', 'line', 'PersonHomePhone'),
    column('fax', 'Fax', 'line', 'Fax'),
    column('title', 'Title', 'line', 'PersonTitle'),
    column('department', 'Department', 'line', 'PersonDepartment'),
    column('street', 'MailingStreet', 'text', 'PersonMailingStreet'),
    column('city', 'MailingCity', 'line', 'PersonMailingCity'),
    column('state', 'MailingState', 'line', 'PersonMailingState'),
    column('postalCode', 'MailingPostalCode', 'line', 'PersonMailingPostalCode'),
    column('country', 'MailingCountry', 'line', 'PersonMailingCountry'),
    column('birthday', 'Birthdate', 'date', 'PersonBirthdate'),
    column('notes', 'Description', 'text', 'Description'),
  ],
};

/** What records have for the connected user. */
export const recordCapabilities = perShape(
  (org): Readonly<Record<Collection, RecordCapabilities>> => ({
    events: recordCapabilitiesOf(org, 'events'),
    contacts: recordCapabilitiesOf(org, 'contacts'),
    tasks: recordCapabilitiesOf(org, 'tasks'),
  }),
);

/** No field at all where he does not see the object. */
function recordCapabilitiesOf(org: OrgShape, collection: Collection): RecordCapabilities {
  const shape = org.objects.get(OBJECT_OF[collection]);
  return {
    fields: shape?.queryable === true ? specsOf(org, collection, shape) : {},
    externalKey: hasKeyField(shape) && shape?.fields.get(KEY_FIELD)?.unique === true,
    batchMax: COLLECTION_RECORDS_MAX,
  };
}

function specsOf(org: OrgShape, collection: Collection, shape: ObjectShape): FieldSpecs {
  const specs: Partial<Record<FieldName, FieldSpec>> = {};
  for (const { field, column: name, form } of COLUMNS[collection]) {
    const described = shape.fields.get(name);
    if (described === undefined) continue;
    const length = form === 'date' ? 0 : (described.length ?? 0);
    specs[field] = { lengthMax: length > 0 ? length : null, writable: isWritable(shape, name) };
  }
  if (collection === 'events') Object.assign(specs, eventSpecs(shape));
  if (collection === 'tasks') Object.assign(specs, taskSpecs(org, shape));
  if (collection === 'contacts' && hasCompany(org)) specs.company = { lengthMax: null, writable: false };
  return specs;
}

function eventSpecs(shape: ObjectShape): FieldSpecs {
  const times = ['StartDateTime', 'EndDateTime', 'IsAllDayEvent'];
  const offered = shownAs(shape);
  const words: Record<string, string> = { tentative: 'busy', elsewhere: 'busy' };
  if (!offered.has('OutOfOffice')) words['out-of-office'] = 'busy';
  if (!offered.has('Free')) words.free = 'busy';
  return {
    ...(times.every((name) => shape.fields.has(name))
      ? { time: { lengthMax: null, writable: times.every((name) => isWritable(shape, name)) } }
      : {}),
    ...(shape.fields.has('ShowAs')
      ? { showAs: { lengthMax: null, writable: isWritable(shape, 'ShowAs'), words } }
      : {}),
    ...(shape.fields.has('IsPrivate')
      ? { isPrivate: { lengthMax: null, writable: isWritable(shape, 'IsPrivate') } }
      : {}),
  };
}

/** Values of Event.ShowAs that the org offers; all of Salesforce's own where the describe lists none. */
export function shownAs(shape: ObjectShape): ReadonlySet<string> {
  const listed = shape.fields.get('ShowAs')?.picklistValues ?? [];
  const active = listed.filter((one) => one.active !== false).map(({ value }) => value);
  return new Set(active.length === 0 ? ['Busy', 'OutOfOffice', 'Free'] : active);
}

function taskSpecs(org: OrgShape, shape: ObjectShape): FieldSpecs {
  const words = taskWordsOf(org);
  const spec = (name: string, changed: Readonly<Record<string, string>>): FieldSpec => ({
    lengthMax: null,
    writable: isWritable(shape, name),
    ...(Object.keys(changed).length === 0 ? {} : { words: changed }),
  });
  return {
    ...(shape.fields.has('Status') ? { status: spec('Status', words.changedStatuses) } : {}),
    ...(shape.fields.has('Priority') ? { priority: spec('Priority', words.changedPriorities) } : {}),
  };
}

function isWritable(shape: ObjectShape, name: string): boolean {
  return isCreateable(shape, name) && isUpdateable(shape, name);
}

/** A contact's company is its account's name. */
export function hasCompany(org: OrgShape): boolean {
  const account = org.objects.get('Account');
  return (
    org.objects.get('Contact')?.fields.has('AccountId') === true &&
    account?.queryable === true &&
    account.fields.has('Name')
  );
}

/** Contact and account may be one person; then the account is what is written and deleted. */
export function hasPersonAccounts(org: OrgShape): boolean {
  return (
    org.objects.get('Contact')?.fields.has('IsPersonAccount') === true &&
    org.objects.get('Account')?.fields.has('IsPersonAccount') === true
  );
}

/** Columns that tell what a record is, beside those that hold its fields. */
const MARKS: Readonly<Record<Collection, readonly string[]>> = {
  events: [
    'OwnerId',
    'IsChild',
    'IsRecurrence',
    'IsRecurrence2Exclusion',
    'GroupEventType',
    'IsAllDayEvent',
    'StartDateTime',
    'EndDateTime',
    'ActivityDate',
    'DurationInMinutes',
    'ShowAs',
    'IsPrivate',
  ],
  tasks: ['OwnerId', 'TaskSubtype', 'IsRecurrence', 'IsClosed', 'IsHighPriority', 'Status', 'Priority'],
  contacts: ['OwnerId', 'AccountId', 'IsPersonAccount'],
};

const SYSTEM_COLUMNS = ['Id', 'SystemModstamp', 'LastModifiedDate', 'LastModifiedById', 'IsDeleted'];

const selections = perShape(
  (org): Readonly<Record<Collection, string>> => ({
    events: selection(org, 'events'),
    contacts: selection(org, 'contacts'),
    tasks: selection(org, 'tasks'),
  }),
);

/** The columns of a query that `toRecord` reads; none that the user does not see. */
export function selectionOf(org: OrgShape, collection: Collection): string {
  return selections(org)[collection];
}

function selection(org: OrgShape, collection: Collection): string {
  const shape = org.objects.get(OBJECT_OF[collection]);
  const account = org.objects.get('Account');
  const names = [...MARKS[collection], ...COLUMNS[collection].map((one) => one.column), KEY_FIELD].filter(
    (name) => shape?.fields.has(name) === true,
  );
  if (collection === 'contacts' && hasCompany(org)) names.push('Account.Name');
  if (collection === 'contacts' && hasPersonAccounts(org))
    names.push(
      ...['Phone', 'Fax', 'Description']
        .filter((name) => account?.fields.has(name) === true)
        .map((name) => `Account.${name}`),
    );
  return [...SYSTEM_COLUMNS, ...new Set(names)].join(',');
}

/** Columns without which a record of the collection says nothing. */
const NEEDS: Readonly<Record<Collection, readonly string[]>> = {
  events: ['Subject', 'StartDateTime', 'EndDateTime', 'IsAllDayEvent', 'Description'],
  tasks: ['Subject', 'Status', 'Priority', 'ActivityDate', 'Description'],
  contacts: ['FirstName', 'LastName', 'Email'],
};

/** What the user lacks to keep a collection in step, as `Object` or `Object.Field`. */
export function missingOfCollection(org: OrgShape, collection: Collection): readonly string[] {
  const object = OBJECT_OF[collection];
  const shape = org.objects.get(object);
  if (shape === undefined || !shape.createable || !isReadable(org, collection)) return [object];
  return NEEDS[collection].filter((name) => !isWritable(shape, name)).map((name) => `${object}.${name}`);
}

/** Whether records of the collection can be asked for by their owner and their changes at all. */
export function isReadable(org: OrgShape, collection: Collection): boolean {
  return isFilterable(org.objects.get(OBJECT_OF[collection]), 'OwnerId');
}
