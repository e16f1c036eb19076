/**
 * What an org's objects look like to the connected user: which fields are there, may be filtered, may be created, and how long they are. Read in
 * one composite request, kept per user and org, and asked again with If-Modified-Since. It decides nothing.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock, Instant } from '../../model/clock.ts';
import { HOUR } from '../../model/clock.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import { requestFailure } from './failures.ts';
import {
  type Api,
  type CompositeAnswer,
  pageSchema,
  parse,
  sendComposite,
  successBody,
} from './operations.ts';
import { encodeSoql } from './soql.ts';
import { readVendorErrors } from './wire.ts';

/** Objects that the sync reads or writes. */
export const OBJECTS = [
  'Contact',
  'Lead',
  'User',
  'Account',
  'EmailMessage',
  'EmailMessageRelation',
  'Task',
  'Event',
  'EventRelation',
  'ContentVersion',
  'ContentDocumentLink',
  'Opportunity',
  'OpportunityContactRole',
  'Case',
] as const;
export type ObjectName = (typeof OBJECTS)[number];

const fieldSchema = z.object({
  name: z.string(),
  type: z.string(),
  length: z.number().optional(),
  createable: z.boolean().optional(),
  updateable: z.boolean().optional(),
  filterable: z.boolean().optional(),
  unique: z.boolean().optional(),
  externalId: z.boolean().optional(),
  picklistValues: z
    .array(
      z.object({ value: z.string(), active: z.boolean().optional(), defaultValue: z.boolean().optional() }),
    )
    .nullish(),
});

const objectSchema = z.object({
  name: z.string(),
  createable: z.boolean().optional(),
  queryable: z.boolean().optional(),
  fields: z.array(fieldSchema),
});

export type FieldShape = z.infer<typeof fieldSchema>;

export interface ObjectShape {
  readonly name: ObjectName;
  readonly createable: boolean;
  readonly queryable: boolean;
  readonly fields: ReadonlyMap<string, FieldShape>;
}

/** Objects that the user sees; one that is missing is switched off or hidden. */
export interface OrgShape {
  readonly objects: ReadonlyMap<ObjectName, ObjectShape>;
  /** Words of tasks in the org's own order; null where the user may not ask for them. */
  readonly taskStatuses: readonly TaskWord[] | null;
  readonly taskPriorities: readonly TaskWord[] | null;
}

/** A value of Task.Status or Task.Priority; `isMarked`: counts as closed, or as high. */
export interface TaskWord {
  readonly name: string;
  readonly isDefault: boolean;
  readonly isMarked: boolean;
}

/** What describes do not tell of a task's picklists. docs/remote-services/salesforce.md#task-words */
const WORD_QUERIES = {
  taskStatuses: 'SELECT ApiName,IsDefault,IsClosed FROM TaskStatus ORDER BY SortOrder',
  taskPriorities: 'SELECT ApiName,IsDefault,IsHighPriority FROM TaskPriority ORDER BY SortOrder',
} as const;
type Words = Pick<OrgShape, keyof typeof WORD_QUERIES>;

interface CachedObject {
  readonly shape: ObjectShape | null;
  readonly lastModified: string | null;
}

type CachedObjects = ReadonlyMap<ObjectName, CachedObject>;

/** What was described, and the shape that it makes. */
interface Described {
  readonly objects: CachedObjects;
  readonly shape: OrgShape;
}

interface CachedOrg {
  readonly readAt: Instant;
  readonly described: Described;
}

/** Shapes by user and org, kept by the caller for as long as a process lives; bounded, and no field of it is content. */
export interface DescribeCache {
  readonly entries: Map<string, CachedOrg>;
  /** Colleagues with the same rights see the same: one of each, by its digest. */
  readonly alike: Map<string, Described>;
}

export function createDescribeCache(): DescribeCache {
  return { entries: new Map(), alike: new Map() };
}

/** A shape is trusted this long without asking; a refused field asks at once. */
const FRESH_MS = 6 * HOUR;
const CACHE_ENTRIES_MAX = 20_000;
/** About 20 KB each. */
const ALIKE_MAX = 1_000;

export interface DescribeOptions {
  readonly api: Api;
  readonly clock: Clock;
  readonly cache: DescribeCache;
}

/** The org's shape, from the cache or in one request. `cacheKey` is the identity URL; `force` asks even while it is fresh, and without condition. */
export async function readShape(
  options: DescribeOptions,
  cacheKey: string,
  force: boolean,
): Promise<OrgShape> {
  const now = options.clock.now();
  const known = options.cache.entries.get(cacheKey);
  if (known !== undefined && !force && now - known.readAt < FRESH_MS) return known.described.shape;
  const answers = await sendComposite(
    options.api,
    [
      ...OBJECTS.map((name) => {
        const lastModified = force ? null : (known?.described.objects.get(name)?.lastModified ?? null);
        return {
          referenceId: name,
          path: `/sobjects/${name}/describe`,
          ...(lastModified === null ? {} : { httpHeaders: { 'If-Modified-Since': lastModified } }),
        };
      }),
      ...Object.entries(WORD_QUERIES).map(([name, query]) => ({
        referenceId: name,
        path: `/query?q=${encodeSoql(query)}`,
      })),
    ],
    'describe',
  );
  const objects = new Map<ObjectName, CachedObject>();
  for (const name of OBJECTS) {
    const answer = answers.find(({ referenceId }) => referenceId === name);
    objects.set(name, readObject(name, answer, known?.described.objects.get(name)));
  }
  const words = (name: keyof Words) => readWords(answers.find(({ referenceId }) => referenceId === name));
  const described = share(options.cache, objects, {
    taskStatuses: words('taskStatuses'),
    taskPriorities: words('taskPriorities'),
  });
  keep(options.cache, cacheKey, { readAt: options.clock.now(), described });
  return described.shape;
}

/** The same that a colleague was given, where he sees the same. */
function share({ alike }: DescribeCache, objects: CachedObjects, words: Words): Described {
  const texts = [...objects].map(([name, { shape, lastModified }]) => [
    name,
    lastModified,
    shape === null ? null : [shape.createable, shape.queryable, [...shape.fields.values()]],
  ]);
  const digest = createHash('sha256')
    .update(JSON.stringify([texts, words]))
    .digest('base64');
  const known = alike.get(digest);
  if (known !== undefined) return known;
  // Whoever holds one keeps it; the next who sees the same makes it anew.
  if (alike.size >= ALIKE_MAX) alike.clear();
  const described = { objects, shape: toShape(objects, words) };
  alike.set(digest, described);
  return described;
}

function readWords(answer: CompositeAnswer | undefined): readonly TaskWord[] | null {
  const page = answer?.status === 200 ? pageSchema.safeParse(answer.body) : undefined;
  if (page?.success !== true) return null;
  return page.data.records.flatMap((row) =>
    typeof row.ApiName === 'string'
      ? [
          {
            name: row.ApiName,
            isDefault: row.IsDefault === true,
            isMarked: row.IsClosed === true || row.IsHighPriority === true,
          },
        ]
      : [],
  );
}

/** The entry that was read longest ago makes room. */
function keep(cache: DescribeCache, key: string, entry: CachedOrg): void {
  cache.entries.delete(key);
  const [oldest] = cache.entries.keys();
  if (oldest !== undefined && cache.entries.size >= CACHE_ENTRIES_MAX) cache.entries.delete(oldest);
  cache.entries.set(key, entry);
}

function readObject(
  name: ObjectName,
  answer: CompositeAnswer | undefined,
  known: CachedObject | undefined,
): CachedObject {
  if (answer?.status === 304 && known !== undefined) return known;
  // Hidden by rights, or switched off in the org: Salesforce does not tell which.
  if (answer !== undefined && isAbsent(answer)) return { shape: null, lastModified: null };
  const described = parse(objectSchema, successBody(answer));
  return {
    shape: {
      name,
      createable: described.createable ?? false,
      queryable: described.queryable ?? false,
      fields: new Map(
        described.fields.filter(isUsed).map((field) => [
          field.name,
          // Picklists are long and only few of them are looked at.
          { ...field, picklistValues: PICKLISTS.has(field.name) ? field.picklistValues : undefined },
        ]),
      ),
    },
    lastModified: answer?.lastModified ?? null,
  };
}

/** An org's objects have hundreds of fields; kept are those that hold addresses and those that Lockstep reads or writes. */
function isUsed(field: FieldShape): boolean {
  return field.type === 'email' || USED_FIELDS.has(field.name);
}

const PICKLISTS = new Set(['Status', 'Priority', 'ShowAs']);

const USED_FIELDS = new Set([
  ...['AccountId', 'ContactId', 'OwnerId', 'CreatedDate', 'IsConverted', 'IsActive', 'IsClosed', 'Website'],
  ...['Subject', 'Status', 'TextBody', 'HtmlBody', 'Headers', 'FromAddress', 'FromName', 'FromId'],
  ...['ToIds', 'CcIds', 'BccIds', 'ToAddress', 'CcAddress', 'BccAddress', 'MessageDate', 'Incoming'],
  ...['MessageIdentifier', 'ThreadIdentifier', 'IsClientManaged', 'RelatedToId', 'Lockstep_Key__c'],
  ...['TaskSubtype', 'ActivityDate', 'Description', 'WhoId', 'WhatId', 'TaskWhoIds'],
  ...['Title', 'PathOnClient', 'VersionData', 'FirstPublishLocationId'],
  ...[
    'Location',
    'StartDateTime',
    'EndDateTime',
    'DurationInMinutes',
    'IsAllDayEvent',
    'ShowAs',
    'IsPrivate',
  ],
  ...['IsChild', 'IsRecurrence', 'IsRecurrence2Exclusion', 'GroupEventType', 'EventWhoIds'],
  ...['EventId', 'RelationId', 'IsInvitee', 'IsParent', 'Priority', 'IsHighPriority'],
  ...['FirstName', 'LastName', 'Name', 'Email', 'Phone', 'MobilePhone', 'HomePhone', 'Fax', 'Department'],
  ...['MailingStreet', 'MailingCity', 'MailingState', 'MailingPostalCode', 'MailingCountry', 'Birthdate'],
  ...['IsPersonAccount', 'PersonEmail', 'PersonMobilePhone', 'PersonHomePhone', 'PersonTitle'],
  ...['PersonDepartment', 'PersonMailingStreet', 'PersonMailingCity', 'PersonMailingState'],
  ...['PersonMailingPostalCode', 'PersonMailingCountry', 'PersonBirthdate'],
]);

function isAbsent(answer: CompositeAnswer): boolean {
  if (answer.status < 400) return false;
  const { code } = requestFailure(answer.status, readVendorErrors(answer.body));
  return code === 'crm.field-missing' || code === 'crm.record-access-denied';
}

function toShape(objects: CachedObjects, words: Words): OrgShape {
  const seen = [...objects].flatMap(([name, { shape }]) => (shape === null ? [] : [[name, shape] as const]));
  return { ...words, objects: new Map(seen) };
}

/** What follows from a shape alone, told once of each. */
export function perShape<Told>(tell: (org: OrgShape) => Told): (org: OrgShape) => Told {
  const known = new WeakMap<OrgShape, { readonly told: Told }>();
  return (org) => {
    const entry = known.get(org) ?? { told: tell(org) };
    known.set(org, entry);
    return entry.told;
  };
}

/** Names of the fields that hold e-mail addresses and may stand in a WHERE. */
export function emailFields(shape: ObjectShape): readonly string[] {
  return [...shape.fields.values()]
    .filter((field) => field.type === 'email' && field.filterable === true)
    .map((field) => field.name);
}

export function isCreateable(shape: ObjectShape | undefined, field: string): boolean {
  return shape?.fields.get(field)?.createable === true;
}

export function isUpdateable(shape: ObjectShape | undefined, field: string): boolean {
  return shape?.fields.get(field)?.updateable === true;
}

export function isFilterable(shape: ObjectShape | undefined, field: string): boolean {
  return shape?.queryable === true && shape.fields.get(field)?.filterable === true;
}

/** The failure that names what is missing, as `Object` or `Object.Field`. */
export function fieldMissing(names: readonly string[]): RemoteFailure {
  return new RemoteFailure(failure('crm.field-missing', { fields: names }));
}
