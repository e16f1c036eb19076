/** The platform admins' routes about accesses: made, renewed, checked and removed. A credential goes in and never comes out again. */
import { z } from 'zod';
import {
  type AccessView,
  accessConsentFormSchema,
  accessesViewSchema,
  accessFormSchema,
  accessViewSchema,
  type SavedAccessView,
  savedAccessViewSchema,
} from '../../api-schema/admin/accesses.ts';
import { idParamsSchema } from '../../api-schema/admin/common.ts';
import { consentViewSchema } from '../../api-schema/mailbox.ts';
import { beginAccessConsent, completeAccessConsent } from '../../commands/access-by-consent.ts';
import { CONSENT_MS } from '../../commands/activate-by-consent.ts';
import type { Admin } from '../../commands/admin.ts';
import { checkAccess } from '../../commands/check-access.ts';
import { hashToken } from '../../commands/complete-login.ts';
import type { Ports } from '../../commands/ports.ts';
import { removeAccess } from '../../commands/remove-access.ts';
import { type AccessResult, type AccessWish, renewAccess, saveAccess } from '../../commands/save-access.ts';
import { SECOND } from '../../model/clock.ts';
import { RemoteFailure } from '../../model/failure.ts';
import type { AccessId } from '../../model/ids.ts';
import { type ListedAccess, listAccesses } from '../../store/accesses.ts';
import { inOrganization } from '../../store/database.ts';
import { requireAdmin } from '../admin-session.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { apiProblem } from '../problems.ts';
import { type Session, setConsentCookie } from '../session.ts';
import { checkView, failureView } from '../views.ts';
import { whoIs } from './activation.ts';

const need = { scope: 'accesses', platform: true } as const;
const reading = { scope: 'read', platform: true } as const;

export function addAccessRoutes(app: ApiApp, options: ApiOptions): void {
  addReading(app, options);
  addSaving(app, options);
  addChecking(app, options);
  addConsent(app, options);
}

function addReading(app: ApiApp, { ports, secure }: ApiOptions): void {
  app.get('/api/admin/accesses', { schema: { response: { 200: accessesViewSchema } } }, async (request) => {
    const { organizationId } = await requireAdmin(ports, request, secure, reading);
    const listed = await inOrganization(ports.db, organizationId, (tx) =>
      listAccesses(tx, { organizationId }),
    );
    return { items: listed.map((access) => accessView(ports, access)) };
  });
}

function addSaving(app: ApiApp, { ports, secure, activationLimit, activationMs }: ApiOptions): void {
  app.post(
    '/api/admin/accesses',
    {
      schema: {
        description: 'Makes an access. It is tried on the sample mailbox first and stored only if it works.',
        body: accessFormSchema,
        response: { 200: savedAccessViewSchema },
      },
      config: activationLimit,
    },
    async (request) => {
      const admin = await requireAdmin(ports, request, secure, need);
      const signal = AbortSignal.timeout(activationMs);
      return await answer(ports, admin, await saveAccess(ports, admin, wishOf(request.body), signal));
    },
  );

  app.put(
    '/api/admin/accesses/:id',
    {
      schema: {
        description:
          'Gives an access another credential or name. It is tried first, and keeps what it had if that fails.',
        params: idParamsSchema,
        body: accessFormSchema,
        response: { 200: savedAccessViewSchema },
      },
      config: activationLimit,
    },
    async (request) => {
      const admin = await requireAdmin(ports, request, secure, need);
      const wish = { ...wishOf(request.body), id: request.params.id as AccessId };
      const signal = AbortSignal.timeout(activationMs);
      return await answer(ports, admin, await renewAccess(ports, admin, wish, signal));
    },
  );

  app.delete(
    '/api/admin/accesses/:id',
    { schema: { params: idParamsSchema, response: { 204: z.null() } } },
    async (request, reply) => {
      const admin = await requireAdmin(ports, request, secure, need);
      const removed = await removeAccess(ports, admin, request.params.id as AccessId);
      if (removed === 'unknown') throw apiProblem('api.not-found');
      if (removed === 'in-use')
        throw apiProblem('api.conflict', {
          detail:
            'Profiles or mailboxes use this access. Take it out of its profiles and deactivate its mailboxes first.',
        });
      return reply.code(204).send(null);
    },
  );
}

function addChecking(app: ApiApp, { ports, secure, activationLimit, activationMs }: ApiOptions): void {
  app.post(
    '/api/admin/accesses/:id/check',
    {
      schema: {
        description:
          'Tries the access now, through mailboxes that it opened last. What follows from the answer follows at once.',
        params: idParamsSchema,
        response: { 200: accessViewSchema },
      },
      config: activationLimit,
    },
    async (request) => {
      const admin = await requireAdmin(ports, request, secure, need);
      const id = request.params.id as AccessId;
      const verdict = await checkAccess(ports, admin, id, AbortSignal.timeout(activationMs));
      if (verdict === null) throw apiProblem('api.not-found');
      return await viewOf(ports, admin, id);
    },
  );
}

function addConsent(app: ApiApp, { ports, secure, activationLimit }: ApiOptions): void {
  app.post(
    '/api/admin/accesses/consent',
    {
      schema: {
        description:
          'Begins an access by the sign-in page of the service account’s company. Ends at /admin/access.',
        body: accessConsentFormSchema,
        response: { 200: consentViewSchema },
      },
      config: activationLimit,
    },
    async (request, reply) => {
      // A script has no browser to sign in with.
      const { organizationId, actor } = await requireAdmin(ports, request, secure, { ...need, scope: null });
      if (actor.kind !== 'user') throw apiProblem('api.not-allowed');
      const begun = await beginAccessConsent(ports, { organizationId, userId: actor.userId }, request.body);
      if (begun === null)
        throw apiProblem('api.conflict', {
          detail: 'The operator has set no sign-in page up for this service.',
        });
      setConsentCookie(reply, hashToken(begun.state), secure, CONSENT_MS / SECOND);
      return { url: begun.url };
    },
  );
}

/** Where the browser goes when it is back from the sign-in page: the console, with the access's id or what went wrong. */
export async function endAccessConsent(
  { ports, activationMs }: ApiOptions,
  session: Session,
  back: { readonly service: string; readonly state: string; readonly callbackUrl: string },
): Promise<string> {
  const signal = AbortSignal.timeout(activationMs);
  const isAdmin = session.user.role === 'platform-admin' && session.access === 'full';
  const result = isAdmin ? await completeAccessConsent(ports, whoIs(session), back, signal) : null;
  const told = result === null ? { problem: 'api.consent-expired' } : toldOf(result);
  return `/admin/access?${new URLSearchParams(told)}`;
}

function toldOf(result: AccessResult): Record<string, string> {
  if (result.kind === 'saved') return { saved: result.id };
  return { problem: result.kind === 'refused' ? result.failure.code : 'api.conflict' };
}

function wishOf(body: { readonly service: string; readonly name: string }): AccessWish {
  const { service, name } = body;
  const sampleMailbox = 'sampleMailbox' in body ? String(body.sampleMailbox) : undefined;
  return { service, name, sampleMailbox, given: { kind: 'form', form: body } };
}

async function answer(ports: Ports, admin: Admin, result: AccessResult): Promise<SavedAccessView> {
  if (result.kind === 'refused') throw new RemoteFailure(result.failure);
  if (result.kind === 'unknown') throw apiProblem('api.not-found');
  if (result.kind === 'taken')
    throw apiProblem('api.conflict', {
      detail: 'There is an access of this name already, or as many as there may be.',
      fields: ['name'],
    });
  return { ...(await viewOf(ports, admin, result.id)), checks: result.checks.map(checkView) };
}

async function viewOf(ports: Ports, { organizationId }: Admin, id: AccessId): Promise<AccessView> {
  const [access] = await inOrganization(ports.db, organizationId, (tx) =>
    listAccesses(tx, { organizationId, id }),
  );
  if (access === undefined) throw apiProblem('api.not-found');
  return accessView(ports, access);
}

function accessView(ports: Ports, access: ListedAccess): AccessView {
  const { id, name, side, service, account, state, mailboxes, cause } = access;
  const found = side === 'crm' ? ports.crm : ports.mailServices.get(service);
  const way = found?.massAccess ?? null;
  return {
    ...{ id, name, side, service, account, state, mailboxes },
    serviceName: found?.displayName ?? service,
    stateSince: new Date(access.stateAt).toISOString(),
    cause: cause === null ? null : failureView({ code: cause, vendorCode: null, fields: [] }),
    checkedAt: access.checkedAt === null ? null : new Date(access.checkedAt).toISOString(),
    profiles: [...access.profiles],
    facts: [...(way?.facts(access) ?? [])],
    approvalUrl: way?.approvalUrl(access) ?? null,
  };
}
