/** What the list of who did what may be asked for (P8). */
import { z } from 'zod';
import { auditSubjectSchema } from '../administration.ts';
import { afterSchema } from './common.ts';

export const auditFilterSchema = z
  .object({
    actor: z.uuid().describe('Who did it'),
    action: z.string().max(60),
    subject: auditSubjectSchema,
    subjectId: z.uuid(),
    user: z.uuid().describe('What was done to him or to his mailboxes'),
    from: z.iso.datetime(),
    to: z.iso.datetime(),
  })
  .partial();

export const auditQuerySchema = auditFilterSchema.extend({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: afterSchema,
});
