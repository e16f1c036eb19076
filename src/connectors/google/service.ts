/**
 * Gmail as a mail service that can be prepared and opened: sign-in and consent, app access, and from a stored connection to a connector.
 */
import type { Clock, Random } from '../../model/clock.ts';
import type { MailService } from '../../model/connector.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import type { Fetch } from '../http.ts';

/** The operator's application at the service, from the configuration. */
export interface GoogleApp {
  readonly clientId: string;
  readonly clientSecret: string;
  /** For domain-wide delegation; null where people consent for themselves only. */
  readonly serviceAccount: {
    readonly email: string;
    readonly keyId: string | null;
    /** PEM, PKCS #8. */
    readonly privateKey: string;
  } | null;
  /** `https://accounts.google.com`, `https://oauth2.googleapis.com`, `https://gmail.googleapis.com`. */
  readonly accountsOrigin: string;
  readonly tokenOrigin: string;
  readonly gmailOrigin: string;
  /** Quota units that one person's mailbox may use in a minute. */
  readonly unitsPerMinute: number;
}

export interface GoogleServiceOptions {
  readonly app: GoogleApp;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  /** Where consent pages send the browser back to. */
  readonly redirectUri: string;
}

/** The service `google` of the registry. */
export function createGoogleService(_options: GoogleServiceOptions): MailService {
  const missing = () => new RemoteFailure(failure('mailbox.service-not-set-up'));
  return {
    service: 'google',
    displayName: 'Gmail',
    consent: null,
    prepare: () => Promise.reject(missing()),
    open: () => {
      throw missing();
    },
  };
}
