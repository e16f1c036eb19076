/** The admins' routes that the console's own pages ask, with the schemas of their answers and bodies; joined to the others in `canned-api.ts`. */

import type { z } from 'zod';
import { bulkLineSchema } from '../../src/api-schema/admin/common.ts';
import {
  erasureFormSchema,
  erasureLineSchema,
  erasureViewSchema,
} from '../../src/api-schema/admin/erasure.ts';
import {
  adminIssuesPageSchema,
  adminOverviewSchema,
  adminRunsPageSchema,
  issueSumsSchema,
} from '../../src/api-schema/admin/overview.ts';
import { presetsViewSchema, profilesViewSchema } from '../../src/api-schema/admin/profiles.ts';
import { budgetPlanSchema, serviceLevelsSchema } from '../../src/api-schema/admin/service-levels.ts';
import {
  accessCheckSchema,
  bulkActionSchema,
  changeUserSchema,
  userFormSchema,
  usersPageSchema,
  userViewSchema,
} from '../../src/api-schema/admin/users.ts';
import { auditPageSchema, licensesViewSchema } from '../../src/api-schema/administration.ts';
import { adminHoldSchema, adminHoldsPageSchema } from '../../src/api-schema/holds.ts';
import { endedSessionsSchema, sessionsSchema } from '../../src/api-schema/sessions.ts';

const read = (answer: z.ZodType) => ({ status: 200, answer, body: null });
const change = (answer: z.ZodType | null, body: z.ZodType | null) => ({ status: 200, answer, body });

export const adminRoutes = {
  'GET /api/admin/overview': read(adminOverviewSchema),
  'GET /api/admin/service-levels': read(serviceLevelsSchema),
  'GET /api/admin/budget': read(budgetPlanSchema),
  'GET /api/admin/users': read(usersPageSchema),
  'POST /api/admin/users': change(userViewSchema, userFormSchema),
  'GET /api/admin/users/:id': read(userViewSchema),
  'PATCH /api/admin/users/:id': change(userViewSchema, changeUserSchema),
  'POST /api/admin/users/:id/check-access': change(accessCheckSchema, null),
  'GET /api/admin/users/:id/sessions': read(sessionsSchema),
  'POST /api/admin/users/:id/end-sessions': change(endedSessionsSchema, null),
  'POST /api/admin/users/actions': {
    status: 200,
    answer: null,
    lines: bulkLineSchema,
    body: bulkActionSchema,
  },
  'GET /api/admin/profiles': read(profilesViewSchema),
  'GET /api/admin/presets': read(presetsViewSchema),
  'GET /api/admin/licenses': read(licensesViewSchema),
  'GET /api/admin/runs': read(adminRunsPageSchema),
  'GET /api/admin/issues': read(adminIssuesPageSchema),
  'GET /api/admin/issues/sums': read(issueSumsSchema),
  'GET /api/admin/holds': read(adminHoldsPageSchema),
  'POST /api/admin/holds/:id/release': change(adminHoldSchema, null),
  'POST /api/admin/holds/:id/drop': change(adminHoldSchema, null),
  'GET /api/admin/audit': read(auditPageSchema),
  'POST /api/admin/erasures/find': change(erasureViewSchema, erasureFormSchema),
  'POST /api/admin/erasures': {
    status: 200,
    answer: null,
    lines: erasureLineSchema,
    body: erasureFormSchema,
  },
} as const;
