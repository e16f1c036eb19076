/** The admins' routes that the console's set-up pages ask, with the schemas of their answers and bodies; joined to the others in `canned-api.ts`. */
import { z } from 'zod';
import {
  accessConsentFormSchema,
  accessesViewSchema,
  accessFormSchema,
  accessViewSchema,
  savedAccessViewSchema,
} from '../../src/api-schema/admin/accesses.ts';
import { bulkLineSchema } from '../../src/api-schema/admin/common.ts';
import { crmImportSchema, importLineSchema } from '../../src/api-schema/admin/imports.ts';
import {
  applyPresetSchema,
  newPresetSchema,
  organizationSettingsSchema,
  presetFormSchema,
  presetViewSchema,
  profileFormSchema,
  profileViewSchema,
} from '../../src/api-schema/admin/profiles.ts';
import {
  rolloutFormSchema,
  rolloutMembersPageSchema,
  rolloutsPageSchema,
  rolloutViewSchema,
} from '../../src/api-schema/admin/rollouts.ts';
import { newTokenSchema, tokenFormSchema, tokensViewSchema } from '../../src/api-schema/admin/tokens.ts';
import { licenseFormSchema, licensesViewSchema } from '../../src/api-schema/administration.ts';
import { consentViewSchema } from '../../src/api-schema/mailbox.ts';

const read = (answer: z.ZodType) => ({ status: 200, answer, body: null });
const change = (answer: z.ZodType | null, body: z.ZodType | null) => ({ status: 200, answer, body });
const done = { status: 204, answer: null, body: null };
const lines = (line: z.ZodType, body: z.ZodType | null) => ({ status: 200, answer: null, lines: line, body });

export const setupRoutes = {
  'POST /api/admin/profiles': change(profileViewSchema, profileFormSchema),
  'PUT /api/admin/profiles/:id': change(profileViewSchema, profileFormSchema),
  'DELETE /api/admin/profiles/:id': done,
  'POST /api/admin/profiles/:id/enable': change(profileViewSchema, null),
  'POST /api/admin/profiles/:id/disable': change(profileViewSchema, null),
  'POST /api/admin/presets': change(presetViewSchema, newPresetSchema),
  'PUT /api/admin/presets/:id': change(presetViewSchema, presetFormSchema),
  'DELETE /api/admin/presets/:id': done,
  'POST /api/admin/presets/:id/apply': lines(bulkLineSchema, applyPresetSchema),
  'PUT /api/admin/licenses': change(licensesViewSchema, licenseFormSchema),
  'GET /api/admin/settings': read(organizationSettingsSchema),
  'PUT /api/admin/settings': change(organizationSettingsSchema, organizationSettingsSchema),
  'GET /api/admin/accesses': read(accessesViewSchema),
  'POST /api/admin/accesses': change(savedAccessViewSchema, accessFormSchema),
  'PUT /api/admin/accesses/:id': change(savedAccessViewSchema, accessFormSchema),
  'DELETE /api/admin/accesses/:id': done,
  'POST /api/admin/accesses/:id/check': change(accessViewSchema, null),
  'POST /api/admin/accesses/consent': change(consentViewSchema, accessConsentFormSchema),
  'GET /api/admin/tokens': read(tokensViewSchema),
  'POST /api/admin/tokens': change(newTokenSchema, tokenFormSchema),
  'DELETE /api/admin/tokens/:id': done,
  'POST /api/admin/imports/csv': lines(importLineSchema, z.string()),
  'POST /api/admin/imports/crm': lines(importLineSchema, crmImportSchema),
  'GET /api/admin/rollouts': read(rolloutsPageSchema),
  'GET /api/admin/rollouts/:id': read(rolloutViewSchema),
  'PUT /api/admin/rollouts/:id': change(rolloutViewSchema, rolloutFormSchema),
  'GET /api/admin/rollouts/:id/members': read(rolloutMembersPageSchema),
  'POST /api/admin/rollouts/:id/check': change(rolloutViewSchema, null),
  'POST /api/admin/rollouts/:id/start': change(rolloutViewSchema, null),
  'POST /api/admin/rollouts/:id/halt': change(rolloutViewSchema, null),
  'POST /api/admin/rollouts/:id/resume': change(rolloutViewSchema, null),
  'POST /api/admin/rollouts/:id/cancel': change(rolloutViewSchema, null),
} as const;
