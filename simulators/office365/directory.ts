/**
 * The state of Entra ID: tenants, their users and what they consented to, and registered applications. It keeps and
 * finds; who may sign in is decided in sign-in.ts.
 */
import { createHash } from 'node:crypto';
import type { Mailbox } from './mailbox.ts';

export interface UserAccount {
  readonly id: string;
  readonly tenant: Tenant;
  upn: string;
  mail: string;
  aliases: string[];
  displayName: string;
  password: string;
  isAdmin: boolean;
  state: 'active' | 'disabled' | 'locked' | 'deleted';
  /** undefined for a user without a mailbox in Exchange Online (none, or one on-premises). */
  mailbox: Mailbox | undefined;
  /** Scopes accepted for each application, by client id. */
  consents: Map<string, Set<string>>;
  /** Applications the user is assigned to, by client id. */
  assignedTo: Set<string>;
  /** Refresh tokens with a lower number are revoked. */
  revokedBefore: number;
  /** The AADSTS number every token request for this user fails with. */
  tokenFailure: number | undefined;
  /** What Graph asks for before it takes tokens with a number below `before`. */
  challenge: { claims: string; before: number } | undefined;
}

export interface Tenant {
  readonly id: string;
  domain: string;
  name: string;
  /** `adminOnly` shows *Need admin approval* (90094), `adminRequest` the same with a form to ask for it (90095). */
  userConsent: 'allowed' | 'adminOnly' | 'adminRequest';
  /** Whether Conditional Access blocks every sign-in (53003). */
  isBlockedByPolicy: boolean;
  /** Applications that only assigned users may use (50105), by client id. */
  assignmentRequired: Set<string>;
  /** What administrators consented to, by client id: delegated scopes and application roles. */
  adminConsents: Map<string, { scopes: Set<string>; roles: Set<string> }>;
  /** Lower-case addresses an application may open without a user, by client id; all when absent. */
  appScopes: Map<string, Set<string>>;
  users: UserAccount[];
}

export interface ClientSecret {
  value: string;
  expiresAt?: number;
}

/** A certificate by its thumbprint (hex SHA-1 or SHA-256 of the DER) and public key (PEM, SPKI or certificate). */
export interface ClientCertificate {
  thumbprint: string;
  publicKey: string;
}

export interface Application {
  readonly clientId: string;
  name: string;
  redirectUris: string[];
  secrets: ClientSecret[];
  certificates: ClientCertificate[];
  /** Application roles it declares; what an administrator consents to with `.default`. */
  roles: string[];
  /** Delegated scopes it declares. */
  scopes: string[];
  /** The domain of the only tenant that may use it; any when absent. */
  onlyTenant: string | undefined;
  isDisabled: boolean;
}

/** The tenant of an id or domain, as in a path or an address. */
export function findTenant(tenants: readonly Tenant[], name: string): Tenant | undefined {
  const wanted = name.toLowerCase();
  return tenants.find((tenant) => tenant.id === wanted || tenant.domain.toLowerCase() === wanted);
}

/** The user of an object id, user principal name, address or alias; deleted ones are not found. */
export function findUser(tenants: readonly Tenant[], name: string): UserAccount | undefined {
  const wanted = name.toLowerCase();
  for (const tenant of tenants) {
    for (const user of tenant.users) {
      if (user.state === 'deleted') continue;
      if ([user.id, user.upn, user.mail, ...user.aliases].some((each) => each.toLowerCase() === wanted))
        return user;
    }
  }
  return undefined;
}

/** The scopes an application has for a user: his own consent and the administrator's. */
export function grantedScopes(user: UserAccount, app: Application): Set<string> {
  const own = user.consents.get(app.clientId) ?? [];
  const byAdmin = user.tenant.adminConsents.get(app.clientId)?.scopes ?? [];
  return new Set([...own, ...byAdmin]);
}

/** The `sub` by which one application knows a user. */
export function pairwiseId(user: UserAccount, app: Application): string {
  return createHash('sha256').update(`${user.id} ${app.clientId}`).digest('base64url');
}
