/** What platform admins see and set for everybody: licenses (R1) and the list of who did what (P8). */
import { z } from 'zod';
import { pageOf } from './runs.ts';

export const licenseFormSchema = z.object({
  name: z.string().trim().min(1).max(100),
  intervalMinutes: z.int().min(1).max(1_440),
  pattern: z
    .enum(['fixed', 'adaptive'])
    .describe('adaptive: twice, then four times the interval while nothing changes'),
});

export const licenseViewSchema = licenseFormSchema.extend({
  id: z.string(),
  users: z.int().describe('People who have it'),
});

export const licensesViewSchema = z.object({ items: z.array(licenseViewSchema) });

/** What an entry of the audit is about. */
export const auditSubjectSchema = z.enum([
  'mailbox',
  'user',
  'organization',
  'license',
  'profile',
  'preset',
  'access',
  'rollout',
  'token',
]);

export const auditEntrySchema = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  actor: z.enum(['user', 'operator', 'token', 'product']),
  actorName: z
    .string()
    .nullable()
    .describe('Login name, or the name of the token; null where it is gone, or it was at the command line'),
  action: z.string(),
  subject: auditSubjectSchema,
  subjectId: z.string(),
  subjectName: z.string().nullable().describe('As it is called now; null where it is gone'),
  details: z.record(z.string(), z.unknown()).describe('Codes, names of settings and numbers'),
});

export const auditPageSchema = pageOf(auditEntrySchema);
