/** A person's mailbox as the pages show it, and the forms that activate it. Instants are ISO 8601 in UTC. */
import { z } from 'zod';
import { mailboxStates } from '../model/mailbox-state.ts';
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
  vendorCode: z.string().nullable(),
  fields: z.array(z.string()),
});

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
  savedTotal: z.int().describe('Mails of this mailbox that are in Salesforce'),
  issuesOpen: z.int(),
});

export type MailboxView = z.infer<typeof mailboxViewSchema>;

/** A mail service whose mailboxes can be activated here, and how. */
export const mailServiceViewSchema = z.object({
  service: z.string().describe('Its name in addresses of the API'),
  displayName: z.string(),
  activatedBy: z
    .enum(['form', 'consent'])
    .describe('By login and password in a form, or by signing in on the pages of the service'),
  approvalUrl: z
    .string()
    .nullable()
    .describe('Where an administrator approves for everybody, if there is such a page'),
});

export type MailServiceView = z.infer<typeof mailServiceViewSchema>;

/** What a person types to have his mailbox opened with login and password. */
export const mailboxFormSchema = z.object({
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

export type MailboxForm = z.infer<typeof mailboxFormSchema>;

/** Which mailbox is meant, where nothing is connected yet; the one that is connected is meant otherwise. */
export const consentFormSchema = z.object({
  address: z.email('Enter your e-mail address.').max(320).optional(),
});

export type ConsentForm = z.infer<typeof consentFormSchema>;

export const consentViewSchema = z.object({
  url: z.string().describe('The sign-in page of the mail service, to be opened in this window'),
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
