/**
 * A simulator with one organization, one user and one app, and a logged-in caller: what the simulator's own tests
 * start from. It is not a client for anybody else.
 */
import { createHash } from 'node:crypto';
import { createSalesforceSimulator, type SalesforceSimulator } from './simulator.ts';

export const LOGIN = 'https://login.salesforce.test';
export const REDIRECT = 'https://app.test/back';
const VERIFIER = 'verifier-of-at-least-forty-three-characters-1234';

/** An answer with its body parsed. */
export interface Reply {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into any JSON
  body: any;
  headers: Headers;
}

export interface SampleClient {
  readonly simulator: SalesforceSimulator;
  readonly clock: { now: number };
  /** The tokens of the first login. */
  readonly tokens: Record<string, string>;
  /** A REST call; `path` follows `/services/data/v66.0/`. A string body is sent as it is. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  query(soql: string, headers?: Record<string, string>): Promise<Reply>;
  token(fields: Record<string, string>): Promise<Reply>;
  /** The address the browser is sent back to. */
  authorize(fields?: Record<string, string>, host?: string): Promise<Response>;
  useToken(token: string): void;
}

/** Starts a simulator at 2026-03-02T10:00Z and logs `ann@example.test` in. */
export async function startSample(): Promise<SampleClient> {
  const clock = { now: Date.parse('2026-03-02T10:00:00Z') };
  const simulator = createSalesforceSimulator({ now: () => clock.now, origin: LOGIN });
  simulator.addUser({ username: 'ann@example.test', password: 'right', firstName: 'Ann', lastName: 'Lee' });
  simulator.addConnectedApp({ clientId: 'app', redirectUris: [REDIRECT], pkceRequired: true });
  let access = '';
  const request = async (target: string, init: RequestInit): Promise<Reply> => {
    const response = await simulator.fetch(new Request(target, init));
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      body: isJson && text !== '' ? JSON.parse(text) : text,
      headers: response.headers,
    };
  };
  const client: SampleClient = {
    simulator,
    clock,
    tokens: {},
    call(method, path, body, headers = {}) {
      const instance = simulator.organizationOf().instanceOrigin;
      return request(`${instance}/services/data/v66.0/${path}`, {
        method,
        headers: { authorization: `Bearer ${access}`, 'content-type': 'application/json', ...headers },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
    },
    query: (soql, headers) => client.call('GET', `query?q=${encodeURIComponent(soql)}`, undefined, headers),
    token: (fields) =>
      request(`${LOGIN}/services/oauth2/token`, { method: 'POST', body: new URLSearchParams(fields) }),
    authorize(fields = {}, host = LOGIN) {
      const asked = new URLSearchParams({
        response_type: 'code',
        client_id: 'app',
        redirect_uri: REDIRECT,
        scope: 'api refresh_token',
        state: 'abc',
        code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
        code_challenge_method: 'S256',
        username: 'ann@example.test',
        pw: 'right',
        decision: 'allow',
        ...fields,
      });
      for (const [name, value] of [...asked]) if (value === '-') asked.delete(name);
      return simulator.fetch(
        new Request(`${host}/services/oauth2/authorize`, { method: 'POST', body: asked }),
      );
    },
    useToken(token) {
      access = token;
    },
  };
  const { body } = await client.token(codeGrant(await client.authorize()));
  Object.assign(client.tokens, body);
  access = body.access_token;
  return client;
}

/** The form that exchanges the code in an answer of the authorization endpoint. */
export function codeGrant(sentBack: Response, changes: Record<string, string> = {}): Record<string, string> {
  const code = new URL(sentBack.headers.get('location') ?? 'https://nowhere.test').searchParams.get('code');
  return {
    grant_type: 'authorization_code',
    client_id: 'app',
    redirect_uri: REDIRECT,
    code: code ?? '',
    code_verifier: VERIFIER,
    ...changes,
  };
}
