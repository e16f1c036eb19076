/**
 * The truthful check at the end of an activation (A11), for every mail service: which capabilities are tried, in which order, and when the rest is
 * not worth trying. How each is tried is the service's own.
 */
import { DAY, type Instant } from '../model/clock.ts';
import { collections } from '../model/collection.ts';
import type { CheckResult, MailConnector } from '../model/connector.ts';
import { type Failure, RemoteFailure } from '../model/failure.ts';

const CAPABILITIES = ['sign-in', 'read-mail', 'write-categories', 'salesforce-folder'] as const;

/** Each resolves when the capability is there and rejects with `RemoteFailure` when it is not. Later ones may use what earlier ones found. */
export type CapabilityAttempts = Readonly<Record<(typeof CAPABILITIES)[number], () => Promise<unknown>>>;

/** Kinds of failure after which the next capability is still worth trying. */
const SAYS_NOTHING_OF_OTHERS: ReadonlySet<string> = new Set(['permission-missing', 'bad-item']);

/**
 * Tries each capability, and then events, contacts and tasks by listing them once; trouble with signing in or with the service as a whole is not tried a
 * second time.
 */
export async function tryCapabilities(
  attempts: CapabilityAttempts,
  listing: { readonly listFeeds: MailConnector['listFeeds']; readonly now: Instant },
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  let broken: Failure | null = null;
  for (const capability of CAPABILITIES) {
    const details: Failure | null = broken ?? (await failureOf(attempts[capability]));
    results.push(resultOf(capability, details));
    if (details !== null && isBroken(capability, details)) broken = details;
  }
  return [...results, ...(await tryCollections(listing, broken))];
}

function isBroken(capability: (typeof CAPABILITIES)[number], { kind }: Failure): boolean {
  return capability === 'sign-in' || !SAYS_NOTHING_OF_OTHERS.has(kind);
}

async function tryCollections(
  { listFeeds, now }: Parameters<typeof tryCapabilities>[1],
  broken: Failure | null,
): Promise<readonly CheckResult[]> {
  let troubles = new Map<string, Failure>();
  const window = { eventsFrom: now, eventsTo: null, seriesTo: now + DAY, tasksFrom: now };
  const details =
    broken ??
    (await failureOf(async () => {
      const listed = await listFeeds({ cursor: null, feeds: new Map(), items: { collections, window } });
      troubles = new Map(listed.itemTroubles.map(({ collection, failure }) => [collection, failure]));
    }));
  return collections.map((one) => resultOf(one, details ?? troubles.get(one) ?? null));
}

function resultOf(capability: string, details: Failure | null): CheckResult {
  return details === null ? { capability, ok: true } : { capability, ok: false, failure: details };
}

async function failureOf(attempt: () => Promise<unknown>): Promise<Failure | null> {
  try {
    await attempt();
    return null;
  } catch (error) {
    if (error instanceof RemoteFailure) return error.failure;
    throw error;
  }
}
