/**
 * Who may sign in and get tokens at all: the state of the account, assignment to the application, Conditional Access,
 * consent. The same questions are asked at the sign-in page and at every refresh.
 */
import { type Application, grantedScopes, type UserAccount } from './directory.ts';
import { EntraError } from './entra-errors.ts';
import { isForAdmins, isOpenId } from './scopes.ts';

/** Fails when the account or a policy bars the user from the application. */
export function checkUser(user: UserAccount, app: Application): void {
  if (user.state === 'deleted') throw new EntraError(50034);
  if (user.state === 'disabled') throw new EntraError(50057);
  if (user.state === 'locked') throw new EntraError(50053);
  const { tenant } = user;
  if (tenant.assignmentRequired.has(app.clientId) && !user.assignedTo.has(app.clientId))
    throw new EntraError(50105);
  if (tenant.isBlockedByPolicy) throw new EntraError(53003);
}

/** Fails the user's token requests that the sandbox wants to fail. */
export function checkTokenFailure(user: UserAccount): void {
  const number = user.tokenFailure;
  if (number === undefined) return;
  const needsSignIn = [50072, 50074, 50076, 50078, 50079, 50158].includes(number);
  const claims = JSON.stringify({
    access_token: { capolids: { essential: true, values: ['simulated-policy'] } },
  });
  throw new EntraError(number, needsSignIn ? { claims } : {});
}

/** The scopes of `asked` that nobody granted yet; those of signing in come with any consent for Graph. */
export function missingScopes(user: UserAccount, app: Application, asked: readonly string[]): string[] {
  const granted = grantedScopes(user, app);
  const missing = asked.filter((scope) => scope !== '.default' && !granted.has(scope));
  return granted.size > 0 && missing.every(isOpenId) ? [] : missing;
}

/** The number of the page that bars this user from consenting by himself; undefined when he may. */
export function approvalNeeded(user: UserAccount, missing: readonly string[]): 90094 | 90095 | undefined {
  if (user.isAdmin) return undefined;
  const { userConsent } = user.tenant;
  const needsAdmin = userConsent !== 'allowed' || missing.some(isForAdmins);
  if (!needsAdmin) return undefined;
  return userConsent === 'adminRequest' ? 90095 : 90094;
}

/** What an access token for `asked` holds: everything granted for Graph, as Entra ID gives it; at least one must be. */
export function tokenScopes(user: UserAccount, app: Application, asked: readonly string[]): Set<string> {
  const granted = grantedScopes(user, app);
  const graph = asked.filter((scope) => !isOpenId(scope) && scope !== '.default');
  if (graph.some((scope) => !granted.has(scope))) throw new EntraError(65001);
  const all = [...granted].filter((scope) => !isOpenId(scope));
  if (asked.includes('.default') && all.length === 0) throw new EntraError(65001);
  return new Set([...all, ...asked.filter(isOpenId)]);
}
