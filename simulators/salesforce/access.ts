/**
 * What one user may see of an organization's schema: objects and fields hidden from him (field-level security), and
 * what the Enhanced Email switch takes away or changes. The rest of the simulator reads only this view.
 */
import type { Organization, UserAccount } from './organization.ts';
import type { Field } from './schema/notation.ts';
import { putField, type Schema, type SObjectType } from './schema/schema.ts';

/** Needs EmailMessageRelation, so it is absent while Enhanced Email is off. */
const ENHANCED_FIELDS = new Set(['toids', 'ccids', 'bccids', 'fromid', 'relatedtoid']);

/** Only with Shared Activities. */
const SHARED_FIELDS = new Set(['task.taskwhoids', 'event.eventwhoids']);

const views = new WeakMap<
  UserAccount,
  { version: number; modifiedAt: number; fields: number; schema: Schema }
>();

/** The schema as `user` sees it; kept until something about it changes. */
export function visibleSchema(user: UserAccount): Schema {
  const { organization } = user;
  const { accessVersion, schema } = organization;
  const kept = views.get(user);
  const fields = countFields(schema);
  if (kept?.version === accessVersion && kept.modifiedAt === schema.modifiedAt && kept.fields === fields) {
    return kept.schema;
  }
  const view = buildView(organization, user);
  views.set(user, { version: accessVersion, modifiedAt: schema.modifiedAt, fields, schema: view });
  return view;
}

function countFields(schema: Schema): number {
  let count = 0;
  for (const type of schema.types.values()) count += type.fields.size;
  return count;
}

function buildView(organization: Organization, user: UserAccount): Schema {
  const types = new Map<string, SObjectType>();
  for (const [key, type] of organization.schema.types) {
    if (user.hiddenObjects.has(key) || isSwitchedOff(organization, type)) continue;
    const readOnly = user.readOnlyObjects.has(key);
    const view: SObjectType = {
      ...type,
      abilities: readOnly ? type.abilities.replace(/[cudn]/g, '') : type.abilities,
      fields: new Map(),
      relationships: new Map(),
    };
    for (const field of type.fields.values()) {
      const shown = showField(organization, user, type, field);
      if (shown !== undefined) putField(view, readOnly ? lock(shown) : shown);
    }
    types.set(key, view);
  }
  return { types, modifiedAt: organization.schema.modifiedAt };
}

function isSwitchedOff(organization: Organization, type: SObjectType): boolean {
  const { enhancedEmail, emailToCase } = organization.settings;
  if (type.name === 'EmailMessageRelation') return !enhancedEmail;
  return type.name === 'EmailMessage' && !enhancedEmail && !emailToCase;
}

function showField(
  organization: Organization,
  user: UserAccount,
  type: SObjectType,
  field: Field,
): Field | undefined {
  const name = `${type.name}.${field.name}`.toLowerCase();
  if (user.hiddenFields.has(name)) return undefined;
  if (SHARED_FIELDS.has(name) && !organization.settings.sharedActivities) return undefined;
  if (type.name === 'EmailMessage' && !organization.settings.enhancedEmail) {
    if (ENHANCED_FIELDS.has(field.name.toLowerCase())) return undefined;
    if (field.name === 'ParentId') return { ...field, nillable: false };
  }
  return user.readOnlyFields.has(name) ? lock(field) : field;
}

function lock(field: Field): Field {
  return { ...field, createable: false, updateable: false };
}
