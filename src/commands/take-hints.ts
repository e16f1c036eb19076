/**
 * From what services told to runs that start earlier (R3). A claim counts only when it names a watch that stands and carries its secret; everything
 * else is dropped without a word, so that nobody learns from it.
 */
import type { HintClaim } from '../model/hints.ts';
import { HINT_CLAIMS_MAX } from '../model/hints.ts';
import type { MailboxId, OrganizationId } from '../model/ids.ts';
import { acrossOrganizations, inOrganization } from '../store/database.ts';
import { bringForward } from '../store/leases.ts';
import { attendNow, findWatchers, forgetWatches } from '../store/watches.ts';
import type { Ports } from './ports.ts';

type HintPorts = Pick<Ports, 'db' | 'clock'>;

/** Takes the claims of one post or one fetch; returns how many runs came forward. Rejects only for faults of the database. */
export async function takeHints(
  ports: HintPorts,
  service: string,
  claims: readonly HintClaim[],
): Promise<number> {
  const taken = claims.slice(0, HINT_CLAIMS_MAX);
  if (taken.length === 0) return 0;
  const keys = [...new Set(taken.map((claim) => claim.key))];
  const watchers = await acrossOrganizations(ports.db, (tx) => findWatchers(tx, service, keys));
  const byOrganization = new Map<OrganizationId, Told>();
  for (const watcher of watchers) {
    const told = byOrganization.get(watcher.organizationId) ?? { changed: [], renew: [], gone: [] };
    byOrganization.set(watcher.organizationId, told);
    const believed = taken.filter((claim) => claim.key === watcher.key && watcher.believes(claim.secret));
    for (const means of new Set(believed.map((claim) => claim.means))) told[means].push(watcher.mailboxId);
  }
  let forward = 0;
  for (const [organizationId, told] of byOrganization)
    forward += await inOrganization(ports.db, organizationId, async (tx) => {
      const now = ports.clock.now();
      if (told.renew.length > 0) await attendNow(tx, told.renew, now);
      if (told.gone.length > 0) await forgetWatches(tx, told.gone, now);
      return await bringForward(tx, { mailboxIds: [...told.changed, ...told.gone], now });
    });
  return forward;
}

type Told = Record<HintClaim['means'], MailboxId[]>;

/** A hint about one mailbox that needs no proof: it came over the mailbox's own stream. */
export async function takeStreamHint(
  ports: HintPorts,
  mailbox: { readonly organizationId: OrganizationId; readonly mailboxId: MailboxId },
): Promise<void> {
  await inOrganization(ports.db, mailbox.organizationId, (tx) =>
    bringForward(tx, { mailboxIds: [mailbox.mailboxId], now: ports.clock.now() }),
  );
}
