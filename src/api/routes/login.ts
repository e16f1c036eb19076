/**
 * *Log in with Salesforce*: to the CRM's own page and back, and logging out. The OAuth state and verifier are kept sealed, for ten minutes,
 * and used once, by the browser that began. A page in another site's frame does it in a window of its own and takes the session over from there.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  challengeSchema,
  displaySchema,
  sessionTokenSchema,
  takeOverFormSchema,
} from '../../api-schema/dialog.ts';
import type { ApiProblemCode } from '../../api-schema/problem.ts';
import { sessionViewSchema } from '../../api-schema/session.ts';
import { completeLogin, hashToken, knowPerson, LOGIN_MS } from '../../commands/complete-login.ts';
import { endSession } from '../../commands/end-sessions.ts';
import { handOver, takeOver } from '../../commands/hand-over.ts';
import { readOverview } from '../../commands/read-overview.ts';
import { changeCrm, refreshCrm } from '../../commands/renew-crm.ts';
import type { FailureCode } from '../../model/catalogue.ts';
import { SECOND } from '../../model/clock.ts';
import { RemoteFailure } from '../../model/failure.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { allowOpener, dialogEnd } from '../frames.ts';
import { apiProblem } from '../problems.ts';
import {
  admitsReconnect,
  csrfToken,
  endFormerSession,
  findSession,
  loginCookieName,
  requireSession,
  sessionCookieName,
  setLoginCookie,
  setSessionCookie,
} from '../session.ts';
import { tellRefusedSignIn } from '../tell-refusals.ts';
import { mailboxView, mailServiceView } from '../views.ts';
import { keepForFrame } from './framed-renewal.ts';
import { beginLogin, PENDING_LOGIN_MS, type PendingLogin, takeLogin } from './pending-login.ts';

const loginQuery = z
  .object({
    host: z.string().max(255).optional(),
    intent: z.enum(['refresh', 'change']).optional(),
    display: displaySchema.default('page'),
    challenge: challengeSchema.optional(),
  })
  .refine(({ display, challenge }) => (display === 'dialog') === (challenge !== undefined), {
    path: ['challenge'],
    message: 'A window of a frame brings a challenge, a page brings none.',
  })
  .refine(({ intent, challenge }) => intent === undefined || challenge === undefined, {
    path: ['intent'],
    message: 'A frame renews by POST /api/crm/renewal: its window knows nobody.',
  });

const sessionQuery = z.object({
  as: z
    .enum(['console'])
    .optional()
    .describe('As the console asks: whoever has not used it for a while is not signed in there'),
});

export function addLoginRoutes(app: ApiApp, options: ApiOptions): void {
  addSession(app, options);
  addBegin(app, options);
  addCallback(app, options);
  addTakingOver(app, options);
}

function addSession(app: ApiApp, { ports, secure }: ApiOptions): void {
  const { crmLogin } = ports;
  const sessionRoute = {
    schema: { querystring: sessionQuery, response: { 200: sessionViewSchema } },
    config: { ...admitsReconnect },
  };
  app.get('/api/session', sessionRoute, async (request) => {
    const session = await findSession(ports, request, secure, { console: request.query.as === 'console' });
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
    await endSession(ports, session.tokenHash, 'logged-out');
    if (session.carrier === 'cookie') reply.clearCookie(sessionCookieName(secure), { path: '/' });
    return reply.code(204).send(null);
  });
}

function addBegin(app: ApiApp, { ports, secure, loginLimit }: ApiOptions): void {
  app.get(
    '/login/salesforce',
    {
      schema: {
        description:
          'With `intent`, for somebody who is signed in: renews his Salesforce account, or goes on with another one.',
        querystring: loginQuery,
      },
      config: loginLimit,
    },
    async (request, reply) => {
      allowOpener(reply);
      const { host, intent, challenge = null } = request.query;
      const session = intent === undefined ? null : await findSession(ports, request, secure);
      if (intent !== undefined && session === null) return reply.redirect('/?problem=api.not-signed-in');
      const renewal = intent === undefined || session === null ? null : { intent, session };
      const { url, state } = await beginLogin(ports, { host, renewal, challenge });
      setLoginCookie(reply, hashToken(state), secure, PENDING_LOGIN_MS / SECOND);
      return reply.redirect(url);
    },
  );
}

function addCallback(app: ApiApp, options: ApiOptions): void {
  const { ports, secure, loginLimit } = options;
  app.get(
    '/login/salesforce/callback',
    {
      schema: { querystring: z.object({ state: z.string().max(512).optional() }).loose() },
      config: loginLimit,
    },
    async (request, reply) => {
      allowOpener(reply);
      const stateHash = hashToken(request.query.state ?? '');
      // Only the browser that began a login may end it: else anybody could sign a visitor in as himself (RFC 6749, 10.12).
      const begunHere = request.cookies[loginCookieName(secure)] === stateHash;
      reply.clearCookie(loginCookieName(secure), { path: '/' });
      const pending = begunHere ? await takeLogin(ports, stateHash) : null;
      const isFramed = pending !== null && pending.challenge !== null;
      const problem = (code: FailureCode | ApiProblemCode) => {
        tellRefusedSignIn(ports, code);
        return reply.redirect(
          isFramed ? dialogEnd({ problem: code }) : `/?problem=${encodeURIComponent(code)}`,
        );
      };
      if (pending === null) return problem('api.login-expired');
      try {
        const end = isFramed
          ? await endInWindow(options, pending, request.url)
          : await endInPage(options, pending, request, reply);
        return 'problem' in end ? problem(end.problem) : reply.redirect(end.landing);
      } catch (error) {
        if (error instanceof RemoteFailure) return problem(error.failure.code);
        throw error;
      }
    },
  );
}

type End = { readonly landing: string } | { readonly problem: FailureCode | ApiProblemCode };

/** Nobody is signed in in a frame's window: it gets a code, which is worth nothing without the frame's verifier. */
async function endInWindow({ ports }: ApiOptions, pending: PendingLogin, callbackUrl: string): Promise<End> {
  const { details, renewal, challenge } = pending;
  if (renewal !== null)
    return { landing: dialogEnd({ login: await keepForFrame(ports, pending, callbackUrl) }) };
  const { organizationId, userId } = await knowPerson(
    ports,
    await ports.crmLogin.complete(details, callbackUrl),
  );
  const login = await handOver(ports, { organizationId, userId, challenge: challenge ?? '' });
  return { landing: dialogEnd({ login }) };
}

async function endInPage(
  { ports, secure, activationMs }: ApiOptions,
  { details, renewal }: PendingLogin,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<End> {
  const session = renewal === null ? null : await findSession(ports, request, secure);
  if (renewal !== null && session?.userId !== renewal.userId) return { problem: 'api.not-signed-in' };
  const account = await ports.crmLogin.complete(details, request.url);
  if (renewal === null || session === null) {
    const { token } = await completeLogin(ports, account);
    // A token of before is worth nothing any more, whoever has it (a login that failed ends none).
    await endFormerSession(ports, request, secure, 'cookie');
    setSessionCookie(reply, token, secure, LOGIN_MS / SECOND);
    return { landing: '/' };
  }
  const renewed =
    renewal.intent === 'refresh'
      ? await refreshCrm(ports, session, account)
      : await changeCrm(ports, session, account, AbortSignal.timeout(activationMs));
  if (renewed.kind === 'refused') return { problem: renewed.code };
  if (renewed.kind === 'changed') {
    await endSession(ports, session.tokenHash, 'replaced');
    setSessionCookie(reply, renewed.login.token, secure, LOGIN_MS / SECOND);
  }
  return { landing: '/?changed=crm' };
}

/** The end of a login in a window: the frame that began it gets a session of its own, once. */
function addTakingOver(app: ApiApp, { ports, secure, loginLimit }: ApiOptions): void {
  app.post(
    '/api/session/exchange',
    {
      schema: { body: takeOverFormSchema, response: { 200: sessionTokenSchema } },
      config: loginLimit,
    },
    async (request) => {
      const taken = await takeOver(ports, request.body);
      if (taken === null) throw apiProblem('api.login-expired');
      await endFormerSession(ports, request, secure, 'bearer');
      return { token: taken.token, expiresAt: new Date(taken.expiresAt).toISOString() };
    },
  );
}
