/** Licenses in the administrators' console (R1): which there are, and how often runs come for those who have one. */
import { z } from 'zod';
import { idParamsSchema } from '../../api-schema/admin/common.ts';
import { licenseFormSchema, licensesViewSchema } from '../../api-schema/administration.ts';
import type { Admin } from '../../commands/admin.ts';
import { defineLicense, removeLicense } from '../../commands/change-licenses.ts';
import type { Ports } from '../../commands/ports.ts';
import { MINUTE } from '../../model/clock.ts';
import type { LicenseId } from '../../model/ids.ts';
import { inOrganization } from '../../store/database.ts';
import { listLicenses } from '../../store/licenses.ts';
import { requireAdmin } from '../admin-session.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { apiProblem } from '../problems.ts';

const changing = { scope: 'settings', platform: true } as const;

export function addAdminLicenseRoutes(app: ApiApp, { ports, secure }: ApiOptions): void {
  app.get('/api/admin/licenses', { schema: { response: { 200: licensesViewSchema } } }, async (request) =>
    licensesView(ports, await requireAdmin(ports, request, secure, { scope: 'read' })),
  );

  app.put(
    '/api/admin/licenses',
    {
      schema: {
        description: 'Makes a license, or changes the one of that name.',
        body: licenseFormSchema,
        response: { 200: licensesViewSchema },
      },
    },
    async (request) => {
      const admin = await requireAdmin(ports, request, secure, changing);
      const { name, intervalMinutes, pattern } = request.body;
      const license = { name, intervalMs: intervalMinutes * MINUTE, pattern };
      if (!(await defineLicense(ports, admin, license))) throw apiProblem('api.conflict');
      return await licensesView(ports, admin);
    },
  );

  app.delete(
    '/api/admin/licenses/:id',
    {
      schema: {
        description: 'Refused while somebody has it.',
        params: idParamsSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const admin = await requireAdmin(ports, request, secure, changing);
      const result = await removeLicense(ports, admin, request.params.id as LicenseId);
      if (result === 'unknown') throw apiProblem('api.not-found');
      if (result === 'in-use') throw apiProblem('api.in-use');
      return reply.code(204).send(null);
    },
  );
}

async function licensesView(ports: Ports, { organizationId }: Admin) {
  const licenses = await inOrganization(ports.db, organizationId, (tx) => listLicenses(tx, organizationId));
  return {
    items: licenses.map(({ id, name, intervalMs, pattern, users }) => ({
      ...{ id, name, pattern, users },
      intervalMinutes: Math.round(intervalMs / MINUTE),
    })),
  };
}
