/**
 * Activation by a form, for services whose people have a login and a password there; and what every activation has in common: whose it is, which
 * mailbox is meant, and how its end is told. Consents are in `consent.ts`.
 */
import { z } from 'zod';
import { activationViewSchema, mailboxFormSchema } from '../../api-schema/mailbox.ts';
import {
  type ActivationResult,
  activateMailbox,
  expectedAddressOf,
} from '../../commands/activate-mailbox.ts';
import { credentialMissing } from '../../commands/load-mailbox.ts';
import type { Ports } from '../../commands/ports.ts';
import { ownMailbox, readOverview } from '../../commands/read-overview.ts';
import type { MailService } from '../../model/connector.ts';
import type { ConnectionId } from '../../model/ids.ts';
import { findConnection } from '../../store/connections.ts';
import { inOrganization } from '../../store/database.ts';
import { organizationKeys } from '../../store/keyring.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { ApiProblem, apiProblem, failureProblem } from '../problems.ts';
import { admitsReconnect, requireSession, type Session } from '../session.ts';
import { checkView, mailboxView } from '../views.ts';

/** A service's name in an address. */
export const serviceParams = z.object({ service: z.string().max(64) });

export function addActivationRoutes(
  app: ApiApp,
  { ports, secure, activationLimit, activationMs }: ApiOptions,
): void {
  app.post(
    '/api/mailbox/:service',
    {
      schema: {
        params: serviceParams,
        body: mailboxFormSchema,
        response: { 200: activationViewSchema },
      },
      config: { ...activationLimit, ...admitsReconnect },
      // Before the form is looked at: who wants a service without a form is not told about its fields.
      preValidation: async (request) => {
        await requireSession(ports, request, secure);
        const { displayName, consent, takesForm } = requireService(ports, request.params.service);
        if (consent === null || takesForm === true) return;
        throw apiProblem('api.conflict', {
          detail: `${displayName} is connected by signing in on its own page, not with a login and password.`,
        });
      },
    },
    async (request) => {
      const session = await requireSession(ports, request, secure);
      const service = requireService(ports, request.params.service);
      await refuseOtherMailbox(ports, session, request.body);
      const { intent, start, ...form } = request.body;
      const address = form.address ?? null;
      const result = await activateMailbox(
        ports,
        {
          ...whoIs(session),
          service: service.service,
          access: { kind: 'form', form },
          expectedAddress: expectedAddressOf(await ownMailbox(ports, session), { intent, address }),
          wish: { intent, start },
          crmConnectionId: await requireCrmConnection(ports, session),
        },
        AbortSignal.timeout(activationMs),
      );
      return await activationView(ports, session, service, result);
    },
  );
}

/** The service of that name; a problem when it is not offered here. */
export function requireService(ports: Ports, name: string): MailService {
  const service = ports.mailServices.get(name);
  if (service === undefined) throw apiProblem('api.not-found');
  return service;
}

/** The person's connection to the CRM, without which nothing can be activated. */
export async function requireCrmConnection(ports: Ports, session: Session): Promise<ConnectionId> {
  const { organizationId, userId } = session;
  const crm = await inOrganization(ports.db, organizationId, async (tx) => {
    const keys = await organizationKeys(tx, ports.keyring, organizationId);
    return await findConnection(tx, keys, userId, ports.crm.service);
  });
  if (crm === null) throw new ApiProblem(failureProblem(credentialMissing(ports, 'crm')));
  return crm;
}

/** The end of an activation as the page is told it; a refusal is thrown, with what helps to mend it. */
export async function activationView(
  ports: Ports,
  session: Session,
  service: MailService,
  result: ActivationResult,
) {
  if (result.kind === 'refused') {
    const { failure, accounts, checks } = result;
    const approvalUrl =
      failure.code === 'mailbox.admin-approval-needed' ? (service.consent?.approvalUrl ?? null) : null;
    throw new ApiProblem(
      failureProblem(failure, {
        checks: checks.map(checkView),
        ...(accounts === undefined ? {} : { accounts: { ...accounts } }),
        ...(approvalUrl === null ? {} : { approvalUrl }),
      }),
    );
  }
  const overview = await readOverview(ports, session);
  if (overview === null) throw apiProblem('api.not-found');
  return { checks: result.checks.map(checkView), mailbox: mailboxView(overview) };
}

/** Who came by the link of an e-mail connects the mailbox that it was about, and switches it on; he neither changes it nor leaves it off. */
export async function refuseOtherMailbox(
  ports: Ports,
  session: Session,
  wish: { readonly intent: 'activate' | 'refresh' | 'change'; readonly start: boolean },
): Promise<void> {
  if (session.reconnects === null) return;
  const isPinned = (await ownMailbox(ports, session))?.id === session.reconnects;
  if (!isPinned || wish.intent === 'change' || !wish.start) throw apiProblem('api.not-allowed');
}

export function whoIs({ organizationId, userId }: Session) {
  return { organizationId, userId };
}
