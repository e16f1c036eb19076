/** What the console's page of service levels shows: figures over a day and a week against the goals, what waits, and what the CRM's allowance is enough for. */
import { z } from 'zod';

const share = z.number().min(0).max(1);

export const serviceLevelsSchema = z.object({
  goals: z
    .object({
      freshnessP50Minutes: z.number(),
      freshnessP95Minutes: z.number(),
      successShare: share,
      completenessShare: share,
      queueMinutes: z.number(),
    })
    .describe('What an installation is measured by that works as it should'),
  windows: z
    .array(
      z.object({
        hours: z.int().describe('Up to now: 24 or 168'),
        runs: z.int().describe('Runs that ended'),
        successShare: share.nullable().describe('Of them, those that did not fail; null: none ended'),
        freshnessP50Minutes: z
          .number()
          .nullable()
          .describe(
            'How old the last good state of a mailbox had become when the next good run ended: half of the runs at most so old',
          ),
        freshnessP95Minutes: z.number().nullable().describe('19 of 20 at most so old'),
      }),
    )
    .describe('Over the last day and the last week'),
  completenessShare: share
    .nullable()
    .describe('Of the mail of 30 days that belongs to Salesforce, as checked last; null: not checked'),
  queues: z
    .array(
      z.object({
        service: z.string(),
        name: z.string(),
        waiting: z.int(),
        oldestMinutes: z.number(),
      }),
    )
    .describe('Mailboxes that are due and that no worker holds, now'),
  budget: z
    .object({
      mailboxes: z.int().describe('Active now'),
      dailyAllowance: z.int().nullable().describe('As last heard; null: not heard within a day'),
      used: z.int().nullable(),
      share: share.describe('The part that may be used: apiShareMax of the settings'),
    })
    .describe('What a plan of the API budget begins with'),
});

export type ServiceLevels = z.infer<typeof serviceLevelsSchema>;

export const budgetQuerySchema = z.object({
  mailboxes: z.coerce.number().int().min(0).max(1_000_000).default(100),
  intervalMinutes: z.coerce.number().int().min(5).max(1_440).default(30),
  dailyAllowance: z.coerce.number().int().min(0).max(1_000_000_000).default(100_000),
  share: z.coerce.number().min(0).max(1).default(0.8),
  itemsADay: z.coerce.number().min(0).max(100_000).default(40),
  hints: z.enum(['yes', 'no']).default('no'),
});

export const budgetPlanSchema = z.object({
  runsADay: z.int().describe('Of one mailbox'),
  callsAtRest: z.int().describe('Requests a day of all, when nothing moves'),
  callsAtWork: z.int().describe('Requests a day of all at most, when every item comes by itself'),
  allowed: z.int().describe('Requests a day that may be used'),
  fits: z.boolean(),
  usedShare: z.number().describe('Of the whole allowance, at work'),
  fittingIntervalMinutes: z.int().nullable().describe('The shortest interval that fits; null: none does'),
  mailboxesMax: z.int().describe('As many as fit at this interval'),
  firstLimit: z
    .enum(['none', 'share', 'allowance'])
    .describe('share: runs wait from then on; allowance: Salesforce refuses everybody'),
  limitAfterHours: z.number().nullable().describe('Hours of a day at work until it is met'),
});

export type BudgetPlan = z.infer<typeof budgetPlanSchema>;
