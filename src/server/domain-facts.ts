/**
 * What is known of web domains: the free-mail providers (npm `email-providers`) and the registrable part by the Public Suffix List
 * (npm `tldts`).
 */
import { createRequire } from 'node:module';
import { getDomain } from 'tldts';
import type { DomainFacts } from '../decide/rules.ts';

const providers = new Set<string>(createRequire(import.meta.url)('email-providers/all.json') as string[]);

export const domainFacts: DomainFacts = {
  isFreeMail: (domain) => providers.has(domain) || providers.has(getDomain(domain) ?? domain),
  registrableDomain: (domain) => getDomain(domain),
};
