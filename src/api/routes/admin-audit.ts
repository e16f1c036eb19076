/** The list of who did what in the administrators' console (P8), and its CSV file. */
import type { z } from 'zod';
import { auditFilterSchema, auditQuerySchema } from '../../api-schema/admin/audit.ts';
import { auditPageSchema } from '../../api-schema/administration.ts';
import { exportAudit } from '../../commands/export-lists.ts';
import type { AuditId, UserId } from '../../model/ids.ts';
import { inOrganization } from '../../store/database.ts';
import { listAuditPage } from '../../store/listed-audit.ts';
import { requireAdmin } from '../admin-session.ts';
import { auditView } from '../admin-views.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { csvAnswer, sendCsv } from '../csv-answers.ts';
import { readInstantMark, writeInstantMark } from '../list-marks.ts';

export function addAdminAuditRoutes(app: ApiApp, { ports, secure }: ApiOptions): void {
  app.get(
    '/api/admin/audit',
    { schema: { querystring: auditQuerySchema, response: { 200: auditPageSchema } } },
    async (request) => {
      const { organizationId, reach } = await requireAdmin(ports, request, secure, { scope: 'read' });
      const { limit, after, ...filter } = request.query;
      const page = await inOrganization(ports.db, organizationId, (tx) =>
        listAuditPage(tx, {
          ...{ organizationId, reach, limit, ...auditFilters(filter) },
          after: readInstantMark<AuditId>(after),
        }),
      );
      return { items: page.items.map(auditView), next: writeInstantMark(page.next) };
    },
  );

  app.get(
    '/api/admin/audit.csv',
    { schema: { querystring: auditFilterSchema, response: csvAnswer } },
    async (request, reply) => {
      const admin = await requireAdmin(ports, request, secure, { scope: 'read' });
      return sendCsv(reply, 'audit', exportAudit(ports, admin, auditFilters(request.query)));
    },
  );
}

function auditFilters({
  actor,
  action,
  subject,
  subjectId,
  user,
  from,
  to,
}: z.infer<typeof auditFilterSchema>) {
  return {
    actor: actor as UserId | undefined,
    user: user as UserId | undefined,
    ...{ action, subject, subjectId },
    from: from === undefined ? undefined : Date.parse(from),
    to: to === undefined ? undefined : Date.parse(to),
  };
}
