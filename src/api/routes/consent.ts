/**
 * Activation by consent: the page asks where to go, the service sends the browser back here, and the page asks for the activation. The way back
 * leads on at once to an address that holds nothing but an id; only the browser and the person who began can go on with it. An
 * administrator's approval comes back here too, from a browser that may know nothing of us.
 */
import { z } from 'zod';
import { activationViewSchema, consentFormSchema, consentViewSchema } from '../../api-schema/mailbox.ts';
import {
  beginConsent,
  CONSENT_MS,
  completeConsent,
  receiveConsent,
} from '../../commands/activate-by-consent.ts';
import { hashToken } from '../../commands/complete-login.ts';
import { SECOND } from '../../model/clock.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { apiProblem } from '../problems.ts';
import {
  admitsReconnect,
  consentCookieName,
  findSession,
  requireSession,
  setConsentCookie,
} from '../session.ts';
import {
  activationView,
  refuseOtherMailbox,
  requireCrmConnection,
  requireService,
  serviceParams,
  whoIs,
} from './activation.ts';

/** Whatever else the service sends stays unread here; the connector gets the whole address. */
const callbackQuery = z
  .object({
    state: z.string().max(1024).optional(),
    code: z.string().optional(),
    error: z.string().optional(),
    admin_consent: z.string().optional(),
  })
  .loose();

export function addConsentRoutes(app: ApiApp, options: ApiOptions): void {
  addBegin(app, options);
  addCallback(app, options);
  addComplete(app, options);
}

function addBegin(app: ApiApp, { ports, secure, activationLimit }: ApiOptions): void {
  app.post(
    '/api/mailbox/:service/consent',
    {
      schema: { params: serviceParams, body: consentFormSchema, response: { 200: consentViewSchema } },
      config: { ...activationLimit, ...admitsReconnect },
    },
    async (request, reply) => {
      const session = await requireSession(ports, request, secure);
      await refuseOtherMailbox(ports, session, request.body);
      const { service, displayName, consent } = requireService(ports, request.params.service);
      if (consent === null)
        throw apiProblem('api.conflict', {
          detail: `${displayName} is connected with a login and password; it has no sign-in page of its own.`,
        });
      await requireCrmConnection(ports, session);
      const { intent, start, address = null } = request.body;
      const asked = { service, consent, address, wish: { intent, start } };
      const { url, state } = await beginConsent(ports, whoIs(session), asked);
      setConsentCookie(reply, hashToken(state), secure, CONSENT_MS / SECOND);
      return { url };
    },
  );
}

function addCallback(app: ApiApp, { ports, secure, loginLimit, publicUrl }: ApiOptions): void {
  app.get(
    '/connect/:service/callback',
    {
      schema: { params: serviceParams, querystring: callbackQuery },
      config: { ...loginLimit, ...admitsReconnect },
    },
    async (request, reply) => {
      const { service } = requireService(ports, request.params.service);
      const { state = '', code, error, admin_consent: approval } = request.query;
      const begunHere = state !== '' && request.cookies[consentCookieName(secure)] === hashToken(state);
      // Without a code nobody has signed in: an administrator has approved for everybody, or has not.
      if (code === undefined && (approval !== undefined || (error !== undefined && !begunHere))) {
        const isApproved = error === undefined && approval?.toLowerCase() === 'true';
        return reply.redirect(`/?approval=${isApproved ? 'approved' : 'declined'}`);
      }
      if (begunHere) reply.clearCookie(consentCookieName(secure), { path: '/' });
      const session = await findSession(ports, request, secure);
      if (session === null) return reply.redirect('/?problem=api.not-signed-in');
      // Only the browser that began may go on: else anybody could connect his own mailbox to a visitor's account (RFC 6749, 10.12).
      const callbackUrl = new URL(request.url, publicUrl).href;
      const id = begunHere
        ? await receiveConsent(ports, whoIs(session), { service, state, callbackUrl })
        : null;
      return reply.redirect(id === null ? '/?problem=api.consent-expired' : `/?consent=${id}`);
    },
  );
}

function addComplete(app: ApiApp, { ports, secure, activationLimit, activationMs }: ApiOptions): void {
  app.post(
    '/api/mailbox/consents/:id/complete',
    {
      schema: { params: z.object({ id: z.string().max(64) }), response: { 200: activationViewSchema } },
      config: { ...activationLimit, ...admitsReconnect },
    },
    async (request) => {
      const session = await requireSession(ports, request, secure);
      await refuseOtherMailbox(ports, session, { intent: 'activate', start: true });
      const crmConnectionId = await requireCrmConnection(ports, session);
      const completed = await completeConsent(
        ports,
        whoIs(session),
        { id: request.params.id, crmConnectionId },
        AbortSignal.timeout(activationMs),
      );
      if (completed === null) throw apiProblem('api.consent-expired');
      const service = requireService(ports, completed.service);
      return await activationView(ports, session, service, completed.result);
    },
  );
}
