/** A person's mailbox as the pages show it, and the forms that activate it. Instants are ISO 8601 in UTC. */
import { z } from 'zod';
import { mailboxStates } from '../model/mailbox-state.ts';
import { challengeSchema, displaySchema, verifierSchema } from './dialog.ts';
import { runViewSchema } from './runs.ts';

export const mailboxStateSchema = z.enum(mailboxStates);

/** The one sentence about a mailbox: same in sidebar, e-mail and lists. Colour is never the only carrier: `tone` has an icon too. */
export const statusSentenceSchema = z.object({
  tone: z.enum(['good', 'busy', 'waiting', 'bad']),
  text: z.string(),
});

export const failureViewSchema = z.object({
  code: z.string(),
  text: z.string(),
  admin: z.string(),
  mender: z.enum(['user', 'mail-admin', 'crm-admin', 'operator', 'nobody']).describe('Who can mend it'),
  remedy: z
    .enum(['connect-mailbox', 'connect-crm', 'retry', 'none'])
    .describe('The one button that helps here, if any'),
  vendorCode: z.string().nullable(),
  fields: z.array(z.string()),
});

export type FailureView = z.infer<typeof failureViewSchema>;

/** One of the two accounts that a mailbox stands on, as *Accounts* shows it. */
export const connectionViewSchema = z.object({
  account: z.string(),
  service: z.string().describe('Display name'),
  connectedAt: z.iso.datetime().describe('When its credential was last given or renewed by a person'),
  isUsable: z.boolean().describe('False: no credential is at hand, so somebody must connect it again'),
});

/** Share of the eligible mail of the last 30 days that is in Salesforce, counted by ids once a day (D4). */
export const completenessViewSchema = z.object({
  checkedAt: z.iso.datetime(),
  eligible: z.int(),
  saved: z.int(),
  missing: z.int().describe('Eligible, in the mailbox, and not in Salesforce: the next run takes them'),
  removed: z
    .int()
    .describe('Were saved and deliberately removed in Salesforce since; not counted as missing'),
});

export type ConnectionView = z.infer<typeof connectionViewSchema>;

export const mailboxViewSchema = z.object({
  id: z.string(),
  address: z.string(),
  service: z.string().describe('Display name of the mail service'),
  serviceId: z.string().describe('Name of the mail service in addresses of the API'),
  state: mailboxStateSchema,
  stateSince: z.iso.datetime(),
  status: statusSentenceSchema,
  cause: failureViewSchema.nullable().describe('The failure behind the state or behind the last failed run'),
  running: z.boolean(),
  lastSuccessAt: z.iso.datetime().nullable(),
  nextRunAt: z.iso.datetime().nullable(),
  lastRun: runViewSchema.nullable(),
  pausedUntil: z.iso.datetime().nullable().describe('When a pause ends by itself'),
  pausedBy: z.enum(['user', 'admin', 'profile']).nullable(),
  isLate: z.boolean().describe('The last success is older than the interval allows, whatever the cause (N3)'),
  intervalMinutes: z.int().describe('From run to run as it is now: adaptive and guarded intervals included'),
  historyFrom: z.iso.datetime(),
  purgeAt: z.iso.datetime().nullable().describe('When a deactivated mailbox is forgotten'),
  mailboxConnection: connectionViewSchema,
  crmConnection: connectionViewSchema,
  completeness: completenessViewSchema.nullable().describe('null: not checked yet'),
  week: z
    .array(z.object({ day: z.iso.date(), saved: z.int(), skipped: z.int(), issues: z.int(), runs: z.int() }))
    .describe('Sums of the runs of the last 7 days, in UTC, oldest first'),
  savedTotal: z.int().describe('Mails of this mailbox that are in Salesforce'),
  inStep: z
    .object({ events: z.int(), contacts: z.int(), tasks: z.int() })
    .describe('Events, contacts and tasks of this mailbox that are kept in step with Salesforce'),
  issuesOpen: z.int(),
  holdsWaiting: z.int().describe('Deletions that wait for the person’s word, see GET /api/holds'),
});

export type MailboxView = z.infer<typeof mailboxViewSchema>;

/** A mail service whose mailboxes can be activated here, and how. */
export const mailServiceViewSchema = z.object({
  service: z.string().describe('Its name in addresses of the API'),
  displayName: z.string(),
  activatedBy: z
    .enum(['form', 'consent'])
    .describe('By login and password in a form, or by signing in on the pages of the service'),
  alsoByConsent: z.boolean().describe('Activated by a form, and by a sign-in page for those who want it'),
  approvalUrl: z
    .string()
    .nullable()
    .describe('Where an administrator approves for everybody, if there is such a page'),
});

export type MailServiceView = z.infer<typeof mailServiceViewSchema>;

/**
 * `activate` and `refresh` open the mailbox that is connected, or the one that is named; `change` may open another one, whose old links are then
 * closed (A15). `start: false` checks and saves the access and leaves sync off until POST /api/mailbox/start.
 */
export const activationWishSchema = z.object({
  intent: z.enum(['activate', 'refresh', 'change']).default('activate'),
  start: z.boolean().default(true),
});

/** What a person types to have his mailbox opened with login and password. */
export const mailboxFormSchema = activationWishSchema.extend({
  login: z.string().trim().min(1, 'Enter your login, as user@company or COMPANY\\user.').max(256),
  password: z.string().min(1, 'Enter your password.').max(1024),
  address: z
    .email('Enter your e-mail address.')
    .max(320)
    .optional()
    .describe('Needed where the login is DOMAIN\\user and no link is given'),
  ewsUrl: z
    .string()
    .trim()
    .max(2048)
    .optional()
    .describe('The company’s own EWS link; without it Autodiscover looks'),
});

export type MailboxForm = z.input<typeof mailboxFormSchema>;

/** Which mailbox is meant, where nothing is connected yet; the one that is connected is meant otherwise. */
export const consentFormSchema = activationWishSchema.extend({
  address: z.email('Enter your e-mail address.').max(320).optional(),
  display: displaySchema.default('page'),
  challenge: challengeSchema.optional().describe('With `dialog`: SHA-256 of the frame’s verifier'),
});

/** The end of a consent that a frame began shows the frame's verifier. */
export const completeConsentFormSchema = z.object({ verifier: verifierSchema.optional() }).nullish();

export type ConsentForm = z.input<typeof consentFormSchema>;

export const consentViewSchema = z.object({
  url: z
    .string()
    .describe(
      'To be opened: the sign-in page of the mail service in this window, or with `dialog` the address that leads there, in a window of its own',
    ),
});

export type ConsentView = z.infer<typeof consentViewSchema>;

export const checkViewSchema = z.object({
  capability: z.string(),
  ok: z.boolean(),
  failure: failureViewSchema.nullable(),
});

/** The answer to an activation: the truthful check, and the mailbox when all of it passed. */
export const activationViewSchema = z.object({
  checks: z.array(checkViewSchema),
  mailbox: mailboxViewSchema,
});

export type ActivationView = z.infer<typeof activationViewSchema>;
