/**
 * What a run is given: the two opened connectors, the store, the rules, and its limits. Everything is an argument; a run constructs
 * nothing and knows no service by name.
 */
import type { Rules } from '../decide/rules.ts';
import type { Clock, Instant } from '../model/clock.ts';
import type { CrmConnector, MailConnector } from '../model/connector.ts';
import type { Digest } from '../model/email-key.ts';
import type { MailboxId, OrganizationId, RunId } from '../model/ids.ts';
import type { InSpan } from '../model/telemetry.ts';
import type { Database } from '../store/database.ts';
import type { OrganizationKeys } from '../store/keyring.ts';
import type { Lease } from '../store/leases.ts';

/** What one run may use up before it stops at the next page and goes on in the back-fill lane. */
export interface RunBudget {
  /** Items whose heads are read. */
  readonly itemsMax: number;
  readonly endsAt: Instant;
}

export interface RunContext {
  readonly db: Database;
  readonly keys: OrganizationKeys;
  readonly clock: Clock;
  readonly digest: Digest;
  readonly organizationId: OrganizationId;
  readonly mailboxId: MailboxId;
  readonly runId: RunId;
  readonly lease: Lease;
  readonly mail: MailConnector;
  readonly crm: CrmConnector;
  readonly rules: Rules;
  readonly budget: RunBudget;
  readonly signal: AbortSignal;
  /** Stop at the plan: nothing is written anywhere (E-mail rules can be tried out). */
  readonly dryRun: boolean;
  /** A person asks for one mail by hand, beside whatever run is under way: tombstones and colleagues' links are no answer to him. */
  readonly byHand?: boolean;
  /** Tells how long the parts of a run take; nobody is told unless it is given. */
  readonly inSpan?: InSpan;
}

/**
 * Heads planned together; bounds what one look-up asks and what one checkpoint pays for. As large as the largest page that services
 * give, so that no page leaves a remainder with a look-up and a write of its own.
 */
export const CHUNK_ITEMS_MAX = 512;
/** Bytes of content held at once; a single larger mail is held alone. */
export const CONTENT_BYTES_MAX = 16 * 1024 * 1024;
/** How long a key stays claimed by a run that never came back. */
export const CLAIM_MS = 10 * 60_000;
