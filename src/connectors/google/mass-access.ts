/**
 * Gmail by a service account of the company's own with domain-wide delegation (M4): the access holds the account's key, a person's connection adds the
 * mailbox. Set-up: docs/remote-services/google.md#delegation.
 */
import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';
import type { CredentialKeeper, PreparedConnection } from '../../model/connector.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import type { MailMassAccess } from '../../model/mass-access.ts';
import { API_SCOPES } from './apis.ts';
import type { GoogleApp } from './service.ts';

const formSchema = z.object({ keyFile: z.string() });
/** https://developers.google.com/identity/protocols/oauth2/service-account#creatinganaccount */
const keyFileSchema = z.object({
  type: z.literal('service_account'),
  client_email: z.string(),
  client_id: z.string(),
  private_key: z.string(),
  private_key_id: z.string().nullish(),
});

const credentialSchema = z.object({ keyId: z.string().nullable(), privateKey: z.string() });
const settingsSchema = z.object({ serviceAccount: z.object({ email: z.string(), clientId: z.string() }) });

export function createGoogleMassAccess(): MailMassAccess {
  return {
    takesConsent: false,
    async prepareAccess(form) {
      const key = readKeyFile(formSchema.parse(form).keyFile);
      return {
        account: key.client_email,
        credential: { keyId: key.private_key_id ?? null, privateKey: key.private_key },
        settings: { serviceAccount: { email: key.client_email, clientId: key.client_id } },
      };
    },
    reach({ address }) {
      const mailbox = address.toLowerCase();
      return { account: mailbox, settings: { delegatedMailbox: mailbox } };
    },
    facts({ settings }) {
      const { serviceAccount } = settingsSchema.parse(settings);
      return [
        { label: 'Service account', value: serviceAccount.email },
        { label: 'Client ID', value: serviceAccount.clientId },
        { label: 'OAuth scopes', value: API_SCOPES.join(',') },
      ];
    },
    approvalUrl: () => 'https://admin.google.com/ac/owl/domainwidedelegation',
  };
}

/** The service account of a connection: the access's own where its settings name one, else the operator's. */
export async function serviceAccountOf(
  operator: GoogleApp,
  settings: PreparedConnection['settings'],
  keeper: CredentialKeeper,
): Promise<GoogleApp> {
  const own = settingsSchema.safeParse(settings);
  if (!own.success) return operator;
  const { credential } = await keeper.load();
  const parsed = credentialSchema.safeParse(credential);
  if (!parsed.success)
    throw new RemoteFailure(failure('mailbox.authorization-revoked', { vendorCode: 'NO_CREDENTIAL' }));
  return { ...operator, serviceAccount: { email: own.data.serviceAccount.email, ...parsed.data } };
}

function readKeyFile(text: string): z.infer<typeof keyFileSchema> {
  try {
    const key = keyFileSchema.parse(JSON.parse(text));
    createPrivateKey(key.private_key);
    return key;
  } catch (error) {
    throw new RemoteFailure(failure('mailbox.access-unreadable', { vendorCode: 'KEY_FILE' }), error);
  }
}
