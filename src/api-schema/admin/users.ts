/** People as admins see and change them: the list, one person's page, bulk actions. Never the subject of anybody's mail (G6). */
import { z } from 'zod';
import { predictions } from '../../model/access-findings.ts';
import { collections } from '../../model/collection.ts';
import { mailboxStates } from '../../model/mailbox-state.ts';
import { failureViewSchema, mailboxViewSchema, statusSentenceSchema } from '../mailbox.ts';
import { pageOf } from '../runs.ts';
import { adminLayerSchema, settingsLayerSchema } from '../settings.ts';
import { afterSchema, namedSchema } from './common.ts';

export const roleSchema = z.enum(['user', 'profile-admin', 'platform-admin']);

/** What the six counts of the overview open, and each state (G5). */
export const userStatusSchema = z.enum([...mailboxStates, 'with-issues', 'late']);

export type UserStatus = z.infer<typeof userStatusSchema>;

/** What a list of people is narrowed by; all that is given must hold. `none` means: without one. */
export const userFilterSchema = z
  .object({
    search: z
      .string()
      .trim()
      .max(200)
      .describe('Beginnings of words of the name, the login or the address; letter case does not matter'),
    status: userStatusSchema.describe('`not-activated`: also who has no mailbox yet'),
    profile: z.union([z.uuid(), z.literal('none')]),
    license: z.union([z.uuid(), z.literal('none')]),
    preset: z.uuid().describe('Who has it himself or by his profile'),
    role: roleSchema,
    service: z.string().max(40),
    cause: z.string().max(100).describe('A code of the catalogue: why the mailbox has stopped'),
    access: z.uuid().describe('Whose mailbox or CRM account is reached through it'),
  })
  .partial();

export type UserFilter = z.infer<typeof userFilterSchema>;

export const userSortSchema = z.enum(['name', 'address', 'state-since', 'last-success', 'created']);

export const userQuerySchema = userFilterSchema.extend({
  sort: userSortSchema.default('name'),
  order: z.enum(['ascending', 'descending']).default('ascending'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: afterSchema,
});

/** One line of the list of people. */
export const userRowSchema = z.object({
  id: z.string(),
  name: z.string().describe('Full name, or the login where none is known'),
  username: z.string().describe('CRM login'),
  address: z.string().nullable().describe('Of the mailbox, or the one that an admin named; null: none yet'),
  role: roleSchema,
  profile: namedSchema.nullable(),
  license: namedSchema.nullable(),
  preset: namedSchema.nullable().describe('His own; his profile’s counts where this is null'),
  service: z.string().nullable().describe('Display name'),
  state: z.enum(mailboxStates),
  stateSince: z.iso.datetime().nullable(),
  status: statusSentenceSchema.describe('The one sentence, with its cause'),
  causeCode: z.string().nullable(),
  isLate: z.boolean(),
  issuesOpen: z.int(),
  lastSuccessAt: z.iso.datetime().nullable(),
  nextRunAt: z.iso.datetime().nullable(),
  origin: z.enum(['login', 'crm', 'csv', 'single']),
  createdAt: z.iso.datetime(),
});

export type UserRow = z.infer<typeof userRowSchema>;

export const usersPageSchema = pageOf(userRowSchema).extend({
  total: z.int().describe('How many the filter lets through; counted to 100,000 at most'),
});

/** Everything of one person on one screen. */
export const userViewSchema = userRowSchema.extend({
  email: z.string(),
  timeZone: z.string(),
  crmUserId: z.string(),
  mailboxLogin: z.string().nullable(),
  lastLoginAt: z.iso.datetime().nullable(),
  rolledOutAt: z.iso.datetime().nullable(),
  mailbox: mailboxViewSchema.nullable(),
  mailAccess: namedSchema.nullable().describe('Through which an admin reaches the mailbox; null: by himself'),
  crmAccess: namedSchema.nullable(),
  settings: z.object({
    organization: adminLayerSchema,
    preset: adminLayerSchema.extend({ name: z.string() }).nullable(),
    user: settingsLayerSchema,
  }),
  may: z
    .array(z.enum(['enable', 'disable', 'sync-now', 'check-access', 'reset', 'delete', 'force-delete']))
    .describe('What can be done with him now'),
});

export type UserView = z.infer<typeof userViewSchema>;

/** One person by hand (M6). The same login again changes him. */
export const userFormSchema = z.object({
  fullName: z.string().trim().max(200).default(''),
  crmUsername: z.string().trim().min(3).max(255),
  crmUserId: z.string().trim().max(18).optional(),
  mailboxAddress: z.email().max(320).optional(),
  mailboxLogin: z.string().trim().max(256).optional(),
  profileId: z.uuid().nullable().optional(),
  licenseId: z.uuid().nullable().optional(),
});

export const changeUserSchema = z
  .object({
    role: roleSchema.describe('The platform admins’ alone'),
    profileId: z.uuid().nullable(),
    licenseId: z.uuid().nullable(),
    presetId: z.uuid().nullable(),
    mailboxAddress: z.email().max(320).nullable(),
    mailboxLogin: z.string().trim().max(256).nullable(),
  })
  .partial();

/** What can be done with many at once (G2). Each is harmless when repeated. */
export const userActionSchema = z.discriminatedUnion('action', [
  z
    .object({ action: z.literal('enable') })
    .describe('Ends an admin’s pause; what came meanwhile is caught up'),
  z.object({ action: z.literal('disable') }).describe('Pauses; the person may resume himself'),
  z.object({ action: z.literal('sync-now') }),
  z.object({ action: z.literal('reset') }).describe('Switches off and takes our categories off the mailbox'),
  z.object({ action: z.literal('delete') }).describe('Refused while activated'),
  z.object({ action: z.literal('force-delete') }).describe('Switches off first'),
  z.object({ action: z.literal('move-profile'), profileId: z.uuid().nullable() }),
  z.object({ action: z.literal('change-license'), licenseId: z.uuid().nullable() }),
  z.object({ action: z.literal('apply-preset'), presetId: z.uuid().nullable(), override: z.boolean() }),
]);

export type UserAction = z.infer<typeof userActionSchema>;

export const bulkActionSchema = z.object({
  act: userActionSchema,
  target: z.union([
    z.object({ userIds: z.array(z.uuid()).min(1).max(1_000) }),
    z.object({
      filter: userFilterSchema.describe('Everybody whom the filter lets through, at most 100,000'),
    }),
  ]),
});

export type BulkAction = z.infer<typeof bulkActionSchema>;

/** *Check access*: what the pre-flight finds for one person. */
export const accessCheckSchema = z.object({
  mailboxFound: z.boolean().nullable(),
  accessGranted: z.boolean().nullable(),
  crmUserMatched: z.boolean().nullable(),
  addressEqual: z.boolean().nullable(),
  predicted: z.enum(predictions).describe('What a roll-out would make of him'),
  failure: failureViewSchema.nullable(),
  collections: z
    .array(
      z.object({
        side: z.enum(['mailbox', 'crm']),
        collection: z.enum(collections),
        failure: failureViewSchema.nullable().describe('What is missing; null: it is reached'),
      }),
    )
    .describe(
      'Calendar, contacts and tasks on each side that was opened. Where one is missing, mail and the others go on without it.',
    ),
});

export type AccessCheck = z.infer<typeof accessCheckSchema>;
