/**
 * Whether the services answer from this machine, over TLS that is trusted, and whether its clock agrees with theirs. Asks each origin once, without a
 * credential; any answer is good, for what it says is another's affair.
 */
import { createHttp, type Fetch, NetworkError } from '../../connectors/http.ts';
import { type Clock, type Instant, SECOND } from '../../model/clock.ts';
import type { Config } from '../config.ts';
import { type Finding, finding } from './finding.ts';

const DEADLINE_MS = 10 * SECOND;
/** Signed assertions are refused when they are minutes off; half a minute shows that nobody sets the clock. */
const SKEW_MAX_MS = 30 * SECOND;

/** The origins that this configuration leads to, each once, by what they are for. */
export function originsOf(config: Config): readonly { readonly name: string; readonly origin: string }[] {
  const { salesforce, office365, google, exchangeOauth, hints } = config;
  const logins =
    salesforce.extraOrigins.length > 0 ? salesforce.extraOrigins : ['https://login.salesforce.com'];
  const all = [
    ...logins.map((origin) => ({ name: 'Salesforce', origin })),
    ...(office365 === null
      ? []
      : [office365.loginOrigin, office365.graphOrigin].map((origin) => ({ name: 'Office 365', origin }))),
    ...(google === null
      ? []
      : [google.accountsOrigin, google.tokenOrigin, google.gmailOrigin].map((origin) => ({
          name: 'Google',
          origin,
        }))),
    ...(hints.pubsub === null ? [] : [{ name: 'Pub/Sub', origin: hints.pubsub.origin }]),
    ...(exchangeOauth === null
      ? []
      : [exchangeOauth.authority, exchangeOauth.ewsUrl].map((url) => ({
          name: 'Exchange',
          origin: new URL(url).origin,
        }))),
  ];
  return all.filter(({ origin }, at) => all.findIndex((one) => one.origin === origin) === at);
}

export interface Surroundings {
  readonly fetch: Fetch;
  readonly clock: Clock;
}

/** A finding for each origin, and one about the clock where somebody told his. Never rejects. */
export async function lookAtProviders(
  config: Config,
  { fetch, clock }: Surroundings,
): Promise<readonly Finding[]> {
  const skews: number[] = [];
  const findings = await Promise.all(
    originsOf(config).map(async ({ name, origin }): Promise<Finding> => {
      const subject = `${name} (${origin})`;
      const asked = await ask(origin, '/', { fetch, clock });
      if (asked.kind !== 'answered') return { subject, ok: false, text: wordFor(asked) };
      if (asked.skewMs !== null) skews.push(asked.skewMs);
      return { subject, ok: true, text: origin.startsWith('https:') ? 'answers over TLS' : 'answers' };
    }),
  );
  return skews.length === 0 ? findings : [...findings, judgeClock(skews)];
}

/** The median of what services say, so that one odd clock misleads nobody. */
export function judgeClock(skewsMs: readonly number[]): Finding {
  const skewMs = skewsMs.toSorted((a, b) => a - b)[Math.floor(skewsMs.length / 2)] ?? 0;
  return finding(
    'clock',
    Math.abs(skewMs) <= SKEW_MAX_MS,
    'agrees with those of the services',
    `differs from those of the services by ${Math.round(skewMs / SECOND)} seconds, and signed logins will be refused. Set this machine's clock by NTP.`,
  );
}

export type Asked =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly text: string;
      readonly skewMs: number | null;
    }
  | { readonly kind: 'failed'; readonly why: NetworkError['kind']; readonly code: string };

/** One request without a credential. Never rejects. */
export async function ask(
  origin: string,
  path: string,
  { fetch, clock }: Surroundings,
  method: 'GET' | 'POST' = 'GET',
): Promise<Asked> {
  const http = createHttp({ fetch, clock, deadlineMs: DEADLINE_MS, bodyBytesMax: 1024 * 1024 });
  try {
    const response = await http.send({ method, url: `${origin}${path}`, operation: 'check' });
    const at: Instant = Date.parse(response.header('date') ?? '');
    const skewMs = Number.isNaN(at) ? null : at - clock.now();
    const text = await response.text().catch(() => '');
    return { kind: 'answered', status: response.status, text, skewMs };
  } catch (error) {
    if (error instanceof NetworkError) return { kind: 'failed', why: error.kind, code: error.vendorCode };
    return { kind: 'failed', why: 'unreachable', code: 'unknown' };
  }
}

/** What keeps an origin from answering, with the remedy. */
export function wordFor({ why, code }: Extract<Asked, { readonly kind: 'failed' }>): string {
  if (why === 'certificate')
    return `its certificate is not trusted (${code}). Where a proxy of your own looks into TLS, name its authority in EXTRA_CA_FILE.`;
  if (why === 'timeout')
    return `does not answer in time (${code}). See whether a firewall or proxy lies between.`;
  return `cannot be reached (${code}). See DNS, firewall and the address in the configuration.`;
}
