/**
 * `/oauth2/v2.0/token`: codes, refresh tokens and client credentials become tokens. Refresh tokens are replaced at
 * each use; the old one goes on working for a while unless the settings say otherwise.
 * https://learn.microsoft.com/entra/identity-platform/refresh-tokens
 */
import { createHash } from 'node:crypto';
import { type Application, pairwiseId, type Tenant, type UserAccount } from './directory.ts';
import { authenticateClient } from './entra-client.ts';
import { EntraError, missing } from './entra-errors.ts';
import { makeSecret } from './ids.ts';
import { isOpenId, readScopes } from './scopes.ts';
import { checkTokenFailure, checkUser, tokenScopes } from './sign-in.ts';
import type { World } from './world.ts';

interface TokenRequest {
  readonly world: World;
  readonly form: URLSearchParams;
  readonly tenant: Tenant | undefined;
  readonly app: Application;
}

/** The JSON a successful token request is answered with. Refusals are thrown as EntraError. */
export async function giveTokens(
  world: World,
  form: URLSearchParams,
  authorization: string | null,
  tenant: Tenant | undefined,
  audiences: string[],
): Promise<Record<string, unknown>> {
  if (form.get('grant_type') === null) throw missing('grant_type');
  const app = await authenticateClient(world, form, authorization, tenant, audiences);
  const call: TokenRequest = { world, form, tenant, app };
  switch (form.get('grant_type')) {
    case 'authorization_code':
      return redeemCode(call);
    case 'refresh_token':
      return refresh(call);
    case 'client_credentials':
      return actAlone(call);
    default:
      throw new EntraError(70003);
  }
}

async function redeemCode(call: TokenRequest) {
  const { world, form, app } = call;
  for (const name of ['code', 'redirect_uri']) if (!form.get(name)) throw missing(name);
  const code = world.tokens.codes.get(form.get('code') ?? '');
  if (code === undefined || code.app !== app) throw new EntraError(70000);
  if (code.isRedeemed) throw new EntraError(54005);
  if (code.expiresAt <= world.now()) throw new EntraError(70008);
  if (code.redirectUri !== form.get('redirect_uri')) throw new EntraError(50011);
  if (code.challenge !== undefined) {
    const verifier = form.get('code_verifier') ?? '';
    const hashed = createHash('sha256').update(verifier).digest('base64url');
    if ((code.isPlainChallenge ? verifier : hashed) !== code.challenge) throw new EntraError(501481);
  }
  checkTenant(call, code.user);
  checkUser(code.user, app);
  checkTokenFailure(code.user);
  code.isRedeemed = true;
  const scopes = tokenScopes(code.user, app, [...code.scopes]);
  return issue(call, code.user, { scopes, consented: code.scopes, nonce: code.nonce, claims: code.claims });
}

async function refresh(call: TokenRequest) {
  const { world, form, app } = call;
  if (!form.get('refresh_token')) throw missing('refresh_token');
  const token = world.tokens.refreshTokens.get(form.get('refresh_token') ?? '');
  if (token === undefined || token.app !== app) throw new EntraError(70000);
  const { user } = token;
  checkTenant(call, user);
  if (token.expiresAt <= world.now()) throw new EntraError(700082);
  if (token.number < user.revokedBefore) throw new EntraError(50173);
  checkUser(user, app);
  checkTokenFailure(user);
  if (token.isReplaced) {
    world.tokens.reuseCount += 1;
    if (world.settings.oldRefreshTokens === 'refused') throw new EntraError(70000);
  }
  const parameter = form.get('scope');
  const asked = parameter === null ? [...token.scopes] : readScopes(world, parameter);
  if (asked === undefined) throw new EntraError(70011);
  const scopes = tokenScopes(user, app, asked);
  token.isReplaced = true;
  world.tokens.refreshCount += 1;
  const claims = form.get('claims') ?? undefined;
  const keepsOffline = new Set([...asked, 'offline_access']);
  return issue(call, user, { scopes, consented: keepsOffline, nonce: undefined, claims });
}

async function actAlone(call: TokenRequest) {
  const { world, form, app, tenant } = call;
  if (tenant === undefined) throw new EntraError(50059);
  const scopes = readScopes(world, form.get('scope') ?? '');
  if (scopes === undefined || scopes.length !== 1 || scopes[0] !== '.default') throw new EntraError(1002012);
  const consent = tenant.adminConsents.get(app.clientId);
  if (consent === undefined) throw new EntraError(7000229);
  const value = makeSecret('eyJ0');
  const expiresInMs = world.settings.accessTokenMs;
  world.tokens.accessTokens.set(value, {
    value,
    number: world.tokens.nextNumber(),
    app,
    tenant,
    user: undefined,
    scopes: new Set(),
    roles: new Set(consent.roles),
    expiresAt: world.now() + expiresInMs,
    claims: form.get('claims') ?? undefined,
  });
  const seconds = Math.floor(expiresInMs / 1000);
  return { token_type: 'Bearer', expires_in: seconds, ext_expires_in: seconds, access_token: value };
}

/** A user of another tenant than the one the endpoint is for does not exist there. */
function checkTenant(call: TokenRequest, user: UserAccount): void {
  if (call.tenant !== undefined && call.tenant !== user.tenant) throw new EntraError(50034);
}

interface Given {
  scopes: ReadonlySet<string>;
  /** What was asked for, with offline_access where a refresh token is due. */
  consented: ReadonlySet<string>;
  nonce: string | undefined;
  claims: string | undefined;
}

async function issue(call: TokenRequest, user: UserAccount, given: Given): Promise<Record<string, unknown>> {
  const { world, app } = call;
  const { tokens, settings } = world;
  const at = world.now();
  const value = makeSecret('eyJ0');
  const { scopes, claims } = given;
  tokens.accessTokens.set(value, {
    value,
    number: tokens.nextNumber(),
    app,
    tenant: user.tenant,
    user,
    scopes,
    roles: new Set(),
    expiresAt: at + settings.accessTokenMs,
    claims,
  });
  const seconds = Math.floor(settings.accessTokenMs / 1000);
  const answer: Record<string, unknown> = {
    token_type: 'Bearer',
    scope: [...scopes].filter((scope) => scope !== 'offline_access').join(' '),
    expires_in: seconds,
    ext_expires_in: seconds,
    access_token: value,
  };
  if (given.consented.has('offline_access')) {
    const refreshToken = makeSecret('1.AX');
    const expiresAt = at + settings.refreshTokenIdleMs;
    tokens.refreshTokens.set(refreshToken, {
      value: refreshToken,
      number: tokens.nextNumber(),
      app,
      user,
      scopes: new Set([...given.consented].filter((scope) => !isOpenId(scope) || scopes.has(scope))),
      expiresAt,
      isReplaced: false,
    });
    answer.refresh_token = refreshToken;
  }
  if (call.form.get('client_info') === '1') {
    const info = JSON.stringify({ uid: user.id, utid: user.tenant.id });
    answer.client_info = Buffer.from(info).toString('base64url');
  }
  if (scopes.has('openid')) answer.id_token = await makeIdToken(call, user, given);
  return answer;
}

async function makeIdToken(call: TokenRequest, user: UserAccount, given: Given): Promise<string> {
  const { world, app } = call;
  const key = await world.tokens.signingKey();
  const seconds = Math.floor(world.now() / 1000);
  const { scopes, nonce } = given;
  return key.sign({
    aud: app.clientId,
    iss: `${world.loginOrigin}/${user.tenant.id}/v2.0`,
    iat: seconds,
    nbf: seconds,
    exp: seconds + 3600,
    oid: user.id,
    sub: pairwiseId(user, app),
    tid: user.tenant.id,
    uti: makeSecret('', 16),
    ver: '2.0',
    ...(scopes.has('profile') ? { name: user.displayName, preferred_username: user.upn } : {}),
    ...(scopes.has('email') ? { email: user.mail } : {}),
    ...(nonce === undefined ? {} : { nonce }),
  });
}
