/**
 * Claims the right to save mails, and reads what is known of them, in one transaction. The order matters: a colleague's run writes its
 * links and gives up its claims in one commit, so whoever is granted a claim here also sees the link that the other left.
 */
import type { KnownLinks } from '../decide/plan.ts';
import type { KeyPrint } from '../model/link.ts';
import { claimPrints } from '../store/claims.ts';
import { inOrganization } from '../store/database.ts';
import { readLinksByPrints } from '../store/links.ts';
import { CLAIM_MS, type RunContext } from './run-context.ts';

export interface Claimed {
  readonly granted: ReadonlySet<KeyPrint>;
  readonly links: KnownLinks;
}

/**
 * Claims `claim` for this mailbox where nobody else holds them, and reads the links of `read`. A dry run claims nothing and is granted everything. By
 * hand, colleagues' links do not count: the CRM itself is asked whether the record is still there.
 */
export async function claimKeys(
  context: RunContext,
  prints: { readonly claim: readonly KeyPrint[]; readonly read: readonly KeyPrint[] },
): Promise<Claimed> {
  const { organizationId, mailboxId } = context;
  const claim = [...new Set(prints.claim)];
  const read = [...new Set(prints.read)];
  if (read.length === 0) return { granted: new Set(claim), links: { own: new Map(), others: new Map() } };
  return await inOrganization(context.db, organizationId, async (tx) => {
    const now = context.clock.now();
    const granted =
      context.dryRun || claim.length === 0
        ? new Set(claim)
        : await claimPrints(tx, {
            organizationId,
            mailboxId,
            leaseToken: context.lease.token,
            prints: claim,
            now,
            expiresAt: now + CLAIM_MS,
          });
    const { own, others } = await readLinksByPrints(tx, organizationId, mailboxId, read);
    return {
      granted,
      links: {
        own: new Map(own.map((link) => [link.keyPrint, link])),
        others: context.byHand ? new Map() : new Map(others.map((other) => [other.keyPrint, other.recordId])),
      },
    };
  });
}
