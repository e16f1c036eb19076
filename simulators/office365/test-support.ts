/**
 * A world with two mailboxes and an application, a person who goes through the pages, and a plain caller of Graph, for
 * tests of the simulator. It is no client library and shares nothing with the connector.
 */
import { createHash } from 'node:crypto';
import { createRandom } from '../shared/random.ts';
import {
  createOffice365Simulator,
  type Office365Simulator,
  type Office365SimulatorOptions,
} from './simulator.ts';

export const LOGIN = 'https://login.microsoftonline.test';
export const GRAPH = 'https://graph.microsoft.test';
export const ANN = 'ann@contoso.test';
export const BEN = 'ben@contoso.test';
export const ADMIN = 'admin@contoso.test';
export const APP = 'app-1';
export const SECRET = 'app-secret';
export const BACK = 'https://lockstep.test/back';
export const SCOPES =
  'openid profile email offline_access User.Read Mail.ReadWrite MailboxSettings.ReadWrite';
/** For calendars, contacts and tasks. */
export const ITEM_SCOPES =
  'openid offline_access User.Read Calendars.ReadWrite Contacts.ReadWrite Tasks.ReadWrite';
export const VERIFIER = 'a-verifier-of-sufficient-length-0123456789-abcdef';
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

export function createTestWorld(options: Partial<Office365SimulatorOptions> = {}) {
  const clock = { at: Date.UTC(2026, 0, 5, 9) };
  const simulator = createOffice365Simulator({
    now: () => clock.at,
    random: createRandom(42),
    loginOrigin: LOGIN,
    graphOrigin: GRAPH,
    wait: async (durationMs) => {
      clock.at += durationMs;
    },
    ...options,
  });
  simulator.addMailbox({ address: ANN, displayName: 'Ann Archer', aliases: ['aa@contoso.test'] });
  simulator.addMailbox({ address: BEN, displayName: 'Ben Baker' });
  simulator.addMailbox({ address: ADMIN, isAdmin: true });
  simulator.addApplication({
    clientId: APP,
    name: 'Lockstep',
    redirectUris: [BACK],
    secrets: [{ value: SECRET }],
    roles: ['Mail.ReadWrite', 'User.Read.All'],
  });
  return { clock, simulator };
}

/** The authorization address, with `extra` over the usual parameters. */
export function authorizeUrl(extra: Record<string, string> = {}, tenant = 'organizations'): string {
  const query = new URLSearchParams({
    client_id: APP,
    response_type: 'code',
    redirect_uri: BACK,
    scope: SCOPES,
    state: 'state-1',
    nonce: 'nonce-1',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...extra,
  });
  return `${LOGIN}/${tenant}/oauth2/v2.0/authorize?${query}`;
}

/** Posts the sign-in page's fields and the consent page's decision at once. */
export function answerPages(
  simulator: Office365Simulator,
  fields: Record<string, string> = {},
  url = authorizeUrl(),
): Promise<Response> {
  const body = new URLSearchParams({ loginfmt: ANN, passwd: 'password', decision: 'accept', ...fields });
  return simulator.fetch(new Request(url, { method: 'POST', body }));
}

/** Parameters that came back to the application. */
export function readBack(response: Response): URLSearchParams {
  return new URL(response.headers.get('location') ?? 'none:').searchParams;
}

export interface TokenAnswer extends Record<string, unknown> {
  access_token: string;
  refresh_token: string;
  id_token: string;
  scope: string;
  expires_in: number;
  error?: string;
  error_codes?: number[];
}

/** A token request with the application's secret. */
export async function askToken(
  simulator: Office365Simulator,
  fields: Record<string, string>,
  tenant = 'organizations',
): Promise<{ status: number; body: TokenAnswer }> {
  const body = new URLSearchParams({ client_id: APP, client_secret: SECRET, ...fields });
  const response = await simulator.fetch(
    new Request(`${LOGIN}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body }),
  );
  return { status: response.status, body: (await response.json()) as TokenAnswer };
}

/** Signs a person in, consents and gives the tokens. */
export async function signIn(
  simulator: Office365Simulator,
  address = ANN,
  scope = SCOPES,
): Promise<TokenAnswer> {
  const back = await answerPages(simulator, { loginfmt: address }, authorizeUrl({ scope }));
  const code = readBack(back).get('code') ?? '';
  const fields = { grant_type: 'authorization_code', code, redirect_uri: BACK, code_verifier: VERIFIER };
  return (await askToken(simulator, fields)).body;
}

export function refresh(simulator: Office365Simulator, token: string, extra: Record<string, string> = {}) {
  return askToken(simulator, { grant_type: 'refresh_token', refresh_token: token, ...extra });
}

export interface GraphReply {
  status: number;
  headers: Headers;
  /** Parsed JSON, looked into freely by tests; other answers as text. */
  body: ReturnType<JSON['parse']>;
}

export type GraphCaller = (
  method: string,
  path: string,
  options?: { headers?: Record<string, string>; body?: unknown },
) => Promise<GraphReply>;

/** A caller of Graph with a token. Paths below `/v1.0`, or whole links. */
export function callWith(simulator: Office365Simulator, token: string): GraphCaller {
  return async (method, path, options = {}) => {
    const headers = new Headers({ authorization: `Bearer ${token}`, ...options.headers });
    const init: RequestInit = { method, headers };
    if (options.body !== undefined) {
      headers.set('content-type', 'application/json');
      init.body = JSON.stringify(options.body);
    }
    const url = path.startsWith('https://') ? path : `${GRAPH}/v1.0${path}`;
    const response = await simulator.fetch(new Request(url, init));
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
}

/** An event's JSON on a day of January 2026, an hour from `time`, in UTC unless told. */
export function sampleEvent(
  day: number,
  time = '10:00',
  extra: Record<string, unknown> = {},
  timeZone = 'UTC',
) {
  const date = `2026-01-${String(day).padStart(2, '0')}`;
  const hour = String(Number(time.slice(0, 2)) + 1).padStart(2, '0');
  return {
    subject: `Event of ${date}`,
    start: { dateTime: `${date}T${time}:00`, timeZone },
    end: { dateTime: `${date}T${hour}${time.slice(2)}:00`, timeZone },
    ...extra,
  };
}

/** Attendees' JSON for addresses. */
export function attendees(...addresses: string[]) {
  return addresses.map((address) => ({ type: 'required', emailAddress: { address, name: address } }));
}

/** A small mail. */
export function sampleMail(number: number, extraHeaders: string[] = []): Buffer {
  return Buffer.from(
    [
      `Message-ID: <sample-${number}@fabrikam.test>`,
      'Date: Mon, 05 Jan 2026 08:00:00 +0000',
      'From: Carla Cook <carla@fabrikam.test>',
      'To: Ann Archer <ann@contoso.test>',
      `Subject: Sample ${number}`,
      ...extraHeaders,
      'Content-Type: text/plain; charset=utf-8',
      '',
      `Body of sample ${number}`,
      '',
    ].join('\r\n'),
  );
}

/** A mail with a file attached. */
export function mailWithFile(): Buffer {
  return Buffer.from(
    [
      'Message-ID: <file-1@fabrikam.test>',
      'From: carla@fabrikam.test',
      'To: ann@contoso.test',
      'Subject: With a file',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=cut',
      '',
      '--cut',
      'Content-Type: text/plain',
      '',
      'See file',
      '--cut',
      'Content-Type: text/csv; name="list.csv"',
      'Content-Disposition: attachment; filename="list.csv"',
      '',
      'a,b',
      '--cut--',
      '',
    ].join('\r\n'),
  );
}
