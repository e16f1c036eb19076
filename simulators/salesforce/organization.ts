/**
 * One simulated organization: its schema, rows, users, switches and rules. It is the state that everything else works
 * on; it does nothing by itself except hand out tables.
 */
import type { IdSequence } from './ids.ts';
import { createIdSequence, toId18 } from './ids.ts';
import { createJournal, type Journal } from './journal.ts';
import { type ApiUsage, createApiUsage } from './limits.ts';
import { createSchema, type Schema } from './schema/schema.ts';
import { Table } from './table.ts';

/** Switches of an organization that an administrator (or a test) turns. */
export interface OrganizationSettings {
  /** Setup, Email, Enhanced Email. Off: no EmailMessageRelation, and EmailMessage only below cases. */
  enhancedEmail: boolean;
  /** With both off there is no EmailMessage at all. */
  emailToCase: boolean;
  /** Shared Activities. */
  sharedActivities: boolean;
  sessionTimeoutMs: number;
  queryLocatorLifeMs: number;
  /** False answers every call API_DISABLED_FOR_ORG. */
  apiEnabled: boolean;
  dailyApiRequests: number;
  storageFull: boolean;
  /** False refuses the login host: only My Domain may be used. */
  loginHostAllowed: boolean;
  active: boolean;
}

/** A user of an organization, and what is kept from him. Names of fields are `Object.Field`, lower case. */
export interface UserAccount {
  readonly id: string;
  readonly organization: Organization;
  username: string;
  password: string;
  email: string;
  displayName: string;
  active: boolean;
  ipRestricted: boolean;
  outsideLoginHours: boolean;
  readonly hiddenFields: Set<string>;
  readonly readOnlyFields: Set<string>;
  readonly hiddenObjects: Set<string>;
  readonly readOnlyObjects: Set<string>;
}

/** Refuses records for which a SOQL condition holds. */
export interface ValidationRule {
  object: string;
  condition: string;
  message: string;
  field?: string;
}

/** Refuses a new record whose field equals that of an existing one, unless the caller may and does override it. */
export interface DuplicateRule {
  object: string;
  field: string;
  allowSave: boolean;
  name?: string;
}

/** A list view: a stored query of one object. */
export interface ListView {
  readonly id: string;
  readonly object: string;
  readonly label: string;
  /** `mine` or `everything`. */
  readonly scope: string;
  /** A SOQL condition; empty for none. */
  readonly where: string;
  readonly soqlCompatible: boolean;
}

/** How the former host of a migrated organization answers. */
export type FormerHostAnswer = 'unauthorized' | 'redirect' | 'unknown-host';

export interface Organization {
  readonly id: string;
  name: string;
  instanceOrigin: string;
  readonly formerOrigins: Map<string, FormerHostAnswer>;
  readonly isSandbox: boolean;
  readonly settings: OrganizationSettings;
  readonly schema: Schema;
  readonly tables: Map<string, Table>;
  readonly users: Map<string, UserAccount>;
  readonly journal: Journal;
  readonly ids: IdSequence;
  readonly usage: ApiUsage;
  readonly blobs: Map<string, Uint8Array>;
  readonly validationRules: ValidationRule[];
  readonly duplicateRules: DuplicateRule[];
  /** By id. */
  readonly listViews: Map<string, ListView>;
  /** Moves whenever what users may see changes. */
  accessVersion: number;
}

const DEFAULTS: OrganizationSettings = {
  enhancedEmail: true,
  emailToCase: true,
  sharedActivities: false,
  sessionTimeoutMs: 2 * 60 * 60 * 1000,
  queryLocatorLifeMs: 2 * 24 * 60 * 60 * 1000,
  apiEnabled: true,
  dailyApiRequests: 100_000,
  storageFull: false,
  loginHostAllowed: true,
  active: true,
};

/** What an organization is made from. */
export interface OrganizationOptions {
  name?: string;
  instanceOrigin: string;
  isSandbox?: boolean;
  settings?: Partial<OrganizationSettings>;
}

/** A new organization without users or records; `serial` (from 1) makes its ids differ from other organizations'. */
export function createOrganization(options: OrganizationOptions, serial: number, now: number): Organization {
  const instance = `g${serial.toString(36).padStart(1, '0').slice(-1)}0`;
  return {
    id: toId18(`00D${instance}${String(serial).padStart(9, '0')}`),
    name: options.name ?? 'Sample Organization',
    instanceOrigin: options.instanceOrigin,
    formerOrigins: new Map(),
    isSandbox: options.isSandbox ?? false,
    settings: { ...DEFAULTS, ...options.settings },
    schema: createSchema(now),
    tables: new Map(),
    users: new Map(),
    journal: createJournal(),
    ids: createIdSequence(instance),
    usage: createApiUsage(),
    blobs: new Map(),
    validationRules: [],
    duplicateRules: [],
    listViews: new Map(),
    accessVersion: 0,
  };
}

/** The table of an object, made with its indexes when it is first asked for. Fails when there is no such object. */
export function tableOf(organization: Organization, typeName: string): Table {
  const present = organization.tables.get(typeName);
  if (present !== undefined) return present;
  const type = organization.schema.types.get(typeName.toLowerCase());
  if (type === undefined) throw new Error(`no object ${typeName}`);
  const table = new Table(organization.journal);
  organization.tables.set(type.name, table);
  indexFields(organization, type.name);
  return table;
}

/** Indexes the id, look-up, unique and reference fields of an object. */
export function indexFields(organization: Organization, typeName: string): void {
  const type = organization.schema.types.get(typeName.toLowerCase());
  const table = organization.tables.get(typeName);
  if (type === undefined || table === undefined) return;
  for (const field of type.fields.values()) {
    const isAudit = field.name === 'CreatedById' || field.name === 'LastModifiedById';
    if (field.idLookup || field.externalId || field.unique || field.type === 'email') table.index(field.name);
    else if (field.type === 'reference' && !isAudit && field.name !== 'OwnerId') table.index(field.name);
  }
}
