/**
 * Office 365 by an application of the company's own with application permissions (M3): the access holds the application's secret or certificate, a
 * person's connection adds the mailbox. Set-up: docs/remote-services/office365.md#app-only.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import type { CredentialKeeper, PreparedConnection } from '../../model/connector.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import type { MailMassAccess } from '../../model/mass-access.ts';
import type { Office365App } from './service.ts';

const formSchema = z.object({
  tenant: z.string(),
  clientId: z.string(),
  clientSecret: z.string().optional(),
  certificate: z.string().optional(),
});

const credentialSchema = z.object({
  clientSecret: z.string().nullable(),
  certificate: z.object({ key: z.string(), certificate: z.string() }).nullable(),
});
const settingsSchema = z.object({ tenant: z.string(), clientId: z.string() });

/** Permissions that a scope may narrow to some mailboxes: https://learn.microsoft.com/exchange/permissions-exo/application-rbac */
const MAILBOX_ROLES = ['Mail.ReadWrite', 'Calendars.ReadWrite', 'Contacts.ReadWrite'] as const;
/** Those of the whole tenant: To Do knows no narrower one. */
const TENANT_ROLES = ['Tasks.ReadWrite.All', 'User.Read.All'] as const;

/** `operator`: the operator's application, whose cloud is every access's. */
export function createOffice365MassAccess(operator: Office365App): MailMassAccess {
  return {
    takesConsent: false,
    async prepareAccess(form) {
      const { tenant, clientId, clientSecret = null, certificate = null } = formSchema.parse(form);
      if (clientSecret === null && certificate === null) throw unreadable('NO_CREDENTIAL');
      return {
        account: clientId,
        credential: { clientSecret, certificate: certificate === null ? null : readPem(certificate) },
        settings: { access: 'application', tenant, clientId },
      };
    },
    reach({ address }) {
      const mailbox = address.toLowerCase();
      return { account: mailbox, settings: { mailbox } };
    },
    facts({ settings }) {
      const { tenant, clientId } = settingsSchema.parse(settings);
      return [
        { label: 'Tenant', value: tenant },
        { label: 'Application (client) id', value: clientId },
        { label: 'Application permissions', value: [...MAILBOX_ROLES, ...TENANT_ROLES].join(', ') },
        {
          label: 'Scope',
          value: MAILBOX_ROLES.map(
            (role) =>
              `New-ManagementRoleAssignment -App ${clientId} -Role "Application ${role}" -CustomResourceScope SCOPE`,
          ).join('; '),
        },
      ];
    },
    // https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent#construct-the-url-for-granting-tenant-wide-admin-consent
    approvalUrl({ settings }) {
      const { tenant, clientId } = settingsSchema.parse(settings);
      const query = new URLSearchParams({ client_id: clientId });
      return `${operator.loginOrigin}/${encodeURIComponent(tenant)}/adminconsent?${query}`;
    },
  };
}

/** The application of a connection: the access's own where its settings name one, else the operator's. */
export async function applicationOf(
  operator: Office365App,
  settings: PreparedConnection['settings'],
  keeper: CredentialKeeper,
): Promise<Office365App> {
  const own = settingsSchema.safeParse(settings);
  if (!own.success) return operator;
  const { credential } = await keeper.load();
  const parsed = credentialSchema.safeParse(credential);
  if (!parsed.success)
    throw new RemoteFailure(failure('mailbox.authorization-revoked', { vendorCode: 'NO_CREDENTIAL' }));
  return { ...operator, ...own.data, ...parsed.data };
}

/** Key and certificate of one text, in any order. Rejects what cannot sign. */
function readPem(text: string): { readonly key: string; readonly certificate: string } {
  const blocks = text.match(/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/g) ?? [];
  const key = blocks.find((block) => block.includes('PRIVATE KEY'));
  const certificate = blocks.find((block) => block.includes('BEGIN CERTIFICATE'));
  if (key === undefined || certificate === undefined) throw unreadable('CERTIFICATE');
  try {
    if (!new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key)))
      throw unreadable('KEY_MISMATCH');
  } catch (error) {
    throw error instanceof RemoteFailure ? error : unreadable('CERTIFICATE', error);
  }
  return { key, certificate };
}

function unreadable(vendorCode: string, cause?: unknown): RemoteFailure {
  return new RemoteFailure(failure('mailbox.access-unreadable', { vendorCode }), cause);
}
