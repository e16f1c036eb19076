/**
 * *Refresh* and *Change* of the CRM account from inside of another site's frame (A9). The window in which the person logs in knows nobody: it brings
 * back an address, which is kept for a minute, and the frame that began ends the renewal with its own session and verifier.
 */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import {
  renewalFormSchema,
  renewalStartSchema,
  renewedSchema,
  takeOverFormSchema,
} from '../../api-schema/dialog.ts';
import { hashToken } from '../../commands/complete-login.ts';
import { endSession } from '../../commands/end-sessions.ts';
import { beginBearer, isVerifierOf } from '../../commands/hand-over.ts';
import type { Ports } from '../../commands/ports.ts';
import { changeCrm, refreshCrm } from '../../commands/renew-crm.ts';
import { MINUTE, SECOND } from '../../model/clock.ts';
import { failure } from '../../model/failure.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { allowOpener, dialogEnd } from '../frames.ts';
import { ApiProblem, apiProblem, failureProblem } from '../problems.ts';
import { requireSession, setLoginCookie } from '../session.ts';
import {
  beginLogin,
  keepLogin,
  PENDING_LOGIN_MS,
  type PendingLogin,
  readLoginOf,
  takeLogin,
} from './pending-login.ts';

/** How long the frame may take to ask for the rest. */
const WAITS_MS = MINUTE;

export function addFramedRenewalRoutes(app: ApiApp, options: ApiOptions): void {
  addBegin(app, options);
  addComplete(app, options);
}

function addBegin(app: ApiApp, { ports, secure, loginLimit, publicUrl }: ApiOptions): void {
  app.post(
    '/api/crm/renewal',
    { schema: { body: renewalFormSchema, response: { 200: renewalStartSchema } }, config: loginLimit },
    async (request) => {
      const session = await requireSession(ports, request, secure);
      const { intent, host, challenge } = request.body;
      const { state } = await beginLogin(ports, { host, renewal: { intent, session }, challenge });
      return { url: `${publicUrl}/login/salesforce/start?${new URLSearchParams({ state })}` };
    },
  );

  // The first address of the window: marks this browser, and leads to the CRM.
  app.get(
    '/login/salesforce/start',
    { schema: { querystring: z.object({ state: z.string().max(512) }).loose() }, config: loginLimit },
    async (request, reply) => {
      allowOpener(reply);
      const stateHash = hashToken(request.query.state);
      const pending = await readLoginOf(ports, stateHash);
      if (pending?.url === undefined || pending.callbackUrl !== undefined)
        return reply.redirect(dialogEnd({ problem: 'api.login-expired' }));
      setLoginCookie(reply, stateHash, secure, PENDING_LOGIN_MS / SECOND);
      return reply.redirect(pending.url);
    },
  );
}

/** Keeps what the window came back with; the code for the frame. */
export async function keepForFrame(
  ports: Ports,
  pending: PendingLogin,
  callbackUrl: string,
): Promise<string> {
  const code = randomBytes(32).toString('base64url');
  await keepLogin(ports, code, { ...pending, callbackUrl }, WAITS_MS);
  return code;
}

function addComplete(app: ApiApp, { ports, secure, loginLimit, activationMs }: ApiOptions): void {
  app.post(
    '/api/crm/renewal/complete',
    { schema: { body: takeOverFormSchema, response: { 200: renewedSchema } }, config: loginLimit },
    async (request) => {
      const session = await requireSession(ports, request, secure);
      const { code, verifier } = request.body;
      const pending = await takeLogin(ports, hashToken(code));
      const { callbackUrl, challenge = null, renewal = null } = pending ?? {};
      if (pending === null || callbackUrl === undefined || challenge === null || renewal === null)
        throw apiProblem('api.login-expired');
      if (renewal.userId !== session.userId || !isVerifierOf(challenge, verifier))
        throw apiProblem('api.login-expired');
      const account = await ports.crmLogin.complete(pending.details, callbackUrl);
      const renewed =
        renewal.intent === 'refresh'
          ? await refreshCrm(ports, session, account)
          : await changeCrm(ports, session, account, AbortSignal.timeout(activationMs));
      if (renewed.kind === 'refused') throw new ApiProblem(failureProblem(failure(renewed.code)));
      if (renewed.kind === 'refreshed') return { session: null };
      // The session is the other user's from now on, and of the frame's own kind.
      const { login } = renewed;
      const { token, expiresAt } = await beginBearer(ports, login);
      await endSession(ports, hashToken(login.token), 'replaced');
      await endSession(ports, session.tokenHash, 'replaced');
      return { session: { token, expiresAt: new Date(expiresAt).toISOString() } };
    },
  );
}
