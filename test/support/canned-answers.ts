/** Made-up answers of the API for one person, Anna, at one fixed moment; tests change a field or two of them. */
import type { z } from 'zod';
import { failureView } from '../../src/api/views.ts';
import type { MailboxView, MailServiceView } from '../../src/api-schema/mailbox.ts';
import type { IssueView, RunView } from '../../src/api-schema/runs.ts';
import type { SessionView } from '../../src/api-schema/session.ts';
import type { settingsViewSchema } from '../../src/api-schema/settings.ts';
import { catalogue, type FailureCode } from '../../src/model/catalogue.ts';
import {
  calmFacts,
  type StatusFacts,
  type StatusSentence,
  statusSentence,
} from '../../src/model/status-sentence.ts';
import { type VerdictCode, verdictTexts } from '../../src/model/verdict.ts';
import { CSRF_TOKEN } from './canned-api.ts';

/** The moment at which all pages are looked at. */
export const NOW = '2026-03-02T10:34:00.000Z';

export const before = (minutes: number): string => new Date(Date.parse(NOW) - minutes * 60_000).toISOString();

export const signedOut: SessionView = {
  signedIn: false,
  loginHosts: [
    { id: 'production', label: 'Production' },
    { id: 'sandbox', label: 'Sandbox' },
  ],
  myDomainAllowed: true,
};

export const APPROVAL_URL =
  'https://login.microsoftonline.com/organizations/v2.0/adminconsent?client_id=8d1b0f6e-5f4c-4f39-9a44-0d2c6f1b7a55&scope=https%3A%2F%2Fgraph.microsoft.com%2FMail.ReadWrite&redirect_uri=https%3A%2F%2Fsync.contoso.example%2Fconnect%2Foffice365%2Fcallback';

export const services: MailServiceView[] = [
  {
    service: 'exchange',
    displayName: 'Exchange',
    activatedBy: 'form',
    alsoByConsent: false,
    approvalUrl: null,
  },
  {
    service: 'office365',
    displayName: 'Office 365',
    activatedBy: 'consent',
    alsoByConsent: false,
    approvalUrl: APPROVAL_URL,
  },
  {
    service: 'google',
    displayName: 'Gmail',
    activatedBy: 'consent',
    alsoByConsent: false,
    approvalUrl: null,
  },
];

export function signedIn(mailbox: MailboxView | null, offered = services): SessionView {
  const user = { username: 'anna.berg@contoso.example', email: 'anna.berg@contoso.example' };
  return {
    signedIn: true,
    access: 'full',
    user: { ...user, role: 'user' },
    csrfToken: CSRF_TOKEN,
    mailbox,
    services: offered,
  };
}

export function failure(code: FailureCode, vendorCode: string | null = null, fields: string[] = []) {
  return failureView({ code, vendorCode, fields });
}

const counted = (counts: Partial<Record<VerdictCode, number>>): RunView['byVerdict'] =>
  Object.entries(counts).map(([code, count]) => ({ code, text: verdictTexts[code as VerdictCode], count }));

export function run(changes: Partial<RunView> = {}): RunView {
  return {
    id: 'run-9',
    trigger: 'schedule',
    startedAt: before(5),
    endedAt: before(4),
    outcome: 'done',
    failureCode: null,
    failureText: null,
    examined: 2_342,
    created: 412,
    files: 38,
    issues: 2,
    byVerdict: counted({
      'saved.created': 412,
      'saved.linked': 9,
      'skipped.internal-participants': 1_512,
      'skipped.no-match': 377,
      'skipped.private': 30,
      'parked.issue': 2,
    }),
    mailboxRequests: 31,
    crmRequests: 12,
    durationMs: 41_000,
    ...changes,
  };
}

const idle = (id: string, minutes: number, changes: Partial<RunView> = {}) =>
  run({
    id,
    startedAt: before(minutes),
    endedAt: before(minutes - 1),
    examined: 14,
    created: 3,
    files: 1,
    issues: 0,
    byVerdict: counted({ 'saved.created': 3, 'skipped.no-match': 11 }),
    mailboxRequests: 4,
    crmRequests: 3,
    ...changes,
  });

export const runs: readonly RunView[] = [
  run(),
  idle('run-8', 35),
  idle('run-7', 65, {
    outcome: 'failed',
    failureCode: 'mailbox.unreachable',
    failureText: catalogue['mailbox.unreachable'].user,
    examined: 0,
    created: 0,
    files: 0,
    byVerdict: [],
  }),
  idle('run-6', 95, { trigger: 'user' }),
  idle('run-5', 1_500, { outcome: 'more', trigger: 'activation' }),
];

/** The last 7 days, oldest first; there was trouble on the last but one. */
const week = (saved: readonly number[]): MailboxView['week'] =>
  saved.map((count, index) => ({
    day: before((saved.length - 1 - index) * 1_440).slice(0, 10),
    saved: count,
    skipped: count * 4,
    issues: index === saved.length - 2 ? 2 : 0,
    runs: 48,
  }));

/** The product's own words. */
export const sentence = (facts: Partial<StatusFacts>): StatusSentence =>
  statusSentence({ ...calmFacts, ...facts });

export function mailbox(changes: Partial<MailboxView> = {}): MailboxView {
  return {
    id: 'mailbox-1',
    address: 'anna.berg@contoso.example',
    service: 'Exchange',
    serviceId: 'exchange',
    state: 'active',
    stateSince: before(1_500),
    status: sentence({ state: 'active' }),
    cause: null,
    running: false,
    lastSuccessAt: before(4),
    nextRunAt: before(-26),
    lastRun: run(),
    pausedUntil: null,
    pausedBy: null,
    isLate: false,
    intervalMinutes: 30,
    historyFrom: before(10_000),
    purgeAt: null,
    mailboxConnection: {
      account: 'CONTOSO\\anna',
      service: 'Exchange',
      connectedAt: before(1_500),
      isUsable: true,
    },
    crmConnection: {
      account: 'anna.berg@contoso.example',
      service: 'Salesforce',
      connectedAt: before(1_500),
      isUsable: true,
    },
    completeness: { checkedAt: before(300), eligible: 1_290, saved: 1_284, missing: 0, removed: 6 },
    week: week([31, 12, 0, 44, 58, 412, 3]),
    savedTotal: 1_284,
    inStep: { events: 96, contacts: 41, tasks: 12 },
    holdsWaiting: 0,
    issuesOpen: 2,
    ...changes,
  };
}

/** Six refusals in a row, the last of them yesterday. */
export const refused = mailbox({
  state: 'authorization-required',
  stateSince: before(1_440),
  status: sentence({ state: 'authorization-required', cause: 'mailbox.credentials-rejected' }),
  cause: failure('mailbox.credentials-rejected', 'HTTP 401'),
  lastSuccessAt: before(1_500),
  nextRunAt: null,
});

/** A mailbox of a service with a sign-in page, stopped for that reason an hour ago. */
export const stopped = (service: 'office365' | 'google', code: FailureCode, fields: string[] = []) =>
  mailbox({
    serviceId: service,
    service: service === 'office365' ? 'Office 365' : 'Gmail',
    state: 'authorization-required',
    stateSince: before(60),
    status: sentence({ state: 'authorization-required', cause: code }),
    cause: failure(code, null, fields),
    lastSuccessAt: before(90),
    nextRunAt: null,
  });

/** The first run of a mailbox, some way through. */
export const firstSync = mailbox({
  status: sentence({ running: true, everSucceeded: false }),
  running: true,
  lastSuccessAt: null,
  savedTotal: 96,
  inStep: { events: 14, contacts: 0, tasks: 0 },
  lastRun: run({
    id: 'run-1',
    trigger: 'activation',
    outcome: 'running',
    endedAt: null,
    examined: 640,
    created: 96,
    files: 7,
    issues: 0,
    byVerdict: counted({ 'saved.created': 96, 'skipped.no-match': 544 }),
  }),
});

export const checks = [
  'sign-in',
  'right-mailbox',
  'read-mail',
  'write-categories',
  'sign-in',
  'people',
  'emails',
].map((capability) => ({ capability, ok: true, failure: null }));

/** What an issue about a mail says of its two sides. */
export const noItem = {
  collection: 'emails',
  isWhole: false,
  itemId: null,
  recordId: null,
  recordUrl: null,
} as const;

export const issues: readonly IssueView[] = [
  {
    ...failure('crm.validation-rule', 'FIELD_CUSTOM_VALIDATION_EXCEPTION'),
    id: 'issue-2',
    ...noItem,
    mailUrl: 'https://mail.contoso.example/owa/?ItemID=canned',
    attempts: 3,
    firstAt: before(125),
    lastAt: before(5),
    retryAt: before(-55),
  },
  {
    ...failure('mailbox.item-too-large'),
    id: 'issue-1',
    ...noItem,
    mailUrl: null,
    attempts: 1,
    firstAt: before(1_500),
    lastAt: before(1_500),
    retryAt: null,
  },
];

const aboutItem = {
  ...noItem,
  mailUrl: null,
  attempts: 2,
  firstAt: before(300),
  lastAt: before(30),
  retryAt: null,
};

/** Of events, contacts and tasks, and of a collection as a whole. */
export const itemIssues: readonly IssueView[] = [
  {
    ...failure('lockstep.changed-on-both-sides', null, ['subject', 'location']),
    ...aboutItem,
    id: 'issue-6',
    collection: 'events',
    itemId: 'AAMkEvent',
    recordId: '00U5g00000AbCd1EAB',
    recordUrl: 'https://contoso.my.salesforce.example/00U5g00000AbCd1EAB',
  },
  {
    ...failure('crm.duplicate-rule', 'DUPLICATES_DETECTED'),
    ...aboutItem,
    id: 'issue-5',
    collection: 'contacts',
    itemId: 'AAMkContact',
  },
  {
    ...failure('mailbox.item-access-denied'),
    ...aboutItem,
    id: 'issue-4',
    collection: 'events',
    recordId: '00U5g00000AbCd2EAB',
    recordUrl: 'https://contoso.my.salesforce.example/00U5g00000AbCd2EAB',
  },
  {
    ...failure('crm.field-missing', null, ['Task']),
    ...aboutItem,
    id: 'issue-3',
    collection: 'tasks',
    isWhole: true,
  },
];

export const settings: z.infer<typeof settingsViewSchema> = {
  organization: { windowDays: 6, blocklist: ['newsletter.example', 'payroll@contoso.example'] },
  user: { blocklist: ['family.example'] },
  organizationForced: [],
  preset: null,
  mayEditOrganization: false,
};
