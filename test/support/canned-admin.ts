/** Made-up answers of the admins' routes at the one fixed moment: a company of 4,213 people, some of whose names are very long. */
import type { z } from 'zod';
import type {
  AdminIssue,
  AdminOverview,
  AdminRun,
  issueSumsSchema,
} from '../../src/api-schema/admin/overview.ts';
import type { PresetView, ProfileView } from '../../src/api-schema/admin/profiles.ts';
import type { UserRow, UserView } from '../../src/api-schema/admin/users.ts';
import type { auditEntrySchema, licenseViewSchema } from '../../src/api-schema/administration.ts';
import type { SessionView } from '../../src/api-schema/session.ts';
import type { FailureCode } from '../../src/model/catalogue.ts';
import * as canned from './canned-answers.ts';

export const before = (minutes: number): string =>
  new Date(Date.parse(canned.NOW) - minutes * 60_000).toISOString();

/** The n-th of a kind. */
export const idOf = (kind: number, n: number): string =>
  `${String(kind).padStart(8, '0')}-0000-4000-8000-${String(n).padStart(12, '0')}`;

export const sales = { id: idOf(1, 1), name: 'Sales' };
export const service = {
  id: idOf(1, 2),
  name: 'Service and support for customers of the north-western region and Schleswig-Holstein',
};
export const strict = { id: idOf(2, 1), name: 'Strict' };
export const quick = { id: idOf(3, 1), name: 'Every 15 minutes' };
export const exchangeAccess = { id: idOf(4, 1), name: 'Service account for Exchange' };

export function admin(role: 'platform-admin' | 'profile-admin' | 'user' = 'platform-admin'): SessionView {
  const session = canned.signedIn(null);
  if (!session.signedIn) throw new Error('A signed-in session is signed in.');
  const username = 'ines.adler@contoso.example';
  return { ...session, user: { username, email: username, role } };
}

const names = [
  'Anna Berg',
  'Ben Ochs',
  'Clara Maria Magdalena von Hohenstein-Wolfenbüttel geborene Freifrau zu Lauterbach',
  'David Engel',
  'Eva Falk',
  'Farid Gruber',
  'Greta Hahn',
  'Hugo Iversen',
  'Ida Jansen',
  'Jan Köhler',
] as const;

const loginOf = (name: string) =>
  `${name
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[^a-z ]/g, '')
    .split(' ')
    .join('.')}@contoso.example`;

export function row(n: number, changes: Partial<UserRow> = {}): UserRow {
  const name = names[n % names.length] ?? '';
  return {
    id: idOf(5, n),
    name,
    username: loginOf(name),
    address: loginOf(name),
    role: 'user',
    profile: n % 3 === 0 ? service : sales,
    license: null,
    preset: null,
    service: 'Exchange',
    state: 'active',
    stateSince: before(1_500 * (n + 1)),
    status: canned.sentence({ state: 'active' }),
    causeCode: null,
    isLate: false,
    issuesOpen: 0,
    lastSuccessAt: before(4 + n),
    nextRunAt: before(-26),
    origin: 'crm',
    createdAt: before(40_000),
    ...changes,
  };
}

const troubled = (n: number, state: UserRow['state'], cause: FailureCode): UserRow =>
  row(n, {
    state,
    status: canned.sentence({ state, cause }),
    causeCode: cause,
    lastSuccessAt: before(1_500),
    nextRunAt: null,
  });

export const rows: readonly UserRow[] = [
  row(0, { role: 'profile-admin', issuesOpen: 2 }),
  troubled(1, 'authorization-required', 'mailbox.credentials-rejected'),
  troubled(2, 'suspended', 'mailbox.unreachable'),
  row(3, { isLate: true, status: canned.sentence({ isLate: true }), lastSuccessAt: before(400) }),
  row(4, {
    state: 'paused',
    status: canned.sentence({ state: 'paused', pausedBy: 'admin' }),
    nextRunAt: null,
  }),
  row(5, {
    state: 'not-activated',
    stateSince: null,
    status: { tone: 'waiting', text: 'Not set up yet.' },
    service: null,
    address: null,
    profile: null,
    lastSuccessAt: null,
    nextRunAt: null,
  }),
  row(6, { preset: strict, license: quick, issuesOpen: 1_204 }),
  row(7),
  row(8, { state: 'deactivated', status: canned.sentence({ state: 'deactivated' }), nextRunAt: null }),
  row(9),
];

/** Thirty on each page; `after` is where it begins. */
export const manyUsers = ({ query }: { readonly query: URLSearchParams }) => {
  const limit = Math.min(30, Number(query.get('limit')));
  const from = Number(query.get('after') ?? 0);
  const items = Array.from({ length: limit }, (_, n) => row(from + n));
  return { items, next: String(from + limit), total: 4_213 };
};

export const users = { items: rows, next: null, total: rows.length };

export function user(base: UserRow = row(0), changes: Partial<UserView> = {}): UserView {
  return {
    ...base,
    email: base.username,
    timeZone: 'Europe/Berlin',
    crmUserId: '0058d000004XyZaAAK',
    mailboxLogin: null,
    lastLoginAt: before(9_000),
    rolledOutAt: before(40_000),
    mailbox: canned.mailbox({
      address: base.address ?? '',
      state: base.state,
      status: base.status,
      isLate: base.isLate,
      lastSuccessAt: base.lastSuccessAt,
      nextRunAt: base.nextRunAt,
      cause: base.causeCode === null ? null : canned.failure(base.causeCode as FailureCode),
    }),
    mailAccess: null,
    crmAccess: null,
    settings: {
      organization: {
        settings: { windowDays: 10, blocklist: ['payroll@contoso.example'] },
        forced: ['windowDays'],
      },
      preset: {
        name: strict.name,
        settings: { autoSaveSent: false, markSaved: true },
        forced: ['markSaved'],
      },
      user: { windowDays: 90, autoSaveInbox: false, blocklist: ['family.example'] },
    },
    may: ['disable', 'sync-now', 'check-access', 'reset', 'force-delete'],
    ...changes,
  };
}

export const healthy = user();
export const suspended = user(rows[2]);
export const refusedThroughAccess = user(rows[1], { mailAccess: exchangeAccess, crmAccess: exchangeAccess });
export const newcomer = user(rows[5], {
  mailbox: null,
  rolledOutAt: null,
  lastLoginAt: null,
  may: ['check-access', 'delete', 'force-delete'],
});

const profile = (named: typeof sales): ProfileView => ({
  ...named,
  mailAccess: null,
  crmAccess: null,
  preset: null,
  enabled: true,
  admins: [],
  users: 1_204,
  active: 1_180,
  createdAt: before(50_000),
});

export const profiles = { items: [profile(sales), profile(service)] };
export const presets: { readonly items: readonly PresetView[] } = {
  items: [
    {
      ...strict,
      version: 1,
      settings: { markSaved: true },
      forced: ['markSaved'],
      profiles: [],
      users: 3,
      updatedAt: before(900),
    },
  ],
};
export const licenses: { readonly items: readonly z.infer<typeof licenseViewSchema>[] } = {
  items: [{ ...quick, intervalMinutes: 15, pattern: 'fixed', users: 12 }],
};

const owner = (n: number) => {
  const { id, name, address } = row(n);
  return { userId: id, name, address: address ?? '' };
};

const run = (n: number, changes: Partial<AdminRun> = {}): AdminRun => ({
  ...canned.run({ id: idOf(6, n), startedAt: before(5 + n * 7), endedAt: before(4 + n * 7) }),
  owner: owner(n),
  worker: 'worker-1',
  ...changes,
});

export const runs: readonly AdminRun[] = [
  run(0, { outcome: 'running', endedAt: null, durationMs: null }),
  run(1, {
    outcome: 'failed',
    failureCode: 'mailbox.unreachable',
    failureText: canned.failure('mailbox.unreachable').text,
    examined: 0,
    created: 0,
    byVerdict: [],
  }),
  ...[2, 3, 4].map((n) => run(n)),
];

const issue = (
  n: number,
  code: FailureCode,
  vendorCode: string | null = null,
  fields: string[] = [],
): AdminIssue => ({
  ...canned.failure(code, vendorCode, fields),
  id: idOf(7, n),
  collection: 'emails',
  isWhole: false,
  recordId: null,
  recordUrl: null,
  owner: owner(n),
  attempts: 3,
  firstAt: before(125),
  lastAt: before(5 + n),
  retryAt: before(-55),
});

const missingFields = [
  'EmailMessage.Lockstep_Key__c',
  'EmailMessage.A_Very_Long_Field_Of_The_Company_Itself__c',
];

export const issues: readonly AdminIssue[] = [
  issue(0, 'crm.validation-rule', 'FIELD_CUSTOM_VALIDATION_EXCEPTION'),
  issue(2, 'crm.field-missing', 'INVALID_FIELD', missingFields),
  issue(4, 'mailbox.item-too-large'),
];

export const issueSums: z.infer<typeof issueSumsSchema> = {
  items: [
    {
      failure: canned.failure('crm.validation-rule', 'FIELD_CUSTOM_VALIDATION_EXCEPTION'),
      issues: 1_204,
      mailboxes: 311,
    },
    {
      failure: canned.failure('crm.field-missing', 'INVALID_FIELD', missingFields),
      issues: 12,
      mailboxes: 1,
    },
  ],
};

type AuditEntry = z.infer<typeof auditEntrySchema>;

const entry = (n: number, changes: Partial<AuditEntry>): AuditEntry => ({
  id: idOf(8, n),
  at: before(n * 90),
  actor: 'user',
  actorName: 'ines.adler@contoso.example',
  action: 'user.changed',
  subject: 'user',
  subjectId: idOf(5, n),
  subjectName: 'Ines Adler',
  details: { names: ['profileId', 'licenseId'] },
  ...changes,
});

export const audit: readonly AuditEntry[] = [
  entry(0, {}),
  entry(1, {
    actor: 'token',
    actorName: 'Nightly import',
    action: 'import.done',
    subject: 'organization',
    details: { rows: 4_213, created: 12 },
  }),
  entry(2, {
    actor: 'product',
    actorName: null,
    action: 'rollout.halted',
    subject: 'rollout',
    details: { wave: 1, failed: 31 },
  }),
  entry(3, { actor: 'operator', actorName: null, action: 'license.assigned', details: {} }),
];

const day = (index: number): AdminOverview['days'][number] => ({
  day: before((13 - index) * 1_440).slice(0, 10),
  runs: 180_000 + index * 1_000,
  failed: index === 9 ? 61_000 : 900,
  saved: 9_000 + ((index * 37) % 11) * 700,
});

export const overview: AdminOverview = {
  counts: {
    users: 4_213,
    active: 3_987,
    withIssues: 312,
    suspended: 4,
    authorizationRequired: 21,
    notActivated: 160,
    late: 9,
    paused: 31,
    deactivated: 10,
  },
  freshness: { onTimeShare: 0.9977, medianMinutes: 14, p95Minutes: 29 },
  completeness: { share: 0.99943, missing: 143, mailboxes: 12 },
  days: Array.from({ length: 14 }, (_, index) => day(index)),
  needs: [
    {
      kind: 'access-refused',
      text: 'The service account for Exchange is refused: 311 mailboxes wait.',
      count: 311,
      failure: canned.failure('mailbox.access-denied', 'ErrorImpersonateUserDenied'),
      link: `/accesses/${exchangeAccess.id}`,
    },
    {
      kind: 'rollout-halted',
      text: 'The roll-out of Sales has halted in its second wave.',
      count: 1,
      failure: null,
      link: `/rollouts/${idOf(9, 1)}`,
    },
    {
      kind: 'stopped',
      text: '25 mailboxes have stopped.',
      count: 25,
      failure: null,
      link: '/people?status=suspended',
    },
    { kind: 'issues', text: '1,216 items could not be saved.', count: 1_216, failure: null, link: '/issues' },
  ],
  crm: { used: 41_200, max: 150_000, heldUntil: null },
};

export const emptyOverview: AdminOverview = {
  counts: {
    users: 0,
    active: 0,
    withIssues: 0,
    suspended: 0,
    authorizationRequired: 0,
    notActivated: 0,
    late: 0,
    paused: 0,
    deactivated: 0,
  },
  freshness: { onTimeShare: null, medianMinutes: null, p95Minutes: null },
  completeness: { share: null, missing: 0, mailboxes: 0 },
  days: [],
  needs: [],
  crm: null,
};
