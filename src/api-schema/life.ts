/** What a person does with his mailbox once it is connected: start, pause, resume, switch off; and the preview before the first write. */
import { z } from 'zod';
import { collections } from '../model/collection.ts';
import { WINDOW_DAYS_MAX } from '../model/settings.ts';
import { problemSchema } from './problem.ts';

const windowDays = z
  .int()
  .min(0)
  .max(WINDOW_DAYS_MAX)
  .describe('How many days of earlier mail the first run takes (E6)');

/** Ends the preview and switches sync on (A12). */
export const startFormSchema = z.object({ windowDays: windowDays.optional() });
export type StartForm = z.infer<typeof startFormSchema>;

export const previewFormSchema = z.object({ windowDays });
export type PreviewForm = z.infer<typeof previewFormSchema>;

const directionSchema = z.object({
  created: z.int().describe('Items that would be created'),
  found: z.int().describe('Items that are there already and would only be linked'),
  skipped: z.array(z.object({ code: z.string(), text: z.string(), count: z.int() })).describe('Most first'),
});

/** What a first run would do (A12). `up` is about mail, which goes up only; `down` sums what would be made in the mailbox from Salesforce. */
export const previewViewSchema = z.object({
  windowDays,
  examined: z.int(),
  isComplete: z
    .boolean()
    .describe('False: the mailbox holds more than a preview reads, so every count is a least'),
  up: directionSchema,
  down: directionSchema,
  collections: z
    .array(
      z.object({
        collection: z.enum(collections),
        toSalesforce: z.int().describe('Items of the mailbox that would be made in Salesforce'),
        toMailbox: z.int().describe('Records of Salesforce that would be made in the mailbox'),
        found: z.int().describe('On both sides already: they would be kept in step'),
        skipped: directionSchema.shape.skipped,
        isComplete: z.boolean(),
      }),
    )
    .describe('Events, contacts and tasks'),
  windows: z
    .array(z.object({ days: z.int(), created: z.int() }))
    .describe('For each shorter window that may be chosen, how many items it would create'),
});
export type PreviewView = z.infer<typeof previewViewSchema>;

/** One line of an answer that takes its time (`application/x-ndjson`): any number of `progress`, then one `result` or `problem`. */
export const linesOf = <Result extends z.ZodType>(result: Result) =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('progress'), done: z.int(), total: z.int().nullable() }),
    z.object({ kind: z.literal('result'), result }),
    z.object({ kind: z.literal('problem'), problem: problemSchema }),
  ]);

export const previewLineSchema = linesOf(previewViewSchema);
export type PreviewLine = z.infer<typeof previewLineSchema>;

export const pauseFormSchema = z.object({
  until: z.iso.datetime().nullable().describe('When sync resumes by itself; null: when somebody resumes it'),
});
export type PauseForm = z.infer<typeof pauseFormSchema>;

export const resumeFormSchema = z.object({
  gap: z.enum(['catch-up', 'skip']).describe('What to do with mail that came meanwhile (R4)'),
});
export type ResumeForm = z.infer<typeof resumeFormSchema>;

export const deactivateFormSchema = z.object({
  purge: z.boolean().describe('Forget links and settings at once instead of after 30 days'),
  removeMarks: z
    .boolean()
    .describe('Also take Lockstep’s categories off the mails of the mailbox (Reset mailbox)'),
});
export type DeactivateForm = z.infer<typeof deactivateFormSchema>;

export const deactivationViewSchema = z.object({
  revoked: z
    .enum(['done', 'not-possible', 'failed'])
    .describe('Whether the mail service took its grant back; the credential is erased in any case'),
  purgeAt: z.iso.datetime().nullable().describe('null: everything is forgotten already'),
  marksRemoved: z.int().nullable().describe('null: not asked for'),
});
export type DeactivationView = z.infer<typeof deactivationViewSchema>;
