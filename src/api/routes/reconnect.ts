/**
 * The link of an e-mail that says that sync has stopped (A14). Only a POST uses it up: programs that look through mail follow links with GET, and the token
 * stands behind `#`, which is sent to nobody.
 */
import { z } from 'zod';
import { openLinkFormSchema } from '../../api-schema/reconnect.ts';
import { endSession } from '../../commands/end-sessions.ts';
import { beginReconnectSession, openReconnectLink, RECONNECT_SESSION_MS } from '../../commands/reconnect.ts';
import { SECOND } from '../../model/clock.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { apiProblem } from '../problems.ts';
import { admitsReconnect, findSession, setSessionCookie } from '../session.ts';

export function addReconnectRoutes(app: ApiApp, { ports, secure, loginLimit }: ApiOptions): void {
  app.post(
    '/api/reconnect',
    {
      schema: {
        description:
          'Uses up the link of an e-mail and begins a session that may do nothing but connect its mailbox again. Whoever is logged in as its owner stays so.',
        body: openLinkFormSchema,
        response: { 204: z.null() },
      },
      config: { ...loginLimit, ...admitsReconnect },
    },
    async (request, reply) => {
      // No session stands behind this request, so nothing else tells a page of ours from a stranger's that signs a visitor in as somebody.
      const from = request.headers['sec-fetch-site'];
      if (from !== undefined && from !== 'same-origin') throw apiProblem('api.not-allowed');
      const present = await findSession(ports, request, secure);
      const link = await openReconnectLink(ports, request.body.token);
      if (link === null) throw apiProblem('api.link-expired');
      if (present?.access === 'full' && present.userId === link.userId) return reply.code(204).send(null);
      if (present !== null) await endSession(ports, present.tokenHash, 'replaced');
      const token = await beginReconnectSession(ports, link);
      setSessionCookie(reply, token, secure, RECONNECT_SESSION_MS / SECOND);
      return reply.code(204).send(null);
    },
  );
}
