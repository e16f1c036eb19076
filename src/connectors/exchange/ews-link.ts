/**
 * A person's EWS link made safe and whole: https only, no credentials in it, never Microsoft's cloud, and never an address inside
 * the network that the operator did not allow (P6). It opens no connection; the same check guards name resolution while connecting.
 */
import { lookup as dnsLookup, type LookupAddress, type LookupAllOptions } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { failure, RemoteFailure } from '../../model/failure.ts';
import { isOffice365Host, refuse } from './failures.ts';

const EWS_PATH = '/EWS/Exchange.asmx';
/** A form takes no longer one; what Autodiscover tells has no limit of its own. */
const LINK_LENGTH_MAX = 2_048;

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
  if (trimmed === '' || trimmed.length > LINK_LENGTH_MAX || /[\s\\]/.test(trimmed) || !URL.canParse(text))
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
  /**
   * What may lie inside the network (EWS_ALLOWED_HOSTS): hosts; `*.corp.example` for all below corp.example; and ranges such as `10.1.0.0/16`, whatever
   * name leads there.
   */
  readonly allowedHosts: readonly string[];
}

/** True when the operator lists the host by its name. */
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
 * Refuses a host that is, or resolves to, an address inside the network and is not listed. `connectingLookup` and `refuseInnerHost` repeat this at the
 * moment of connecting, for a name may resolve differently the second time.
 */
export async function checkHost(hostname: string, rules: HostRules, resolve: Resolve): Promise<void> {
  if (isAllowedHost(hostname, rules)) return;
  const host = bare(hostname);
  const addresses = isIP(host) === 0 ? await resolve(host) : [host];
  if (addresses.some(isForbidden(rules))) refuse('mailbox.link-not-allowed', 'InnerAddress');
}

/** The part of `dns.lookup` that is used, so that a test can bring its own names. */
export type LookUpAll = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * `dns.lookup` for `createAgent` that fails for inner addresses of hosts that are not listed. The addresses that were looked at are the ones that are
 * connected to: there is no second look-up in between.
 */
export function connectingLookup(
  rules: HostRules,
  lookUp: LookUpAll = dnsLookup as LookUpAll,
): LookupFunction {
  return (hostname, options, callback) => {
    lookUp(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '', 4);
      if (!isAllowedHost(hostname, rules) && addresses.map(({ address }) => address).some(isForbidden(rules)))
        return callback(innerAddress(), '', 4);
      const [first] = addresses;
      if (options.all === true) return callback(null, addresses);
      return callback(null, first?.address ?? '', first?.family ?? 4);
    });
  };
}

/** For `createAgent`: what forbids connecting to an address that stands in the link itself, for no name is looked up there; null when nothing does. */
export function refuseInnerHost(rules: HostRules): (hostname: string) => RemoteFailure | null {
  return (hostname) => {
    const host = bare(hostname);
    if (isIP(host) === 0 || isAllowedHost(host, rules)) return null;
    return isForbidden(rules)(host) ? innerAddress() : null;
  };
}

const innerAddress = () =>
  new RemoteFailure(failure('mailbox.link-not-allowed', { vendorCode: 'InnerAddress' }));

function isForbidden(rules: HostRules): (address: string) => boolean {
  const allowed = rangesOf(rules);
  return (address) => isInnerAddress(address) && !isListed(allowed, address);
}

function isListed(ranges: BlockList, address: string): boolean {
  const plain = embedded4(address) ?? withoutZone(address);
  return ranges.check(plain, isIP(plain) === 4 ? 'ipv4' : 'ipv6');
}

function rangesOf({ allowedHosts }: HostRules): BlockList {
  const ranges = new BlockList();
  for (const entry of allowedHosts) {
    const [network = '', prefix = ''] = entry.trim().split('/');
    const family = isIP(network);
    const bits = Number(prefix);
    if (family === 0 || !/^\d{1,3}$/.test(prefix) || bits > (family === 4 ? 32 : 128)) continue;
    ranges.addSubnet(network, bits, family === 4 ? 'ipv4' : 'ipv6');
  }
  return ranges;
}

/** True for every address that does not belong to one public host (IANA special-purpose registries). */
export function isInnerAddress(address: string): boolean {
  const plain = withoutZone(address);
  const family = isIP(plain);
  if (family === 0) return true;
  const inside = embedded4(plain);
  if (inside !== null) return isInnerAddress(inside);
  return family === 4 ? INNER4.check(plain, 'ipv4') : INNER6.check(plain, 'ipv6');
}

const withoutZone = (address: string): string => address.replace(/%.*$/, '');

/**
 * The IPv4 address that an IPv6 one stands for: mapped (::ffff:0:0/96), compatible (::/96, long deprecated) and NAT64 (64:ff9b::/96, RFC 6052), however
 * it is written; null for all others.
 */
function embedded4(address: string): string | null {
  const plain = withoutZone(address);
  if (isIP(plain) !== 6) return null;
  const groups = groupsOf(plain);
  const head = groups.slice(0, 6).join(':');
  const [high = 0, low = 0] = groups.slice(6).map((group) => Number.parseInt(group, 16));
  if (head === '0:0:0:0:0:0' && high === 0 && low <= 1) return null;
  if (!['0:0:0:0:0:ffff', '0:0:0:0:0:0', '64:ff9b:0:0:0:0'].includes(head)) return null;
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

/** The eight groups of an IPv6 address, without leading zeros; the URL standard writes a dotted end in hexadecimal. */
function groupsOf(address: string): readonly string[] {
  const short = new URL(`http://[${address}]/`).hostname.replace(/^\[|\]$/g, '');
  const [left = '', right] = short.split('::');
  const before = left === '' ? [] : left.split(':');
  if (right === undefined) return before;
  const after = right === '' ? [] : right.split(':');
  return [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
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
  // A cloud's own services, at an address that looks public.
  ['168.63.129.16', 32],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  INNER4.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  INNER6.addSubnet(network, prefix, 'ipv6');
