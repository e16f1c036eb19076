/**
 * The product's applications at the simulated services: ids, secrets and where people may be sent back to, as an operator would register
 * them. It registers and knows nothing of who consents.
 */
import type { Services } from './simulated-services.ts';

export interface AppCredential {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface AppCredentials {
  readonly salesforce: AppCredential;
  readonly office365: AppCredential;
  readonly google: AppCredential;
}

/** Where the product at `url` lets the three services send people back to. */
export function redirectUrisOf(url: string): readonly string[] {
  return ['/login/salesforce', '/connect/office365', '/connect/google'].map(
    (path) => `${url}${path}/callback`,
  );
}

/** Registers the apps, or registers them anew with other addresses. Every app takes every address. */
export function registerApps(
  { salesforce, office365, google }: Pick<Services, 'salesforce' | 'office365' | 'google'>,
  apps: AppCredentials,
  redirectUris: readonly string[],
): void {
  salesforce.addConnectedApp({
    ...apps.salesforce,
    redirectUris: [...redirectUris],
    scopes: ['api', 'refresh_token', 'id'],
    rotation: true,
    pkceRequired: true,
  });
  office365.addApplication({
    clientId: apps.office365.clientId,
    name: 'Lockstep',
    redirectUris: [...redirectUris],
    secrets: [{ value: apps.office365.clientSecret }],
    scopes: [
      'User.Read',
      'Mail.ReadWrite',
      'MailboxSettings.ReadWrite',
      'Calendars.ReadWrite',
      'Contacts.ReadWrite',
      'Tasks.ReadWrite',
    ],
    roles: [
      'User.Read.All',
      'Mail.ReadWrite',
      'MailboxSettings.ReadWrite',
      'Calendars.ReadWrite',
      'Contacts.ReadWrite',
      'Tasks.ReadWrite.All',
    ],
  });
  google.addClient({ ...apps.google, name: 'Lockstep', redirectUris: [...redirectUris] });
}
