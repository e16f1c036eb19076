/**
 * The truthful check at the end of an activation (A11), for every mail service: which capabilities are tried, in which order, and when the rest is
 * not worth trying. How each is tried is the service's own.
 */
import type { CheckResult } from '../model/connector.ts';
import { type Failure, RemoteFailure } from '../model/failure.ts';

const CAPABILITIES = ['sign-in', 'read-mail', 'write-categories', 'salesforce-folder'] as const;

/** Each resolves when the capability is there and rejects with `RemoteFailure` when it is not. Later ones may use what earlier ones found. */
export type CapabilityAttempts = Readonly<Record<(typeof CAPABILITIES)[number], () => Promise<unknown>>>;

/** Kinds of failure after which the next capability is still worth trying. */
const SAYS_NOTHING_OF_OTHERS: ReadonlySet<string> = new Set(['permission-missing', 'bad-item']);

/** Tries each capability; trouble with signing in or with the service as a whole is not tried a second time. */
export async function tryCapabilities(attempts: CapabilityAttempts): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  let broken: Failure | null = null;
  for (const capability of CAPABILITIES) {
    const details: Failure | null = broken ?? (await failureOf(attempts[capability]));
    results.push(details === null ? { capability, ok: true } : { capability, ok: false, failure: details });
    if (details !== null && (capability === 'sign-in' || !SAYS_NOTHING_OF_OTHERS.has(details.kind)))
      broken = details;
  }
  return results;
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
