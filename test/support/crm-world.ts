/** A CRM as the contract suite needs it: one org with hands inside it, and what its tests ask of results. It proves nothing by itself. */
import type { CrmConnector, Person, SaveResult } from '../../src/model/connector.ts';
import { type Failure, RemoteFailure } from '../../src/model/failure.ts';
import type { EmailKey, RecordId } from '../../src/model/ids.ts';

/** Declares one test of the suite, unless it is skipped by name. */
export type Check = (title: string, body: (opened: CrmWorld) => Promise<void>) => void;

/** A mail as the service holds it, for judging. */
export interface StoredEmail {
  readonly recordId: string;
  readonly subject: string;
  /** Ids of the contacts, leads and users in it. */
  readonly people: readonly string[];
  readonly relatedTo: string | null;
  readonly incoming: boolean;
  readonly fileSizes: readonly number[];
}

export interface NewCrmUser {
  readonly username: string;
  readonly email: string;
  readonly isActive?: boolean;
  /** Not a standard user: a customer's portal login. */
  readonly isPortal?: boolean;
  readonly profile?: string;
  readonly role?: string;
  readonly department?: string;
}

/** A service with nothing saved yet, and the hands that a test needs inside it. */
export interface CrmWorld {
  readonly crm: CrmConnector;
  /** Another connector on the same org, as a colleague's run or a restart would open. */
  readonly reopen: () => Promise<CrmConnector>;
  /** Adds somebody; the first address stands in the main e-mail field, others in further ones. */
  readonly addPerson: (person: {
    readonly kind: Person['kind'];
    readonly addresses: readonly string[];
    readonly accountId: RecordId | null;
  }) => Promise<RecordId>;
  /** Adds a user; a standard one in the profile *Sales* unless told, named by the first part of his username. */
  readonly addUser: (user: NewCrmUser) => Promise<string>;
  readonly addAccount: (domain: string) => Promise<RecordId>;
  readonly addOpportunity: (accountId: RecordId) => Promise<RecordId>;
  /** All saved mails by key. */
  readonly readEmails: () => Promise<ReadonlyMap<EmailKey, readonly StoredEmail[]>>;
  /** Makes the service refuse the mail of this subject as a broken rule would. */
  readonly refuseSubject: (subject: string) => Promise<void>;
  /** Takes the user's authorisation away. */
  readonly revoke: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export function saved(results: readonly SaveResult[]): readonly Extract<SaveResult, { ok: true }>[] {
  return results.map((result) => {
    if (!result.ok) throw new Error(`not saved: ${result.failure.code} ${result.failure.vendorCode ?? ''}`);
    return result;
  });
}

export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (error) {
    if (error instanceof RemoteFailure) return error.failure;
    throw error;
  }
  throw new Error('nothing was refused');
}
