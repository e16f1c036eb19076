/** The console's first page, and the lists of runs and issues over many mailboxes. Codes, counts and instants; never content. */
import { z } from 'zod';
import { failureViewSchema } from '../mailbox.ts';
import { ownerSchema } from '../owner.ts';
import { anyCollectionSchema, issueViewSchema, pageOf, runViewSchema } from '../runs.ts';
import { afterSchema } from './common.ts';

export const adminOverviewSchema = z.object({
  counts: z
    .object({
      users: z.int(),
      active: z.int(),
      withIssues: z.int(),
      suspended: z.int(),
      authorizationRequired: z.int(),
      notActivated: z.int(),
      late: z.int(),
      paused: z.int(),
      deactivated: z.int(),
    })
    .describe('Each opens the list of people with the status of its name'),
  freshness: z.object({
    onTimeShare: z.number().nullable().describe('Of the active mailboxes, 0 to 1; null: there are none'),
    medianMinutes: z.number().nullable().describe('Since the last success'),
    p95Minutes: z.number().nullable(),
  }),
  completeness: z.object({
    share: z.number().nullable().describe('Of the eligible mail of 30 days, 0 to 1; null: not checked yet'),
    missing: z.int(),
    mailboxes: z.int().describe('With something missing'),
  }),
  days: z
    .array(
      z.object({
        day: z.iso.date(),
        runs: z.int(),
        failed: z.int(),
        saved: z.int(),
      }),
    )
    .describe('The last 14 days in UTC, oldest first'),
  needs: z
    .array(
      z.object({
        kind: z.enum(['access-refused', 'rollout-halted', 'stopped', 'holds', 'late', 'issues', 'missing']),
        text: z.string().describe('One sentence: what needs somebody'),
        count: z.int(),
        failure: failureViewSchema.nullable(),
        link: z.string().describe('The page of the console that mends it, as a path below /admin'),
      }),
    )
    .describe('What needs an admin today, most urgent first'),
  crm: z
    .object({ used: z.int(), max: z.int(), heldUntil: z.iso.datetime().nullable() })
    .nullable()
    .describe('Daily API allowance as last heard; null: not heard'),
});

export type AdminOverview = z.infer<typeof adminOverviewSchema>;

export const adminRunSchema = runViewSchema.extend({ owner: ownerSchema, worker: z.string() });
export type AdminRun = z.infer<typeof adminRunSchema>;
export const adminRunsPageSchema = pageOf(adminRunSchema);

export const adminRunQuerySchema = z.object({
  user: z.uuid().optional(),
  profile: z.uuid().optional(),
  outcome: z.enum(['running', 'done', 'more', 'failed', 'abandoned']).optional(),
  code: z.string().max(100).optional(),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: afterSchema,
});

/** An issue without a link into anybody's mail. */
export const adminIssueSchema = issueViewSchema
  .omit({ mailUrl: true, itemId: true })
  .extend({ owner: ownerSchema });
export type AdminIssue = z.infer<typeof adminIssueSchema>;
export const adminIssuesPageSchema = pageOf(adminIssueSchema);

export const adminIssueQuerySchema = z.object({
  user: z.uuid().optional(),
  profile: z.uuid().optional(),
  code: z.string().max(100).optional(),
  collection: anyCollectionSchema.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: afterSchema,
});

export const issueSumsSchema = z.object({
  items: z.array(z.object({ failure: failureViewSchema, issues: z.int(), mailboxes: z.int() })),
});
