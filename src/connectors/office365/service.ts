/**
 * Office 365 as a mail service that can be prepared and opened: sign-in and consent, app access, and from a stored connection to a connector.
 */

import { z } from 'zod';
import type { AbortSignalLike, Clock, Random } from '../../model/clock.ts';
import type { AnyCollection } from '../../model/collection.ts';
import type {
  MailConnector,
  MailConsent,
  MailService,
  Opening,
  PreparedConnection,
} from '../../model/connector.ts';
import { createHttp, type Fetch, type Http } from '../http.ts';
import { withBackoffMail } from '../with-backoff.ts';
import { type AppTokens, applicationAccess, createAppTokens, delegatedAccess } from './access.ts';
import { createOffice365Connector } from './connector.ts';
import { createOffice365Hints } from './hints.ts';
import { applicationOf, createOffice365MassAccess } from './mass-access.ts';
import { adminConsentUrl, beginConsent, completeConsent } from './oauth.ts';
import { createTransport } from './transport.ts';

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
  /** Where Graph may post change notifications to; null where it reaches us nowhere. */
  readonly hintsOrigin: string | null;
}

const formSchema = z.object({ mailbox: z.email() });

/** The service `office365` of the registry. */
export function createOffice365Service(options: Office365ServiceOptions): MailService {
  const appTokens = createAppTokens(options.clock);
  return {
    service: 'office365',
    displayName: 'Office 365',
    massAccess: createOffice365MassAccess(options.app),
    consent: createConsent(options),
    hints: createOffice365Hints({
      origin: options.hintsOrigin,
      clock: options.clock,
      callsOf: ({ connection, opening }) => createTransport(lineOf(options, appTokens, connection, opening)),
    }),
    /** A mailbox that the application itself opens; it has no credential of its own. */
    async prepare(form) {
      const mailbox = formSchema.parse(form).mailbox.toLowerCase();
      // Not null: that reads as erased.
      return { account: mailbox, credential: {}, settings: { access: 'application', mailbox } };
    },
    open: (connection, opening) => open(options, appTokens, connection, opening),
    webLink(_connection, itemId, collection) {
      const origin = webOrigins[options.app.graphOrigin];
      const path = webPaths[collection];
      return origin === undefined || path === null ? null : `${origin}${path}${encodeURIComponent(itemId)}`;
    },
  };
}

/** Contacts and tasks have no page that their id opens. */
const webPaths: Readonly<Record<AnyCollection, string | null>> = {
  emails: '/mail/deeplink/read/',
  events: '/calendar/item/',
  contacts: null,
  tasks: null,
};

/** Outlook on the web of each cloud, by its Graph: docs/remote-services/office365.md#web-links */
const webOrigins: Readonly<Record<string, string>> = {
  'https://graph.microsoft.com': 'https://outlook.office.com',
  'https://graph.microsoft.us': 'https://outlook.office365.us',
  'https://dod-graph.microsoft.us': 'https://outlook-dod.office365.us',
  'https://microsoftgraph.chinacloudapi.cn': 'https://partner.outlook.cn',
};

/** Somebody waits at the dialog: trouble is told after one more attempt. */
const UNPROVEN_ATTEMPTS_MAX = 2;

const settingsSchema = z.object({ mailbox: z.string().optional() });

function open(
  options: Office365ServiceOptions,
  appTokens: AppTokens,
  connection: PreparedConnection,
  { signal, keeper, unproven = false }: Opening,
): MailConnector {
  const { clock, random } = options;
  const line = lineOf(options, appTokens, connection, { signal, keeper });
  const connector = createOffice365Connector(line);
  const patience = unproven ? { attemptsMax: UNPROVEN_ATTEMPTS_MAX } : {};
  return withBackoffMail(connector, { clock, random, signal, ...patience });
}

/** How one connection reaches Graph, for a run or for its subscription. */
function lineOf(
  options: Office365ServiceOptions,
  appTokens: AppTokens,
  connection: PreparedConnection,
  { signal, keeper }: Opening,
) {
  const { app, clock, random, redirectUri } = options;
  const mailbox = settingsSchema.parse(connection.settings).mailbox ?? null;
  const http = httpFor(options, signal);
  const access =
    mailbox === null
      ? delegatedAccess({ app, clock, redirectUri, http }, keeper)
      : applicationAccess(
          once(() => applicationOf(app, connection.settings, keeper)),
          appTokens,
          http,
          mailbox,
        );
  const { graphOrigin } = app;
  return { http, access, graphOrigin, clock, random, mailbox, signal, isAppOnly: mailbox !== null };
}

/** The access's credential is read when it is first needed, and once. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
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
    revoke: () => Promise.resolve('not-possible'),
  };
}

function httpFor({ fetch, clock }: Office365ServiceOptions, signal: AbortSignalLike): Http {
  return createHttp({ fetch, clock, signal: signal as AbortSignal });
}
