/**
 * When an administrator's access itself is at fault, and when only one mailbox: counted over all mailboxes that are reached through it, then asked by a
 * probe (identify only). Pure; `commands/probe-access.ts` acts on it. Described in docs/state-machines.md.
 */
import type { FailureCode } from './catalogue.ts';
import { catalogue } from './catalogue.ts';
import { MINUTE } from './clock.ts';
import { type Failure, type FailureKind, failure } from './failure.ts';
import type { RunOutcome } from './run.ts';

/** `refused`: nothing runs through it but its own probe. */
export type AccessState = 'untested' | 'working' | 'refused';

/** Rejections in a row, of whichever mailbox, after which the access itself is probed. */
export const ACCESS_REJECTIONS_MAX = 6;
/** Mailboxes that one probe tries at most. */
export const PROBE_MAILBOXES_MAX = 3;
/** From probe to probe while an access is refused: one wrong password an hour or two locks no account, and nobody waits longer than that. */
export const ACCESS_PROBE_INTERVAL_MS = 30 * MINUTE;
/** After a probe that found nothing out, as the service was in trouble. */
export const PROBE_AGAIN_MS = 5 * MINUTE;
/** Within this time all mailboxes that were stopped by an access are tried once it works again. */
export const RECOVERY_SPREAD_MS = 5 * MINUTE;

/** What says that an access, or the mailbox behind it, is not let in. */
const REJECTIONS: ReadonlySet<FailureKind> = new Set([
  'credentials-rejected',
  'authorization-revoked',
  'permission-missing',
]);

/** Whether a failure is a refusal by the side that an access leads to. */
export function isRejectionOf(side: 'mailbox' | 'crm', of: Pick<Failure, 'code' | 'kind'>): boolean {
  return REJECTIONS.has(of.kind) && catalogue[of.code].side === side;
}

/** Codes that speak to somebody about a credential that is not his: what they are where an administrator's access was used. */
const OF_THE_CREDENTIAL: ReadonlySet<FailureCode> = new Set([
  'mailbox.credentials-rejected',
  'mailbox.password-expired',
  'mailbox.authorization-revoked',
  'mailbox.grant-ended',
  'mailbox.another-sign-in-step',
  'mailbox.account-locked',
  'mailbox.account-disabled',
  'mailbox.app-misconfigured',
  'crm.credentials-rejected',
  'crm.authorization-revoked',
  'crm.app-misconfigured',
]);

/** A failure as it is seen through an access: its own credential's trouble is nothing that the person could mend. Total; most stay what they are. */
export function seenThroughAccess(of: Failure): Failure {
  if (!OF_THE_CREDENTIAL.has(of.code)) return of;
  const { code: _code, kind: _kind, ...details } = of;
  const { side } = catalogue[of.code];
  return failure(side === 'crm' ? 'crm.access-refused' : 'mailbox.access-refused', details);
}

/** What a run says of the access that it went through. A failure of the other side says nothing, as it may have ended the run before. */
export function verdictOfRun(
  side: 'mailbox' | 'crm',
  outcome: RunOutcome,
): 'rejected' | 'accepted' | 'nothing' {
  if (outcome.kind === 'abandoned') return 'nothing';
  if (outcome.kind !== 'failed') return 'accepted';
  return isRejectionOf(side, outcome.failure) ? 'rejected' : 'nothing';
}

/** How one mailbox answered a probe: null is a success. */
export type ProbeAnswer = Failure | null;

/** Whether the next mailbox is tried: not after a success, and never a credential again that was itself refused, for that locks accounts. */
export function goesOnProbing(side: 'mailbox' | 'crm', answers: readonly ProbeAnswer[]): boolean {
  if (answers.length >= PROBE_MAILBOXES_MAX) return false;
  return answers.every(
    (answer) => answer !== null && !(answer.kind === 'credentials-rejected' && isRejectionOf(side, answer)),
  );
}

export type ProbeVerdict =
  | { readonly kind: 'works' }
  | { readonly kind: 'refused'; readonly cause: FailureCode }
  /** No success, and not every answer was a refusal: trouble on the way, to be asked again. */
  | { readonly kind: 'unknown' };

/** What the answers of a probe say of the access. */
export function judgeProbe(side: 'mailbox' | 'crm', answers: readonly ProbeAnswer[]): ProbeVerdict {
  if (answers.includes(null)) return { kind: 'works' };
  const refusals = answers.filter((answer) => answer !== null && isRejectionOf(side, answer));
  const [first] = refusals;
  if (first == null || refusals.length < answers.length) return { kind: 'unknown' };
  // The credential's own refusal says more than that of a mailbox.
  const own = refusals.find((answer) => answer?.kind === 'credentials-rejected') ?? first;
  return { kind: 'refused', cause: own.code };
}

type Cell = AccessState | 'stays';

/** What a probe makes of an access's state. */
const table: Readonly<Record<AccessState, Readonly<Record<ProbeVerdict['kind'], Cell>>>> = {
  untested: { works: 'working', refused: 'refused', unknown: 'stays' },
  working: { works: 'stays', refused: 'refused', unknown: 'stays' },
  refused: { works: 'working', refused: 'stays', unknown: 'stays' },
};

/** Total: every pair has its cell. */
export function nextAccessState(state: AccessState, verdict: ProbeVerdict['kind']): AccessState {
  const cell = table[state][verdict];
  return cell === 'stays' ? state : cell;
}

/** How long until the next probe; null: none by itself. */
export function probeAgainMs(state: AccessState, verdict: ProbeVerdict['kind']): number | null {
  if (state === 'refused') return verdict === 'unknown' ? PROBE_AGAIN_MS : ACCESS_PROBE_INTERVAL_MS;
  return verdict === 'unknown' ? PROBE_AGAIN_MS : null;
}
