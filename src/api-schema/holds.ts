/** Deletions that wait for a person (S5): a run met more of them than the organization lets go by itself. Counts and names of now; nothing of it is kept. */
import { z } from 'zod';
import { collections } from '../model/collection.ts';
import { afterSchema } from './admin/common.ts';
import { ownerSchema } from './owner.ts';
import { pageOf } from './runs.ts';

export const holdViewSchema = z.object({
  id: z.string(),
  collection: z.enum(collections),
  text: z.string().describe('One sentence: what was deleted, and what is asked'),
  held: z.int().describe('Deletions that it holds'),
  paired: z.int().describe('Items of the collection that were kept in step before'),
  createdAt: z.iso.datetime(),
  state: z
    .enum(['waiting', 'released', 'dropped'])
    .describe('released: they are deleted in Salesforce; dropped: they stay there'),
  decidedAt: z.iso.datetime().nullable(),
});
export type HoldView = z.infer<typeof holdViewSchema>;

/** Those that wait first. */
export const holdsPageSchema = pageOf(holdViewSchema);

export const heldRecordsSchema = z.object({
  hold: holdViewSchema,
  remaining: z.int().describe('Records that it still keeps; some may have come back meanwhile'),
  items: z.array(
    z.object({
      recordId: z.string(),
      label: z.string().nullable().describe('Read live from Salesforce; null when it is gone'),
      url: z.string(),
    }),
  ),
  next: z.string().nullable().describe('`after` of the next page'),
});
export type HeldRecordsView = z.infer<typeof heldRecordsSchema>;

export const holdsQuerySchema = z.object({ after: z.uuid().optional() });
export const heldRecordsQuerySchema = z.object({
  after: z
    .string()
    .regex(/^[a-zA-Z0-9]{1,32}$/)
    .optional(),
});

/** A hold of somebody, for administrators: whose, and how many; never what. */
export const adminHoldSchema = holdViewSchema.extend({ owner: ownerSchema });
export type AdminHold = z.infer<typeof adminHoldSchema>;
export const adminHoldsPageSchema = pageOf(adminHoldSchema);

export const adminHoldQuerySchema = z.object({
  user: z.uuid().optional(),
  profile: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: afterSchema,
});
