/** Made-up answers about what Anna does with her mailbox and its mails: preview, states, single mails, removals. Same moment as `canned-answers.ts`. */
import type { PreviewLine, PreviewView } from '../../src/api-schema/life.ts';
import type { MailboxView } from '../../src/api-schema/mailbox.ts';
import type { ExplanationView, MailView } from '../../src/api-schema/mails.ts';
import type { CreatedRecords, EarlierLine, RemovalLine } from '../../src/api-schema/removal.ts';
import { type VerdictCode, verdictTexts } from '../../src/model/verdict.ts';
import { checks, failure, issues, mailbox, NOW, sentence } from './canned-answers.ts';

const before = (minutes: number): string => new Date(Date.parse(NOW) - minutes * 60_000).toISOString();
const counted = (code: VerdictCode, count: number) => ({ code, text: verdictTexts[code], count });
const none = { created: 0, found: 0, skipped: [] };

/** Connected and checked, and not started. */
export const notStarted = mailbox({
  state: 'not-activated',
  stateSince: before(2),
  status: sentence({ state: 'not-activated' }),
  lastSuccessAt: null,
  nextRunAt: null,
  lastRun: null,
  week: [],
  completeness: null,
  savedTotal: 0,
  inStep: { events: 0, contacts: 0, tasks: 0 },
  issuesOpen: 0,
});

export const connectedOnly = { checks, mailbox: notStarted };

export function preview(windowDays: number): PreviewView {
  const share = Math.min(1, windowDays / 6);
  return {
    windowDays,
    examined: Math.round(2_351 * share),
    isComplete: windowDays <= 90,
    up: {
      created: Math.round(412 * share),
      found: windowDays === 0 ? 0 : 9,
      skipped:
        windowDays === 0
          ? []
          : [
              counted('skipped.internal-participants', 1_512),
              counted('skipped.no-match', 388),
              counted('skipped.private', 30),
            ],
    },
    down: { ...none, created: 58 },
    collections: [
      {
        ...{ collection: 'events', toSalesforce: 31, toMailbox: 4, found: 12, isComplete: true },
        skipped: [counted('skipped.not-accepted', 7)],
      },
      {
        ...{ collection: 'contacts', toSalesforce: 0, toMailbox: 54, found: 20, isComplete: true },
        skipped: [counted('skipped.not-marked', 214)],
      },
      { collection: 'tasks', toSalesforce: 3, toMailbox: 0, found: 0, isComplete: true, skipped: [] },
    ],
    windows: windowDays === 0 ? [] : [{ days: 0, created: 0 }],
  };
}

export const progressLine = { kind: 'progress', done: 640, total: 2_351 } as const;

export const previewLines = (windowDays = 6): PreviewLine[] => [
  progressLine,
  { kind: 'result', result: preview(windowDays) },
];

export const paused = mailbox({
  state: 'paused',
  stateSince: before(200),
  status: sentence({ state: 'paused', endsByItself: true }),
  nextRunAt: null,
  pausedUntil: before(-1_290),
  pausedBy: 'user',
});

export const suspended = mailbox({
  state: 'suspended',
  stateSince: before(400),
  status: sentence({ state: 'suspended', cause: 'mailbox.unreachable' }),
  cause: failure('mailbox.unreachable', 'HTTP 503'),
  lastSuccessAt: before(700),
  nextRunAt: before(-100),
});

export const deactivated = mailbox({
  state: 'deactivated',
  stateSince: before(60),
  status: sentence({ state: 'deactivated' }),
  nextRunAt: null,
  purgeAt: before(-43_140),
});

/** Restarted with logins in memory alone. */
export const forgotten = mailbox({
  state: 'authorization-required',
  stateSince: before(20),
  status: sentence({ state: 'authorization-required', cause: 'lockstep.credentials-forgotten' }),
  cause: failure('lockstep.credentials-forgotten'),
  lastSuccessAt: before(34),
  nextRunAt: null,
  mailboxConnection: { ...mailbox().mailboxConnection, isUsable: false },
});

/** The organization's share of the API allowance is used up. */
export const guarded = mailbox({
  status: sentence({ guarded: true }),
  cause: failure('crm.api-share-used'),
  intervalMinutes: 150,
  nextRunAt: before(-130),
});

export const late = mailbox({
  isLate: true,
  lastSuccessAt: before(190),
  nextRunAt: before(-1),
});

/** Salesforce refuses the login. */
export const crmEnded: MailboxView = mailbox({
  state: 'suspended',
  stateSince: before(90),
  status: sentence({ state: 'suspended', cause: 'crm.authorization-revoked' }),
  cause: failure('crm.authorization-revoked'),
  crmConnection: {
    account: 'anna.berg@contoso.example',
    service: 'Salesforce',
    connectedAt: before(40_000),
    isUsable: false,
  },
});

const mailViews: readonly MailView[] = [
  ['Re: Offer for spring', 'bob@acme.example', 'inbox', 'saved.created'],
  ['Lunch?', 'cleo@contoso.example', 'inbox', 'skipped.internal-participants'],
  [
    'Order 4711, and one very long subject that goes on and on until nobody can read it in one line any more',
    'dan@outside.example',
    'sent',
    'skipped.no-match',
  ],
  ['', null, 'inbox', null],
].map(([subject, from, place, verdict], index) => ({
  itemId: `item-${index}`,
  subject: subject as string,
  from,
  receivedAt: before(12 + index * 47),
  place: place as MailView['place'],
  verdict: verdict === null ? null : { code: verdict, text: verdictTexts[verdict as VerdictCode] },
})) as MailView[];

export const recentMails = { items: [...mailViews] };

export const explanation: ExplanationView = {
  mail: mailViews[0] as MailView,
  mailUrl: 'https://mail.contoso.example/owa/?ItemID=item-0',
  verdict: { code: 'saved.created', text: verdictTexts['saved.created'] },
  steps: [
    { rule: 'draft', text: 'It was sent or received.', outcome: 'passed', detail: null },
    { rule: 'place', text: 'It lies where mail is saved from.', outcome: 'passed', detail: 'Inbox' },
    {
      rule: 'people',
      text: 'Somebody outside your organization takes part.',
      outcome: 'passed',
      detail: null,
    },
    {
      rule: 'match',
      text: 'An outside address belongs to a contact or lead.',
      outcome: 'passed',
      detail: null,
    },
  ],
  participants: [
    {
      address: 'bob@acme.example',
      standing: 'contact',
      name: 'Bob Stone',
      account: 'ACME',
      recordUrl: 'https://contoso.my.salesforce.example/003000000000001',
    },
    { address: 'anna.berg@contoso.example', standing: 'own', name: null, account: null, recordUrl: null },
    { address: 'info@acme.example', standing: 'blocklisted', name: null, account: null, recordUrl: null },
    { address: 'newcomer@outside.example', standing: 'unknown', name: null, account: null, recordUrl: null },
  ],
  record: {
    url: 'https://contoso.my.salesforce.example/02s000000000001',
    savedAt: before(10),
    created: true,
  },
  issue: null,
  canSave: false,
};

/** A mail that no rule saves, and that may be saved by hand. */
export const unsavedExplanation: ExplanationView = {
  ...explanation,
  verdict: { code: 'skipped.no-match', text: verdictTexts['skipped.no-match'] },
  steps: [
    ...explanation.steps.slice(0, 3),
    {
      rule: 'match',
      text: 'An outside address belongs to a contact or lead.',
      outcome: 'stopped',
      detail: 'None of 2 addresses',
    },
    { rule: 'issue', text: 'No issue holds it back.', outcome: 'not-reached', detail: null },
  ],
  participants: explanation.participants.slice(2),
  record: null,
  issue: issues[0] ?? null,
  canSave: true,
};

export const savedMail = {
  verdict: { code: 'saved.created', text: verdictTexts['saved.created'] },
  recordUrl: 'https://contoso.my.salesforce.example/02s000000000009',
};

export const created: CreatedRecords = {
  items: [
    {
      collection: 'emails' as const,
      recordId: '02s000000000001',
      url: 'https://contoso.my.salesforce.example/02s000000000001',
      label: 'Re: Offer for spring',
      linkedAt: before(4),
      removable: true,
    },
    {
      collection: 'emails' as const,
      recordId: '02s000000000002',
      url: null,
      label: null,
      linkedAt: before(4),
      removable: false,
    },
    {
      collection: 'events',
      recordId: '00U000000000003',
      url: 'https://contoso.my.salesforce.example/00U000000000003',
      label: 'Quarterly review with Acme Bikes',
      linkedAt: before(4),
      removable: false,
    },
  ],
  removable: 1,
  madeInMailbox: 3,
};

export const removalLines: RemovalLine[] = [
  { kind: 'progress', done: 1, total: 1 },
  {
    kind: 'result',
    result: {
      removed: 1,
      kept: [{ code: 'removal.shared', text: 'A colleague’s mailbox relies on it.', count: 1 }],
    },
  },
];

export const earlierLines: EarlierLine[] = [
  { kind: 'progress', done: 400, total: 1_284 },
  { kind: 'result', result: { matches: 37, examined: 1_284, isComplete: true } },
];
