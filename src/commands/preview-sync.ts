/** The preview before the first write (A12): what a run would do with a window of so many days. Reads on both sides, writes on none, takes no lease. */
import { countPreview, type PreviewCounts } from '../decide/preview.ts';
import { DAY, SECOND } from '../model/clock.ts';
import { RemoteFailure } from '../model/failure.ts';
import type { MailboxId, OrganizationId, RunId } from '../model/ids.ts';
import { inOrganization } from '../store/database.ts';
import { type PreviewReading, previewMailbox } from '../sync/preview.ts';
import type { RunContext } from '../sync/run-context.ts';
import { type PlannedCollection, planCollections } from '../sync/two-way/plan-collections.ts';
import { keepStored } from './keep-credential.ts';
import { credentialMissing, loadMailbox, refusalOf, rulesOf } from './load-mailbox.ts';
import type { Ports } from './ports.ts';

/** Mails that a preview reads at most, newest first, and how long it reads. */
export const PREVIEW_ITEMS_MAX = 5_000;
export const PREVIEW_MS_MAX = 60 * SECOND;

export interface Preview extends PreviewCounts {
  readonly windowDays: number;
  readonly examined: number;
  /** False: every count is a least. */
  readonly isComplete: boolean;
  /** Events, contacts and tasks, as a first run would meet them. */
  readonly collections: readonly PlannedCollection[];
}

/** Yields the number of mails examined so far. Rejects with `RemoteFailure`, or with the signal's reason when it aborts. */
export async function* previewSync(
  ports: Ports,
  asked: {
    readonly organizationId: OrganizationId;
    readonly mailboxId: MailboxId;
    readonly windowDays: number;
  },
  signal: AbortSignal,
): AsyncGenerator<number, Preview> {
  const { organizationId, mailboxId, windowDays } = asked;
  const loaded = await inOrganization(ports.db, organizationId, (tx) => loadMailbox(ports, tx, asked));
  if (loaded === null) throw new Error('no such mailbox');
  const { mailbox, mailConnection, crmConnection } = loaded;
  const service = ports.mailServices.get(mailbox.service);
  const refusal = refusalOf(loaded.accesses);
  if (refusal !== null) throw new RemoteFailure(refusal);
  if (service === undefined || mailConnection?.credential == null)
    throw new RemoteFailure(credentialMissing(ports, 'mailbox', mailConnection));
  if (crmConnection?.credential == null)
    throw new RemoteFailure(credentialMissing(ports, 'crm', crmConnection));
  const now = ports.clock.now();
  const mail = service.open(mailConnection, { signal, keeper: keepStored(ports, mailConnection) });
  const crm = ports.crm.open(crmConnection, signal);
  const { db, clock, digest } = ports;
  try {
    const context: RunContext = {
      ...{ db, clock, digest, organizationId, mailboxId, mail, crm, signal },
      keys: loaded.keys,
      runId: 'preview' as RunId,
      lease: {
        ...{ mailboxId, organizationId, token: '0', expiresAt: 0 },
        ...{ lane: 'fresh', trigger: 'user' },
      },
      rules: rulesOf(ports, loaded, now - windowDays * DAY),
      budget: { itemsMax: PREVIEW_ITEMS_MAX, endsAt: now + PREVIEW_MS_MAX },
      dryRun: true,
    };
    const reading: PreviewReading = yield* previewMailbox(context);
    const unread = [...reading.unread.values()].reduce((sum, count) => sum + count, 0);
    return {
      ...countPreview(reading.judged, reading.unread, { now, windowDays }),
      windowDays,
      examined: reading.judged.length + unread,
      isComplete: reading.isComplete,
      collections: await planCollections(context, new Map()),
    };
  } finally {
    await mail.close();
    await crm.close();
  }
}
