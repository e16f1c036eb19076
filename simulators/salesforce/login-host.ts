/**
 * The OAuth endpoints over HTTP, at login hosts and at My Domain, with their faults; and what a host answers that an
 * organization has left.
 */
import { DroppedConnection } from '../shared/connection.ts';
import type { Faults } from '../shared/faults.ts';
import type { RequestLog } from '../shared/request-log.ts';
import type { Host } from './hosts.ts';
import { answerIdentity, answerUserInfo } from './identity.ts';
import { json, type OAuthState, readForm } from './oauth.ts';
import { answerAuthorize } from './oauth-authorize.ts';
import { answerIntrospect, answerRevoke, answerToken } from './oauth-token.ts';
import type { UserAccount } from './organization.ts';
import { findSession } from './sessions.ts';

/** A request to an OAuth endpoint and where it came to. */
export interface LoginCall {
  readonly request: Request;
  readonly host: Host;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly sleep: (ms: number) => Promise<void>;
  readonly sandboxOrigin: string;
}

/** Answers `/services/oauth2/...` and `/id/...`. */
export async function answerOAuth(state: OAuthState, call: LoginCall): Promise<Response> {
  const { pathname } = new URL(call.request.url);
  const operation = pathname.startsWith('/id/') ? 'oauth.id' : `oauth.${pathname.split('/')[3] ?? ''}`;
  const fault = call.faults.strike({ operation });
  if (fault?.delayMs !== undefined) await call.sleep(fault.delayMs);
  const record = (status: number) =>
    call.requests.record({ operation, status, bytesIn: 0, bytesOut: 0, at: state.now() });
  if (fault?.effect.kind === 'drop') {
    record(0);
    throw new DroppedConnection();
  }
  let response: Response;
  if (fault?.effect.kind === 'service') {
    const { code, message } = fault.effect;
    response = json(400, { error: code, error_description: message ?? code });
  } else if (fault?.effect.kind === 'http') {
    response = new Response('', { status: fault.effect.status, headers: { ...fault.effect.headers } });
  } else if (fault?.effect.kind === 'throttle') {
    response = json(400, { error: 'rate_limit_exceeded', error_description: 'login rate exceeded' });
  } else response = await route(state, call, pathname);
  record(response.status);
  if (fault?.effect.kind === 'lostReply') throw new DroppedConnection();
  return response;
}

async function route(state: OAuthState, call: LoginCall, pathname: string): Promise<Response> {
  const { request } = call;
  const authorization = request.headers.get('authorization');
  if (pathname.startsWith('/id/')) {
    return answerIdentity(pathname, await findBearer(state, request), state.loginOrigin());
  }
  switch (pathname) {
    case '/services/oauth2/authorize':
      return answerAuthorize(state, request, (user) => mayLogIn(call, user));
    case '/services/oauth2/token':
      if (request.method !== 'POST') return new Response(null, { status: 405 });
      return answerToken(state, await readForm(request), authorization);
    case '/services/oauth2/revoke':
      return answerRevoke(state, await readForm(request));
    case '/services/oauth2/introspect':
      return answerIntrospect(state, await readForm(request), authorization);
    case '/services/oauth2/userinfo':
      return answerUserInfo(await findBearer(state, request), state.loginOrigin());
    default:
      return new Response('Not Found', { status: 404 });
  }
}

/** Production users log in at the login host, sandbox users at the sandbox's, everybody at his My Domain. */
function mayLogIn(call: LoginCall, user: UserAccount): boolean {
  const { organization } = user;
  const { origin } = new URL(call.request.url);
  if (organization.instanceOrigin === origin) return true;
  if (call.host.kind === 'instance') return false;
  const isSandboxHost = origin === call.sandboxOrigin;
  return organization.settings.loginHostAllowed && organization.isSandbox === isSandboxHost;
}

async function findBearer(state: OAuthState, request: Request) {
  const header = /^(?:Bearer|OAuth) (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  const token = header ?? (await readForm(request)).get('access_token');
  return token === null ? undefined : findSession(state.sessions, token, state.now());
}

/** What a host answers that an organization has left. */
export function answerFormerHost(request: Request, host: Host): Response {
  const url = new URL(request.url);
  switch (host.former) {
    case 'redirect':
      return new Response(null, {
        status: 301,
        headers: { location: `${host.organization?.instanceOrigin ?? ''}${url.pathname}${url.search}` },
      });
    case 'unknown-host':
      return new Response('', { status: 420 });
    default:
      return json(401, [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }]);
  }
}

/** The metadata at `/.well-known/openid-configuration`. No id tokens are issued here, so no keys are named. */
export function describeIssuer(origin: string): Record<string, unknown> {
  const endpoint = (name: string) => `${origin}/services/oauth2/${name}`;
  return {
    issuer: origin,
    authorization_endpoint: endpoint('authorize'),
    token_endpoint: endpoint('token'),
    revocation_endpoint: endpoint('revoke'),
    userinfo_endpoint: endpoint('userinfo'),
    introspection_endpoint: endpoint('introspect'),
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic', 'none'],
    scopes_supported: ['api', 'refresh_token', 'offline_access', 'id', 'full', 'web'],
  };
}
