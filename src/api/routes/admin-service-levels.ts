/** The console's service levels (D7): figures against goals, and a plan of what the CRM's allowance is enough for. */
import {
  budgetPlanSchema,
  budgetQuerySchema,
  serviceLevelsSchema,
} from '../../api-schema/admin/service-levels.ts';
import { planApiBudget } from '../../commands/plan-api-budget.ts';
import { readServiceLevels } from '../../commands/read-service-levels.ts';
import { goals } from '../../model/goals.ts';
import { requireAdmin } from '../admin-session.ts';
import type { ApiApp, ApiOptions } from '../app.ts';

export function addServiceLevelRoutes(app: ApiApp, { ports, secure }: ApiOptions): void {
  app.get(
    '/api/admin/service-levels',
    { schema: { response: { 200: serviceLevelsSchema } } },
    async (request) => {
      const admin = await requireAdmin(ports, request, secure, { scope: 'read' });
      const { windows, queues, completenessShare, active, usage, shareMax } = await readServiceLevels(
        ports,
        admin,
      );
      return {
        goals: { ...goals },
        windows: windows.map((one) => ({ ...one })),
        completenessShare,
        queues: queues.map((one) => ({ ...one })),
        budget: {
          mailboxes: active,
          dailyAllowance: usage?.max ?? null,
          used: usage?.used ?? null,
          share: shareMax,
        },
      };
    },
  );

  app.get(
    '/api/admin/budget',
    { schema: { querystring: budgetQuerySchema, response: { 200: budgetPlanSchema } } },
    async (request) => {
      await requireAdmin(ports, request, secure, { scope: 'read' });
      const { hints, ...wish } = request.query;
      return planApiBudget({ ...wish, hints: hints === 'yes' });
    },
  );
}
