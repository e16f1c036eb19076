/**
 * Looks the names of a SOQL statement up in the schema a user sees: which field a path means and through which
 * parents. It reports unknown names as Salesforce does and reads no rows except through `readPath`.
 */
import type { Actor } from './actor.ts';
import { ApiError } from './errors.ts';
import { type Field, readField } from './schema/notation.ts';
import { type Schema, type SObjectType, typeOfId } from './schema/schema.ts';
import { refuseAt } from './soql-lex.ts';
import type { Path, Query } from './soql-tree.ts';
import { rowOf } from './store.ts';
import type { Row, Value } from './values.ts';

/** A path that is understood: the reference fields to follow, then the field to read. */
export interface BoundPath {
  readonly steps: readonly Field[];
  readonly field: Field;
}

const HINT =
  "If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.";

/** The fields that can be read through a reference to several objects: those of the Name object. */
const NAME_FIELDS: ReadonlyMap<string, Field> = new Map(
  [
    'Id id fsg',
    'Name string(255) fsgn',
    'Type picklist(40) fsgn',
    'FirstName string(40) fsgn',
    'LastName string(80) fsgn',
    'Email email(80) fsgn',
    'Phone phone(40) fsgn',
    'Title string(128) fsgn',
    'Username string(80) fsgn',
    'Alias string(8) fsgn',
    'IsActive boolean fsg',
  ].map((line) => {
    const field = readField(line);
    return [field.name.toLowerCase(), field] as const;
  }),
);

/** The object a statement selects from. Fails with INVALID_TYPE. */
export function bindFrom(schema: Schema, query: Query): SObjectType {
  const name = query.from.names.join('.');
  const type = schema.types.get(name.toLowerCase());
  if (type !== undefined) return type;
  throw refuseAt(
    query.statement,
    query.from.at,
    `sObject type '${name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.`,
    'INVALID_TYPE',
  );
}

/** What a path means, seen from `type`; the object's own name or alias in front is ignored. Fails with INVALID_FIELD. */
export function bindPath(schema: Schema, type: SObjectType, query: Query, path: Path): BoundPath {
  const names = [...path.names];
  const head = (names[0] ?? '').toLowerCase();
  const own = [query.alias?.toLowerCase(), type.name.toLowerCase()];
  if (names.length > 1 && own.includes(head) && !type.relationships.has(head)) names.shift();
  const steps: Field[] = [];
  let current: SObjectType | undefined = type;
  for (const name of names.slice(0, -1)) {
    const step: Field | undefined = current?.relationships.get(name.toLowerCase());
    if (step === undefined) {
      throw refuseAt(
        query.statement,
        path.at,
        `Didn't understand relationship '${name}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.`,
        'INVALID_FIELD',
      );
    }
    steps.push(step);
    current = step.polymorphic ? undefined : schema.types.get((step.referenceTo[0] ?? '').toLowerCase());
  }
  const name = names.at(-1) ?? '';
  const fields = current === undefined ? NAME_FIELDS : current.fields;
  const field = fields.get(name.toLowerCase());
  if (field === undefined) {
    const entity = current?.name ?? 'Name';
    throw refuseAt(
      query.statement,
      path.at,
      `No such column '${name}' on entity '${entity}'. ${HINT}`,
      'INVALID_FIELD',
    );
  }
  return { steps, field };
}

/** Refuses a filter on a field that cannot be filtered. */
export function requireFilterable(query: Query, path: Path, bound: BoundPath): void {
  if (bound.field.filterable) return;
  throw refuseAt(
    query.statement,
    path.at,
    `field '${bound.field.name}' can not be filtered in a query call`,
    'INVALID_FIELD',
  );
}

/** Refuses an order by a field that cannot be sorted. */
export function requireSortable(query: Query, path: Path, bound: BoundPath): void {
  if (bound.field.sortable) return;
  throw refuseAt(
    query.statement,
    path.at,
    `field '${bound.field.name}' can not be sorted in a query call`,
    'INVALID_FIELD',
  );
}

/** The row that the steps of a path lead to; undefined when a reference on the way is empty. */
export function followSteps(
  actor: Pick<Actor, 'organization'>,
  steps: readonly Field[],
  row: Row,
): Row | undefined {
  let current: Row | undefined = row;
  for (const step of steps) {
    const id: Value | undefined = current?.[step.name];
    if (typeof id !== 'string') return undefined;
    const target = typeOfId(actor.organization.schema, id);
    current = target === undefined ? undefined : rowOf(actor, target.name, id);
  }
  return current;
}

/** The value of a path for a row; null when anything on the way is empty. */
export function readPath(actor: Pick<Actor, 'organization'>, bound: BoundPath, row: Row): Value {
  const target = bound.steps.length === 0 ? row : followSteps(actor, bound.steps, row);
  if (target === undefined) return null;
  if (bound.steps.at(-1)?.polymorphic === true && bound.field.name === 'Type') {
    return typeOfId(actor.organization.schema, String(target.Id))?.name ?? null;
  }
  return target[bound.field.name] ?? (bound.field.type === 'boolean' ? false : null);
}

/** A refusal without a place. */
export function refuseQuery(code: string, message: string): ApiError {
  return new ApiError(400, code, message);
}
