/**
 * The part of the contract about administrators' accesses: how one credential of a company opens many people's accounts (impersonation, app-only access,
 * delegation, JWT bearer). `connector.ts` has the rest of it, and a connection reached this way is opened like any other.
 */
import type { AbortSignalLike } from './clock.ts';
import type { PreparedConnection } from './connector.ts';

/** What is no secret of an access, to be compared with the service's own console. */
export interface AccessFact {
  readonly label: string;
  readonly value: string;
}

/** An access as it is kept, without its credential. */
export type AccessAccount = Pick<PreparedConnection, 'account' | 'settings'>;

/**
 * Reaching many people's accounts by one credential of an administrator: impersonation, app-only access, delegation, JWT bearer. The access is a
 * connection that lends its credential; a person's connection has only what `reach` gives, laid over the access's settings, and is opened like any other.
 */
export interface MassAccess<Account> {
  /** From an administrator's form to the access's own connection; opens nobody's account yet. Rejects with `RemoteFailure`. */
  prepareAccess(form: unknown, signal: AbortSignalLike): Promise<PreparedConnection>;
  /** The own part of one person's connection. Asks nobody. */
  reach(account: Account): AccessAccount;
  facts(access: AccessAccount): readonly AccessFact[];
  /** Where an administrator of the service consents for everybody; null where there is no such page. */
  approvalUrl(access: AccessAccount): string | null;
}

/** A person's mailbox as an administrator knows it. */
export interface MailboxAccount {
  /** Primary address. */
  readonly address: string;
  /** Its login at the service, where it is not the address. */
  readonly login: string | null;
}

export interface MailMassAccess extends MassAccess<MailboxAccount> {
  /** Whether an access may also be begun by the service's own sign-in (`MailService.consent`). */
  readonly takesConsent: boolean;
}

/** A person's account at the CRM. */
export interface CrmAccountName {
  readonly username: string;
  readonly userId: string;
}
