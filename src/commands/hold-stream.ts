/**
 * Holds one mailbox's stream open for as long as the signal allows, and lets its hints bring the next run forward. Whose stream, and how many at
 * once, the job decides; what a broken stream means for the mailbox is nothing: it is opened again later.
 */
import { MINUTE } from '../model/clock.ts';
import type { MailHints } from '../model/hints.ts';
import { inOrganization } from '../store/database.ts';
import { attendLater, dropWatch, type WatchClaim } from '../store/watches.ts';
import { keepStored } from './keep-credential.ts';
import type { Ports } from './ports.ts';
import { loadWatched, postpone } from './renew-watches.ts';
import { describeFault } from './sync-mailbox.ts';
import { takeStreamHint } from './take-hints.ts';

/** A stream that lasted so long was a good one: its end starts the count of failures anew. */
const GOOD_AFTER_MS = 10 * MINUTE;

/** Resolves when the stream is over, whatever ended it. Rejects for faults of the database. */
export async function holdStream(ports: Ports, claim: WatchClaim, signal: AbortSignal): Promise<void> {
  const hints = streamedHints(ports, claim.service);
  const loaded = claim.wanted ? await loadWatched(ports, claim) : null;
  if (loaded === null || hints === null) {
    await inOrganization(ports.db, claim.organizationId, (tx) => dropWatch(tx, claim.mailboxId));
    return;
  }
  const { connection, address } = loaded;
  const startedAt = ports.clock.now();
  const burst = createBurst(async () => {
    await takeStreamHint(ports, claim).catch((error: unknown) =>
      ports.log('hints.fault', { mailbox: claim.mailboxId, ...describeFault(error) }),
    );
  });
  let failure: unknown = null;
  try {
    const opening = { signal, keeper: keepStored(ports, connection) };
    await hints.stream({ connection, opening, address }, burst.add);
  } catch (error) {
    failure = error;
  }
  await burst.settled();
  if (failure === null || signal.aborted) return await giveBack(ports, claim);
  const wasGood = ports.clock.now() - startedAt >= GOOD_AFTER_MS;
  await postpone(ports, wasGood ? { ...claim, failures: 0 } : claim, failure);
}

function streamedHints(ports: Ports, service: string): Extract<MailHints, { way: 'streamed' }> | null {
  const hints = ports.mailServices.get(service)?.hints;
  return hints?.able === true && hints.hints.way === 'streamed' ? hints.hints : null;
}

/** Any worker may open the stream again at once, this one too. */
async function giveBack(ports: Ports, { organizationId, mailboxId }: WatchClaim): Promise<void> {
  await inOrganization(ports.db, organizationId, (tx) =>
    attendLater(tx, { mailboxId, attendAt: ports.clock.now(), failures: 0 }),
  );
}

/** Does `work` once for all that is added before it begins, and once more for what is added while it is under way. */
function createBurst(work: () => Promise<void>) {
  let wanted = false;
  let working: Promise<void> | null = null;
  const loop = async (): Promise<void> => {
    while (wanted) {
      wanted = false;
      await work();
    }
    working = null;
  };
  return {
    add(): void {
      wanted = true;
      working ??= loop();
    },
    settled: async (): Promise<void> => {
      await working;
    },
  };
}
