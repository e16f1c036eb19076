/** The platform admins' routes as far as they are here: licenses, who has which, and the list of who did what. */
import { auditPageSchema, licenseFormSchema, licensesViewSchema } from '../../api-schema/administration.ts';
import { defineLicense } from '../../commands/change-licenses.ts';
import type { Ports } from '../../commands/ports.ts';
import { MINUTE } from '../../model/clock.ts';
import type { AuditId } from '../../model/ids.ts';
import { listAudit } from '../../store/audit.ts';
import { inOrganization } from '../../store/database.ts';
import { listLicenses } from '../../store/licenses.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { PAGE_ITEMS, pageQuery, readMark, writeMark } from '../page-marks.ts';
import { apiProblem } from '../problems.ts';
import { requireSession, type Session } from '../session.ts';

export function addAdministrationRoutes(app: ApiApp, options: ApiOptions): void {
  addLicenses(app, options);
  addAudit(app, options);
}

function requirePlatformAdmin(session: Session): Session {
  if (session.user.role !== 'platform-admin') throw apiProblem('api.not-allowed');
  return session;
}

function addLicenses(app: ApiApp, { ports, secure }: ApiOptions): void {
  app.get('/api/licenses', { schema: { response: { 200: licensesViewSchema } } }, async (request) =>
    licensesView(ports, requirePlatformAdmin(await requireSession(ports, request, secure))),
  );

  app.put(
    '/api/licenses',
    {
      schema: {
        description: 'Makes a license, or changes the one of that name.',
        body: licenseFormSchema,
        response: { 200: licensesViewSchema },
      },
    },
    async (request) => {
      const session = requirePlatformAdmin(await requireSession(ports, request, secure));
      const { name, intervalMinutes, pattern } = request.body;
      const license = { name, intervalMs: intervalMinutes * MINUTE, pattern };
      const { organizationId, userId } = session;
      const admin = { organizationId, actor: { kind: 'user', userId }, reach: 'organization' } as const;
      if (!(await defineLicense(ports, admin, license))) throw apiProblem('api.conflict');
      return await licensesView(ports, session);
    },
  );
}

async function licensesView(ports: Ports, { organizationId }: Session) {
  const licenses = await inOrganization(ports.db, organizationId, (tx) => listLicenses(tx, organizationId));
  return {
    items: licenses.map(({ id, name, intervalMs, pattern, users }) => ({
      ...{ id, name, pattern, users },
      intervalMinutes: Math.round(intervalMs / MINUTE),
    })),
  };
}

function addAudit(app: ApiApp, { ports, secure }: ApiOptions): void {
  app.get(
    '/api/audit',
    { schema: { querystring: pageQuery, response: { 200: auditPageSchema } } },
    async (request) => {
      const { organizationId } = requirePlatformAdmin(await requireSession(ports, request, secure));
      const after = readMark<AuditId>(request.query.before);
      const entries = await inOrganization(ports.db, organizationId, (tx) =>
        listAudit(tx, { organizationId, after, limit: PAGE_ITEMS }),
      );
      const last = entries.length < PAGE_ITEMS ? undefined : entries.at(-1);
      return {
        items: entries.map(({ actorUserId: _, ...entry }) => ({
          ...entry,
          at: new Date(entry.at).toISOString(),
          details: { ...entry.details },
        })),
        next: last === undefined ? null : writeMark(last.at, last.id),
      };
    },
  );
}
