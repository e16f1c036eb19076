/**
 * What each route is for, as the OpenAPI document says it: a summary, the chapter that it stands in, and for administrators' changes the scope that a service
 * token needs. Schemas stand beside the routes. A test fails for a route that is missing here.
 */
import type { TokenScope } from '../store/service-tokens.ts';

export interface Operation {
  readonly tag: string;
  readonly summary: string;
  /** Of a service token, for a change; whoever may change may read. Null: a person's session alone. */
  readonly scope?: TokenScope | null;
  /** What comes back, where it is no JSON document. */
  readonly answers?: 'csv' | 'lines' | 'page';
}

/** Chapters of the document. */
export const tags: Readonly<Record<string, string>> = {
  Service: 'Whether it is there and ready, and this document.',
  Session: 'Logging in with the CRM, and who one is.',
  Activation: 'Connecting a mailbox and reaching it again.',
  Mailbox: 'A person’s own mailbox: status, runs, pausing, switching off.',
  Mails: 'Single mails, events, contacts, tasks and records of one’s own.',
  Settings: 'What a person chooses.',
  Hints: 'Where services post that something changed.',
  Overview: 'Administrators: what is how, and what needs somebody.',
  People: 'Administrators: people, one by one and many at once.',
  Erasure: 'Administrators: what was written about somebody outside, listed and removed.',
  Profiles: 'Administrators: people who share a way of being reached and a preset.',
  Presets: 'Administrators: settings under a name, and the organization’s own.',
  Licenses: 'Administrators: how often runs come.',
  Accesses: 'Administrators: one credential that reaches many.',
  Imports: 'Administrators: bringing people in.',
  'Roll-outs': 'Administrators: switching sync on for many, in waves.',
  Runs: 'Administrators: runs and issues over many mailboxes.',
  Audit: 'Administrators: who did what.',
  Tokens: 'Administrators: service tokens for scripts.',
};

const of = (tag: string, summary: string, more: Omit<Operation, 'tag' | 'summary'> = {}): Operation => ({
  tag,
  summary,
  ...more,
});

/** By method and address. */
export const operations: Readonly<Record<string, Operation>> = {
  'GET /health': of('Service', 'Whether the process lives'),
  'GET /ready': of('Service', 'Whether it can work'),
  'GET /docs/errors': of('Service', 'Every code with its words', { answers: 'page' }),
  'GET /api/openapi.json': of('Service', 'This document'),

  'GET /api/session': of('Session', 'Who is signed in'),
  'POST /api/session/exchange': of('Session', 'Take a login over into a frame'),
  'POST /api/logout': of('Session', 'End the session'),
  'GET /api/sessions': of('Session', 'One’s own sessions, everywhere'),
  'DELETE /api/sessions/:id': of('Session', 'End one of them'),
  'POST /api/sessions/end-others': of('Session', 'End all but this one'),
  'GET /login/salesforce': of('Session', 'Begin a login with the CRM'),
  'GET /login/salesforce/start': of('Session', 'Go on with a login in a window of its own'),
  'GET /login/salesforce/callback': of('Session', 'The way back from the CRM'),
  'POST /api/crm/renewal': of('Session', 'Begin to renew the CRM’s account from inside of a frame'),
  'POST /api/crm/renewal/complete': of('Session', 'Complete such a renewal'),

  'POST /api/mailbox/:service': of('Activation', 'Connect a mailbox with login and password'),
  'POST /api/mailbox/:service/consent': of('Activation', 'Begin the sign-in at a mail service'),
  'POST /api/mailbox/consents/:id/complete': of('Activation', 'Complete a sign-in that came back'),
  'GET /connect/:service/start': of('Activation', 'Go on to a mail service’s sign-in page'),
  'GET /connect/:service/callback': of('Activation', 'The way back from a mail service'),
  'POST /api/reconnect': of('Activation', 'Use the link of an e-mail'),

  'GET /api/mailbox': of('Mailbox', 'The mailbox and how it stands'),
  'DELETE /api/mailbox': of('Mailbox', 'Switch off and forget at once'),
  'POST /api/mailbox/sync-now': of('Mailbox', 'Sync now'),
  'POST /api/mailbox/preview': of('Mailbox', 'What a first run would do', { answers: 'lines' }),
  'POST /api/mailbox/start': of('Mailbox', 'Start sync'),
  'POST /api/mailbox/pause': of('Mailbox', 'Pause'),
  'POST /api/mailbox/resume': of('Mailbox', 'Resume'),
  'POST /api/mailbox/deactivate': of('Mailbox', 'Switch off'),
  'GET /api/runs': of('Mailbox', 'Runs, newest first'),
  'GET /api/issues': of('Mailbox', 'Issues, newest first'),
  'POST /api/issues/:id/retry': of('Mailbox', 'Try an item again'),

  'GET /api/holds': of('Mailbox', 'Deletions that wait for a word, and those that were decided'),
  'GET /api/holds/:id': of('Mailbox', 'What would be deleted'),
  'POST /api/holds/:id/release': of('Mailbox', 'Let held deletions go'),
  'POST /api/holds/:id/drop': of('Mailbox', 'Keep what would be deleted'),

  'GET /api/mails/recent': of('Mails', 'Mails that were judged lately'),
  'POST /api/mails/explain': of('Mails', 'Why a mail was saved, or not'),
  'POST /api/mails/save': of('Mails', 'Save a mail by hand'),
  'GET /api/items/near': of('Mails', 'Events, contacts or tasks that are near'),
  'POST /api/items/explain': of('Mails', 'Why an event, contact or task is in step, or not'),
  'POST /api/items/settle': of('Mails', 'Try one of them now'),
  'GET /api/runs/:id/records': of('Mails', 'What a run created'),
  'POST /api/runs/:id/undo': of('Mails', 'Remove what a run created', { answers: 'lines' }),

  'GET /api/settings': of('Settings', 'All layers of settings'),
  'PUT /api/settings': of('Settings', 'Change one’s own settings'),
  'GET /api/contact-views': of('Settings', 'List views of contacts to choose from'),
  'POST /api/settings/earlier': of('Settings', 'What changed rules would still save, or had not saved', {
    answers: 'lines',
  }),
  'POST /api/settings/earlier/apply': of('Settings', 'Let changed rules count for earlier mail', {
    answers: 'lines',
  }),

  'POST /hints/:service': of('Hints', 'A notification of a mail service'),

  'GET /api/admin/overview': of('Overview', 'Counts, freshness, completeness, and what needs somebody'),
  'GET /api/admin/service-levels': of(
    'Overview',
    'Freshness, success, completeness and queues against the goals',
  ),
  'GET /api/admin/budget': of('Overview', 'What Salesforce’s daily API allowance is enough for'),

  'GET /api/admin/users': of('People', 'People, searched, filtered and sorted'),
  'GET /api/admin/users.csv': of('People', 'The same as CSV', { answers: 'csv' }),
  'POST /api/admin/users': of('People', 'Add one person', { scope: 'users' }),
  'GET /api/admin/users/:id': of('People', 'Everything of one person'),
  'PATCH /api/admin/users/:id': of('People', 'Change role, profile, license, preset or mailbox', {
    scope: 'users',
  }),
  'POST /api/admin/users/actions': of('People', 'Do something with many people', {
    scope: 'users',
    answers: 'lines',
  }),
  'GET /api/admin/users/:id/sessions': of('People', 'A person’s sessions'),
  'POST /api/admin/users/:id/end-sessions': of('People', 'End a person’s sessions', { scope: 'users' }),
  'POST /api/admin/users/:id/check-access': of('People', 'What a roll-out would find', { scope: 'users' }),

  'POST /api/admin/erasures/find': of('Erasure', 'What Lockstep wrote about one address', { scope: 'users' }),
  'POST /api/admin/erasures': of('Erasure', 'Remove what Lockstep wrote about one address', {
    scope: 'users',
    answers: 'lines',
  }),

  'GET /api/admin/profiles': of('Profiles', 'All profiles within reach'),
  'POST /api/admin/profiles': of('Profiles', 'Make a profile', { scope: 'profiles' }),
  'PUT /api/admin/profiles/:id': of('Profiles', 'Change a profile', { scope: 'profiles' }),
  'DELETE /api/admin/profiles/:id': of('Profiles', 'Delete a profile', { scope: 'profiles' }),
  'POST /api/admin/profiles/:id/enable': of('Profiles', 'Switch a profile on', { scope: 'profiles' }),
  'POST /api/admin/profiles/:id/disable': of('Profiles', 'Switch a profile off', { scope: 'profiles' }),

  'GET /api/admin/presets': of('Presets', 'All presets'),
  'POST /api/admin/presets': of('Presets', 'Make a preset', { scope: 'settings' }),
  'PUT /api/admin/presets/:id': of('Presets', 'Change a preset', { scope: 'settings' }),
  'DELETE /api/admin/presets/:id': of('Presets', 'Delete a preset', { scope: 'settings' }),
  'POST /api/admin/presets/:id/apply': of('Presets', 'Give a preset to profiles', {
    scope: 'settings',
    answers: 'lines',
  }),
  'GET /api/admin/settings': of('Presets', 'The organization’s own settings'),
  'PUT /api/admin/settings': of('Presets', 'Change the organization’s own settings', { scope: 'settings' }),

  'GET /api/admin/licenses': of('Licenses', 'All licenses'),
  'PUT /api/admin/licenses': of('Licenses', 'Make or change a license', { scope: 'settings' }),
  'DELETE /api/admin/licenses/:id': of('Licenses', 'Delete a license', { scope: 'settings' }),

  'GET /api/admin/runs': of('Runs', 'Runs of all mailboxes, newest first'),
  'GET /api/admin/runs.csv': of('Runs', 'The same as CSV', { answers: 'csv' }),
  'GET /api/admin/issues': of('Runs', 'Issues of all mailboxes, newest first'),
  'GET /api/admin/issues.csv': of('Runs', 'The same as CSV', { answers: 'csv' }),
  'GET /api/admin/issues/sums': of('Runs', 'Issues by cause'),
  'GET /api/admin/holds': of('Runs', 'Deletions that wait for a word, newest first'),
  'POST /api/admin/holds/:id/release': of('Runs', 'Let held deletions of somebody go', { scope: 'users' }),
  'POST /api/admin/holds/:id/drop': of('Runs', 'Keep what would be deleted', { scope: 'users' }),

  'GET /api/admin/audit': of('Audit', 'Who did what, newest first'),
  'GET /api/admin/audit.csv': of('Audit', 'The same as CSV', { answers: 'csv' }),

  'GET /api/admin/tokens': of('Tokens', 'All service tokens', { scope: null }),
  'POST /api/admin/tokens': of('Tokens', 'Make a service token', { scope: null }),
  'DELETE /api/admin/tokens/:id': of('Tokens', 'End a service token', { scope: null }),

  // Accesses, imports and roll-outs.
  'GET /api/admin/accesses': of('Accesses', 'All accesses'),
  'POST /api/admin/accesses': of('Accesses', 'Set an access up', { scope: 'accesses' }),
  'POST /api/admin/accesses/consent': of('Accesses', 'Begin the sign-in of a service account', {
    scope: 'accesses',
  }),
  'GET /api/admin/accesses/:id': of('Accesses', 'One access'),
  'PUT /api/admin/accesses/:id': of('Accesses', 'Change an access', { scope: 'accesses' }),
  'DELETE /api/admin/accesses/:id': of('Accesses', 'Remove an access', { scope: 'accesses' }),
  'POST /api/admin/accesses/:id/try': of('Accesses', 'Try an access with a mailbox', { scope: 'accesses' }),
  'POST /api/admin/accesses/:id/check': of('Accesses', 'Check a refused access again', { scope: 'accesses' }),
  'POST /api/admin/imports/crm': of('Imports', 'Import people from the CRM', {
    scope: 'users',
    answers: 'lines',
  }),
  'POST /api/admin/imports/csv': of('Imports', 'Import people from a CSV file', {
    scope: 'users',
    answers: 'lines',
  }),
  'GET /api/admin/rollouts': of('Roll-outs', 'Roll-outs, newest first'),
  'PUT /api/admin/rollouts/:id': of('Roll-outs', 'Make a roll-out', { scope: 'rollouts' }),
  'GET /api/admin/rollouts/:id': of('Roll-outs', 'One roll-out'),
  'GET /api/admin/rollouts/:id/members': of('Roll-outs', 'Its people and what became of each'),
  'GET /api/admin/rollouts/:id/members.csv': of('Roll-outs', 'The same as CSV', { answers: 'csv' }),
  'POST /api/admin/rollouts/:id/:act': of('Roll-outs', 'Start, halt, resume or cancel it', {
    scope: 'rollouts',
  }),
};
