/** Which mail service a mailbox probably has, by its address and by where the page stands: a first choice that the person may change. */
import type { MailServiceView } from '../../../api-schema/mailbox.ts';
import type { Host } from '../../host/host.ts';

const domains: Readonly<Record<string, RegExp>> = {
  google: /(^|\.)(gmail|googlemail)\.com$/,
  office365: /(^|\.)(onmicrosoft\.com|outlook\.[a-z.]+|hotmail\.[a-z.]+|live\.[a-z.]+|msn\.com)$/,
};

/** The service's name; null where nothing speaks for one of them. */
export function likelyService(
  services: readonly MailServiceView[],
  address: string,
  host: Host['kind'],
): string | null {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  const byDomain = Object.keys(domains).find((service) => domains[service]?.test(domain));
  const likely = byDomain ?? (host === 'gmail' ? 'google' : null);
  return services.some(({ service }) => service === likely) ? likely : null;
}
