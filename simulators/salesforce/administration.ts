/**
 * What an administrator, or a test, does to the simulated organizations without going through the API: organizations,
 * users, apps, records put in directly, fields deployed and hidden, rules, migrations.
 */
import { seedTaskWords } from './activities.ts';
import {
  addTyped,
  completeChange,
  requireTypeName,
  stampOf,
  systemWriter,
  toRow,
  toSystemActor,
} from './direct-rows.ts';
import type { Json } from './errors.ts';
import type { ListViewOptions } from './list-views.ts';
import { addListView } from './list-views.ts';
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
import { addPersonAccount, enablePersonAccounts } from './person-accounts.ts';
import type { Cursors } from './query.ts';
import { createRecord, deleteRecord, undeleteRecord } from './records.ts';
import { deployField } from './schema/schema.ts';
import type { Sessions } from './sessions.ts';
import { addUser, changeUser, type UserChanges, type UserOptions } from './user-accounts.ts';
import type { Row } from './values.ts';

/** A connected app to be added. */
export type ConnectedAppOptions = Pick<ConnectedApp, 'clientId' | 'redirectUris'> &
  Partial<Omit<ConnectedApp, 'clientId' | 'redirectUris'>>;

export interface Administration {
  addOrganization(options?: Partial<OrganizationOptions>): Organization;
  addUser(options: UserOptions): UserAccount;
  changeUser(username: string, changes: UserChanges): void;
  addConnectedApp(options: ConnectedAppOptions): ConnectedApp;
  /** Changes an app: its certificate, who is pre-authorised, whether it is blocked. */
  changeConnectedApp(clientId: string, changes: Partial<Omit<ConnectedApp, 'clientId'>>): void;
  changeSettings(settings: Partial<OrganizationSettings>, organization?: Organization): void;
  /** Deploys a field in the schema's notation, e.g. `Lockstep_Key__c string(255) cufsgnixq`. */
  deployField(object: string, line: string, organization?: Organization): void;
  /** Puts records in without any checks or side effects. Gives their ids. */
  insert(object: string, records: readonly Record<string, Json>[], organization?: Organization): string[];
  /** Creates a record as the API does, with all checks and side effects. Gives its id. */
  create(object: string, record: Record<string, Json>, organization?: Organization): string;
  /** Changes a record directly, as a user working in Salesforce. */
  change(id: string, object: string, changes: Record<string, Json>, organization?: Organization): void;
  /** Puts a record, and what hangs on it, into the recycle bin, as a person in Salesforce deletes it. */
  remove(id: string, object: string, organization?: Organization): void;
  /** Takes a record, and what was deleted with it, out of the recycle bin. */
  undelete(id: string, organization?: Organization): void;
  /** All rows of an object that are not in the recycle bin; `all` with those. */
  records(object: string, options?: { all?: boolean; organization?: Organization }): Row[];
  /** The bytes of a ContentVersion. */
  bytes(versionId: string, organization?: Organization): Uint8Array | undefined;
  addValidationRule(rule: ValidationRule, organization?: Organization): void;
  addDuplicateRule(rule: DuplicateRule, organization?: Organization): void;
  /** Adds a list view, or puts it in the place of the one with its id. Gives its id. */
  addListView(view: ListViewOptions, organization?: Organization): string;
  removeListView(id: string, organization?: Organization): void;
  /** Switches person accounts on, for good as in Salesforce. */
  enablePersonAccounts(organization?: Organization): void;
  /** Adds a person account, and the contact that it is one with. */
  addPersonAccount(
    record: Record<string, Json>,
    organization?: Organization,
  ): { accountId: string; contactId: string };
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
    const first = state.firstInstanceOrigin();
    const origin = serial === 1 || !first.includes('.my.') ? first : first.replace('//', `//o${serial}-`);
    const organization = createOrganization({ instanceOrigin: origin, ...options }, serial, state.now());
    state.organizations.push(organization);
    const system = systemWriter(organization, state.now());
    addTyped(system, 'Organization', {
      Id: organization.id,
      Name: organization.name,
      IsSandbox: organization.isSandbox,
      OrganizationType: 'Enterprise Edition',
      InstanceName: 'SIM1',
      TimeZoneSidKey: 'Europe/London',
      DefaultLocaleSidKey: 'en_US',
      LanguageLocaleKey: 'en_US',
    });
    seedTaskWords(system);
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
    changeConnectedApp(clientId, changes) {
      const app = state.apps.get(clientId);
      if (app === undefined) throw new Error('no such app');
      Object.assign(app, changes);
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
  | 'create'
  | 'change'
  | 'remove'
  | 'undelete'
  | 'records'
  | 'bytes'
  | 'addValidationRule'
  | 'addDuplicateRule'
  | 'addListView'
  | 'removeListView'
  | 'enablePersonAccounts'
  | 'addPersonAccount';

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
    create(object, record, organization = first()) {
      const actor = toSystemActor(systemWriter(organization, state.now()));
      const type = organization.schema.types.get(object.toLowerCase());
      if (type === undefined) throw new Error(`no object ${object}`);
      const id = createRecord(actor, type, record);
      organization.journal.commit();
      return id;
    },
    change(id, object, changes, organization = first()) {
      const writer = systemWriter(organization, state.now());
      const name = requireTypeName(organization, object);
      const table = tableOf(organization, name);
      const row = toRow(organization, object, changes);
      const before = table.rows.get(id);
      if (before !== undefined) completeChange(writer, name, row, before);
      table.patch(id, { ...row, ...stampOf(writer) });
      organization.journal.commit();
    },
    remove(id, object, organization = first()) {
      const actor = toSystemActor(systemWriter(organization, state.now()));
      deleteRecord(actor, id, organization.schema.types.get(object.toLowerCase()));
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
    addListView: (view, organization = first()) => addListView(organization, view),
    removeListView(id, organization = first()) {
      organization.listViews.delete(id);
    },
    enablePersonAccounts(organization = first()) {
      enablePersonAccounts(organization, state.now());
      touch(organization, state.now());
    },
    addPersonAccount: (record, organization = first()) =>
      addPersonAccount(systemWriter(organization, state.now()), record),
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
