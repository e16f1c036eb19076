/**
 * What commands need from outside the store: services that can be prepared and opened, a CRM that can be opened, time, chance, facts. The
 * composition root fills these in; no command knows a service by name.
 */
import type { DomainFacts } from '../decide/rules.ts';
import type { Clock, Random } from '../model/clock.ts';
import type { CrmConnector, CrmIdentity, MailService, PreparedConnection } from '../model/connector.ts';
import type { Digest } from '../model/email-key.ts';
import type { ConnectionId, OrganizationId } from '../model/ids.ts';
import type { CrmAccountName, MassAccess } from '../model/mass-access.ts';
import type { SessionLimits } from '../model/session.ts';
import type { Telemetry } from '../model/telemetry.ts';
import type { Mailer } from '../notify/mailer.ts';
import type { Database } from '../store/database.ts';
import type { Keyring } from '../store/keyring.ts';

/** A stored grant, opened: what a connector is made of. */
export interface OpenedConnection {
  readonly id: ConnectionId;
  readonly organizationId: OrganizationId;
  readonly service: string;
  readonly account: string;
  readonly credential: unknown;
  readonly credentialVersion: number;
  /** Whose credential it is, where an administrator's access lends it. */
  readonly lenderId?: ConnectionId | null;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface Crm {
  readonly service: string;
  readonly displayName: string;
  open(connection: OpenedConnection, signal: AbortSignal): CrmConnector;
  /** Withdraws the grant at the CRM; one that is dead already counts as withdrawn. Rejects with `RemoteFailure`. */
  revoke(credential: unknown): Promise<void>;
  /** How one service account's key opens the CRM for many people; null where it cannot. */
  readonly massAccess: MassAccess<CrmAccountName> | null;
}

/** *Log in with the CRM*: OAuth begun here, finished at the callback. */
export interface CrmLogin {
  /** Where one may log in: an id for the form, and a label. */
  readonly hosts: readonly { readonly id: string; readonly label: string }[];
  /** Whether a host name of the person's own may be typed in instead of an id. */
  readonly ownHostAllowed: boolean;
  /** Where the account of a stored credential logs in; null when the credential does not say. */
  hostOf(credential: unknown): string | null;
  /**
   * Null when `host` is neither an id nor an allowed host name. `details` are kept, sealed, until the callback. `loginHint`: the user who is meant;
   * `asksWho`: the page asks for a login even where somebody is logged in.
   */
  begin(
    host: string,
    wish?: { readonly loginHint?: string; readonly asksWho?: boolean },
  ): Promise<{ readonly url: string; readonly state: string; readonly details: unknown } | null>;
  /** From the callback's query to who it is and what to store. Rejects with `RemoteFailure`. */
  complete(
    details: unknown,
    callbackUrl: string,
  ): Promise<{ readonly identity: CrmIdentity; readonly connection: PreparedConnection }>;
}

/** Takes lines for the operator: an event's name and facts without content. */
export type Log = (event: string, facts?: Readonly<Record<string, string | number | boolean | null>>) => void;

export interface Ports {
  readonly db: Database;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly random: Random;
  readonly digest: Digest;
  readonly facts: DomainFacts;
  readonly mailServices: ReadonlyMap<string, MailService>;
  readonly crm: Crm;
  readonly crmLogin: CrmLogin;
  /** By which people are told; null where the operator has set no mail server up, and then nobody is. */
  readonly mailer: Mailer | null;
  readonly log: Log;
  readonly telemetry: Telemetry;
  readonly sessions: SessionLimits;
  /** This process's name among the workers. */
  readonly worker: string;
}
