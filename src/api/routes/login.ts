/**
 * *Log in with Salesforce*: to the CRM's own page and back, and logging out. The OAuth state and verifier are kept sealed, for ten minutes,
 * and used once, by the browser that began.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { sessionViewSchema } from '../../api-schema/session.ts';
import { completeLogin, hashToken, LOGIN_MS } from '../../commands/complete-login.ts';
import { readOverview } from '../../commands/read-overview.ts';
import { changeCrm, ownLoginHost, refreshCrm } from '../../commands/renew-crm.ts';
import { MINUTE, SECOND } from '../../model/clock.ts';
import { RemoteFailure } from '../../model/failure.ts';
import type { UserId } from '../../model/ids.ts';
import { acrossOrganizations, inOrganization } from '../../store/database.ts';
import { endLogin, savePendingLogin, takePendingLogin } from '../../store/logins.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { apiProblem } from '../problems.ts';
import {
  admitsReconnect,
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
  addBegin(app, options);
  addCallback(app, options);

  const sessionRoute = { schema: { response: { 200: sessionViewSchema } }, config: { ...admitsReconnect } };
  app.get('/api/session', sessionRoute, async (request) => {
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
      access: session.access,
      csrfToken: csrfToken(session.token),
      mailbox: overview === null ? null : mailboxView(overview),
      services: [...ports.mailServices.values()].map(mailServiceView),
    };
  });

  const logoutRoute = { schema: { response: { 204: z.null() } }, config: { ...admitsReconnect } };
  app.post('/api/logout', logoutRoute, async (request, reply) => {
    const session = await requireSession(ports, request, secure);
    await inOrganization(ports.db, session.organizationId, (tx) => endLogin(tx, hashToken(session.token)));
    reply.clearCookie(sessionCookieName(secure), { path: '/' });
    return reply.code(204).send(null);
  });
}

/** What is kept while the browser is at the CRM: the login itself, and what a person who is here already wants of it. */
interface Pending {
  readonly details: unknown;
  readonly renewal: { readonly intent: 'refresh' | 'change'; readonly userId: UserId } | null;
}

function addBegin(app: ApiApp, { ports, secure, loginLimit }: ApiOptions): void {
  const { crmLogin } = ports;
  app.get(
    '/login/salesforce',
    {
      schema: {
        description:
          'With `intent`, for somebody who is signed in: renews his Salesforce account, or goes on with another one.',
        querystring: z.object({
          host: z.string().max(255).optional(),
          intent: z.enum(['refresh', 'change']).optional(),
        }),
      },
      config: loginLimit,
    },
    async (request, reply) => {
      const { intent } = request.query;
      const session = intent === undefined ? null : await findSession(ports, request, secure);
      if (intent !== undefined && session === null) return reply.redirect('/?problem=api.not-signed-in');
      const started = await crmLogin.begin(
        request.query.host ?? (session === null ? 'production' : await ownLoginHost(ports, session)),
        intent === 'refresh' && session !== null
          ? { loginHint: session.user.username }
          : { asksWho: intent === 'change' },
      );
      if (started === null) throw apiProblem('api.invalid-input', { fields: ['host'] });
      const { state, details } = started;
      const renewal = intent === undefined || session === null ? null : { intent, userId: session.userId };
      const now = ports.clock.now();
      await acrossOrganizations(ports.db, (tx) =>
        savePendingLogin(tx, ports.keyring, {
          stateHash: digest(state),
          details: { details, renewal } satisfies Pending,
          expiresAt: now + PENDING_LOGIN_MS,
          now,
        }),
      );
      setLoginCookie(reply, digest(state), secure, PENDING_LOGIN_MS / SECOND);
      return reply.redirect(started.url);
    },
  );
}

function addCallback(app: ApiApp, { ports, secure, loginLimit, activationMs }: ApiOptions): void {
  app.get(
    '/login/salesforce/callback',
    {
      schema: { querystring: z.object({ state: z.string().max(512).optional() }).loose() },
      config: loginLimit,
    },
    async (request, reply) => {
      const problem = (code: string) => reply.redirect(`/?problem=${encodeURIComponent(code)}`);
      const stateHash = digest(request.query.state ?? '');
      // Only the browser that began a login may end it: else anybody could sign a visitor in as himself (RFC 6749, 10.12).
      const begunHere = request.cookies[loginCookieName(secure)] === stateHash;
      reply.clearCookie(loginCookieName(secure), { path: '/' });
      const pending = begunHere
        ? ((await acrossOrganizations(ports.db, (tx) =>
            takePendingLogin(tx, ports.keyring, stateHash, ports.clock.now()),
          )) as Pending | null)
        : null;
      if (pending === null) return problem('api.login-expired');
      const { details, renewal } = pending;
      const session = renewal === null ? null : await findSession(ports, request, secure);
      if (renewal !== null && session?.userId !== renewal.userId) return problem('api.not-signed-in');
      try {
        const account = await ports.crmLogin.complete(details, request.url);
        if (renewal === null || session === null) {
          const { token } = await completeLogin(ports, account);
          setSessionCookie(reply, token, secure, LOGIN_MS / SECOND);
          return reply.redirect('/');
        }
        const renewed =
          renewal.intent === 'refresh'
            ? await refreshCrm(ports, session, account)
            : await changeCrm(ports, session, account, AbortSignal.timeout(activationMs));
        if (renewed.kind === 'refused') return problem(renewed.code);
        if (renewed.kind === 'changed') {
          await inOrganization(ports.db, session.organizationId, (tx) =>
            endLogin(tx, hashToken(session.token)),
          );
          setSessionCookie(reply, renewed.login.token, secure, LOGIN_MS / SECOND);
        }
        return reply.redirect('/?changed=crm');
      } catch (error) {
        if (error instanceof RemoteFailure) return problem(error.failure.code);
        throw error;
      }
    },
  );
}

function digest(state: string): string {
  return createHash('sha256').update(state).digest('base64url');
}
