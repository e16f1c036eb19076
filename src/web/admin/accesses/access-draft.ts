/** A way of reaching many, as an admin types it: what is wrong with it, and what is sent. Pure. */
import type { AccessForm } from '../../../api-schema/admin/accesses.ts';

export const accessServices = ['exchange', 'office365', 'google', 'salesforce'] as const;

export type AccessService = (typeof accessServices)[number];

/** Everything that any of the forms asks; each sends its own part. */
export interface AccessDraft {
  readonly name: string;
  readonly sampleMailbox: string;
  readonly login: string;
  readonly password: string;
  readonly ewsUrl: string;
  readonly tenant: string;
  readonly clientId: string;
  readonly proof: 'certificate' | 'secret';
  readonly clientSecret: string;
  readonly certificate: string;
  readonly keyFile: string;
  readonly host: string;
  readonly privateKey: string;
  readonly username: string;
  readonly actsAs: 'each-user' | 'service-account';
}

export type AccessErrors = Readonly<Partial<Record<keyof AccessDraft, string>>>;

export const emptyAccess: AccessDraft = {
  name: '',
  sampleMailbox: '',
  login: '',
  password: '',
  ewsUrl: '',
  tenant: '',
  clientId: '',
  proof: 'certificate',
  clientSecret: '',
  certificate: '',
  keyFile: '',
  host: 'production',
  privateKey: '',
  username: '',
  actsAs: 'each-user',
};

const missing: Readonly<Partial<Record<keyof AccessDraft, string>>> = {
  name: 'Give it a name.',
  login: 'Enter the service account’s login.',
  password: 'Enter its password.',
  tenant: 'Enter the tenant’s id or domain.',
  clientId: 'Enter the application’s id.',
  clientSecret: 'Enter the secret.',
  host: 'Enter production, sandbox, or your My Domain host.',
  username: 'Enter the service account’s Salesforce login.',
};

/** Keyed in the order of the form, so that the first is the first on the screen. */
export function findAccessErrors(service: AccessService, draft: AccessDraft): AccessErrors {
  const errors: [keyof AccessDraft, string][] = [];
  for (const field of fieldsOf(service, draft)) {
    const value = draft[field].trim();
    const error =
      field === 'sampleMailbox'
        ? addressError(value)
        : field === 'keyFile'
          ? keyFileError(value)
          : field === 'certificate' || field === 'privateKey'
            ? pemError(field, value)
            : value === ''
              ? (missing[field] ?? null)
              : null;
    if (error !== null) errors.push([field, error]);
  }
  return Object.fromEntries(errors);
}

/** What a service's form asks, in its order. */
export function fieldsOf(
  service: AccessService,
  { proof }: Pick<AccessDraft, 'proof'>,
): readonly (keyof AccessDraft)[] {
  const credential = proof === 'secret' ? 'clientSecret' : 'certificate';
  const fields = {
    exchange: ['login', 'password', 'ewsUrl', 'sampleMailbox'],
    office365: ['tenant', 'clientId', credential, 'sampleMailbox'],
    google: ['keyFile', 'sampleMailbox'],
    salesforce: ['host', 'clientId', 'privateKey', 'username'],
  } as const satisfies Record<AccessService, readonly (keyof AccessDraft)[]>;
  return ['name', ...fields[service]];
}

/** For a draft without errors. */
export function accessFormOf(service: AccessService, draft: AccessDraft): AccessForm {
  const name = draft.name.trim();
  const sampleMailbox = draft.sampleMailbox.trim();
  switch (service) {
    case 'exchange': {
      const ewsUrl = draft.ewsUrl.trim();
      const { password } = draft;
      const login = draft.login.trim();
      return { service, name, login, password, sampleMailbox, ...(ewsUrl === '' ? {} : { ewsUrl }) };
    }
    case 'office365': {
      const proof =
        draft.proof === 'secret'
          ? { clientSecret: draft.clientSecret.trim() }
          : { certificate: draft.certificate.trim() };
      return {
        service,
        name,
        tenant: draft.tenant.trim(),
        clientId: draft.clientId.trim(),
        ...proof,
        sampleMailbox,
      };
    }
    case 'google':
      return { service, name, keyFile: draft.keyFile.trim(), sampleMailbox };
    case 'salesforce':
      return {
        service,
        name,
        host: draft.host.trim(),
        clientId: draft.clientId.trim(),
        privateKey: draft.privateKey.trim(),
        username: draft.username.trim(),
        actsAs: draft.actsAs,
      };
  }
}

/** What a service account's key file names, for the delegation; null where it is none. */
export function readKeyFile(text: string): { readonly clientId: string; readonly email: string } | null {
  try {
    const key = JSON.parse(text) as Record<string, unknown>;
    const { type, client_id: clientId, client_email: email } = key;
    return type === 'service_account' && typeof clientId === 'string' && typeof email === 'string'
      ? { clientId, email }
      : null;
  } catch {
    return null;
  }
}

export function addressError(value: string): string | null {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? null : 'Enter the e-mail address of a mailbox.';
}

function keyFileError(value: string): string | null {
  return readKeyFile(value) === null ? 'Choose the JSON key file of a service account.' : null;
}

function pemError(field: 'certificate' | 'privateKey', value: string): string | null {
  const hasKey = /-----BEGIN (RSA |EC )?PRIVATE KEY-----/.test(value);
  if (field === 'privateKey') return hasKey ? null : 'Paste the private key, from BEGIN to END.';
  return hasKey && value.includes('-----BEGIN CERTIFICATE-----')
    ? null
    : 'Paste the private key and the certificate, each from BEGIN to END.';
}
