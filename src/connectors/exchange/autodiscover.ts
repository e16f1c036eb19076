/**
 * Finds the EWS address of a mailbox by Autodiscover, in Microsoft's order for a client outside the domain. No credential leaves
 * without https, a trusted certificate and the host's own challenge; every address told is checked before it is used.
 * @see https://learn.microsoft.com/exchange/client-developer/exchange-web-services/autodiscover-for-exchange
 */
import { getDomain } from 'tldts';
import type { Dispatcher } from 'undici';
import type { Clock, Random } from '../../model/clock.ts';
import { type Failure, RemoteFailure } from '../../model/failure.ts';
import { createHttp, type Fetch, type Http, type HttpResponse, NetworkError } from '../http.ts';
import {
  type DiscoveryAnswer,
  jsonPath,
  POX_PATH,
  readJson,
  readPox,
  readUserSettings,
  SOAP_PATH,
  writeGetUserSettings,
  writePoxRequest,
} from './autodiscover-answers.ts';
import { checkUrl, type LinkRules, normaliseEwsLink } from './ews-link.ts';
import { isOffice365Host, networkFailure, refuse } from './failures.ts';
import { createSignIn, type MakeDispatcher, type SignIn } from './sign-in.ts';

export interface DiscoverOptions {
  /** `user@domain` or `DOMAIN\user`. */
  readonly login: string;
  readonly password: string;
  /** The mailbox's address; needed where the login is none. */
  readonly address?: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  /** SRV look-up: targets in order of preference, empty where there are none. */
  readonly resolveSrv?: (
    name: string,
  ) => Promise<readonly { readonly host: string; readonly port: number }[]>;
  /** Rejects for a host that may not be contacted (`checkHost` bound to the operator's rules). */
  readonly checkHost?: (hostname: string) => Promise<void>;
  /**
   * Whether a host named by an unprotected answer (plain http, DNS) may be asked; Outlook asks the person here. Default: hosts of
   * the mail domain's own registered domain.
   */
  readonly confirmHost?: (hostname: string, mailDomain: string) => boolean;
  readonly rules?: LinkRules;
  readonly makeDispatcher?: MakeDispatcher;
  readonly signal?: AbortSignal;
}

const REDIRECTS_MAX = 10;
const DEADLINE_MS = 25_000;
const ANSWER_BYTES_MAX = 1024 * 1024;

/**
 * The full EWS link. Rejects with `mailbox.autodiscover-failed`, `mailbox.use-office-365`, `mailbox.certificate-untrusted`, or
 * `mailbox.credentials-rejected` when every server that answered refused the login.
 */
export async function discoverExchange(options: DiscoverOptions): Promise<{ readonly ewsUrl: string }> {
  const address = options.address ?? options.login;
  if (address.includes('\\') || !/^[^\s@]+@[^\s@]+$/.test(address))
    refuse('mailbox.autodiscover-failed', 'NoAddress');
  const search = createSearch(options);
  try {
    const ewsUrl = await search.byAddress(address);
    return ewsUrl === null ? search.giveUp() : { ewsUrl };
  } finally {
    await search.close();
  }
}

interface Search {
  byAddress(address: string): Promise<string | null>;
  giveUp(): never;
  close(): Promise<void>;
}

/** One search: what was tried, how many redirects were followed, what went wrong on the way. */
interface Trail {
  redirects: number;
  answered: number;
  refused: number;
  certificate: Failure | null;
  readonly tried: Set<string>;
}

function createSearch(options: DiscoverOptions): Search {
  const trail: Trail = { redirects: 0, answered: 0, refused: 0, certificate: null, tried: new Set() };
  const http = createHttp({
    fetch: options.fetch,
    clock: options.clock,
    deadlineMs: DEADLINE_MS,
    bodyBytesMax: ANSWER_BYTES_MAX,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const signIns = new Map<string, SignIn>();
  /** One sign-in per host, so that a refused password is never sent to it twice. */
  const signInAt = (origin: string): SignIn => {
    const known = signIns.get(origin);
    if (known !== undefined) return known;
    const made = createSignIn({ ...options, http, credential: options, askFirst: true });
    signIns.set(origin, made);
    return made;
  };
  const _visit: Visit = (origin, address) =>
    visitHost({ options, http, trail, signInAt }, origin, address, null);

  return {
    byAddress: (address) => searchDomain(context, address),
    giveUp: () => giveUp(trail),
    async close() {
      await Promise.all([...signIns.values()].map((signIn) => signIn.close()));
      await dispatcher?.destroy().catch(() => undefined);
    },
  };
}

interface Context {
  readonly options: DiscoverOptions;
  readonly http: Http;
  readonly trail: Trail;
  readonly signInAt: (origin: string) => SignIn;
  /** Our own sockets, with the operator's authorities and rules, for questions without a credential. */
  readonly sockets: () => { readonly dispatcher?: Dispatcher };
}

/** A wrong password is told only when every Autodiscover service that answered said so; then a certificate that nobody trusts. */
function giveUp(trail: Trail): never {
  if (trail.answered > 0 && trail.answered === trail.refused)
    refuse('mailbox.credentials-rejected', 'HTTP 401');
  if (trail.certificate !== null) throw new RemoteFailure(trail.certificate);
  return refuse('mailbox.autodiscover-failed', 'NoCandidateAnswered');
}

/** The domain itself, its autodiscover host, that host's unencrypted redirect, its SRV record: in this order. */
async function searchDomain(context: Context, address: string): Promise<string | null> {
  const { options } = context;
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  if (isOffice365Host(domain)) refuse('mailbox.use-office-365', 'Office365Domain');
  const origins: readonly (() => Promise<readonly string[]>)[] = [
    async () => [`https://${domain}`],
    async () => [`https://autodiscover.${domain}`],
    async () => plainRedirect(context, domain),
    async () => srvOrigins(options, domain),
  ];
  for (const next of origins)
    for (const origin of await next()) {
      const found = await visitHost(context, origin, address, null);
      if (found !== null) return found;
    }
  return null;
}

/** Asks http://autodiscover.DOMAIN where to go. Nothing secret is in the question, and only an https answer counts. */
async function plainRedirect(context: Context, domain: string): Promise<readonly string[]> {
  const url = new URL(`http://autodiscover.${domain}${POX_PATH}`);
  const response = await reach(context, url, { method: 'GET' });
  if (response === null) return [];
  await response.discard();
  const target = redirectTarget(response, url);
  if (target === null) return [];
  refuseCloud(target);
  if (!mayFollow(context, target) || !isConfirmed(context.options, target.hostname, domain)) return [];
  return [target.origin];
}

async function srvOrigins(options: DiscoverOptions, domain: string): Promise<readonly string[]> {
  const name = `_autodiscover._tcp.${domain}`;
  const targets = (await options.resolveSrv?.(name).catch(() => [])) ?? [];
  return targets.slice(0, 3).flatMap(({ host, port }) => {
    const bare = host.replace(/\.$/, '');
    if (isOffice365Host(bare)) refuse('mailbox.use-office-365', 'Office365Host');
    if (!isConfirmed(options, bare, domain)) return [];
    return URL.canParse(`https://${bare}:${port}`) ? [new URL(`https://${bare}:${port}`).origin] : [];
  });
}

function isConfirmed(options: DiscoverOptions, hostname: string, domain: string): boolean {
  if (options.confirmHost !== undefined) return options.confirmHost(hostname, domain);
  const own = getDomain(domain, { allowPrivateDomains: true }) ?? domain;
  return (getDomain(hostname, { allowPrivateDomains: true }) ?? hostname) === own;
}

interface Dialect {
  readonly path: string;
  readonly ask: (context: Context, url: URL, address: string) => Promise<HttpResponse | null>;
  readonly read: (text: string) => DiscoveryAnswer | Promise<DiscoveryAnswer>;
}

const XML = { 'content-type': 'text/xml; charset=utf-8' };
const dialects: readonly Dialect[] = [
  { path: 'json', ask: (context, url) => reach(context, url, { method: 'GET' }), read: readJson },
  {
    path: SOAP_PATH,
    ask: (context, url, address) =>
      askSignedIn(context, url, {
        method: 'POST',
        headers: XML,
        body: writeGetUserSettings(url.href, address),
      }),
    read: readUserSettings,
  },
  {
    path: POX_PATH,
    ask: (context, url, address) =>
      askSignedIn(context, url, { method: 'POST', headers: XML, body: writePoxRequest(address) }),
    read: readPox,
  },
];

/** Asks one host in all three dialects, from JSON on; a redirect to an address is followed in the dialect that told it. */
async function visitHost(
  context: Context,
  origin: string,
  address: string,
  only: { readonly dialect: Dialect; readonly url: URL } | null,
): Promise<string | null> {
  for (const dialect of only === null ? dialects : [only.dialect]) {
    const path = dialect.path === 'json' ? jsonPath(address) : dialect.path;
    const url = only?.url ?? new URL(path, origin);
    const key = `${url.href} ${address}`;
    if (context.trail.tried.has(key) || !(await isAllowed(context, url))) continue;
    context.trail.tried.add(key);
    const response = await dialect.ask(context, url, address);
    if (response === null) continue;
    const answer = await readAnswer(dialect, response, url);
    const found = await follow(context, dialect, answer, address);
    if (found !== null) return found;
  }
  return null;
}

async function readAnswer(dialect: Dialect, response: HttpResponse, url: URL): Promise<DiscoveryAnswer> {
  const target = redirectTarget(response, url);
  if (target !== null || response.status !== 200) {
    await response.discard();
    return target === null ? { kind: 'nothing' } : { kind: 'redirect-url', url: target.href };
  }
  try {
    return await dialect.read(await response.text());
  } catch (error) {
    if (error instanceof NetworkError) return { kind: 'nothing' };
    throw error;
  }
}

async function follow(
  context: Context,
  dialect: Dialect,
  answer: DiscoveryAnswer,
  address: string,
): Promise<string | null> {
  const { trail } = context;
  if (answer.kind === 'nothing') return null;
  if (answer.kind === 'found') return acceptFound(context, answer.ewsUrl);
  trail.redirects += 1;
  if (trail.redirects > REDIRECTS_MAX) refuse('mailbox.autodiscover-failed', 'TooManyRedirects');
  if (answer.kind === 'redirect-address') {
    const told = answer.address.trim();
    if (!/^[^\s@\\]+@[^\s@]+$/.test(told)) return null;
    return told.toLowerCase() === address.toLowerCase() ? null : searchDomain(context, told);
  }
  if (!URL.canParse(answer.url)) return null;
  const url = new URL(answer.url);
  refuseCloud(url);
  return mayFollow(context, url) ? visitHost(context, url.origin, address, { dialect, url }) : null;
}

/** The address found must be one that a person could have entered himself. */
async function acceptFound(context: Context, told: string): Promise<string | null> {
  if (!URL.canParse(told)) return null;
  refuseCloud(new URL(told));
  try {
    const ewsUrl = normaliseEwsLink(told, context.options.rules);
    return (await isAllowed(context, new URL(ewsUrl))) ? ewsUrl : null;
  } catch (error) {
    if (error instanceof RemoteFailure && error.failure.code === 'mailbox.link-not-allowed') return null;
    throw error;
  }
}

function refuseCloud(url: URL): void {
  if (isOffice365Host(url.hostname)) refuse('mailbox.use-office-365', 'Office365Host');
}

function redirectTarget(response: HttpResponse, from: URL): URL | null {
  const location = response.header('location');
  if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return null;
  return URL.canParse(location, from.href) ? new URL(location, from.href) : null;
}

/** Only https is followed, whoever says so. */
function mayFollow(context: Context, url: URL): boolean {
  try {
    checkUrl(url, context.options.rules);
    return true;
  } catch (error) {
    if (error instanceof RemoteFailure && error.failure.code === 'mailbox.link-not-allowed') return false;
    throw error;
  }
}

/** False where the operator's rules forbid the host, or where its name does not resolve. */
async function isAllowed(context: Context, url: URL): Promise<boolean> {
  try {
    await context.options.checkHost?.(url.hostname);
    return true;
  } catch {
    context.options.signal?.throwIfAborted();
    return false;
  }
}

interface Question {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends without any credential; null where nobody answers. */
async function reach(context: Context, url: URL, question: Question): Promise<HttpResponse | null> {
  if (!(await isAllowed(context, url))) return null;
  return orNothing(context, () =>
    context.http.send({ ...question, url: url.href, operation: 'autodiscover' }),
  );
}

/** Sends with the credential once the host asks for it; null where nobody answers or the login is refused. */
async function askSignedIn(context: Context, url: URL, question: Question): Promise<HttpResponse | null> {
  const signIn = context.signInAt(url.origin);
  return orNothing(context, true, () =>
    signIn.send({ ...question, url: url.href, operation: 'autodiscover' }),
  );
}

async function orNothing(context: Context, send: () => Promise<HttpResponse>): Promise<HttpResponse | null> {
  const { trail } = context;
  try {
    const response = await send();
    if (counts && response.status === 200 && isXml(response)) trail.answered += 1;
    return response;
  } catch (error) {
    if (error instanceof NetworkError) {
      if (error.kind === 'certificate') trail.certificate ??= networkFailure(error);
      return null;
    }
    if (!(error instanceof RemoteFailure)) throw error;
    // A page that answers everybody is no Autodiscover service; a refused sign-in is taken for one.
    trail.answered += 1;
    trail.refused += 1;
    return null;
  }
}
