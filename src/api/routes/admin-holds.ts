/** Deletions of many mailboxes that wait for a word (S5): whose and how many, never what; an administrator may give the word for those whom he reaches. */

import { idParamsSchema } from '../../api-schema/admin/common.ts';
import { adminHoldQuerySchema, adminHoldSchema, adminHoldsPageSchema } from '../../api-schema/holds.ts';
import { decideHoldOf, type HoldDecision } from '../../commands/decide-hold.ts';
import type { HoldId, ProfileId, UserId } from '../../model/ids.ts';
import { inOrganization } from '../../store/database.ts';
import { listOwnedHolds } from '../../store/listed-holds.ts';
import { requireAdmin } from '../admin-session.ts';
import { adminHoldView } from '../admin-views.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { readInstantMark, writeInstantMark } from '../list-marks.ts';
import { apiProblem } from '../problems.ts';
import { decidedProblem } from './holds.ts';

export function addAdminHoldRoutes(app: ApiApp, { ports, secure }: ApiOptions): void {
  app.get(
    '/api/admin/holds',
    { schema: { querystring: adminHoldQuerySchema, response: { 200: adminHoldsPageSchema } } },
    async (request) => {
      const { organizationId, reach } = await requireAdmin(ports, request, secure, { scope: 'read' });
      const { limit, after, user, profile } = request.query;
      const page = await inOrganization(ports.db, organizationId, (tx) =>
        listOwnedHolds(tx, {
          ...{ organizationId, reach, limit },
          user: user as UserId | undefined,
          profile: profile as ProfileId | undefined,
          after: readInstantMark<HoldId>(after),
        }),
      );
      return { items: page.items.map(adminHoldView), next: writeInstantMark(page.next) };
    },
  );

  const decide = (verb: 'release' | 'drop', to: HoldDecision) =>
    app.post(
      `/api/admin/holds/:id/${verb}`,
      { schema: { params: idParamsSchema, response: { 200: adminHoldSchema } } },
      async (request) => {
        const admin = await requireAdmin(ports, request, secure, { scope: 'users' });
        const hold = await decideHoldOf(ports, admin, request.params.id as HoldId, to);
        if (hold === null) throw apiProblem('api.not-found');
        if (hold === 'decided') throw decidedProblem();
        return adminHoldView(hold);
      },
    );
  decide('release', 'released');
  decide('drop', 'dropped');
}
