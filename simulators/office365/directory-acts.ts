/**
 * What administrators of a tenant do, as functions: tenants, users, applications, consent, policies, passwords, and
 * sessions revoked. What happens to mail is in acts.ts.
 */
import { existing } from './acts.ts';
import { type Application, findTenant, findUser, type Tenant, type UserAccount } from './directory.ts';
import { drawGuid } from './ids.ts';
import { createMailbox } from './mailbox.ts';
import type { Notifier } from './subscriptions.ts';
import type { World } from './world.ts';

export interface NewTenant {
  domain: string;
  name?: string;
  userConsent?: Tenant['userConsent'];
}

export interface NewMailbox {
  address: string;
  displayName?: string;
  password?: string;
  aliases?: string[];
  /** The address when absent. */
  upn?: string;
  /** Domain of the tenant; that of the address when absent. */
  tenant?: string;
  isAdmin?: boolean;
  /** A user without a mailbox in Exchange Online when false. */
  hasMailbox?: boolean;
}

export type NewApplication = Pick<Application, 'clientId'> & Partial<Omit<Application, 'clientId'>>;

export interface TenantPolicy {
  userConsent?: Tenant['userConsent'];
  isBlockedByPolicy?: boolean;
  /** Client ids of applications that only assigned users may use. */
  assignmentRequired?: string[];
}

export interface DirectoryActs {
  /** Gives the tenant's id. */
  addTenant(given: NewTenant): string;
  addMailbox(given: NewMailbox): void;
  addApplication(given: NewApplication): void;
  /** A password changed by its owner; `byAdmin` a reset, which revokes refresh tokens (50173). */
  setPassword(address: string, password: string, byAdmin?: boolean): void;
  setUserState(address: string, state: UserAccount['state']): void;
  /** Shorthand for `setUserState(address, 'disabled')`. */
  disable(address: string): void;
  /** Revokes all refresh tokens of a user (50173). */
  revokeTokens(address: string): void;
  /** Lets all access tokens of a user (or of everybody) lapse now. */
  expireAccessTokens(address?: string): void;
  /** Lets the refresh tokens of a user lapse as if unused for 90 days (700082). */
  expireRefreshTokens(address: string): void;
  /** Fails all token requests for a user with that AADSTS number; undefined ends it. */
  setTokenFailure(address: string, number: number | undefined): void;
  /** Makes Graph refuse the user's present tokens until one comes that was asked for with these claims. */
  challenge(address: string, claims?: string): void;
  setConsent(domain: string, policy: TenantPolicy): void;
  /** Takes back what a user consented to (65001), and with `domain` what the administrator did. */
  withdrawConsent(address: string, clientId: string): void;
  withdrawAdminConsent(domain: string, clientId: string): void;
  grantAdminConsent(domain: string, clientId: string, given: { scopes?: string[]; roles?: string[] }): void;
  assign(address: string, clientId: string, isAssigned?: boolean): void;
  /** Limits an application without a user to these mailboxes (RBAC for Applications); undefined lifts it. */
  setApplicationScope(domain: string, clientId: string, addresses: string[] | undefined): void;
}

/** The acts on `world`. Each throws on a tenant, user or application that does not exist. */
export function createDirectoryActs(world: World, notifier: Notifier): DirectoryActs {
  const userOf = (address: string) => existing(findUser(world.tenants, address), `user ${address}`);
  const tenantOf = (domain: string) => existing(findTenant(world.tenants, domain), `tenant ${domain}`);
  const setUserState = (address: string, state: UserAccount['state']) => {
    userOf(address).state = state;
  };
  const revokeTokens = (address: string) => {
    userOf(address).revokedBefore = world.tokens.nextNumber();
  };
  return {
    ...createTokenActs(world, userOf),
    addTenant: (given) => addTenant(world, given).id,
    addMailbox: (given) => addMailbox(world, notifier, given),
    addApplication: ({ clientId, ...given }) => {
      world.apps.set(clientId, { ...emptyApplication(clientId), ...given });
    },
    setPassword(address, password, byAdmin = false) {
      userOf(address).password = password;
      if (byAdmin) revokeTokens(address);
    },
    setUserState,
    disable: (address) => setUserState(address, 'disabled'),
    revokeTokens,
    setConsent(domain, { assignmentRequired, ...policy }) {
      const tenant = tenantOf(domain);
      Object.assign(tenant, policy);
      if (assignmentRequired !== undefined) tenant.assignmentRequired = new Set(assignmentRequired);
    },
    withdrawConsent(address, clientId) {
      userOf(address).consents.delete(clientId);
    },
    withdrawAdminConsent(domain, clientId) {
      tenantOf(domain).adminConsents.delete(clientId);
    },
    grantAdminConsent(domain, clientId, { scopes = [], roles = [] }) {
      tenantOf(domain).adminConsents.set(clientId, { scopes: new Set(scopes), roles: new Set(roles) });
    },
    assign(address, clientId, isAssigned = true) {
      const { assignedTo } = userOf(address);
      if (isAssigned) assignedTo.add(clientId);
      else assignedTo.delete(clientId);
    },
    setApplicationScope(domain, clientId, addresses) {
      const { appScopes } = tenantOf(domain);
      if (addresses === undefined) appScopes.delete(clientId);
      else appScopes.set(clientId, new Set(addresses.map((each) => each.toLowerCase())));
    },
  };
}

type TokenActs = Pick<
  DirectoryActs,
  'expireAccessTokens' | 'expireRefreshTokens' | 'setTokenFailure' | 'challenge'
>;

function createTokenActs(world: World, userOf: (address: string) => UserAccount): TokenActs {
  return {
    expireAccessTokens(address) {
      const user = address === undefined ? undefined : userOf(address);
      for (const token of world.tokens.accessTokens.values()) {
        if (user !== undefined && token.user !== user) continue;
        world.tokens.accessTokens.set(token.value, { ...token, expiresAt: world.now() });
      }
    },
    expireRefreshTokens(address) {
      const user = userOf(address);
      for (const token of world.tokens.refreshTokens.values()) {
        if (token.user === user) token.expiresAt = world.now();
      }
    },
    setTokenFailure(address, number) {
      userOf(address).tokenFailure = number;
    },
    challenge(address, claims) {
      const nbf = String(Math.floor(world.now() / 1000));
      const asked = claims ?? JSON.stringify({ access_token: { nbf: { essential: true, value: nbf } } });
      userOf(address).challenge = { claims: asked, before: world.tokens.nextNumber() };
    },
  };
}

function addTenant(world: World, given: NewTenant): Tenant {
  if (findTenant(world.tenants, given.domain) !== undefined)
    throw new Error(`tenant ${given.domain} exists already`);
  const tenant: Tenant = {
    id: drawGuid(world.random),
    domain: given.domain,
    name: given.name ?? given.domain,
    userConsent: given.userConsent ?? 'allowed',
    isBlockedByPolicy: false,
    assignmentRequired: new Set(),
    adminConsents: new Map(),
    appScopes: new Map(),
    users: [],
  };
  world.tenants.push(tenant);
  return tenant;
}

function addMailbox(world: World, notifier: Notifier, given: NewMailbox): void {
  const { address } = given;
  if (findUser(world.tenants, address) !== undefined) throw new Error(`user ${address} exists already`);
  const [localPart = address, addressDomain = ''] = address.split('@');
  const domain = given.tenant ?? addressDomain;
  const tenant = findTenant(world.tenants, domain) ?? addTenant(world, { domain });
  const mailbox = given.hasMailbox === false ? undefined : createMailbox(address, world);
  const user: UserAccount = {
    id: drawGuid(world.random),
    tenant,
    upn: given.upn ?? address,
    mail: address,
    aliases: given.aliases ?? [],
    displayName: given.displayName ?? localPart,
    password: given.password ?? 'password',
    isAdmin: given.isAdmin ?? false,
    state: 'active',
    mailbox,
    consents: new Map(),
    assignedTo: new Set(),
    revokedBefore: 0,
    tokenFailure: undefined,
    challenge: undefined,
  };
  tenant.users.push(user);
  if (mailbox !== undefined) {
    mailbox.onChange = (message, changeType) => notifier.changed(user, message, changeType);
    mailbox.onItem = (change) => notifier.itemChanged(user, change);
  }
}

function emptyApplication(clientId: string): Application {
  return {
    clientId,
    name: clientId,
    redirectUris: [],
    secrets: [],
    certificates: [],
    roles: [],
    scopes: [],
    onlyTenant: undefined,
    isDisabled: false,
  };
}
