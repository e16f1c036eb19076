/**
 * Finds the EWS address of a mailbox by Autodiscover, in Microsoft's order for a client outside the domain. No credential leaves
 * without https, a trusted certificate and the host's own challenge; every address told is checked before it is used.
 * @see https://learn.microsoft.com/exchange/client-developer/exchange-web-services/autodiscover-for-exchange
 */
import { getDomain } from 'tldts';
import { RemoteFailure } from '../../model/failure.ts';
import { type HttpResponse, NetworkError } from '../http.ts';
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
import { createSearch, type DiscoverOptions, type Search } from './autodiscover-search.ts';
import { checkUrl, normaliseEwsLink } from './ews-link.ts';
import { isOffice365Host, refuse } from './failures.ts';

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
    const ewsUrl = await searchDomain(search, address);
    return ewsUrl === null ? search.giveUp() : { ewsUrl };
  } finally {
    await search.close();
  }
}

/** The domain itself, its autodiscover host, that host's unencrypted redirect, its SRV record: in this order. */
async function searchDomain(search: Search, address: string): Promise<string | null> {
  const { options } = search;
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  if (!/^[^\s/:?#@[\]]+$/.test(domain) || !URL.canParse(`https://autodiscover.${domain}`)) return null;
  if (isOffice365Host(domain)) refuse('mailbox.use-office-365', 'Office365Domain');
  const origins: readonly (() => Promise<readonly string[]>)[] = [
    async () => [`https://${domain}`],
    async () => [`https://autodiscover.${domain}`],
    async () => plainRedirect(search, domain),
    async () => srvOrigins(options, domain),
  ];
  for (const next of origins)
    for (const origin of await next()) {
      const found = await visitHost(search, origin, address, null);
      if (found !== null) return found;
    }
  return null;
}

/** Asks http://autodiscover.DOMAIN where to go. Nothing secret is in the question, and only an https answer counts. */
async function plainRedirect(search: Search, domain: string): Promise<readonly string[]> {
  const url = new URL(`http://autodiscover.${domain}${POX_PATH}`);
  const response = await search.ask(url, { method: 'GET' });
  if (response === null) return [];
  await response.discard();
  const target = redirectTarget(response, url);
  if (target === null) return [];
  refuseCloud(target);
  if (!mayFollow(search, target) || !isConfirmed(search.options, target.hostname, domain)) return [];
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
  readonly ask: (search: Search, url: URL, address: string) => Promise<HttpResponse | null>;
  readonly read: (text: string) => DiscoveryAnswer | Promise<DiscoveryAnswer>;
}

const XML = { 'content-type': 'text/xml; charset=utf-8' };
const dialects: readonly Dialect[] = [
  { path: 'json', ask: (search, url) => search.ask(url, { method: 'GET' }), read: readJson },
  {
    path: SOAP_PATH,
    ask: (search, url, address) =>
      search.askSignedIn(url, {
        method: 'POST',
        headers: XML,
        body: writeGetUserSettings(url.href, address),
      }),
    read: readUserSettings,
  },
  {
    path: POX_PATH,
    ask: (search, url, address) =>
      search.askSignedIn(url, { method: 'POST', headers: XML, body: writePoxRequest(address) }),
    read: readPox,
  },
];

/** Asks one host in all three dialects, from JSON on; a redirect to an address is followed in the dialect that told it. */
async function visitHost(
  search: Search,
  origin: string,
  address: string,
  only: { readonly dialect: Dialect; readonly url: URL } | null,
): Promise<string | null> {
  for (const dialect of only === null ? dialects : [only.dialect]) {
    const path = dialect.path === 'json' ? jsonPath(address) : dialect.path;
    const url = only?.url ?? new URL(path, origin);
    const key = `${url.href} ${address}`;
    if (search.tried.has(key) || !(await search.isAllowed(url))) continue;
    search.tried.add(key);
    const response = await dialect.ask(search, url, address);
    if (response === null) continue;
    const answer = await readAnswer(dialect, response, url);
    const found = await follow(search, dialect, answer, address);
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
  search: Search,
  dialect: Dialect,
  answer: DiscoveryAnswer,
  address: string,
): Promise<string | null> {
  if (answer.kind === 'nothing') return null;
  if (answer.kind === 'found') return acceptFound(search, answer.ewsUrl);
  search.countRedirect();
  if (answer.kind === 'redirect-address') {
    const told = answer.address.trim();
    if (!/^[^\s@\\]+@[^\s@]+$/.test(told)) return null;
    return told.toLowerCase() === address.toLowerCase() ? null : searchDomain(search, told);
  }
  if (!URL.canParse(answer.url)) return null;
  const url = new URL(answer.url);
  refuseCloud(url);
  return mayFollow(search, url) ? visitHost(search, url.origin, address, { dialect, url }) : null;
}

/** The address found must be one that a person could have entered himself. */
async function acceptFound(search: Search, told: string): Promise<string | null> {
  if (!URL.canParse(told)) return null;
  refuseCloud(new URL(told));
  try {
    const ewsUrl = normaliseEwsLink(told, search.options.rules);
    return (await search.isAllowed(new URL(ewsUrl))) ? ewsUrl : null;
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
function mayFollow(search: Search, url: URL): boolean {
  try {
    checkUrl(url, search.options.rules);
    return true;
  } catch (error) {
    if (error instanceof RemoteFailure && error.failure.code === 'mailbox.link-not-allowed') return false;
    throw error;
  }
}
