/**
 * A plain caller of Google's APIs for tests of the simulator: a world with two domains, a sign-in without a browser,
 * calls with a token. It is no client library and shares nothing with the connector.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createRandom } from '../shared/random.ts';
import { createGoogleSimulator, type GoogleSimulator, type GoogleSimulatorOptions } from './simulator.ts';

export const ANN = 'ann@contoso.test';
export const BEN = 'ben@contoso.test';
export const CARLA = 'carla@gmail.test';
export const CLIENT = 'app-1.apps.googleusercontent.test';
export const SECRET = 'secret-1';
export const REDIRECT = 'http://127.0.0.1:9/callback';
export const ACCOUNTS = 'https://accounts.google.test';
export const API = 'https://gmail.googleapis.test';
export const MODIFY = 'https://www.googleapis.com/auth/gmail.modify';

/** A clock that tests move, two accounts of a domain and a consumer's, a client, and their simulator. */
export function createTestWorld(options: Partial<GoogleSimulatorOptions> = {}) {
  const clock = { at: Date.UTC(2026, 5, 1, 9) };
  const simulator = createGoogleSimulator({
    now: () => clock.at,
    random: createRandom(42),
    accountsOrigin: ACCOUNTS,
    apiOrigin: API,
    wait: async (durationMs) => {
      clock.at += durationMs;
    },
    post: async () => undefined,
    ...options,
  });
  simulator.addDomain('contoso.test');
  simulator.addAccount({ email: ANN, displayName: 'Ann Archer', aliases: ['aa@contoso.test'] });
  simulator.addAccount({ email: BEN });
  simulator.addAccount({ email: CARLA });
  simulator.addClient({ clientId: CLIENT, clientSecret: SECRET, redirectUris: [REDIRECT], name: 'Lockstep' });
  return { clock, simulator };
}

/** The address of the authorization endpoint with what is usual, and what a test changes. */
export function authorizationUrl(changes: Record<string, string> = {}, origin = ACCOUNTS): URL {
  const url = new URL('/o/oauth2/v2/auth', origin);
  const usual = {
    client_id: CLIENT,
    redirect_uri: REDIRECT,
    response_type: 'code',
    scope: `openid email ${MODIFY}`,
    access_type: 'offline',
    state: 'state-1',
  };
  for (const [name, value] of Object.entries({ ...usual, ...changes })) url.searchParams.set(name, value);
  return url;
}

/** Signs in and answers the consent page in one POST. */
export function approve(simulator: GoogleSimulator, changes: Record<string, string> = {}, answers = {}) {
  const body = new URLSearchParams({
    email: ANN,
    password: 'password',
    decision: 'allow',
    granted: 'all',
    ...answers,
  });
  return simulator.fetch(new Request(authorizationUrl(changes), { method: 'POST', body }));
}

/** Where a response sends the browser. */
export function targetOf(response: Response): URL {
  return new URL(response.headers.get('location') ?? 'about:blank');
}

/** Posts to the token endpoint, the client's credentials added. */
export async function postToken(simulator: GoogleSimulator, fields: Record<string, string>) {
  const body = new URLSearchParams({ client_id: CLIENT, client_secret: SECRET, ...fields });
  const response = await simulator.fetch(new Request(`${API}/token`, { method: 'POST', body }));
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

/** What a sign-in ended with: where the browser was sent, and the token endpoint's answer. */
export interface SignedIn {
  target: URL;
  status: number;
  access_token?: string;
  refresh_token?: string;
  id_token?: string;
  scope?: string;
}

/** The answer to a call; a test knows which shape to expect. */
export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers have many shapes, and tests read deep into them
  body: any;
}

/** The whole way: consent with PKCE, code, tokens. */
export async function signIn(
  simulator: GoogleSimulator,
  changes: Record<string, string> = {},
  answers = {},
): Promise<SignedIn> {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
  const target = targetOf(await approve(simulator, { ...pkce, ...changes }, answers));
  const code = target.searchParams.get('code') ?? '';
  const redeemed = await postToken(simulator, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT,
    code_verifier: verifier,
  });
  return { ...redeemed.body, target, status: redeemed.status };
}

/** A refresh of a token. */
export function refresh(simulator: GoogleSimulator, token: string | undefined) {
  return postToken(simulator, { grant_type: 'refresh_token', refresh_token: token ?? '' });
}

/** A caller of Gmail with a token. Paths are below `/gmail/v1/users/me/`. */
export function callWith(simulator: GoogleSimulator, token: string | undefined) {
  return async (verb: string, path: string, body?: object): Promise<Answer> => {
    const url = `${API}/gmail/v1/users/${path.startsWith('@') ? path.slice(1) : `me/${path}`}`;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const request = new Request(url, {
      method: verb,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const response = await simulator.fetch(request);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  };
}

/** A caller of the other APIs with a token. Paths are from the root, without a slash before them. */
export function callApi(simulator: GoogleSimulator, token: string | undefined) {
  return async (
    verb: string,
    path: string,
    body?: object,
    extraHeaders: Record<string, string> = {},
  ): Promise<Answer> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...extraHeaders };
    const given = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await simulator.fetch(
      new Request(`${API}/${path}`, { method: verb, headers, ...given }),
    );
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  };
}

/** A small mail. */
export function sampleMail(
  number: number,
  extraHeaders: string[] = [],
  body = `Body of sample ${number}`,
): string {
  return [
    `Message-ID: <sample-${number}@fabrikam.test>`,
    'Date: Mon, 01 Jun 2026 08:00:00 +0000',
    'From: Carla Cook <carla@fabrikam.test>',
    'To: Ann Archer <ann@contoso.test>',
    ...(extraHeaders.some((line) => line.startsWith('Subject:')) ? [] : [`Subject: Sample ${number}`]),
    ...extraHeaders,
    ...(extraHeaders.some((line) => line.startsWith('Content-Type:'))
      ? []
      : ['Content-Type: text/plain; charset=utf-8']),
    '',
    body,
    '',
  ].join('\r\n');
}
