/**
 * Signing in and consenting at a simulated service as a browser would, by one POST of its form; and whose token a request bears.
 */
import type { Access } from '../../src/commands/activate-mailbox.ts';
import type { Ports } from '../../src/commands/ports.ts';
import type { ServiceName } from './mail-hands.ts';

export const PUBLIC_URL = 'https://lockstep.test';
/** Where consent pages send the browser back to. */
export const REDIRECTS = {
  office365: `${PUBLIC_URL}/connect/office365/callback`,
  google: `${PUBLIC_URL}/connect/google/callback`,
} as const;

/** Begins the consent as the dialog does, answers the page, and comes back with its address. */
export async function consentByPost(
  ports: Ports,
  service: ServiceName,
  address: string,
  fetch: (request: Request) => Promise<Response>,
  answers: Readonly<Record<string, string>>,
): Promise<Access> {
  const consent = ports.mailServices.get(service)?.consent;
  if (consent == null) throw new Error(`${service} is activated by no consent`);
  const { url, details } = await consent.begin({ loginHint: address });
  const body = new URLSearchParams(answers);
  const page = await fetch(new Request(url, { method: 'POST', body }));
  const callbackUrl = page.headers.get('location');
  if (callbackUrl === null) throw new Error(`${service} did not send the browser back (${page.status})`);
  return { kind: 'consent', details, callbackUrl };
}

/** The person whose bearer or refresh token a request has; the token endpoint's back-off is another than the mailbox's. */
export async function callerByToken(request: Request, userOf: (token: string) => string): Promise<string> {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (bearer !== undefined) return userOf(bearer);
  const type = request.headers.get('content-type') ?? '';
  if (!type.startsWith('application/x-www-form-urlencoded')) return '';
  const form = new URLSearchParams(await request.clone().text());
  return `the token of ${userOf(form.get('refresh_token') ?? '')}`;
}
