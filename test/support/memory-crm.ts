/**
 * A CRM in memory that keeps the contract to the letter: people, accounts, saved mails, files; events, contacts and tasks stand in `memory-records.ts`. The contract suite passes on it first, and the simulation uses it where
 * Salesforce's own ways do not matter. Failures are scripted per key or for the whole connection.
 */
import type {
  ApiUsage,
  CrmCapabilities,
  CrmConnector,
  CrmIdentity,
  EmailDraft,
  LookUpQuery,
  LookUpResult,
  Person,
  SaveResult,
} from '../../src/model/connector.ts';
import type { AboutPage, AboutRecord } from '../../src/model/crm-about.ts';
import type { RemovalResult } from '../../src/model/crm-record-facts.ts';
import {
  CRM_USERS_FIND_MAX,
  type CrmUser,
  type CrmUserFilter,
  type CrmUsersQuery,
} from '../../src/model/crm-users.ts';
import { type Failure, RemoteFailure } from '../../src/model/failure.ts';
import type { EmailKey, RecordId } from '../../src/model/ids.ts';
import { createMemoryRecords, type MemoryRecords } from './memory-records.ts';
import { openMemoryRecords } from './memory-records-connector.ts';

export interface MemoryPerson {
  readonly kind: Person['kind'];
  readonly recordId: RecordId;
  /** Every address of every e-mail field, lower case. */
  readonly addresses: readonly string[];
  readonly accountId: RecordId | null;
  readonly name?: string;
}

export interface MemoryEmail {
  readonly recordId: RecordId;
  readonly key: EmailKey;
  readonly threadKey: string;
  readonly subject: string;
  readonly text: string | null;
  readonly incoming: boolean;
  /** Record ids of everybody in it, sorted. */
  readonly people: readonly RecordId[];
  readonly relatedTo: RecordId | null;
  readonly files: { readonly name: string; readonly bytes: Uint8Array }[];
}

export interface MemoryUser extends CrmUser {
  readonly profile?: string;
  readonly role?: string;
  readonly department?: string;
}

/** What is behind the connectors: several of them may be open on one org. */
export interface MemoryOrg {
  readonly people: MemoryPerson[];
  readonly accounts: { readonly domain: string; readonly recordId: RecordId }[];
  /** Open opportunities and cases, most recent first. */
  readonly related: {
    readonly kind: 'opportunity' | 'case';
    readonly accountId: RecordId;
    readonly recordId: RecordId;
  }[];
  readonly emails: MemoryEmail[];
  /** Standard users, for provisioning. */
  readonly users: MemoryUser[];
  /** Ids in the recycle bin. */
  readonly removed: RecordId[];
  /** Events, contacts and tasks. */
  readonly records: MemoryRecords;
  readonly usage: { used: number; max: number };
  /** Refuses single mails by key, until the entry is taken away. */
  readonly refusals: Map<EmailKey, Failure>;
  /** Thrown by every method while it is set. */
  outage: Failure | null;
}

/** `now`: what records are stamped with; a fixed day unless told. */
export function createMemoryOrg(now: () => number = () => Date.UTC(2026, 0, 5, 8)): MemoryOrg {
  return {
    people: [],
    accounts: [],
    related: [],
    emails: [],
    users: [],
    removed: [],
    records: createMemoryRecords(now),
    usage: { used: 0, max: 15_000 },
    refusals: new Map(),
    outage: null,
  };
}

export interface MemoryCrmOptions {
  /** Who is connected; the org's own user unless told. */
  readonly userId?: RecordId;
  readonly capabilities?: Partial<CrmCapabilities>;
  readonly identity?: Partial<CrmIdentity>;
}

/** The same records, with another user connected. */
function seenBy(records: MemoryRecords, userId: RecordId): MemoryRecords {
  return new Proxy(records, {
    get: (target, name) => (name === 'userId' ? userId : Reflect.get(target, name)),
  });
}

/** Opens a connector on an org. Every call counts as one request. */
export function createMemoryCrm(org: MemoryOrg, options: MemoryCrmOptions = {}): CrmConnector {
  const byOperation: Record<string, number> = {};
  let requests = 0;
  let usage: ApiUsage | null = null;

  const request = (operation: string): void => {
    requests += 1;
    byOperation[operation] = (byOperation[operation] ?? 0) + 1;
    if (org.outage !== null) throw new RemoteFailure(org.outage);
    org.usage.used += 1;
    usage = { ...org.usage };
  };

  const capabilities: CrmCapabilities = {
    emailRecord: 'message',
    externalKey: true,
    emailsMax: 200,
    lookUpMax: 150,
    removalsMax: 200,
    ...options.capabilities,
  };

  return {
    records: openMemoryRecords(seenBy(org.records, options.userId ?? org.records.userId), request),
    async capabilities() {
      return capabilities;
    },
    async identify() {
      request('identity');
      return { ...someone, ...options.identity };
    },
    async check() {
      request('check');
      return CHECKED.map((capability) => ({ capability, ok: true }));
    },
    async poll() {
      request('poll');
      return { usage };
    },
    async lookUp(query) {
      request('look-up');
      return answerLookUp(org, query);
    },
    async saveEmails(drafts) {
      request('save');
      return drafts.map((draft) => saveEmail(org, draft));
    },
    recordUrl: async (recordId) => `https://crm.test/${recordId}`,
    async describeRecords(ids) {
      if (ids.length > 0) request('describe-records');
      return ids.map((recordId) => {
        const record = org.records.stored.get(recordId);
        const { subject, firstName, lastName } = record?.isDeleted === false ? record.fields : {};
        const label =
          subject ??
          (lastName === undefined ? undefined : `${firstName ?? ''} ${lastName}`.trim()) ??
          org.emails.find((email) => email.recordId === recordId)?.subject ??
          org.people.find((person) => person.recordId === recordId)?.name ??
          org.accounts.find((account) => account.recordId === recordId)?.domain;
        return { recordId, exists: label !== undefined, label: label ?? null };
      });
    },
    async removeRecords(ids) {
      if (ids.length > 0) request('remove');
      return ids.map((recordId) => removeEmail(org, recordId));
    },
    async findAbout(address, after) {
      request('find-about');
      return findAbout(org, address, after);
    },
    async listUsers(query) {
      request('list-users');
      return listUsers(org, query);
    },
    async findUsers({ usernames, ids }) {
      if (usernames.length + ids.length > CRM_USERS_FIND_MAX) throw new RangeError('too many users at once');
      request('find-users');
      const names = new Set(usernames.map((name) => name.toLowerCase()));
      const wanted = new Set(ids.map((id) => id.slice(0, 15)));
      return org.users
        .filter((user) => names.has(user.username.toLowerCase()) || wanted.has(user.userId.slice(0, 15)))
        .map(toldUser);
    },
    usage: () => usage,
    traffic: () => ({ requests, bytesSent: 0, bytesReceived: 0, byOperation: { ...byOperation } }),
    close: async () => undefined,
  };
}

const CHECKED = ['sign-in', 'people', 'emails', 'files'];

const someone: CrmIdentity = {
  organizationId: '00D000000000001AAA',
  userId: '005000000000001AAA',
  username: 'anna@contoso.example',
  email: 'anna@contoso.example',
  timeZone: 'Europe/Berlin',
};

function answerLookUp(org: MemoryOrg, query: LookUpQuery): LookUpResult {
  const people = org.people.flatMap((person) =>
    person.addresses
      .filter((address) => query.addresses.includes(address))
      .map((address) => ({
        kind: person.kind,
        recordId: person.recordId,
        address,
        accountId: person.accountId,
      })),
  );
  const accounts = org.accounts.filter(({ domain }) => query.domains.includes(domain));
  const emails = org.emails
    .filter(({ key }) => query.keys.includes(key))
    .map(({ key, recordId }) => ({ key, recordId }));
  const accountIds = new Set([
    ...people.map(({ accountId }) => accountId),
    ...accounts.map(({ recordId }) => recordId),
  ]);
  const related = new Map<RecordId, RecordId>();
  for (const entry of org.related) {
    if (entry.kind !== query.relateTo || !accountIds.has(entry.accountId)) continue;
    if (!related.has(entry.accountId)) related.set(entry.accountId, entry.recordId);
  }
  return { people, accounts, emails, related };
}

function saveEmail(org: MemoryOrg, draft: EmailDraft): SaveResult {
  const { key } = draft;
  const refusal = org.refusals.get(key);
  if (refusal !== undefined) return { ok: false, key, failure: refusal };
  const known = org.emails.find((email) => email.key === key);
  const email = known ?? makeEmail(org, draft);
  if (known === undefined) org.emails.push(email);
  const left = [...email.files];
  let files = 0;
  for (const { name, bytes } of draft.content.attachments) {
    const at = left.findIndex((file) => file.name === name && file.bytes.length === bytes.length);
    if (at >= 0) left.splice(at, 1);
    else {
      email.files.push({ name, bytes });
      files += 1;
    }
  }
  return { ok: true, key, recordId: email.recordId, created: known === undefined, files };
}

function removeEmail(org: MemoryOrg, recordId: RecordId): RemovalResult {
  const at = org.emails.findIndex((email) => email.recordId === recordId);
  const email = org.emails[at];
  if (email === undefined) return { ok: true, recordId, files: 0 };
  const refusal = org.refusals.get(email.key);
  if (refusal !== undefined) return { ok: false, recordId, failure: refusal };
  org.emails.splice(at, 1);
  org.removed.push(recordId);
  return { ok: true, recordId, files: email.files.length };
}

function makeEmail(org: MemoryOrg, draft: EmailDraft): MemoryEmail {
  return {
    recordId: `02s${String(org.emails.length + org.removed.length + 1).padStart(12, '0')}AAA` as RecordId,
    key: draft.key,
    threadKey: draft.threadKey,
    subject: draft.head.subject,
    text: draft.content.text,
    incoming: !draft.outgoing,
    people: [...new Set([...draft.people.values()].map(({ recordId }) => recordId))].toSorted(),
    relatedTo: draft.relatedTo,
    files: [],
  };
}

function findAbout(org: MemoryOrg, address: string, after: string | null): AboutPage {
  const people = new Set(
    org.people.filter((one) => one.addresses.includes(address)).map(({ recordId }) => recordId),
  );
  const emails = org.emails.filter((email) => email.people.some((id) => people.has(id)));
  const others = [...org.records.stored.values()].filter(
    ({ isDeleted, addresses, relations }) =>
      !isDeleted &&
      (addresses.includes(address) ||
        relations.some(({ person }) => people.has(person.recordId) || person.address === address)),
  );
  const records: AboutRecord[] = [
    ...emails.map(({ recordId }): AboutRecord => ({ kind: 'emails', recordId })),
    ...others.map(({ collection, recordId }): AboutRecord => ({ kind: collection, recordId })),
  ].toSorted((one, other) => (one.recordId < other.recordId ? -1 : 1));
  const left = records.filter(({ recordId }) => after === null || recordId > after);
  const page = left.slice(0, ABOUT_PAGE);
  return { records: page, next: left.length > page.length ? (page.at(-1)?.recordId ?? null) : null };
}

const ABOUT_PAGE = 50;

function listUsers(org: MemoryOrg, { filter, after, limit }: CrmUsersQuery) {
  const matching = org.users
    .filter((user) => user.isActive && passes(user, filter) && (after === null || user.userId > after))
    .toSorted((one, other) => (one.userId < other.userId ? -1 : 1));
  const users = matching.slice(0, limit).map(toldUser);
  return { users, next: matching.length > limit ? (users.at(-1)?.userId ?? null) : null };
}

function passes(user: MemoryUser, { profile, role, department, emailDomain }: CrmUserFilter): boolean {
  const same = (wanted: string | undefined, value: string | undefined) =>
    wanted === undefined || wanted.toLowerCase() === value?.toLowerCase();
  const isInDomain = emailDomain === undefined || user.email.endsWith(`@${emailDomain.toLowerCase()}`);
  return (
    same(profile, user.profile) && same(role, user.role) && same(department, user.department) && isInDomain
  );
}

function toldUser({ userId, username, name, email, timeZone, isActive }: MemoryUser): CrmUser {
  return { userId, username, name, email, timeZone, isActive };
}
