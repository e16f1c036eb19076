/** What the admins' routes share: ids in addresses, how bulk work reports, and what a list may be asked for. */
import { z } from 'zod';

export const idParamsSchema = z.object({ id: z.uuid() });

/** Something chosen by name: a profile, a license, a preset. */
export const namedSchema = z.object({ id: z.string(), name: z.string() });

export type Named = z.infer<typeof namedSchema>;

/** A mark of a list's page, as its answer gave it. */
export const afterSchema = z.string().max(1_000).optional().describe('`next` of the page before');

/**
 * One line of an answer in lines (NDJSON): how far bulk work is, then its end. Whoever closes the request stops it after the item under way;
 * what was done stays done, and asking again does the rest.
 */
export const bulkLineSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), done: z.int(), total: z.int() }),
  z.object({
    kind: z.literal('refused'),
    userId: z.string(),
    name: z.string(),
    code: z.string().describe('Of the catalogue'),
    text: z.string(),
  }),
  z.object({ kind: z.literal('end'), done: z.int(), changed: z.int(), refused: z.int() }),
]);

export type BulkLine = z.infer<typeof bulkLineSchema>;
