/**
 * Single events, contacts and tasks, read live for their owner and kept nowhere: what is near, *Why?* for one (D3), and *Try now*. Never part of an
 * administrator's answer (G6).
 */
import { z } from 'zod';
import { collections } from '../model/collection.ts';
import { failureViewSchema } from './mailbox.ts';
import { explanationStepSchema, participantViewSchema, verdictViewSchema } from './mails.ts';
import { issueViewSchema } from './runs.ts';

const collection = z.enum(collections);

/** By the id of the mailbox's item, or of the record in Salesforce. */
export const itemNameSchema = z.union([
  z.object({ collection, itemId: z.string().min(1).max(2_048) }).strict(),
  z.object({ collection, recordId: z.string().regex(/^([a-zA-Z0-9]{15}|[a-zA-Z0-9]{17,18})$/) }).strict(),
]);
export type ItemName = z.infer<typeof itemNameSchema>;

const allowDuplicate = z
  .boolean()
  .default(false)
  .describe('Save it all the same where a duplicate rule of Salesforce refused it and lets people decide');

/** POST /api/items/settle: which one, and whether a suspected duplicate is meant so. */
export const settleFormSchema = z.union([
  itemNameSchema.options[0].extend({ allowDuplicate }),
  itemNameSchema.options[1].extend({ allowDuplicate }),
]);
export type SettleForm = z.input<typeof settleFormSchema>;

export const nearQuerySchema = z.object({ collection });

export const nearItemsSchema = z.object({
  items: z.array(
    z.object({
      itemId: z.string(),
      title: z.string(),
      time: z
        .string()
        .nullable()
        .describe('Of an event `start/end`, as instants or, of whole days, as dates; of a task its due date'),
      verdict: verdictViewSchema.nullable().describe('null: not examined yet'),
    }),
  ),
});
export type NearItems = z.infer<typeof nearItemsSchema>;

/** Rule by rule why it is or is not in step, judged now, with the settings of now. */
export const itemExplanationSchema = z.object({
  collection,
  itemId: z.string().nullable(),
  recordId: z.string().nullable(),
  itemUrl: z
    .string()
    .nullable()
    .describe('Where the item opens in the person’s own client on the web; null where it has no such page'),
  recordUrl: z.string().nullable(),
  title: z.string().nullable().describe('null: neither side has it any more'),
  time: z.string().nullable(),
  verdict: verdictViewSchema.describe('What a run would do now'),
  steps: z.array(explanationStepSchema),
  fields: z
    .object({ toRecord: z.array(z.string()), toItem: z.array(z.string()), conflicts: z.array(z.string()) })
    .describe('Names of the fields that a run would write'),
  pair: z
    .object({
      state: z.enum(['making', 'linked', 'removing', 'ended']),
      made: z.enum(['record', 'item']).nullable().describe('Which of the two Lockstep made'),
      role: z.enum(['owner', 'deputy', 'member']),
    })
    .nullable(),
  failure: failureViewSchema.nullable().describe('Why it cannot be read, or what the mailbox cannot take'),
  participants: z.array(participantViewSchema),
  issue: issueViewSchema.nullable(),
  canTry: z.boolean().describe('Whether *Try now* would do something'),
});
export type ItemExplanationView = z.infer<typeof itemExplanationSchema>;

export const settledItemSchema = z.object({
  verdict: verdictViewSchema,
  failure: failureViewSchema.nullable().describe('Why it waits'),
  said: z
    .string()
    .nullable()
    .describe('Salesforce’s own words of its refusal, told to whoever asks at this moment and kept nowhere'),
  recordUrl: z.string().nullable(),
});
export type SettledItemView = z.infer<typeof settledItemSchema>;
