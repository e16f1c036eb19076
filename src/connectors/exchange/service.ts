/**
 * Exchange as a mail service that can be prepared and opened: from the activation form to a link that is allowed and proven to be Exchange, and
 * from a stored connection to a connector. What goes over the wire is the business of the files beside it.
 */

import { resolveSrv } from 'node:dns/promises';
import { z } from 'zod';
import type { AbortSignalLike, Clock, Random } from '../../model/clock.ts';
import type { AnyCollection } from '../../model/collection.ts';
import type { MailConsent, MailService, Opening, PreparedConnection } from '../../model/connector.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import type { HintAbility } from '../../model/hints.ts';
import { createAgents, createHttp, type Fetch, type Http } from '../http.ts';
import { createKeptTokens } from '../kept-tokens.ts';
import { withBackoffMail } from '../with-backoff.ts';
import { discoverExchange } from './autodiscover.ts';
import type { BearerCredential, BearerTokens } from './bearer-sign-in.ts';
import { createExchangeConnector } from './connector.ts';
import { checkHost, connectingLookup, normaliseEwsLink, type Resolve, refuseInnerHost } from './ews-link.ts';
import { createExchangeMassAccess } from './mass-access.ts';
import { beginSignIn, completeSignIn, type ExchangeOauthApp, refresh, tokenSchema } from './oauth.ts';
import type { Credential, MakeDispatcher } from './sign-in.ts';
import { streamHints } from './streaming.ts';

export interface ExchangeServiceOptions {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  /** Hosts and ranges that may lie inside the network (EWS_ALLOWED_HOSTS). */
  readonly allowedHosts: readonly string[];
  readonly extraCa: readonly string[];
  readonly resolve: Resolve;
  /** Lets plain http through to this machine: for the sandbox and tests. */
  readonly allowLoopbackHttp: boolean;
  /** False where `fetch` opens no sockets of its own (simulators in process). */
  readonly opensSockets: boolean;
  /** Whether connections may be held open for hints (EWS_STREAMING). */
  readonly streaming: boolean;
  /** The operator's application for modern authentication, and where its sign-in page comes back to; null where there is none. */
  readonly oauth: { readonly app: ExchangeOauthApp; readonly redirectUri: string } | null;
}

const UNPROVEN_ATTEMPTS_MAX = 2;
/** Connections held open for hints by one process: a socket and some kilobytes each. */
const STREAMS_MAX = 500;
/** To one server, from all runs of a process; each mailbox asks two things at once at most. */
const SHARED_CONNECTIONS = 256;

const formSchema = z.object({
  login: z.string(),
  password: z.string(),
  address: z.string().optional(),
  ewsUrl: z.string().optional(),
});
const credentialSchema = z.object({ login: z.string(), password: z.string() });
/** `given`: the link was named by a person, and is used again when he connects anew without naming one. */
const settingsSchema = z.object({
  ewsUrl: z.string(),
  access: z.literal('oauth').optional(),
  given: z.literal(true).optional(),
  /** The mailbox that a service account acts for. */
  impersonate: z.string().optional(),
});

/** The service `exchange` of the registry. */
export function createExchangeService(options: ExchangeServiceOptions): MailService {
  const { fetch, clock, random } = options;
  const rules = { allowLoopbackHttp: options.allowLoopbackHttp };
  // The operator named that link himself.
  const ownHosts = options.oauth === null ? [] : [new URL(options.oauth.app.ewsUrl).hostname];
  const hostRules = { allowedHosts: [...options.allowedHosts, ...ownHosts] };
  const guard = { lookup: connectingLookup(hostRules), refuse: refuseInnerHost(hostRules) };
  const makeDispatcher = createAgents({ extraCa: options.extraCa, ...guard });
  const sockets = options.opensSockets ? { makeDispatcher } : {};
  // A run of a mailbox ends long before its server would close a connection, and the next mailbox there goes on with it.
  const shared = options.opensSockets ? makeDispatcher(SHARED_CONNECTIONS) : undefined;
  const service: MailService = {
    service: 'exchange',
    displayName: 'Exchange',
    massAccess: createExchangeMassAccess({
      prepare: (form, signal) => service.prepare(form, signal),
      takesConsent: options.oauth !== null,
    }),
    consent: createConsent(options),
    takesForm: true,
    hints: createHints(options, sockets),
    async prepare(form, signal, before = null) {
      const { login, password, address, ewsUrl } = formSchema.parse(form);
      const named = (ewsUrl ?? '').trim();
      const link = named === '' ? linkGivenBefore(before) : named;
      const check = (host: string) => checkHost(host, hostRules, options.resolve);
      if (link !== '') {
        const url = normaliseEwsLink(link, rules);
        await check(new URL(url).hostname).catch(unresolved);
        return { account: login, credential: { login, password }, settings: { ewsUrl: url, given: true } };
      }
      const found = await discoverExchange({
        login,
        password,
        ...(address === undefined || address === '' ? {} : { address }),
        fetch,
        clock,
        random,
        resolveSrv: lookUpSrv,
        checkHost: check,
        rules,
        ...sockets,
        signal: signal as AbortSignal,
      });
      return { account: login, credential: { login, password }, settings: { ewsUrl: found.ewsUrl } };
    },
    open(connection, { signal, keeper, unproven = false }) {
      const connector = createExchangeConnector({
        ...openConnection(options, connection, { signal, keeper }),
        fetch,
        clock,
        random,
        signal: signal as AbortSignal,
        askFirst: unproven,
        ...sockets,
        shared,
      });
      // Somebody waits at the dialog: trouble is told after one more attempt.
      const patience = unproven ? { attemptsMax: UNPROVEN_ATTEMPTS_MAX } : {};
      return withBackoffMail(connector, { clock, random, signal, ...patience });
    },
    // Outlook on the web of the same server; docs/remote-services/exchange.md#web-links.
    webLink({ settings }, itemId, collection) {
      const page = webPages[collection];
      if (page === null) return null;
      const { ewsUrl } = settingsSchema.parse(settings);
      const query = `ItemID=${encodeURIComponent(itemId)}&exvsurl=1&${page}`;
      return new URL(`/owa/?${query}`, ewsUrl).href;
    },
  };
  return service;
}

/** Contacts and tasks have no page that their id opens. */
const webPages: Readonly<Record<AnyCollection, string | null>> = {
  emails: 'viewmodel=ReadMessageItem',
  events: 'path=/calendar/item',
  contacts: null,
  tasks: null,
};

/** The link that a person named the last time; '' where Autodiscover found it, which may find another one now. */
function linkGivenBefore(settings: PreparedConnection['settings'] | null): string {
  const { data } = settingsSchema.safeParse(settings);
  return data?.given === true ? data.ewsUrl : '';
}

/** Where a stored connection leads, and with what: a password, or tokens that are renewed over the kept credential. */
function openConnection(
  options: ExchangeServiceOptions,
  connection: PreparedConnection,
  { signal, keeper }: Opening,
): {
  readonly ewsUrl: string;
  readonly credential: Credential | BearerCredential;
  readonly mailbox?: string;
} {
  const { ewsUrl, access, impersonate } = settingsSchema.parse(connection.settings);
  const acting = impersonate === undefined ? {} : { mailbox: impersonate };
  if (access !== 'oauth')
    return { ewsUrl, credential: credentialSchema.parse(connection.credential), ...acting };
  const { clock, oauth } = options;
  if (oauth === null) throw new RemoteFailure(failure('mailbox.service-not-set-up'));
  const source = createKeptTokens({
    keeper,
    read: (credential) => tokenSchema.parse(credential),
    refresh: (token) => refresh({ ...oauth, clock, http: httpFor(options, signal) }, token),
  });
  const tokens: BearerTokens = {
    async token() {
      const token = await source.current();
      if (clock.now() < token.renewAt) return token.accessToken;
      return (await source.renew(token.accessToken)).accessToken;
    },
    renew: async (rejected) => (await source.renew(rejected)).accessToken,
  };
  return { ewsUrl, credential: { login: connection.account, tokens }, ...acting };
}

/**
 * Signing in on the company's own page. There is nothing to revoke: neither Entra ID nor AD FS lets an application withdraw one grant, so the tokens
 * are forgotten here.
 */
function createConsent(options: ExchangeServiceOptions): MailConsent | null {
  const { oauth, clock } = options;
  if (oauth === null) return null;
  const { ewsUrl } = oauth.app;
  return {
    begin: ({ loginHint }) => beginSignIn({ ...oauth, clock }, loginHint),
    async complete(details, callbackUrl, signal) {
      const http = httpFor(options, signal);
      const { login, token } = await completeSignIn({ ...oauth, clock, http }, details, callbackUrl);
      return { account: login, credential: token, settings: { ewsUrl, access: 'oauth' } };
    },
    approvalUrl: null,
    revoke: () => Promise.resolve('not-possible'),
  };
}

/** To the sign-in service, which the operator named: it is no link of a person's. */
function httpFor({ fetch, clock }: ExchangeServiceOptions, signal: AbortSignalLike): Http {
  return createHttp({ fetch, clock, signal: signal as AbortSignal });
}

/** Streaming, where the operator allows it. */
function createHints(
  options: ExchangeServiceOptions,
  sockets: { readonly makeDispatcher?: MakeDispatcher },
): HintAbility {
  const { fetch, clock, random, streaming } = options;
  if (!streaming)
    return {
      able: false,
      reason: 'Exchange tells over a connection per mailbox that is held open; EWS_STREAMING=on allows that.',
    };
  return {
    able: true,
    hints: {
      way: 'streamed',
      streamsMax: STREAMS_MAX,
      stream: ({ connection, opening, address }, onHint) =>
        streamHints(
          {
            ...openConnection(options, connection, opening),
            address,
            fetch,
            clock,
            random,
            signal: opening.signal as AbortSignal,
            ...sockets,
          },
          onHint,
        ),
    },
  };
}

/** A name that does not resolve is a server that cannot be reached, not a fault of ours. */
function unresolved(error: unknown): never {
  if (error instanceof RemoteFailure) throw error;
  throw new RemoteFailure(failure('mailbox.unreachable', { vendorCode: 'ENOTFOUND' }), error);
}

async function lookUpSrv(name: string): Promise<readonly { readonly host: string; readonly port: number }[]> {
  const records = await resolveSrv(name).catch(() => []);
  return records
    .toSorted((a, b) => a.priority - b.priority || b.weight - a.weight)
    .map((record) => ({ host: record.name, port: record.port }));
}
