/**
 * Single mails, read live for their owner and kept nowhere: the latest ones, *Why?* for one of them (D3), and saving one by hand (U1). Never part of an
 * administrator's answer (G6).
 */
import { z } from 'zod';
import { issueViewSchema } from './runs.ts';

/** A mail by the id that its service gave it, or by the Message-ID of its header, with or without angle brackets. */
export const mailNameSchema = z.union([
  z.object({ itemId: z.string().min(1).max(2_048) }).strict(),
  z.object({ messageId: z.string().trim().min(3).max(998) }).strict(),
]);
export type MailName = z.infer<typeof mailNameSchema>;

export const verdictViewSchema = z.object({ code: z.string(), text: z.string() });

export const mailViewSchema = z.object({
  itemId: z.string(),
  subject: z.string(),
  from: z.string().nullable(),
  receivedAt: z.iso.datetime(),
  place: z.enum(['inbox', 'sent', 'salesforce-folder', 'other']),
  verdict: verdictViewSchema.nullable().describe('null: not examined yet'),
});
export type MailView = z.infer<typeof mailViewSchema>;

export const recentMailsSchema = z.object({ items: z.array(mailViewSchema) });

export const explanationStepSchema = z.object({
  rule: z.string().describe('Stable name of the rule, as in docs/decisions/email-rules.md'),
  text: z.string().describe('The rule as a question or statement in plain words'),
  outcome: z.enum(['passed', 'stopped', 'not-reached']),
  detail: z.string().nullable().describe('What it saw, e.g. which folder'),
});

export const participantViewSchema = z.object({
  address: z.string(),
  standing: z.enum(['contact', 'lead', 'user', 'internal', 'own', 'blocklisted', 'unknown']),
  name: z.string().nullable().describe('As Salesforce has it'),
  account: z.string().nullable(),
  recordUrl: z.string().nullable(),
});

/** Rule by rule why a mail is or is not in Salesforce, judged now, with the settings of now. */
export const explanationViewSchema = z.object({
  mail: mailViewSchema,
  mailUrl: z.string().nullable().describe('Where the mail opens in the person’s own mail client on the web'),
  verdict: verdictViewSchema.describe('What a run would decide now'),
  steps: z.array(explanationStepSchema),
  participants: z.array(participantViewSchema),
  record: z
    .object({ url: z.string(), savedAt: z.iso.datetime(), created: z.boolean() })
    .nullable()
    .describe('The record that the mail is linked to'),
  issue: issueViewSchema.nullable(),
  canSave: z.boolean().describe('Whether *Save to Salesforce* would do something'),
});
export type ExplanationView = z.infer<typeof explanationViewSchema>;

export const savedMailViewSchema = z.object({ verdict: verdictViewSchema, recordUrl: z.string().nullable() });
export type SavedMailView = z.infer<typeof savedMailViewSchema>;
