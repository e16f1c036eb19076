/**
 * Settings compiled into the questions that the rules ask of an address. Pure; free-mail domains and the registrable part of a
 * domain are facts from outside and come in as functions.
 */
import { type Instant, SECOND } from '../model/clock.ts';
import type { SyncSettings } from '../model/settings.ts';

/** Facts about domains that a library knows. */
export interface DomainFacts {
  /** gmail.com, gmx.de ...: everybody's domain, so never a company's. */
  isFreeMail(domain: string): boolean;
  /** `mail.eu.acme.co.uk` to `acme.co.uk`; null for what is no public domain. */
  registrableDomain(domain: string): string | null;
}

/** A time in which nothing was to be saved by itself: from, inclusive, and to, exclusive. */
export interface Gap {
  readonly startsAt: Instant;
  readonly endsAt: Instant;
}

export interface Rules {
  readonly settings: SyncSettings;
  /** Mail received before this instant is outside the history window. */
  readonly historyFrom: Instant;
  /** The run goes over a gap: what came in it is left unread, as far as the feed tells (R4). */
  readonly skipping: boolean;
  /** Whether mail received then came while sync was paused, and that time was to be skipped. */
  isInGap(receivedAt: Instant): boolean;
  isOwn(address: string): boolean;
  /** Own addresses and everybody at an internal domain. */
  isInternal(address: string): boolean;
  isBlocked(address: string): boolean;
  /** The web domain by which an account may be matched, or null where none may. */
  accountDomain(address: string): string | null;
}

/**
 * Builds the rules of one mailbox. The mailbox's own domains are internal unless they are free-mail domains; a domain on a list
 * covers its subdomains; list entries may be written `acme.com`, `@acme.com`, `*.acme.com` or `anna@acme.com`, in any case.
 */
export function compileRules(input: {
  readonly settings: SyncSettings;
  readonly addresses: readonly string[];
  readonly historyFrom: Instant;
  readonly facts: DomainFacts;
  readonly gaps?: readonly Gap[];
  readonly skipping?: boolean;
}): Rules {
  // Services tell in whole seconds when a mail came: what came in the second of the resumption is not lost.
  const gaps = (input.gaps ?? []).map(({ startsAt, endsAt }) => ({ startsAt, endsAt: wholeSecond(endsAt) }));
  const own = new Set(input.addresses.map((address) => address.toLowerCase()));
  const ownDomains = [...own]
    .map(domainOf)
    .filter((domain) => domain !== '' && !input.facts.isFreeMail(domain));
  const internalDomains = new Set([...ownDomains, ...input.settings.internalDomains.map(normaliseEntry)]);
  const blocked = new Set(input.settings.blocklist.map(normaliseEntry));
  const isInternal = (address: string) =>
    own.has(address) || coversDomain(internalDomains, domainOf(address));
  return {
    settings: input.settings,
    historyFrom: input.historyFrom,
    skipping: input.skipping ?? false,
    isInGap: (receivedAt) =>
      gaps.some(({ startsAt, endsAt }) => receivedAt >= startsAt && receivedAt < endsAt),
    isOwn: (address) => own.has(address),
    isInternal,
    isBlocked: (address) => blocked.has(address) || coversDomain(blocked, domainOf(address)),
    accountDomain: (address) => {
      const domain = domainOf(address);
      if (domain === '' || input.facts.isFreeMail(domain) || isInternal(address)) return null;
      return input.facts.registrableDomain(domain);
    },
  };
}

function wholeSecond(at: Instant): Instant {
  return Math.floor(at / SECOND) * SECOND;
}

/** What stands behind the last `@`; '' when there is none. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? '' : address.slice(at + 1);
}

function normaliseEntry(entry: string): string {
  return entry.trim().toLowerCase().replace(/^\*\./, '').replace(/^@/, '');
}

/** Whether the domain or one of its parents is on the list. */
function coversDomain(list: ReadonlySet<string>, domain: string): boolean {
  let rest = domain;
  while (rest !== '') {
    if (list.has(rest)) return true;
    const dot = rest.indexOf('.');
    if (dot < 0) return false;
    rest = rest.slice(dot + 1);
  }
  return false;
}
