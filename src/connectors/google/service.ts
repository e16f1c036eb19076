/**
 * Gmail as a mail service that can be prepared and opened: sign-in and consent, app access, and from a stored connection to a connector.
 */

import { z } from 'zod';
import type { AbortSignalLike, Clock, Random } from '../../model/clock.ts';
import type { AnyCollection } from '../../model/collection.ts';
import type { MailConsent, MailService, Opening, PreparedConnection } from '../../model/connector.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import type { HintAbility } from '../../model/hints.ts';
import { createHttp, type Fetch } from '../http.ts';
import { withBackoffMail } from '../with-backoff.ts';
import type { ApiName } from './apis.ts';
import { createGmailConnector, createGmailTransport, type GmailOptions } from './connector.ts';
import { createGoogleHints, type GoogleHintsOptions } from './hints.ts';
import { createGoogleMassAccess, serviceAccountOf } from './mass-access.ts';
import { beginConsent, completeConsent, type GoogleOauth, googleTokenSchema, revokeToken } from './oauth.ts';
import { createPace, type Pace, UNITS_PER_MINUTE } from './quota.ts';
import { createConsentTokens, createDelegatedTokens } from './tokens.ts';

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
  /** `https://accounts.google.com`, `https://oauth2.googleapis.com`, `https://gmail.googleapis.com`. The other APIs' hosts follow from Gmail's. */
  readonly accountsOrigin: string;
  readonly tokenOrigin: string;
  readonly gmailOrigin: string;
  /** Gmail's quota units that one person's mailbox may use in a minute. */
  readonly unitsPerMinute: number;
}

export interface GoogleServiceOptions {
  readonly app: GoogleApp;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  /** Where consent pages send the browser back to. */
  readonly redirectUri: string;
  /** Where Gmail's notifications are pulled from; null where the operator has set nothing up. */
  readonly pubsub: { readonly topic: string; readonly subscription: string; readonly origin: string } | null;
}

const formSchema = z.object({ mailbox: z.string().trim().toLowerCase().email() });
/** `delegatedMailbox` stands where a service account acts, the operator's or an access's. */
const settingsSchema = z.looseObject({ delegatedMailbox: z.string().optional() });

/** The service `google` of the registry. */
export function createGoogleService(options: GoogleServiceOptions): MailService {
  const paces = createPaces(options);
  const delegated = createDelegatedTokens();
  /** How one connection reaches Gmail, for a run or for its watch. */
  const wayOf = (connection: PreparedConnection, { signal, keeper }: Opening): GmailOptions => {
    const { app, fetch, clock, random } = options;
    const { delegatedMailbox = null } = settingsSchema.parse(connection.settings);
    return {
      origin: app.gmailOrigin,
      fetch,
      clock,
      random,
      signal,
      delegatedMailbox,
      paces: paces.of(connection.account),
      tokens: (http) => {
        const oauth = { app, http, clock, redirectUri: options.redirectUri };
        if (delegatedMailbox === null) {
          const tokens = createConsentTokens(oauth, keeper);
          return () => tokens;
        }
        return delegated.of(
          async () => ({ ...oauth, app: await serviceAccountOf(app, connection.settings, keeper) }),
          delegatedMailbox,
        );
      },
    };
  };
  return {
    service: 'google',
    displayName: 'Gmail',
    massAccess: createGoogleMassAccess(),
    consent: createConsent(options),
    hints: createHints(options, ({ connection, opening }) =>
      createGmailTransport(wayOf(connection, opening)),
    ),
    async prepare(form) {
      if (options.app.serviceAccount === null)
        throw new RemoteFailure(failure('mailbox.service-not-set-up', { vendorCode: 'NO_SERVICE_ACCOUNT' }));
      const { mailbox } = formSchema.parse(form);
      return { account: mailbox, credential: {}, settings: { delegatedMailbox: mailbox } };
    },
    open(connection, { signal, keeper, unproven = false }) {
      const { clock, random } = options;
      const connector = createGmailConnector(wayOf(connection, { signal, keeper }));
      // Somebody waits at the dialog: trouble is told after one more attempt.
      const patience = unproven ? { attemptsMax: UNPROVEN_ATTEMPTS_MAX } : {};
      return withBackoffMail(connector, { clock, random, signal, ...patience });
    },
    // The person may be signed in with several accounts; docs/remote-services/google.md#web-links.
    webLink: ({ account }, itemId, collection) => webLinkOf(account, itemId, collection),
  };
}

/** docs/remote-services/google.md#web-links */
function webLinkOf(account: string, itemId: string, collection: AnyCollection): string | null {
  const authuser = `authuser=${encodeURIComponent(account)}`;
  if (collection === 'emails')
    return `https://mail.google.com/mail/?${authuser}#all/${encodeURIComponent(itemId)}`;
  if (collection === 'events') {
    // As in the `htmlLink` of an event: its id and the calendar's.
    const eid = Buffer.from(`${itemId} ${account}`).toString('base64url');
    return `https://calendar.google.com/calendar/event?eid=${eid}&${authuser}`;
  }
  const [, person] = /^people\/(c\d+)$/.exec(itemId) ?? [];
  return person === undefined ? null : `https://contacts.google.com/person/${person}?${authuser}`;
}

/** Pulled as the service account, which every installation with a topic has. */
function createHints(
  { app, fetch, clock, pubsub }: GoogleServiceOptions,
  callsOf: GoogleHintsOptions['callsOf'],
): HintAbility {
  const { serviceAccount, tokenOrigin } = app;
  const pull =
    pubsub === null || serviceAccount === null
      ? null
      : { ...pubsub, serviceAccount, tokenOrigin, fetch, clock };
  return createGoogleHints({ pubsub: pull, callsOf });
}

type Paces = Readonly<Record<ApiName, Pace>>;

const UNPROVEN_ATTEMPTS_MAX = 2;
const PACES_MAX = 10_000;

/** The paces of each mailbox outlive its runs, as the minute does in which units are counted. */
function createPaces({ clock, app }: GoogleServiceOptions): { of(account: string): Paces } {
  const paces = new Map<string, Paces>();
  return {
    of(account) {
      const pace = paces.get(account) ?? {
        gmail: createPace(clock, app.unitsPerMinute),
        calendar: createPace(clock, UNITS_PER_MINUTE.calendar),
        people: createPace(clock, UNITS_PER_MINUTE.people),
        tasks: createPace(clock, UNITS_PER_MINUTE.tasks),
      };
      paces.delete(account);
      paces.set(account, pace);
      const [oldest] = paces.keys();
      if (paces.size > PACES_MAX && oldest !== undefined) paces.delete(oldest);
      return pace;
    },
  };
}

function createConsent(options: GoogleServiceOptions): MailConsent {
  return {
    approvalUrl: null,
    begin: ({ loginHint }) => beginConsent(oauthOf(options), loginHint),
    async complete(details, callbackUrl, signal) {
      const { account, token } = await completeConsent(oauthOf(options, signal), details, callbackUrl);
      return { account, credential: token, settings: {} };
    },
    async revoke(credential, signal) {
      const token = googleTokenSchema.safeParse(credential);
      // A delegated connection holds nothing that could be withdrawn.
      if (!token.success) return 'not-possible';
      await revokeToken(oauthOf(options, signal), token.data);
      return 'done';
    },
  };
}

function oauthOf(
  { app, fetch, clock, redirectUri }: GoogleServiceOptions,
  signal?: AbortSignalLike,
): GoogleOauth {
  const http = createHttp({
    fetch,
    clock,
    bodyBytesMax: TOKEN_BYTES_MAX,
    ...(signal === undefined ? {} : { signal: signal as AbortSignal }),
  });
  return { app, http, clock, redirectUri };
}

/** No answer of the token endpoint is longer. */
const TOKEN_BYTES_MAX = 256 * 1024;
