/** Roll-outs: pre-flight, waves, halts, and what became of each person (M7, M8). They go on in the worker; no browser need stay open. */
import { z } from 'zod';
import { outcomes, predictions } from '../../model/access-findings.ts';
import { rolloutStates } from '../../model/rollout-state.ts';
import { failureViewSchema } from '../mailbox.ts';
import { pageOf } from '../runs.ts';
import { afterSchema, namedSchema } from './common.ts';
import { userFilterSchema } from './users.ts';

/** PUT /api/admin/rollouts/:id with an id of the caller's making: sent twice it is the same roll-out. */
export const rolloutFormSchema = z.object({
  profileId: z.uuid(),
  who: z
    .union([
      z.object({ userIds: z.array(z.uuid()).min(1).max(1_000) }),
      z.object({ filter: userFilterSchema }),
    ])
    .default({ filter: {} })
    .describe('Of the profile’s people; everybody unless told'),
  waves: z
    .array(z.int().min(1).max(100))
    .min(1)
    .max(10)
    .default([5, 25, 100])
    .describe('Shares of the people in percent, growing, the last one 100'),
  failuresMax: z
    .int()
    .min(0)
    .max(100)
    .default(20)
    .describe('Percent of a wave above which it halts by itself'),
});

export type RolloutForm = z.input<typeof rolloutFormSchema>;

const countsOf = <Key extends string>(keys: readonly Key[]) =>
  z.record(z.enum(keys as [Key, ...Key[]]), z.int());

export const rolloutViewSchema = z.object({
  id: z.string(),
  profile: namedSchema,
  startedBy: z.string().nullable().describe('CRM login; null where he is gone, or it was a token'),
  state: z.enum(rolloutStates),
  stateSince: z.iso.datetime(),
  cause: failureViewSchema.nullable().describe('Why it halted: what most of the failed have in common'),
  waves: z.array(
    z.object({
      share: z.int(),
      people: z.int(),
      done: z.int(),
      failed: z.int(),
      state: z.enum(['waiting', 'running', 'done', 'halted']),
    }),
  ),
  wave: z.int().describe('The one under way, from 0'),
  failuresMax: z.int(),
  people: z.int(),
  checked: z.int(),
  byPrediction: countsOf(predictions),
  byOutcome: countsOf(outcomes),
  byCause: z
    .array(z.object({ failure: failureViewSchema, count: z.int() }))
    .describe('Why people were left to themselves or failed, most frequent first'),
  may: z.array(z.enum(['check', 'start', 'halt', 'resume', 'cancel'])),
  createdAt: z.iso.datetime(),
});

export type RolloutView = z.infer<typeof rolloutViewSchema>;

export const rolloutsPageSchema = pageOf(rolloutViewSchema);

export const rolloutMemberSchema = z.object({
  userId: z.string(),
  name: z.string(),
  username: z.string(),
  address: z.string().nullable(),
  wave: z.int(),
  mailboxFound: z.boolean().nullable(),
  accessGranted: z.boolean().nullable(),
  crmUserMatched: z.boolean().nullable(),
  addressEqual: z.boolean().nullable(),
  predicted: z.enum(predictions),
  outcome: z.enum(outcomes),
  failure: failureViewSchema.nullable(),
  changedAt: z.iso.datetime(),
});

export type RolloutMember = z.infer<typeof rolloutMemberSchema>;

export const rolloutMembersPageSchema = pageOf(rolloutMemberSchema);

export const memberQuerySchema = z.object({
  predicted: z.enum(predictions).optional(),
  outcome: z.enum(outcomes).optional(),
  code: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: afterSchema,
});
