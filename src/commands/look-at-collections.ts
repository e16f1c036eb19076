/**
 * What of calendar, contacts and tasks an account reaches (A11): asked of an opened mailbox by listing once, and of the CRM by its own check, so that the
 * pre-flight says what an activation would. Reads only.
 */
import { seenThroughAccess } from '../model/access-circuit.ts';
import type { CollectionFinding } from '../model/access-findings.ts';
import { DAY, type Instant } from '../model/clock.ts';
import { collections, isCollection } from '../model/collection.ts';
import type { CrmConnector, MailConnector } from '../model/connector.ts';
import { type Failure, RemoteFailure } from '../model/failure.ts';

/** One finding a collection; trouble of the whole service is told of each. */
export async function collectionsOfMailbox(
  connector: Pick<MailConnector, 'listFeeds'>,
  now: Instant,
): Promise<readonly CollectionFinding[]> {
  const window = { eventsFrom: now, eventsTo: null, seriesTo: now + DAY, tasksFrom: now };
  try {
    const listed = await connector.listFeeds({
      cursor: null,
      feeds: new Map(),
      items: { collections, window },
    });
    const troubles = new Map(listed.itemTroubles.map((trouble) => [trouble.collection, trouble.failure]));
    return collections.map((one) => finding('mailbox', one, troubles.get(one) ?? null));
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    return collections.map((one) => finding('mailbox', one, error.failure));
  }
}

/** As `collectionsOfMailbox`; a check that came not so far says nothing of them. */
export async function collectionsOfCrm(
  crm: Pick<CrmConnector, 'check'>,
): Promise<readonly CollectionFinding[]> {
  try {
    const checks = await crm.check();
    return checks.flatMap(({ capability, failure }) =>
      isCollection(capability) ? [finding('crm', capability, failure ?? null)] : [],
    );
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    return collections.map((one) => finding('crm', one, error.failure));
  }
}

function finding(
  side: CollectionFinding['side'],
  collection: CollectionFinding['collection'],
  failure: Failure | null,
): CollectionFinding {
  return { side, collection, failure: failure === null ? null : seenThroughAccess(failure) };
}
