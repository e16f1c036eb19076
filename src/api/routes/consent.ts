/**
 * Activation by consent: the page asks where to go, the service sends the browser back here, and the page asks for the activation. The way back
 * leads on at once to an address that holds nothing but an id; only the browser and the person who began can go on with it. An
 * administrator's approval comes back here too, from a browser that may know nothing of us.
 */
import { z } from 'zod';
import {
  activationViewSchema,
  completeConsentFormSchema,
  consentFormSchema,
  consentViewSchema,
} from '../../api-schema/mailbox.ts';
import { isAccessConsent } from '../../commands/access-by-consent.ts';
import {
  beginConsent,
  CONSENT_MS,
  completeConsent,
  pageOfConsent,
  receiveConsent,
  whoBegan,
} from '../../commands/activate-by-consent.ts';
import { hashToken } from '../../commands/complete-login.ts';
import { SECOND } from '../../model/clock.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { allowOpener, dialogEnd } from '../frames.ts';
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
import { endAccessConsent } from './admin-accesses.ts';

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
  addStart(app, options);
  addCallback(app, options);
  addComplete(app, options);
}

function addBegin(app: ApiApp, { ports, secure, activationLimit, publicUrl }: ApiOptions): void {
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
      const { intent, start, address = null, display, challenge = null } = request.body;
      if ((display === 'dialog') !== (challenge !== null))
        throw apiProblem('api.invalid-input', { fields: ['challenge'] });
      const asked = { service, consent, address, challenge, wish: { intent, start } };
      const { url, state } = await beginConsent(ports, whoIs(session), asked);
      // A frame gets no cookies: the window that it opens takes the mark at its first address.
      if (display === 'dialog')
        return { url: `${publicUrl}/connect/${service}/start?${new URLSearchParams({ state })}` };
      setConsentCookie(reply, hashToken(state), secure, CONSENT_MS / SECOND);
      return { url };
    },
  );
}

/** The first address of a frame's window: marks this browser, and leads to the service. */
function addStart(app: ApiApp, { ports, secure, loginLimit }: ApiOptions): void {
  app.get(
    '/connect/:service/start',
    {
      schema: { params: serviceParams, querystring: z.object({ state: z.string().max(1024) }).loose() },
      config: loginLimit,
    },
    async (request, reply) => {
      allowOpener(reply);
      const { service } = requireService(ports, request.params.service);
      const { state } = request.query;
      const page = await pageOfConsent(ports, service, state);
      if (page === null) return reply.redirect(dialogEnd({ problem: 'api.consent-expired' }));
      setConsentCookie(reply, hashToken(state), secure, CONSENT_MS / SECOND);
      return reply.redirect(page);
    },
  );
}

function addCallback(app: ApiApp, options: ApiOptions): void {
  const { ports, secure, loginLimit, publicUrl } = options;
  app.get(
    '/connect/:service/callback',
    {
      schema: { params: serviceParams, querystring: callbackQuery },
      config: { ...loginLimit, ...admitsReconnect },
    },
    async (request, reply) => {
      allowOpener(reply);
      const { service } = requireService(ports, request.params.service);
      const { state = '', code, error, admin_consent: approval } = request.query;
      const begunHere = state !== '' && request.cookies[consentCookieName(secure)] === hashToken(state);
      // Without a code nobody has signed in: an administrator has approved for everybody, or has not.
      if (code === undefined && (approval !== undefined || (error !== undefined && !begunHere))) {
        const isApproved = error === undefined && approval?.toLowerCase() === 'true';
        return reply.redirect(`/?approval=${isApproved ? 'approved' : 'declined'}`);
      }
      if (begunHere) reply.clearCookie(consentCookieName(secure), { path: '/' });
      // Only the browser that began may go on: else anybody could connect his own mailbox to a visitor's account (RFC 6749, 10.12).
      const callbackUrl = new URL(request.url, publicUrl).href;
      const frame = begunHere ? await whoBegan(ports, state) : null;
      if (frame !== null) {
        // Nobody is signed in in this window. The id goes to a frame of this very origin and to nobody else.
        const id = await receiveConsent(ports, frame, { service, state, callbackUrl });
        return reply.redirect(dialogEnd(id === null ? { problem: 'api.consent-expired' } : { consent: id }));
      }
      const session = await findSession(ports, request, secure);
      if (session === null) return reply.redirect('/?problem=api.not-signed-in');
      if (begunHere && (await isAccessConsent(ports, whoIs(session), state)))
        return reply.redirect(await endAccessConsent(options, session, { service, state, callbackUrl }));
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
      schema: {
        params: z.object({ id: z.string().max(64) }),
        body: completeConsentFormSchema,
        response: { 200: activationViewSchema },
      },
      config: { ...activationLimit, ...admitsReconnect },
    },
    async (request) => {
      const session = await requireSession(ports, request, secure);
      await refuseOtherMailbox(ports, session, { intent: 'activate', start: true });
      const crmConnectionId = await requireCrmConnection(ports, session);
      const completed = await completeConsent(
        ports,
        whoIs(session),
        { id: request.params.id, verifier: request.body?.verifier ?? null, crmConnectionId },
        AbortSignal.timeout(activationMs),
      );
      if (completed === null) throw apiProblem('api.consent-expired');
      const service = requireService(ports, completed.service);
      return await activationView(ports, session, service, completed.result);
    },
  );
}
