/** Bringing people in (M6): from the CRM with filters, or from a CSV file. The same import twice changes nothing. */
import { z } from 'zod';
import { problemSchema } from '../problem.ts';

/** Query of POST /api/admin/imports/csv, whose body is the file (text/csv, UTF-8, up to 100,000 rows). */
export const csvImportQuerySchema = z.object({
  dryRun: z.enum(['true', 'false']).default('true'),
  profile: z.uuid().optional(),
  license: z.uuid().optional(),
});

/** Columns of the file, in any order; a header line names them. One of the two CRM columns is needed. */
export const csvColumns = [
  'full_name',
  'crm_username',
  'crm_user_id',
  'mailbox_login',
  'mailbox_address',
] as const;

export const crmImportSchema = z.object({
  dryRun: z.boolean().default(true),
  profileId: z.uuid().nullable().default(null),
  licenseId: z.uuid().nullable().default(null),
  filter: z
    .object({
      crmProfile: z.string().trim().max(100).describe('Name of the Salesforce profile'),
      crmRole: z.string().trim().max(100).describe('Name of the Salesforce role'),
      department: z.string().trim().max(100),
      emailDomain: z.string().trim().max(255),
      includeKnown: z.boolean().describe('Also people who are here already; they are brought up to date'),
    })
    .partial()
    .default({}),
});

export type CrmImport = z.input<typeof crmImportSchema>;

/** What an import tells, line by line (NDJSON). With `dryRun` the counts say what would happen. */
export const importLineSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), rows: z.int() }),
  z.object({
    kind: z.literal('ignored-columns'),
    columns: z.array(z.string()).describe('Names in the header that mean nothing here, the first 50'),
  }),
  z.object({
    kind: z.literal('bad-row'),
    line: z.int().describe('Of the file, the header being line 1; for the CRM the number of the person'),
    column: z.string().nullable(),
    reason: z.string().describe('What is wrong and what to do, without the value'),
  }),
  z.object({
    kind: z.literal('end'),
    rows: z.int(),
    created: z.int(),
    changed: z.int(),
    unchanged: z.int(),
    bad: z.int(),
    dryRun: z.boolean(),
  }),
  z.object({
    kind: z.literal('problem'),
    problem: problemSchema.describe('It ended early; what was written before stays'),
  }),
]);

export type ImportLine = z.infer<typeof importLineSchema>;
