/**
 * Keeps watches standing at the services that need them: registers active mailboxes, renews well before the end, ends what is no longer wanted. A
 * watch that cannot be kept is tried again later and logged by its code; it never moves the state of its mailbox, whose runs go on by schedule.
 */
import { backoffMs } from '../model/backoff.ts';
import { HOUR, MINUTE } from '../model/clock.ts';
import { dispositionOf, RemoteFailure } from '../model/failure.ts';
import { renewalAt, type Watching } from '../model/hints.ts';
import { readLendingAccesses } from '../store/accesses.ts';
import { readConnection } from '../store/connections.ts';
import { acrossOrganizations, inOrganization } from '../store/database.ts';
import { organizationKeys } from '../store/keyring.ts';
import { readMailbox } from '../store/mailboxes.ts';
import {
  addWatches,
  attendLater,
  claimWatches,
  dropWatch,
  keepWatch,
  readWatchMemo,
  type WatchClaim,
} from '../store/watches.ts';
import { keepStored } from './keep-credential.ts';
import { refusalOf } from './load-mailbox.ts';
import type { OpenedConnection, Ports } from './ports.ts';
import { describeFault } from './sync-mailbox.ts';

/** Watches looked after in one go, side by side. */
export const WATCHES_AT_ONCE_MAX = 8;
/** Longer than looking after them can take; afterwards somebody else may. */
const HOLD_MS = 10 * MINUTE;
const RETRIES = { firstMs: 5 * MINUTE, ceilingMs: 6 * HOUR, attemptsMax: Number.POSITIVE_INFINITY };

/** Looks after at most a handful of watches and returns how many there were; 0: nothing needs attention now. Rejects for faults of the database. */
export async function renewWatches(ports: Ports, signal: AbortSignal): Promise<number> {
  const services = [...ports.mailServices.values()].flatMap(({ service, hints }) =>
    hints.able && hints.hints.way !== 'streamed' ? [service] : [],
  );
  if (services.length === 0) return 0;
  const now = ports.clock.now();
  const limit = WATCHES_AT_ONCE_MAX;
  const claims = await acrossOrganizations(ports.db, async (tx) => {
    await addWatches(tx, { services, now, limit });
    return await claimWatches(tx, { services, now, limit, holdMs: HOLD_MS });
  });
  await Promise.all(claims.map((claim) => attend(ports, claim, signal)));
  return claims.length;
}

async function attend(ports: Ports, claim: WatchClaim, signal: AbortSignal): Promise<void> {
  const hints = ports.mailServices.get(claim.service)?.hints;
  if (hints?.able !== true || hints.hints.way === 'streamed') return;
  try {
    await (claim.wanted ? renew(ports, hints.hints, claim, signal) : end(ports, hints.hints, claim, signal));
  } catch (error) {
    if (signal.aborted) return;
    await postpone(ports, claim, error);
  }
}

async function renew(
  ports: Ports,
  watching: Watching,
  claim: WatchClaim,
  signal: AbortSignal,
): Promise<void> {
  const loaded = await loadWatched(ports, claim);
  if (loaded === null) return await forget(ports, claim);
  const { connection, address, memo } = loaded;
  const opening = { signal, keeper: keepStored(ports, connection) };
  const watch = await watching.watch({ connection, opening, address }, memo);
  const attendAt = renewalAt(ports.clock.now(), watch.holdsUntil, ports.random);
  await inOrganization(ports.db, claim.organizationId, async (tx) => {
    const keys = await organizationKeys(tx, ports.keyring, claim.organizationId);
    await keepWatch(tx, keys, { mailboxId: claim.mailboxId, watch, attendAt });
  });
}

/** Ends at the service what can be ended there, and forgets it in any case: what is left expires, and its notifications find nobody. */
async function end(ports: Ports, watching: Watching, claim: WatchClaim, signal: AbortSignal): Promise<void> {
  const loaded = await loadWatched(ports, claim);
  await forget(ports, claim);
  if (loaded === null || loaded.memo === null) return;
  const { connection, address, memo } = loaded;
  await watching
    .unwatch({ connection, opening: { signal, keeper: keepStored(ports, connection) }, address }, memo)
    .catch((error: unknown) => log(ports, claim, 'hints.unwatch-failed', error));
}

/**
 * Ends the watch of one mailbox now: called before its credential is erased, for afterwards nobody can. Never rejects for what a service does.
 */
export async function endWatch(
  ports: Ports,
  mailbox: Pick<WatchClaim, 'mailboxId' | 'organizationId' | 'service'>,
  signal: AbortSignal,
): Promise<void> {
  const claim = { ...mailbox, wanted: false, failures: 0 };
  const hints = ports.mailServices.get(mailbox.service)?.hints;
  if (hints?.able === true && hints.hints.way !== 'streamed') await end(ports, hints.hints, claim, signal);
  else await forget(ports, claim);
}

interface Watched {
  readonly connection: OpenedConnection;
  readonly address: string;
  readonly memo: unknown;
}

/** Null where nothing can be opened: no credential, or the mailbox lives at another service by now. */
export async function loadWatched(
  ports: Pick<Ports, 'db' | 'keyring'>,
  { organizationId, mailboxId, service }: Pick<WatchClaim, 'mailboxId' | 'organizationId' | 'service'>,
): Promise<Watched | null> {
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const mailbox = await readMailbox(tx, mailboxId);
    if (mailbox === null || mailbox.service !== service) return null;
    const keys = await organizationKeys(tx, ports.keyring, organizationId);
    const connection = await readConnection(tx, keys, mailbox.mailboxConnectionId);
    if (connection?.credential == null) return null;
    // A refused access is asked by its own probe alone; the watch begins anew when its mailbox runs again.
    if (refusalOf(await readLendingAccesses(tx, [connection.lenderId])) !== null) return null;
    return { connection, address: mailbox.address, memo: await readWatchMemo(tx, keys, mailboxId) };
  });
}

async function forget(ports: Ports, { organizationId, mailboxId }: WatchClaim): Promise<void> {
  await inOrganization(ports.db, organizationId, (tx) => dropWatch(tx, mailboxId));
}

/** Later, and later each time; much later where who we are was refused, for refused sign-ins lock accounts. */
export async function postpone(
  ports: Pick<Ports, 'db' | 'clock' | 'random' | 'log'>,
  claim: WatchClaim,
  error: unknown,
): Promise<void> {
  log(ports, claim, 'hints.watch-failed', error);
  const asked = error instanceof RemoteFailure ? error.failure.retryAfterMs : undefined;
  const refused = error instanceof RemoteFailure && REFUSALS.has(dispositionOf(error.failure).counts);
  const failures = claim.failures + 1;
  const waitMs = refused ? RETRIES.ceilingMs : backoffMs(failures, ports.random, RETRIES, asked);
  await inOrganization(ports.db, claim.organizationId, (tx) =>
    attendLater(tx, {
      mailboxId: claim.mailboxId,
      attendAt: ports.clock.now() + Math.max(MINUTE, waitMs),
      failures,
    }),
  );
}

const REFUSALS: ReadonlySet<string> = new Set(['rejection', 'final']);

function log(ports: Pick<Ports, 'log'>, claim: WatchClaim, event: string, error: unknown): void {
  ports.log(event, { mailbox: claim.mailboxId, service: claim.service, ...describeFault(error) });
}
