/**
 * The collections that are kept in step both ways, and their fields in our words. Both sides translate into these texts, so that `decide` can
 * compare and merge without knowing what an item is. Canonical forms stand in `model/canonical.ts`.
 */

/** Everything that is kept in step besides mail, which goes up only. */
export type Collection = 'events' | 'contacts' | 'tasks';

/** Mail included: what issues and lists are sorted by. */
export type AnyCollection = 'emails' | Collection;

export const collections = ['events', 'contacts', 'tasks'] as const satisfies readonly Collection[];

export function isCollection(name: string): name is Collection {
  return collections.some((one) => one === name);
}

/**
 * `time`: `start/end`, either two instants to the second (`2026-11-27T10:00:00Z/2026-11-27T10:30:00Z`) or, for a whole day, two dates of which the
 * second is the first day after (`2026-11-27/2026-11-28`). `showAs`: `busy`, `free`, `tentative`, `out-of-office` or `elsewhere`.
 * `isPrivate`: `yes` or empty. `description`: plain text.
 */
export type EventField = 'subject' | 'location' | 'description' | 'time' | 'showAs' | 'isPrivate';

/** `birthday`: a date, `2026-11-27`. `email`: the first address, lower case. `company`: the name of the account in a CRM that has such. */
export type ContactField =
  | 'firstName'
  | 'lastName'
  | 'email'
  | 'phone'
  | 'mobile'
  | 'homePhone'
  | 'fax'
  | 'title'
  | 'department'
  | 'company'
  | 'street'
  | 'city'
  | 'state'
  | 'postalCode'
  | 'country'
  | 'birthday'
  | 'notes';

/** `due`: a date. `status`: `open`, `in-progress`, `waiting`, `deferred` or `completed`. `priority`: `high`, `normal` or `low`. */
export type TaskField = 'subject' | 'description' | 'due' | 'status' | 'priority';

export type FieldName = EventField | ContactField | TaskField;

export const fieldsOf: { readonly [Name in Collection]: readonly FieldName[] } = {
  events: ['subject', 'location', 'description', 'time', 'showAs', 'isPrivate'],
  contacts: [
    'firstName',
    'lastName',
    'email',
    'phone',
    'mobile',
    'homePhone',
    'fax',
    'title',
    'department',
    'company',
    'street',
    'city',
    'state',
    'postalCode',
    'country',
    'birthday',
    'notes',
  ],
  tasks: ['subject', 'description', 'due', 'status', 'priority'],
};

/** Canonical texts; `''` is an empty field, an absent one is a field that this side does not have. */
export type Fields = { readonly [Name in FieldName]?: string };

/** What one side can hold in a field. */
export interface FieldSpec {
  /** Longer texts are cut when they are written there; null: no limit worth naming. In UTF-16 units. */
  readonly lengthMax: number | null;
  /** False: the side tells the field but does not take it. */
  readonly writable: boolean;
  /** Words of ours that come back as another one, such as `in-progress` as `open`; absent words come back as they are. */
  readonly words?: Readonly<Record<string, string>>;
}

/** A side's fields of one collection; what is absent it does not have. */
export type FieldSpecs = { readonly [Name in FieldName]?: FieldSpec };
