/**
 * The schema of one simulated organization: its objects and fields by name, letter case ignored, and what refers to
 * what. Custom fields are deployed into it; what a single user may see of it is decided in `access.ts`.
 */
import { event, eventRelation, task, taskRelation } from './activities.ts';
import { emailMessage, emailMessageRelation } from './emails.ts';
import { contentDocument, contentDocumentLink, contentVersion } from './files.ts';
import { type Field, type ObjectNotation, readField, readFields } from './notation.ts';
import { organization, profile, taskPriority, taskStatus, userRole } from './organization.ts';
import { account, contact, lead, user } from './people.ts';
import { opportunity, opportunityContactRole, supportCase } from './sales.ts';

/** One object of the schema. `fields` is keyed by the lower-case name, `relationships` by the lower-case parent path. */
export interface SObjectType {
  readonly name: string;
  readonly keyPrefix: string;
  readonly label: string;
  readonly labelPlural: string;
  readonly abilities: string;
  readonly fields: Map<string, Field>;
  readonly relationships: Map<string, Field>;
}

/** A child relationship of an object: which object's field points to it, under which plural name. */
export interface ChildRelationship {
  readonly name: string | null;
  readonly child: SObjectType;
  readonly field: Field;
}

/** All objects of an organization. `modifiedAt` moves when a field is deployed (describe's Last-Modified). */
export interface Schema {
  readonly types: Map<string, SObjectType>;
  modifiedAt: number;
}

const STANDARD: readonly ObjectNotation[] = [
  organization,
  profile,
  userRole,
  user,
  account,
  contact,
  lead,
  opportunity,
  opportunityContactRole,
  supportCase,
  task,
  taskRelation,
  taskStatus,
  taskPriority,
  event,
  eventRelation,
  emailMessage,
  emailMessageRelation,
  contentDocument,
  contentVersion,
  contentDocumentLink,
];

/** The standard objects, none customised. */
export function createSchema(now: number): Schema {
  const types = new Map<string, SObjectType>();
  for (const notation of STANDARD) {
    const type: SObjectType = {
      name: notation.name,
      keyPrefix: notation.keyPrefix,
      label: notation.label,
      labelPlural: notation.labelPlural,
      abilities: notation.abilities,
      fields: new Map(),
      relationships: new Map(),
    };
    for (const field of readFields(notation)) putField(type, field);
    types.set(notation.name.toLowerCase(), type);
  }
  return { types, modifiedAt: now };
}

/** Adds a field to an object, replacing one of the same name. */
export function putField(type: SObjectType, field: Field): void {
  type.fields.set(field.name.toLowerCase(), field);
  if (field.relationshipName !== null) type.relationships.set(field.relationshipName.toLowerCase(), field);
}

/** Deploys a field written in the notation of `notation.ts`. Fails when the object does not exist. */
export function deployField(schema: Schema, objectName: string, line: string, now: number): Field {
  const type = schema.types.get(objectName.toLowerCase());
  if (type === undefined) throw new Error(`no object ${objectName}`);
  const field = readField(line);
  putField(type, field);
  schema.modifiedAt = now;
  return field;
}

/** The fields of all objects that point to `target`. */
export function childRelationships(schema: Schema, target: SObjectType): ChildRelationship[] {
  const found: ChildRelationship[] = [];
  for (const child of schema.types.values()) {
    for (const field of child.fields.values()) {
      if (field.referenceTo.includes(target.name)) {
        found.push({ name: field.childRelationshipName, child, field });
      }
    }
  }
  return found;
}

/** The object whose ids begin as `id` does. */
export function typeOfId(schema: Schema, id: string): SObjectType | undefined {
  const prefix = id.slice(0, 3);
  for (const type of schema.types.values()) if (type.keyPrefix === prefix) return type;
  return undefined;
}
