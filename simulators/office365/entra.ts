/**
 * The login host: which endpoint of which tenant a request means, faults, metadata, keys, administrator consent and
 * sign-out. Sign-in pages and tokens are made elsewhere.
 */
import { DroppedConnection } from '../shared/connection.ts';
import type { StandingFault } from '../shared/faults.ts';
import { findTenant, findUser, type Tenant } from './directory.ts';
import { answerAuthorize, readCookie, remember, sendBack, showRefusal } from './entra-authorize.ts';
import { allowsRedirect, findApplication } from './entra-client.ts';
import { describeRefusal, EntraError, refuseToken } from './entra-errors.ts';
import { renderConsent, renderSignedOut, renderSignIn } from './entra-pages.ts';
import { giveTokens } from './entra-token.ts';
import type { World } from './world.ts';

const ANY_TENANT = new Set(['common', 'organizations']);

const ENDPOINTS: Record<string, string> = {
  'v2.0/.well-known/openid-configuration': 'entra.metadata',
  'discovery/v2.0/keys': 'entra.keys',
  'oauth2/v2.0/authorize': 'entra.authorize',
  'oauth2/v2.0/token': 'entra.token',
  'oauth2/v2.0/logout': 'entra.logout',
  'v2.0/adminconsent': 'entra.adminconsent',
  adminconsent: 'entra.adminconsent',
  'discovery/instance': 'entra.instance',
};

/** Answers a call to the login host; undefined when the path is none of its endpoints. */
export async function answerEntra(world: World, request: Request): Promise<Response | undefined> {
  const url = new URL(request.url);
  const [, tenantName = '', ...rest] = url.pathname.split('/');
  const operation = ENDPOINTS[rest.join('/')];
  if (operation === undefined) return undefined;
  const text = request.method === 'POST' ? await request.text() : '';
  const form = new URLSearchParams([...new URLSearchParams(text), ...url.searchParams]);
  const fault = world.faults.strike({ operation });
  if (fault?.delayMs !== undefined) await world.wait(fault.delayMs);
  let status = 0;
  try {
    if (fault?.effect.kind === 'drop') throw new DroppedConnection();
    const response = struck(world, fault) ?? (await route(world, request, operation, tenantName, form));
    ({ status } = response);
    if (fault?.effect.kind === 'lostReply') throw new DroppedConnection();
    return response;
  } finally {
    world.requests.record({ operation, status, bytesIn: text.length, bytesOut: 0, at: world.now() });
  }
}

function struck(world: World, fault: StandingFault | undefined): Response | undefined {
  const effect = fault?.effect;
  switch (effect?.kind) {
    case 'service':
      // The code of such a fault is an AADSTS number.
      return refuseToken(new EntraError(Number(effect.code)), world.now(), world.loginOrigin);
    case 'throttle': {
      const headers = { 'retry-after': String(Math.ceil(effect.backOffMs / 1000)) };
      return new Response('{"error":"temporarily_unavailable"}', { status: 429, headers });
    }
    case 'garbage':
      return new Response('<html>not json', { headers: { 'content-type': 'application/json' } });
    case 'http':
      return new Response(effect.body === 'json' ? '{}' : '', {
        status: effect.status,
        headers: { ...effect.headers },
      });
    default:
      return undefined;
  }
}

async function route(
  world: World,
  request: Request,
  operation: string,
  tenantName: string,
  form: URLSearchParams,
) {
  if (operation === 'entra.instance') return json(describeCloud(world.loginOrigin, form));
  const tenant = findTenant(world.tenants, tenantName);
  const isKnown = tenant !== undefined || ANY_TENANT.has(tenantName);
  if (!isKnown) {
    const error = new EntraError(90002);
    const isForPeople = operation === 'entra.authorize' || operation === 'entra.adminconsent';
    return isForPeople ? showRefusal(world, error) : refuseToken(error, world.now(), world.loginOrigin);
  }
  switch (operation) {
    case 'entra.metadata':
      return json(describeIssuer(world, tenantName, tenant));
    case 'entra.keys':
      return json({ keys: [(await world.tokens.signingKey()).jwk] });
    case 'entra.authorize':
      return answerAuthorize(world, request, form, tenant);
    case 'entra.adminconsent':
      return answerAdminConsent(world, request, form, tenant);
    case 'entra.logout':
      return answerLogout(world, request, form);
    default:
      return answerToken(world, request, form, tenantName, tenant);
  }
}

async function answerToken(
  world: World,
  request: Request,
  form: URLSearchParams,
  tenantName: string,
  tenant: Tenant | undefined,
): Promise<Response> {
  const names = [tenantName, ...(tenant === undefined ? [] : [tenant.id])];
  const audiences = names.flatMap((name) => [
    `${world.loginOrigin}/${name}/oauth2/v2.0/token`,
    `${world.loginOrigin}/${name}/v2.0`,
  ]);
  const correlation = request.headers.get('client-request-id') ?? form.get('client-request-id') ?? undefined;
  try {
    if (request.method !== 'POST') throw new EntraError(900561);
    return json(await giveTokens(world, form, request.headers.get('authorization'), tenant, audiences));
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    return refuseToken(error, world.now(), world.loginOrigin, correlation);
  }
}

/** An administrator consents for everybody: `tenant`, `admin_consent=True` come back, or an error. */
function answerAdminConsent(
  world: World,
  request: Request,
  form: URLSearchParams,
  tenant: Tenant | undefined,
) {
  const url = new URL(request.url);
  try {
    const app = findApplication(world, form.get('client_id'), tenant);
    if (!allowsRedirect(app, form.get('redirect_uri') ?? '')) throw new EntraError(50011);
    const action = `${url.pathname}${url.search}`;
    const typed = form.get('loginfmt') ?? form.get('username');
    const known = [...(world.tokens.logins.get(readCookie(request)) ?? [])].find((user) => user.isAdmin);
    const user = typed === null ? known : findUser(world.tenants, typed);
    if (typed !== null && user?.password !== (form.get('passwd') ?? form.get('password'))) {
      return renderSignIn(action, typed, 'Your account or password is incorrect.');
    }
    if (user === undefined) return renderSignIn(action, form.get('login_hint') ?? '', '');
    if (!user.isAdmin || (tenant !== undefined && user.tenant !== tenant)) throw new EntraError(90094);
    const scopes = (form.get('scope') ?? '')
      .split(/\s+/)
      .map((scope) => scope.slice(scope.lastIndexOf('/') + 1));
    const delegated = scopes.filter((scope) => scope !== '' && scope !== '.default');
    const takesAll = delegated.length === 0;
    const shown = takesAll ? [...app.scopes, ...app.roles] : delegated;
    if (form.get('decision') === null) {
      const about = { app: app.name, address: user.upn, scopes: shown, isAdmin: true, forTenant: true };
      const page = renderConsent(action, about);
      page.headers.append('set-cookie', remember(world, request, user));
      return page;
    }
    if (form.get('decision') !== 'accept') {
      const { description } = describeRefusal(new EntraError(65004), world.now());
      const fields = { error: 'access_denied', error_subcode: 'cancel', error_description: description };
      return sendBack({ form }, { ...fields, admin_consent: 'True' });
    }
    const before = user.tenant.adminConsents.get(app.clientId);
    user.tenant.adminConsents.set(app.clientId, {
      scopes: new Set([...(before?.scopes ?? []), ...(takesAll ? app.scopes : delegated)]),
      roles: new Set([...(before?.roles ?? []), ...(takesAll ? app.roles : [])]),
    });
    return sendBack(
      { form },
      { admin_consent: 'True', tenant: user.tenant.id, scope: form.get('scope') ?? '' },
    );
  } catch (error) {
    return showRefusal(world, error);
  }
}

function answerLogout(world: World, request: Request, form: URLSearchParams): Response {
  world.tokens.logins.delete(readCookie(request));
  const target = form.get('post_logout_redirect_uri');
  const isKnown = [...world.apps.values()].some(
    (app) => target !== null && app.redirectUris.includes(target),
  );
  if (target === null || !isKnown) return renderSignedOut();
  return new Response(null, { status: 302, headers: { location: target } });
}

/** Metadata; at `common` and `organizations` the issuer keeps `{tenantid}` as a placeholder, as Microsoft's does. */
function describeIssuer(world: World, name: string, tenant: Tenant | undefined): Record<string, unknown> {
  const origin = world.loginOrigin;
  const base = `${origin}/${name}`;
  return {
    issuer: `${origin}/${tenant?.id ?? '{tenantid}'}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    userinfo_endpoint: `${world.graphOrigin}/oidc/userinfo`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    response_modes_supported: ['query', 'fragment', 'form_post'],
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    request_uri_parameter_supported: false,
    tenant_region_scope: tenant === undefined ? null : 'EU',
    cloud_instance_name: new URL(origin).host,
    cloud_graph_host_name: 'graph.windows.net',
    msgraph_host: new URL(world.graphOrigin).host,
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    claims_supported: [
      'sub',
      'iss',
      'aud',
      'exp',
      'iat',
      'nonce',
      'preferred_username',
      'name',
      'tid',
      'ver',
      'email',
    ],
  };
}

/** Which hosts are one cloud, as MSAL asks before it trusts an authority. */
function describeCloud(origin: string, form: URLSearchParams): Record<string, unknown> {
  const { host } = new URL(origin);
  const asked = form.get('authorization_endpoint') ?? '';
  const path = URL.canParse(asked) ? (new URL(asked).pathname.split('/')[1] ?? 'common') : 'common';
  return {
    tenant_discovery_endpoint: `${origin}/${path}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}

function json(body: unknown): Response {
  return new Response(JSON.stringify(body), {
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  });
}
