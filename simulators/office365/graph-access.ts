/**
 * Whose token a Graph call carries, whose mailbox it is about and whether the one may open the other: bearer tokens, claims
 * challenges, scopes and roles, and the mailboxes an application without a user is limited to.
 */
import { findUser, type UserAccount } from './directory.ts';
import { badRequest, GraphError } from './errors.ts';
import type { GraphCall } from './graph-call.ts';
import type { Mailbox } from './mailbox.ts';
import { covers } from './scopes.ts';
import type { AccessToken } from './token-store.ts';
import type { World } from './world.ts';

/** The token of an Authorization header. Fails with 401 InvalidAuthenticationToken, with a claims challenge where one stands. */
export function authenticate(world: World, authorization: string | null): AccessToken {
  const value = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
  if (value === undefined) throw refused(world, 'Access token is empty.');
  const token = world.tokens.accessTokens.get(value);
  if (token === undefined) throw refused(world, 'CompactToken parsing failed with error code: 80049217');
  if (token.expiresAt <= world.now()) {
    throw refused(world, 'Lifetime validation failed, the token is expired.');
  }
  const challenge = token.user?.challenge;
  const isAnswered =
    challenge === undefined || (token.claims !== undefined && token.number >= challenge.before);
  if (!isAnswered) throw challenged(world, token, challenge.claims);
  return token;
}

function refused(world: World, message: string): GraphError {
  const header = `Bearer realm="", authorization_uri="${world.loginOrigin}/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"`;
  return new GraphError('InvalidAuthenticationToken', message, 401, { 'www-authenticate': header });
}

function challenged(world: World, token: AccessToken, claims: string): GraphError {
  const encoded = Buffer.from(claims).toString('base64');
  const header = `Bearer realm="", authorization_uri="${world.loginOrigin}/common/oauth2/authorize", client_id="${token.app.clientId}", error="insufficient_claims", claims="${encoded}"`;
  const message =
    'Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp';
  return new GraphError('InvalidAuthenticationToken', message, 401, { 'www-authenticate': header });
}

/** Any of these, as scopes of a user or as roles of an application, where they are not named apart. */
export type Permissions =
  | readonly string[]
  | { readonly scopes: readonly string[]; readonly roles: readonly string[] };

/** Fails with 403 unless the token has one of `permissions` (as scope, or as role without a user). */
export function checkPermission(
  token: AccessToken,
  permissions: Permissions,
  code = 'ErrorAccessDenied',
): void {
  const isAlone = token.user === undefined;
  const granted = isAlone ? token.roles : token.scopes;
  const anyOf = 'scopes' in permissions ? (isAlone ? permissions.roles : permissions.scopes) : permissions;
  if (!anyOf.some((wanted) => covers(granted, wanted))) throw new GraphError(code);
}

/** The user that `/me` or `/users/{name}` means in the directory, whose refusals are others than the mailbox's. */
export function findDirectoryUser(call: GraphCall, name: string | undefined): UserAccount {
  const { token } = call;
  const forAll = ['User.Read.All', 'User.ReadBasic.All'];
  if (name === undefined) {
    checkPermission(token, ['User.Read', ...forAll], 'Authorization_RequestDenied');
    return findSubject(call, name);
  }
  const user = findUser([token.tenant], name);
  const isOwn = token.user !== undefined && user === token.user;
  checkPermission(token, isOwn ? ['User.Read', ...forAll] : forAll, 'Authorization_RequestDenied');
  if (user === undefined) {
    const text = `Resource '${name}' does not exist or one of its queried reference-property objects are not present.`;
    throw new GraphError('Request_ResourceNotFound', text);
  }
  return user;
}

/** The user that `/me` or `/users/{name}` means, past the permissions. `name` is undefined for `/me`. */
export function findSubject(call: GraphCall, name: string | undefined): UserAccount {
  const { token } = call;
  if (name === undefined) {
    if (token.user === undefined) {
      throw badRequest('/me request is only valid with delegated authentication flow.');
    }
    return token.user;
  }
  const user = findUser([token.tenant], name);
  if (user === undefined)
    throw new GraphError('ErrorInvalidUser', `The requested user '${name}' is invalid.`);
  if (token.user !== undefined && token.user !== user) throw new GraphError('ErrorAccessDenied');
  const scope = token.user === undefined ? token.tenant.appScopes.get(token.app.clientId) : undefined;
  if (scope !== undefined && !scope.has(user.mail.toLowerCase())) {
    const text =
      'Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.';
    throw new GraphError('ErrorAccessDenied', text);
  }
  return user;
}

/** The mailbox of a user. Fails with MailboxNotEnabledForRESTAPI when it is not in Exchange Online. */
export function openMailbox(user: UserAccount): Mailbox {
  if (user.mailbox?.isEnabledForRest !== true) throw new GraphError('MailboxNotEnabledForRESTAPI');
  return user.mailbox;
}
