/** Runs and issues as the pages list them: counts, codes and texts; never content. */
import { z } from 'zod';
import { collections } from '../model/collection.ts';

export const anyCollectionSchema = z.enum(['emails', ...collections]);

export const runViewSchema = z.object({
  id: z.string(),
  trigger: z.enum(['schedule', 'activation', 'user', 'command', 'hint']),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable().describe('null while it is under way'),
  outcome: z.enum(['running', 'done', 'more', 'failed', 'abandoned']),
  failureCode: z.string().nullable(),
  failureText: z.string().nullable(),
  examined: z.int(),
  created: z.int(),
  files: z.int(),
  issues: z.int(),
  byVerdict: z.array(z.object({ code: z.string(), text: z.string(), count: z.int() })),
  mailboxRequests: z.int(),
  crmRequests: z.int(),
  durationMs: z.int().nullable(),
});

export type RunView = z.infer<typeof runViewSchema>;

export const issueViewSchema = z.object({
  id: z.string(),
  code: z.string(),
  text: z.string(),
  admin: z.string(),
  vendorCode: z.string().nullable(),
  fields: z.array(z.string()),
  mender: z.enum(['user', 'mail-admin', 'crm-admin', 'operator', 'nobody']),
  remedy: z.enum(['connect-mailbox', 'connect-crm', 'retry', 'none']),
  collection: anyCollectionSchema,
  isWhole: z.boolean().describe('It is about the collection as a whole, not about one item of it'),
  itemId: z
    .string()
    .nullable()
    .describe('In the person’s own mailbox; null where a record has no item yet, and for a whole collection'),
  recordId: z.string().nullable().describe('The record in Salesforce, where there is one'),
  recordUrl: z.string().nullable().describe('Where that opens'),
  mailUrl: z.string().nullable().describe('Where the mail opens in the person’s own mail client on the web'),
  attempts: z.int(),
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
  retryAt: z.iso.datetime().nullable().describe('null: only when asked'),
});

export type IssueView = z.infer<typeof issueViewSchema>;

/** A page of a list; `next` is handed back as `before` for the following one. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() });

export const runsPageSchema = pageOf(runViewSchema);
export const issuesPageSchema = pageOf(issueViewSchema);
