/**
 * How every error of the API looks: RFC 9457 problem details. `code` is a code of the catalogue or of the short list below; `detail`
 * is the text for the person who asked, `admin` the one for an administrator. Never a stack, never content.
 */
import { z } from 'zod';
import { checkViewSchema } from './mailbox.ts';

/** Problems of the API itself, which are no failures of a service. */
export const apiProblemCodes = [
  'api.invalid-input',
  'api.not-signed-in',
  'api.not-allowed',
  'api.not-found',
  'api.too-soon',
  'api.conflict',
  'api.login-expired',
  'api.consent-expired',
  'api.link-expired',
  'api.setting-locked',
  'api.still-activated',
  'api.last-admin',
  'api.in-use',
  'api.internal',
] as const;

export type ApiProblemCode = (typeof apiProblemCodes)[number];

export const problemSchema = z.object({
  type: z.string().describe('Where the code is explained'),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().describe('What happened and what to do, for the person who asked'),
  admin: z.string().optional().describe('The same for an administrator'),
  vendorCode: z.string().optional(),
  fields: z
    .array(z.string())
    .optional()
    .describe('Names of fields or objects the problem is about; never values'),
  retryAfterSeconds: z.int().optional(),
  accounts: z
    .object({ expected: z.string(), authorised: z.string() })
    .optional()
    .describe('With `mailbox.wrong-account`: the mailbox that is meant, and the one that was signed in to'),
  checks: z
    .array(checkViewSchema)
    .optional()
    .describe(
      'With an activation that did not pass: everything that was tried, what passed and what did not',
    ),
  approvalUrl: z
    .string()
    .optional()
    .describe('With `mailbox.admin-approval-needed`: where an administrator approves for everybody'),
});

export type Problem = z.infer<typeof problemSchema>;
