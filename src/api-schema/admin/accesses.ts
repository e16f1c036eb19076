/** Ways of reaching many people's accounts by one credential (M2 to M5). A credential goes in and never comes out again. */
import { z } from 'zod';
import { checkViewSchema, failureViewSchema } from '../mailbox.ts';

const secret = (max: number) => z.string().min(1).max(max);

/** Exchange: a service account with the role ApplicationImpersonation. OAuth begins with POST /api/admin/accesses/consent instead. */
const exchangeFormSchema = z.object({
  service: z.literal('exchange'),
  login: z.string().trim().min(1).max(256),
  password: secret(1_024),
  ewsUrl: z.string().trim().max(2_048).optional().describe('Without it Autodiscover looks'),
  sampleMailbox: z.email().max(320).describe('A mailbox that it may open, to try the access with'),
});

/** Office 365: an application of the company's own with application permissions. One of secret and certificate. */
const office365FormSchema = z.object({
  service: z.literal('office365'),
  tenant: z.string().trim().min(1).max(255).describe('The tenant’s id or domain'),
  clientId: z.string().trim().min(1).max(100),
  clientSecret: secret(1_024).optional(),
  certificate: secret(20_000).optional().describe('PEM: private key and certificate'),
  sampleMailbox: z.email().max(320),
});

/** Google: a service account with domain-wide delegation. */
const googleFormSchema = z.object({
  service: z.literal('google'),
  keyFile: secret(20_000).describe('The JSON key file’s text'),
  sampleMailbox: z.email().max(320),
});

/** Salesforce: OAuth JWT bearer. */
const salesforceFormSchema = z.object({
  service: z.literal('salesforce'),
  host: z.string().trim().min(1).max(255).describe('`production`, `sandbox`, or a My Domain host'),
  clientId: z.string().trim().min(1).max(255).describe('Consumer key of the External Client App'),
  privateKey: secret(20_000).describe('PEM, PKCS #8; its certificate stands in the app'),
  username: z.string().trim().min(3).max(255).describe('The service account'),
  actsAs: z
    .enum(['each-user', 'service-account'])
    .default('each-user')
    .describe(
      'Whose session a run has: each person’s own, so that his sharing rules hold, or the service account’s',
    ),
});

export const accessFormSchema = z
  .discriminatedUnion('service', [
    exchangeFormSchema,
    office365FormSchema,
    googleFormSchema,
    salesforceFormSchema,
  ])
  .and(z.object({ name: z.string().trim().min(1).max(100) }));

export type AccessForm = z.input<typeof accessFormSchema>;

/** Exchange with modern authentication: the service account signs in on the company's own page. */
export const accessConsentFormSchema = z.object({
  service: z.literal('exchange'),
  name: z.string().trim().min(1).max(100),
  sampleMailbox: z.email().max(320),
});

export const accessViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  side: z.enum(['mailbox', 'crm']),
  service: z.string().describe('Its name in addresses of the API'),
  serviceName: z.string().describe('Display name'),
  account: z.string().describe('Login of the service account, client id, or CRM login'),
  state: z.enum(['untested', 'working', 'refused']),
  stateSince: z.iso.datetime(),
  cause: failureViewSchema.nullable(),
  checkedAt: z.iso.datetime().nullable(),
  mailboxes: z.int().describe('That are reached through it now'),
  profiles: z.array(z.object({ id: z.string(), name: z.string() })),
  facts: z
    .array(z.object({ label: z.string(), value: z.string() }))
    .describe('What is no secret, to be compared with the service’s own console: client id, scopes, link'),
  approvalUrl: z
    .string()
    .nullable()
    .describe('Where the tenant’s administrator consents for everybody, if there is such a page'),
});

/** The answer to a saving. */
export const savedAccessViewSchema = accessViewSchema.extend({
  checks: z
    .array(checkViewSchema)
    .describe('What was tried on the sample mailbox. Without events, contacts or tasks mail goes on alone.'),
});

export type SavedAccessView = z.infer<typeof savedAccessViewSchema>;

export type AccessView = z.infer<typeof accessViewSchema>;

export const accessesViewSchema = z.object({ items: z.array(accessViewSchema) });
