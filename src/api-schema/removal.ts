/** Taking back what was saved: one run's records (*Undo*, D5), or earlier mail that a changed rule would no longer save (S6). */
import { z } from 'zod';
import { linesOf } from './life.ts';
import { anyCollectionSchema } from './runs.ts';
import { settingsLayerSchema } from './settings.ts';

export const createdRecordSchema = z.object({
  recordId: z.string(),
  collection: anyCollectionSchema,
  url: z.string().nullable(),
  label: z.string().nullable().describe('Its subject, read live from Salesforce; null when it is gone'),
  linkedAt: z.iso.datetime(),
  removable: z.boolean().describe('False: it is gone already, or a colleague’s mailbox relies on it'),
});

/** What one run created: mails, newest first, then everything else. */
export const createdRecordsSchema = z.object({
  items: z.array(createdRecordSchema),
  removable: z.int(),
  madeInMailbox: z.int().describe('Items that it made in the mailbox: they stay'),
});
export type CreatedRecords = z.infer<typeof createdRecordsSchema>;

/** The end of a removal. What was removed never comes back by itself. */
export const removalViewSchema = z.object({
  removed: z.int(),
  kept: z
    .array(z.object({ code: z.string(), text: z.string(), count: z.int() }))
    .describe('What could not be removed, by reason'),
});
export const removalLineSchema = linesOf(removalViewSchema);
export type RemovalLine = z.infer<typeof removalLineSchema>;

/** Asks how many earlier mails a change of the person's settings would not have saved; nothing is changed by asking. */
export const earlierFormSchema = z.object({ settings: settingsLayerSchema });
export const earlierViewSchema = z.object({
  matches: z.int().describe('Saved mails that the new rules would skip'),
  examined: z.int(),
  isComplete: z.boolean(),
});
export const earlierLineSchema = linesOf(earlierViewSchema);
export type EarlierLine = z.infer<typeof earlierLineSchema>;
