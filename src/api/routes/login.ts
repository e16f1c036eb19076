/**
 * *Log in with Salesforce*: to the CRM's own page and back, and logging out. The OAuth state and verifier are kept sealed, for ten minutes,
 * and used once, by the browser that began.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { sessionViewSchema } from '../../api-schema/session.ts';
import { completeLogin, hashToken, LOGIN_MS } from '../../commands/complete-login.ts';
import { readOverview } from '../../commands/read-overview.ts';
import { MINUTE, SECOND } from '../../model/clock.ts';
import { RemoteFailure } from '../../model/failure.ts';
import { acrossOrganizations, inOrganization } from '../../store/database.ts';
import { endLogin, savePendingLogin, takePendingLogin } from '../../store/logins.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { apiProblem } from '../problems.ts';
import {
  csrfToken,
  findSession,
  loginCookieName,
  requireSession,
  sessionCookieName,
  setLoginCookie,
  setSessionCookie,
} from '../session.ts';
import { mailboxView, mailServiceView } from '../views.ts';

const PENDING_LOGIN_MS = 10 * MINUTE;

export function addLoginRoutes(app: ApiApp, options: ApiOptions): void {
  const { ports, secure } = options;
  const { crmLogin } = ports;

  app.get('/api/session', { schema: { response: { 200: sessionViewSchema } } }, async (request) => {
    const session = await findSession(ports, request, secure);
    if (session === null) {
      return {
        signedIn: false as const,
        loginHosts: [...crmLogin.hosts],
        myDomainAllowed: crmLogin.ownHostAllowed,
      };
    }
    const overview = await readOverview(ports, session);
    const { username, email, role } = session.user;
    return {
      signedIn: true as const,
      user: { username, email, role },
      access: 'full' as const,
      csrfToken: csrfToken(session.token),
      mailbox: overview === null ? null : mailboxView(overview),
      services: [...ports.mailServices.values()].map(mailServiceView),
    };
  });

  app.get(
    '/login/salesforce',
    {
      schema: { querystring: z.object({ host: z.string().max(255).default('production') }) },
      config: options.loginLimit,
    },
    async (request, reply) => {
      const started = await crmLogin.begin(request.query.host);
      if (started === null) throw apiProblem('api.invalid-input', { fields: ['host'] });
      const now = ports.clock.now();
      await acrossOrganizations(ports.db, (tx) =>
        savePendingLogin(tx, ports.keyring, {
          stateHash: digest(started.state),
          details: started.details,
          expiresAt: now + PENDING_LOGIN_MS,
          now,
        }),
      );
      setLoginCookie(reply, digest(started.state), secure, PENDING_LOGIN_MS / SECOND);
      return reply.redirect(started.url);
    },
  );

  app.get(
    '/login/salesforce/callback',
    {
      schema: { querystring: z.object({ state: z.string().max(512).optional() }).loose() },
      config: options.loginLimit,
    },
    async (request, reply) => {
      const problem = (code: string) => reply.redirect(`/?problem=${encodeURIComponent(code)}`);
      const stateHash = digest(request.query.state ?? '');
      // Only the browser that began a login may end it: else anybody could sign a visitor in as himself (RFC 6749, 10.12).
      const begunHere = request.cookies[loginCookieName(secure)] === stateHash;
      reply.clearCookie(loginCookieName(secure), { path: '/' });
      const details = begunHere
        ? await acrossOrganizations(ports.db, (tx) =>
            takePendingLogin(tx, ports.keyring, stateHash, ports.clock.now()),
          )
        : null;
      if (details === null) return problem('api.login-expired');
      try {
        const completed = await completeLogin(ports, await crmLogin.complete(details, request.url));
        setSessionCookie(reply, completed.token, secure, LOGIN_MS / SECOND);
        return reply.redirect('/');
      } catch (error) {
        if (error instanceof RemoteFailure) return problem(error.failure.code);
        throw error;
      }
    },
  );

  app.post('/api/logout', { schema: { response: { 204: z.null() } } }, async (request, reply) => {
    const session = await requireSession(ports, request, secure);
    await inOrganization(ports.db, session.organizationId, (tx) => endLogin(tx, hashToken(session.token)));
    reply.clearCookie(sessionCookieName(secure), { path: '/' });
    return reply.code(204).send(null);
  });
}

function digest(state: string): string {
  return createHash('sha256').update(state).digest('base64url');
}
