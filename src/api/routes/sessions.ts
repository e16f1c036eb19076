/** Sessions seen and ended (OWASP ASVS 5.0, 7.4.5 and 7.5.2): a person his own, an administrator those of whom he reaches. */
import { z } from 'zod';
import { idParamsSchema } from '../../api-schema/admin/common.ts';
import { endedSessionsSchema, ownSessionsSchema, sessionsSchema } from '../../api-schema/sessions.ts';
import { endSessionsOf } from '../../commands/end-sessions.ts';
import { endAllSessionsOf, readSessions, readSessionsOf } from '../../commands/read-sessions.ts';
import type { SessionId, UserId } from '../../model/ids.ts';
import type { ListedLogin } from '../../store/logins.ts';
import { requireAdmin } from '../admin-session.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { apiProblem } from '../problems.ts';
import { requireSession, sessionCookieName } from '../session.ts';
import { whoIs } from './activation.ts';

export function addSessionRoutes(app: ApiApp, options: ApiOptions): void {
  addOwn(app, options);
  addThoseOfPeople(app, options);
}

const sessionView = ({ id, place, createdAt, usedAt, expiresAt }: ListedLogin) => ({
  id,
  place,
  startedAt: new Date(createdAt).toISOString(),
  usedAt: new Date(usedAt).toISOString(),
  expiresAt: new Date(expiresAt).toISOString(),
});

function addOwn(app: ApiApp, { ports, secure }: ApiOptions): void {
  app.get('/api/sessions', { schema: { response: { 200: ownSessionsSchema } } }, async (request) => {
    const session = await requireSession(ports, request, secure);
    const items = await readSessions(ports, whoIs(session));
    return { items: items.map((one) => ({ ...sessionView(one), current: one.id === session.id })) };
  });

  app.delete(
    '/api/sessions/:id',
    {
      schema: {
        description: 'The caller’s own session may be ended so, too: as by logging out.',
        params: idParamsSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const session = await requireSession(ports, request, secure);
      const only = request.params.id as SessionId;
      const ended = await endSessionsOf(ports, { ...whoIs(session), only }, 'by-owner');
      if (ended === 0) throw apiProblem('api.not-found');
      if (only === session.id && session.carrier === 'cookie')
        reply.clearCookie(sessionCookieName(secure), { path: '/' });
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/sessions/end-others',
    { schema: { response: { 200: endedSessionsSchema } } },
    async (request) => {
      const session = await requireSession(ports, request, secure);
      const which = { ...whoIs(session), except: session.id };
      return { ended: await endSessionsOf(ports, which, 'by-owner') };
    },
  );
}

function addThoseOfPeople(app: ApiApp, { ports, secure }: ApiOptions): void {
  app.get(
    '/api/admin/users/:id/sessions',
    { schema: { params: idParamsSchema, response: { 200: sessionsSchema } } },
    async (request) => {
      const admin = await requireAdmin(ports, request, secure, { scope: 'read' });
      const items = await readSessionsOf(ports, admin, request.params.id as UserId);
      if (items === null) throw apiProblem('api.not-found');
      return { items: items.map(sessionView) };
    },
  );

  app.post(
    '/api/admin/users/:id/end-sessions',
    {
      schema: {
        description: 'He can log in again; to keep him out, deactivate him in Salesforce.',
        params: idParamsSchema,
        response: { 200: endedSessionsSchema },
      },
    },
    async (request) => {
      const admin = await requireAdmin(ports, request, secure, { scope: 'users' });
      const ended = await endAllSessionsOf(ports, admin, request.params.id as UserId);
      if (ended === null) throw apiProblem('api.not-found');
      return { ended };
    },
  );
}
