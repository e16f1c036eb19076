/**
 * Takes back what was saved (D5, S6), batch after batch: claims the mails so that no run saves or links them meanwhile, leaves what colleagues rely on,
 * removes the rest from the CRM and leaves tombstones. Stopped between two batches, it has done those before; repeated, it does the rest.
 */
import type { RemovalResult } from '../model/crm-record-facts.ts';
import { failure } from '../model/failure.ts';
import type { KeyPrint } from '../model/link.ts';
import type { KeptCode, Removal } from '../model/removal.ts';
import { recordAudit } from '../store/audit.ts';
import { claimPrints, handToken, releaseHandClaims } from '../store/claims.ts';
import { inOrganization } from '../store/database.ts';
import { buryLinks, type CreatedLink, readReliedOn } from '../store/removals.ts';
import { CLAIM_MS } from '../sync/run-context.ts';
import type { OpenMailbox, Who } from './open-mailbox.ts';
import type { Ports } from './ports.ts';

/** Links read and removed at a time, and the longest that one removal may take. */
export const REMOVAL_BATCH = 200;
export const REMOVAL_MS_MAX = 10 * 60_000;

/** Adds up what batches come to. */
export class RemovalSum {
  #removed = 0;
  readonly #kept = new Map<KeptCode, number>();

  removed(count: number): void {
    this.#removed += count;
  }

  keep(code: KeptCode, count = 1): void {
    if (count > 0) this.#kept.set(code, (this.#kept.get(code) ?? 0) + count);
  }

  result(): Removal {
    return { removed: this.#removed, kept: new Map(this.#kept) };
  }
}

/** Removes the records of one batch of links. Rejects with `RemoteFailure` when the CRM is in trouble; then nothing of the batch is certain. */
export async function removeBatch(
  ports: Ports,
  open: OpenMailbox,
  links: readonly CreatedLink[],
  sum: RemovalSum,
): Promise<void> {
  const alive = links.filter((link) => !link.isRemoved);
  if (alive.length === 0) return;
  const { id: mailboxId, organizationId } = open.mailbox;
  const token = handToken(ports.random);
  try {
    const { granted, relied } = await claim(ports, open, alive, token);
    const free = alive.filter((link) => granted.has(link.keyPrint));
    sum.keep(busy.code, alive.length - free.length);
    const going = free.filter((link) => !relied.has(link.recordId));
    sum.keep('kept.colleague', free.length - going.length);
    const { removalsMax } = await open.crm.capabilities();
    for (let at = 0; at < going.length; at += removalsMax) {
      const part = going.slice(at, at + removalsMax);
      const results = await open.crm.removeRecords(part.map((link) => link.recordId));
      await inOrganization(ports.db, organizationId, (tx) =>
        buryLinks(tx, mailboxId, settle(part, results, sum), ports.clock.now()),
      );
    }
  } finally {
    await inOrganization(ports.db, organizationId, (tx) => releaseHandClaims(tx, mailboxId, token));
  }
}

/** Writes down who took back how many records (P8); nothing where nothing was removed. */
export async function auditRemoval(
  { db, clock }: Ports,
  { organizationId, userId }: Who,
  { mailbox }: OpenMailbox,
  action: 'run.undone' | 'earlier.removed',
  sum: RemovalSum,
): Promise<void> {
  const { removed } = sum.result();
  if (removed === 0) return;
  await inOrganization(db, organizationId, (tx) =>
    recordAudit(tx, {
      organizationId,
      actor: { kind: 'user', userId },
      action,
      subject: 'mailbox',
      subjectId: mailbox.id,
      details: { removed },
      now: clock.now(),
    }),
  );
}

const busy = failure('lockstep.being-saved-elsewhere');

async function claim(
  { db, clock }: Ports,
  { mailbox: { id: mailboxId, organizationId } }: OpenMailbox,
  links: readonly CreatedLink[],
  token: string,
) {
  const now = clock.now();
  const prints: readonly KeyPrint[] = links.map((link) => link.keyPrint);
  return await inOrganization(db, organizationId, async (tx) => ({
    granted: await claimPrints(tx, {
      organizationId,
      mailboxId,
      leaseToken: token,
      prints,
      now,
      expiresAt: now + CLAIM_MS,
    }),
    // After the claim: a colleague who linked the record before is seen, one who comes after must wait.
    relied: await readReliedOn(tx, organizationId, mailboxId, links),
  }));
}

/** The links of what is gone now. */
function settle(
  part: readonly CreatedLink[],
  results: readonly RemovalResult[],
  sum: RemovalSum,
): readonly CreatedLink[] {
  const gone: CreatedLink[] = [];
  for (const [at, link] of part.entries()) {
    const result = results[at];
    if (result?.ok === true) gone.push(link);
    else if (result !== undefined) sum.keep(result.failure.code);
  }
  sum.removed(gone.length);
  return gone;
}
