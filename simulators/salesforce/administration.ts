/**
 * What an administrator, or a test, does to the simulated organizations without going through the API: organizations,
 * users, apps, records put in directly, fields deployed and hidden, rules, migrations.
 */
import { completeTask, seedTaskStatuses } from './activities.ts';
import type { Actor } from './actor.ts';
import type { Json } from './errors.ts';
import type { ConnectedApp } from './oauth.ts';
import {
  createOrganization,
  type DuplicateRule,
  type FormerHostAnswer,
  indexFields,
  type Organization,
  type OrganizationOptions,
  type OrganizationSettings,
  tableOf,
  type UserAccount,
  type ValidationRule,
} from './organization.ts';
import type { Cursors } from './query.ts';
import { undeleteRecord } from './records.ts';
import { deployField } from './schema/schema.ts';
import type { Sessions } from './sessions.ts';
import { addRow, setDeleted, type Writer } from './store.ts';
import { type Row, readValue } from './values.ts';

/** A user to be added. */
export interface UserOptions {
  username: string;
  password: string;
  email?: string;
  firstName?: string;
  lastName?: string;
  timeZone?: string;
  /** The first organization unless told; one is made when there is none. */
  organization?: Organization;
}

/** What may be changed about a user; names in the lists are `Object` or `Object.Field`. */
export interface UserChanges {
  active?: boolean;
  ipRestricted?: boolean;
  outsideLoginHours?: boolean;
  password?: string;
  hiddenFields?: readonly string[];
  readOnlyFields?: readonly string[];
  hiddenObjects?: readonly string[];
  readOnlyObjects?: readonly string[];
}

/** A connected app to be added. */
export type ConnectedAppOptions = Pick<ConnectedApp, 'clientId' | 'redirectUris'> &
  Partial<Omit<ConnectedApp, 'clientId' | 'redirectUris'>>;

export interface Administration {
  addOrganization(options?: Partial<OrganizationOptions>): Organization;
  addUser(options: UserOptions): UserAccount;
  changeUser(username: string, changes: UserChanges): void;
  addConnectedApp(options: ConnectedAppOptions): ConnectedApp;
  changeSettings(settings: Partial<OrganizationSettings>, organization?: Organization): void;
  /** Deploys a field in the schema's notation, e.g. `Lockstep_Key__c string(255) cufsgnixq`. */
  deployField(object: string, line: string, organization?: Organization): void;
  /** Puts records in without any checks or side effects. Gives their ids. */
  insert(object: string, records: readonly Record<string, Json>[], organization?: Organization): string[];
  /** Changes a record directly, as a user working in Salesforce. */
  change(id: string, object: string, changes: Record<string, Json>, organization?: Organization): void;
  /** Puts a record into the recycle bin by itself, as a person in Salesforce deletes it. */
  remove(id: string, object: string, organization?: Organization): void;
  /** Takes a record, and what was deleted with it, out of the recycle bin. */
  undelete(id: string, organization?: Organization): void;
  /** All rows of an object that are not in the recycle bin; `all` with those. */
  records(object: string, options?: { all?: boolean; organization?: Organization }): Row[];
  /** The bytes of a ContentVersion. */
  bytes(versionId: string, organization?: Organization): Uint8Array | undefined;
  addValidationRule(rule: ValidationRule, organization?: Organization): void;
  addDuplicateRule(rule: DuplicateRule, organization?: Organization): void;
  /** Moves an organization to another host; sessions end. */
  migrate(instanceOrigin: string, formerAnswer?: FormerHostAnswer, organization?: Organization): void;
  presetApiUsage(calls: number, organization?: Organization): void;
  endSessions(): void;
  revokeRefreshTokens(username?: string): void;
  expireQueryLocators(): void;
  organizationOf(id?: string): Organization;
  summarize(organization: Organization): Record<string, unknown>;
}

/** What administration works on. */
export interface AdministrationState {
  readonly now: () => number;
  readonly organizations: Organization[];
  readonly apps: Map<string, ConnectedApp>;
  readonly sessions: Sessions;
  readonly cursors: Cursors;
  readonly firstInstanceOrigin: () => string;
}

/** The administration of a simulator. */
export function createAdministration(state: AdministrationState): Administration {
  const first = () => state.organizations[0] ?? addOrganization();
  function addOrganization(options: Partial<OrganizationOptions> = {}): Organization {
    const serial = state.organizations.length + 1;
    const origin =
      serial === 1
        ? state.firstInstanceOrigin()
        : `${state.firstInstanceOrigin()}`.replace('//', `//o${serial}-`);
    const organization = createOrganization({ instanceOrigin: origin, ...options }, serial, state.now());
    state.organizations.push(organization);
    const system = systemWriter(organization, state.now());
    addTyped(system, 'Organization', {
      Id: organization.id,
      Name: organization.name,
      IsSandbox: organization.isSandbox,
    });
    seedTaskStatuses(system);
    return organization;
  }
  return {
    addOrganization,
    addUser: (options) => addUser(options, options.organization ?? first(), state.now()),
    changeUser(username, changes) {
      changeUser(requireUser(state, username), changes);
    },
    addConnectedApp(options) {
      const app = toApp(options);
      state.apps.set(app.clientId, app);
      return app;
    },
    ...dataAdministration(state, first),
    ...sessionAdministration(state, first),
    changeSettings(settings, organization = first()) {
      Object.assign(organization.settings, settings);
      touch(organization, state.now());
    },
    organizationOf(id) {
      const found = id === undefined ? first() : state.organizations.find((each) => each.id === id);
      if (found === undefined) throw new Error('no such organization');
      return found;
    },
    summarize,
  };
}

type DataActs =
  | 'deployField'
  | 'insert'
  | 'change'
  | 'remove'
  | 'undelete'
  | 'records'
  | 'bytes'
  | 'addValidationRule'
  | 'addDuplicateRule';

function dataAdministration(
  state: AdministrationState,
  first: () => Organization,
): Pick<Administration, DataActs> {
  return {
    deployField(object, line, organization = first()) {
      deployField(organization.schema, object, line, state.now());
      tableOf(organization, requireTypeName(organization, object));
      indexFields(organization, requireTypeName(organization, object));
      touch(organization, state.now());
    },
    insert(object, records, organization = first()) {
      const writer = systemWriter(organization, state.now());
      return records.map((record) => addTyped(writer, object, record));
    },
    change(id, object, changes, organization = first()) {
      const writer = systemWriter(organization, state.now());
      const name = requireTypeName(organization, object);
      tableOf(organization, name).patch(id, { ...toRow(organization, object, changes), ...stampOf(writer) });
      organization.journal.commit();
    },
    remove(id, object, organization = first()) {
      setDeleted(systemWriter(organization, state.now()), requireTypeName(organization, object), id, true);
      organization.journal.commit();
    },
    undelete(id, organization = first()) {
      undeleteRecord(toSystemActor(systemWriter(organization, state.now())), id);
      organization.journal.commit();
    },
    records(object, { all = false, organization = first() } = {}) {
      const rows = [...tableOf(organization, requireTypeName(organization, object)).rows.values()];
      return all ? rows : rows.filter((row) => row.IsDeleted !== true);
    },
    bytes: (versionId, organization = first()) => organization.blobs.get(versionId),
    addValidationRule(rule, organization = first()) {
      organization.validationRules.push(rule);
    },
    addDuplicateRule(rule, organization = first()) {
      organization.duplicateRules.push(rule);
    },
  };
}

type SessionActs =
  | 'migrate'
  | 'presetApiUsage'
  | 'endSessions'
  | 'revokeRefreshTokens'
  | 'expireQueryLocators';

function sessionAdministration(
  state: AdministrationState,
  first: () => Organization,
): Pick<Administration, SessionActs> {
  return {
    migrate(instanceOrigin, formerAnswer = 'unauthorized', organization = first()) {
      organization.formerOrigins.set(organization.instanceOrigin, formerAnswer);
      organization.formerOrigins.delete(instanceOrigin);
      organization.instanceOrigin = instanceOrigin;
    },
    presetApiUsage(calls, organization = first()) {
      organization.usage.preset(calls, state.now());
    },
    endSessions() {
      state.sessions.sessions.clear();
    },
    revokeRefreshTokens(username) {
      for (const [text, token] of state.sessions.refreshTokens) {
        if (username === undefined || token.user.username === username)
          state.sessions.refreshTokens.delete(text);
      }
    },
    expireQueryLocators() {
      state.cursors.clear();
    },
  };
}

function addUser(options: UserOptions, organization: Organization, now: number): UserAccount {
  const lastName = options.lastName ?? options.username.split('@')[0] ?? 'User';
  const email = options.email ?? options.username;
  const displayName = [options.firstName, lastName].filter((part) => part !== undefined).join(' ');
  const id = addTyped(systemWriter(organization, now), 'User', {
    Username: options.username,
    Email: email,
    LastName: lastName,
    FirstName: options.firstName ?? null,
    Name: displayName,
    Alias: lastName.slice(0, 8),
    IsActive: true,
    UserType: 'Standard',
    TimeZoneSidKey: options.timeZone ?? 'Europe/London',
    LocaleSidKey: 'en_US',
    LanguageLocaleKey: 'en_US',
    EmailEncodingKey: 'UTF-8',
  });
  const user: UserAccount = {
    id,
    organization,
    username: options.username,
    password: options.password,
    email,
    displayName,
    active: true,
    ipRestricted: false,
    outsideLoginHours: false,
    passwordExpired: false,
    hiddenFields: new Set(),
    readOnlyFields: new Set(),
    hiddenObjects: new Set(),
    readOnlyObjects: new Set(),
  };
  organization.users.set(id, user);
  return user;
}

function changeUser(user: UserAccount, changes: UserChanges): void {
  if (changes.active !== undefined) {
    user.active = changes.active;
    tableOf(user.organization, 'User').patch(user.id, { IsActive: changes.active });
  }
  if (changes.ipRestricted !== undefined) user.ipRestricted = changes.ipRestricted;
  if (changes.outsideLoginHours !== undefined) user.outsideLoginHours = changes.outsideLoginHours;
  if (changes.password !== undefined) user.password = changes.password;
  replaceAll(user.hiddenFields, changes.hiddenFields);
  replaceAll(user.readOnlyFields, changes.readOnlyFields);
  replaceAll(user.hiddenObjects, changes.hiddenObjects);
  replaceAll(user.readOnlyObjects, changes.readOnlyObjects);
  user.organization.accessVersion += 1;
}

function replaceAll(set: Set<string>, names: readonly string[] | undefined): void {
  if (names === undefined) return;
  set.clear();
  for (const name of names) set.add(name.toLowerCase());
}

function toApp(options: ConnectedAppOptions): ConnectedApp {
  return {
    scopes: ['api', 'refresh_token', 'offline_access', 'id', 'openid', 'profile', 'email', 'web'],
    rotation: false,
    pkceRequired: false,
    secretRequired: options.clientSecret !== undefined,
    isBlocked: false,
    ...options,
  };
}

function requireUser(state: AdministrationState, username: string): UserAccount {
  for (const organization of state.organizations) {
    for (const user of organization.users.values()) if (user.username === username) return user;
  }
  throw new Error('no such user');
}

function systemWriter(organization: Organization, now: number): Writer {
  const [user] = organization.users.values();
  return { organization, now, user: user ?? ({ id: '005000000000001AAA' } as UserAccount) };
}

function toSystemActor(writer: Writer): Actor {
  return {
    ...writer,
    schema: writer.organization.schema,
    apiVersion: 66,
    allowDuplicates: true,
    strikeRecord: () => undefined,
  };
}

function stampOf(writer: Writer): Row {
  const at = `${new Date(writer.now).toISOString().slice(0, -1)}+0000`;
  return { SystemModstamp: at, LastModifiedDate: at, LastModifiedById: writer.user.id };
}

function addTyped(writer: Writer, object: string, record: Record<string, Json>): string {
  const { organization } = writer;
  const type = organization.schema.types.get(object.toLowerCase());
  if (type === undefined) throw new Error(`no object ${object}`);
  const row = toRow(organization, object, record);
  if (type.name === 'Task') completeTask(writer, row);
  if (row.Name === undefined && row.LastName !== undefined) {
    row.Name = `${row.FirstName ?? ''} ${row.LastName}`.trim();
  }
  const id = addRow(writer, type, row);
  organization.journal.commit();
  return id;
}

function toRow(organization: Organization, object: string, record: Record<string, Json>): Row {
  const type = organization.schema.types.get(object.toLowerCase());
  const row: Row = {};
  for (const [name, value] of Object.entries(record)) {
    const field = type?.fields.get(name.toLowerCase());
    if (field === undefined) throw new Error(`no field ${object}.${name}`);
    row[field.name] = readValue(field.type, value);
  }
  return row;
}

function requireTypeName(organization: Organization, object: string): string {
  const type = organization.schema.types.get(object.toLowerCase());
  if (type === undefined) throw new Error(`no object ${object}`);
  return type.name;
}

function touch(organization: Organization, now: number): void {
  organization.accessVersion += 1;
  organization.schema.modifiedAt = Math.max(now, organization.schema.modifiedAt + 1000);
}

function summarize(organization: Organization): Record<string, unknown> {
  const records: Record<string, number> = {};
  for (const [name, table] of organization.tables) records[name] = table.rows.size;
  return {
    id: organization.id,
    name: organization.name,
    instanceOrigin: organization.instanceOrigin,
    settings: organization.settings,
    users: [...organization.users.values()].map((user) => ({
      id: user.id,
      username: user.username,
      active: user.active,
    })),
    records,
  };
}
