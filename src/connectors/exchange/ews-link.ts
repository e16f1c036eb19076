/**
 * A person's EWS link made safe and whole: https only, no credentials in it, never Microsoft's cloud, and never an address inside
 * the network that the operator did not allow (P6). It opens no connection; the same check guards name resolution while connecting.
 */
import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { failure, RemoteFailure } from '../../model/failure.ts';
import { isOffice365Host, refuse } from './failures.ts';

const EWS_PATH = '/EWS/Exchange.asmx';

export interface LinkRules {
  /** Lets `http://` through to 127.0.0.1, ::1 and localhost: for the sandbox and tests only. */
  readonly allowLoopbackHttp?: boolean;
}

/**
 * Takes `host`, `https://host/ews` or the full link and gives the full link. Rejects `mailbox.link-not-allowed` or
 * `mailbox.use-office-365`.
 */
export function normaliseEwsLink(link: string, rules: LinkRules = {}): string {
  const trimmed = link.trim();
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
  if (trimmed === '' || /[\s\\]/.test(trimmed) || !URL.canParse(text))
    refuse('mailbox.link-not-allowed', 'NoUrl');
  const url = new URL(text);
  checkUrl(url, rules);
  if (url.search !== '' || url.hash !== '') refuse('mailbox.link-not-allowed', 'QueryInUrl');
  const path = url.pathname.replace(/\/+$/, '');
  const known = path === '' || /^\/ews(\/(exchange|services)\.(asmx|wsdl))?$/i.test(path);
  // A reverse proxy may publish EWS below another path; what ends in .asmx is left as it is.
  if (!known && !/\/exchange\.asmx$/i.test(path)) refuse('mailbox.link-not-allowed', 'NotAnEwsPath');
  return `${url.origin}${known ? EWS_PATH : path}`;
}

/** Scheme, user info and host of any address that a credential may be sent to. */
export function checkUrl(url: URL, rules: LinkRules = {}): void {
  if (url.username !== '' || url.password !== '') refuse('mailbox.link-not-allowed', 'CredentialsInUrl');
  if (isOffice365Host(url.hostname)) refuse('mailbox.use-office-365', 'Office365Host');
  const loopback = rules.allowLoopbackHttp === true && isLoopbackName(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback))
    refuse('mailbox.link-not-allowed', 'NotHttps');
}

function isLoopbackName(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

export interface HostRules {
  /** Hosts that may lie inside the network (EWS_ALLOWED_HOSTS); `*.corp.example` covers all below corp.example. */
  readonly allowedHosts: readonly string[];
}

/** True when the operator lists the host. */
export function isAllowedHost(hostname: string, rules: HostRules): boolean {
  const host = bare(hostname);
  return rules.allowedHosts.some((entry) => {
    const listed = bare(entry.trim());
    return listed.startsWith('*.') ? host.endsWith(listed.slice(1)) : host === listed;
  });
}

const bare = (hostname: string): string =>
  hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');

/** Resolves a name to all its addresses. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/**
 * Refuses a host that is, or resolves to, an address inside the network and is not listed. `connectingLookup` repeats this at the
 * moment of connecting, for a name may resolve differently the second time.
 */
export async function checkHost(hostname: string, rules: HostRules, resolve: Resolve): Promise<void> {
  if (isAllowedHost(hostname, rules)) return;
  const host = bare(hostname);
  const addresses = isIP(host) === 0 ? await resolve(host) : [host];
  if (addresses.some(isInnerAddress)) refuse('mailbox.link-not-allowed', 'InnerAddress');
}

/** `dns.lookup` for `createAgent` that fails for inner addresses of hosts that are not listed. */
export function connectingLookup(rules: HostRules): LookupFunction {
  return (hostname, options, callback) => {
    dnsLookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error !== null) return callback(error, '', 4);
      if (!isAllowedHost(hostname, rules) && addresses.some(({ address }) => isInnerAddress(address)))
        return callback(
          new RemoteFailure(failure('mailbox.link-not-allowed', { vendorCode: 'InnerAddress' })),
          '',
          4,
        );
      const [first] = addresses;
      if (options.all === true) return callback(null, addresses);
      return callback(null, first?.address ?? '', first?.family ?? 4);
    });
  };
}

/** True for every address that does not belong to one public host (IANA special-purpose registries). */
export function isInnerAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return true;
  const mapped = /^::(?:ffff:)?(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return isInnerAddress(mapped);
  return family === 4 ? INNER4.check(address, 'ipv4') : INNER6.check(address, 'ipv6');
}

// Two lists: one alone would find every IPv4 address within the IPv4-mapped block of IPv6.
const INNER4 = new BlockList();
const INNER6 = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  INNER4.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 127],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  INNER6.addSubnet(network, prefix, 'ipv6');
