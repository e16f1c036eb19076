/**
 * Office 365 as a mail service that can be prepared and opened: sign-in and consent, app access, and from a stored connection to a connector.
 */
import { z } from 'zod';
import type { AbortSignalLike, Clock, Random } from '../../model/clock.ts';
import type { MailConsent, MailService } from '../../model/connector.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import { createHttp, type Fetch, type Http } from '../http.ts';
import { adminConsentUrl, beginConsent, completeConsent } from './oauth.ts';

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

const formSchema = z.object({ mailbox: z.email() });

/** The service `office365` of the registry. */
export function createOffice365Service(options: Office365ServiceOptions): MailService {
  return {
    service: 'office365',
    displayName: 'Office 365',
    consent: createConsent(options),
    /** A mailbox that the application itself opens; it has no credential of its own. */
    async prepare(form) {
      const mailbox = formSchema.parse(form).mailbox.toLowerCase();
      return { account: mailbox, credential: null, settings: { access: 'application', mailbox } };
    },
    open: () => {
      throw new RemoteFailure(failure('mailbox.service-not-set-up'));
    },
  };
}

/**
 * People's own sign-in. There is nothing to revoke: Entra ID has no endpoint by which an application withdraws one grant, so the tokens are
 * forgotten here and the person or an administrator takes the permission away at Microsoft.
 */
function createConsent(options: Office365ServiceOptions): MailConsent {
  const { app, clock, redirectUri } = options;
  return {
    begin: ({ loginHint }) => beginConsent({ app, clock, redirectUri }, loginHint),
    complete: (details, callbackUrl, signal) =>
      completeConsent({ app, clock, redirectUri, http: httpFor(options, signal) }, details, callbackUrl),
    approvalUrl: adminConsentUrl({ app, redirectUri }),
    revoke: () => Promise.resolve(),
  };
}

function httpFor({ fetch, clock }: Office365ServiceOptions, signal: AbortSignalLike): Http {
  return createHttp({ fetch, clock, signal: signal as AbortSignal });
}
