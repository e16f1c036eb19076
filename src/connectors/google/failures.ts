/**
 * What the errors of Google's APIs mean in our words: one table by reason, one rule by status, and how long the service wants to be left alone. Google
 * writes reasons in two shapes, and both are read; messages are read where one reason says two things, and never kept.
 * Vendor pages: docs/remote-services/google.md#errors.
 */
import { z } from 'zod';
import type { FailureCode } from '../../model/catalogue.ts';
import { DAY, type Instant, SECOND } from '../../model/clock.ts';
import { type Failure, failure, RemoteFailure } from '../../model/failure.ts';
import { type Api, apis } from './apis.ts';
import type { GrantKind } from './token-failures.ts';

/**
 * What was asked for when the error came: the mailbox as a whole, a place in its history, a page of a list, one item, one that is to be made, or one in
 * the version that is to be changed.
 */
export type Scope = 'mailbox' | 'history' | 'page' | 'item' | 'making' | 'write';

/** Whether the error is one item's. */
export function isOfOneItem(scope: Scope): boolean {
  return scope === 'item' || scope === 'making' || scope === 'write';
}

/** A refused answer as far as it matters. */
export interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | null;
}

const errorSchema = z.object({
  error: z.object({
    message: z.string().catch(''),
    status: z.string().optional().catch(undefined),
    errors: z.array(z.object({ reason: z.string().optional().catch(undefined) })).catch([]),
    details: z.array(z.looseObject({ reason: z.string().optional().catch(undefined) })).catch([]),
  }),
});

interface VendorError {
  /** The older `errors[].reason` first, then `details[].reason`, then `status`. */
  readonly reasons: readonly string[];
  readonly message: string;
}

const rows: Readonly<Record<string, FailureCode>> = {
  rateLimitExceeded: 'mailbox.throttled',
  userRateLimitExceeded: 'mailbox.throttled',
  RATE_LIMIT_EXCEEDED: 'mailbox.throttled',
  quotaExceeded: 'mailbox.throttled',
  RESOURCE_EXHAUSTED: 'mailbox.throttled',
  dailyLimitExceeded: 'mailbox.quota-exhausted',
  dailyLimitExceededUnreg: 'mailbox.quota-exhausted',
  fullSyncRequired: 'mailbox.cursor-expired',
  updatedMinTooLongAgo: 'mailbox.cursor-expired',
  EXPIRED_SYNC_TOKEN: 'mailbox.cursor-expired',
  domainPolicy: 'mailbox.app-blocked',
  accessNotConfigured: 'mailbox.app-misconfigured',
  SERVICE_DISABLED: 'mailbox.app-misconfigured',
  backendError: 'mailbox.transient',
  internalError: 'mailbox.transient',
};
/** Without its scope for mail nothing can be synced; a collection by itself can be left out. */
const UNSCOPED = {
  gmail: 'mailbox.scope-missing',
  calendar: 'mailbox.access-denied',
  people: 'mailbox.access-denied',
  tasks: 'mailbox.access-denied',
} as const satisfies Record<Api['name'], FailureCode>;
const SCOPE_REASONS = new Set(['insufficientPermissions', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT']);
const PRECONDITION_REASONS = new Set(['failedPrecondition', 'FAILED_PRECONDITION']);

/** The failure of a refused call. `retryAfterMs` is there only when the service told a time. */
export function gmailFailure(
  refusal: Refusal,
  scope: Scope,
  grant: GrantKind,
  now: Instant,
  api: Api = apis.gmail,
): Failure {
  const error = readError(refusal.text);
  const code = codeOf(refusal.status, error, scope, { grant, api });
  const isUnscoped = error.reasons.some((one) => SCOPE_REASONS.has(one));
  const waitMs = readWait(refusal.retryAfter, error.message, now);
  const [reason] = error.reasons;
  return failure(code, {
    vendorCode: reason !== undefined && /^\w{1,60}$/.test(reason) ? reason : `HTTP ${refusal.status}`,
    ...(waitMs === null ? {} : { retryAfterMs: waitMs }),
    ...(isUnscoped && code !== 'mailbox.delegation-missing' ? { fields: [api.scope] } : {}),
  });
}

function readError(text: string): VendorError {
  try {
    const { error } = errorSchema.parse(JSON.parse(text));
    const told = [...error.errors, ...error.details].map(({ reason }) => reason);
    return { reasons: [...told, error.status].filter((one) => one !== undefined), message: error.message };
  } catch {
    return { reasons: [], message: '' };
  }
}

function codeOf(
  status: number,
  { reasons, message }: VendorError,
  scope: Scope,
  { grant, api }: { readonly grant: GrantKind; readonly api: Api },
): FailureCode {
  if (status === 401) return 'mailbox.authorization-revoked';
  if (reasons.some((reason) => SCOPE_REASONS.has(reason)))
    return grant === 'delegation' ? 'mailbox.delegation-missing' : UNSCOPED[api.name];
  const known = reasons.find((reason) => Object.hasOwn(rows, reason));
  if (known === 'quotaExceeded' && /\bper day\b|daily|calendar usage limits/i.test(message))
    return 'mailbox.quota-exhausted';
  if (known !== undefined) return rows[known] ?? 'mailbox.request-invalid';
  if (/mail service not enabled|delegation denied/i.test(message)) return 'mailbox.no-licence';
  if (reasons.some((reason) => PRECONDITION_REASONS.has(reason))) {
    // What was read is no longer what is there.
    if (scope === 'write') return 'mailbox.item-conflict';
    if (grant === 'delegation' && !isOfOneItem(scope)) return 'mailbox.delegation-missing';
  }
  return byStatus(status, scope);
}

function byStatus(status: number, scope: Scope): FailureCode {
  if (status === 429) return 'mailbox.throttled';
  // A redirect or a success without JSON comes from something in between, such as a guest network.
  if (status >= 500 || status === 408 || status < 400) return 'mailbox.transient';
  if (isOfOneItem(scope)) return itemCode(status, scope);
  if (status === 404) return scope === 'mailbox' ? 'mailbox.not-found' : 'mailbox.cursor-expired';
  // A page token that is no longer good is answered 400; so is a history id, or a sync token, that never was one.
  if ((status === 400 || status === 410) && scope !== 'mailbox') return 'mailbox.cursor-expired';
  if (status === 403) return 'mailbox.access-denied';
  return status === 409 ? 'mailbox.transient' : 'mailbox.request-invalid';
}

function itemCode(status: number, scope: Scope): FailureCode {
  if (status === 404 || status === 410) return 'mailbox.item-gone';
  if (status === 403) return 'mailbox.item-access-denied';
  if (status === 409 || status === 412) return 'mailbox.item-conflict';
  if (status === 413) return 'mailbox.item-too-large';
  return badItemCode(scope);
}

/** Of an item that the service cannot read, or does not take, when it tells nothing closer. */
export function badItemCode(scope: Scope): FailureCode {
  return scope === 'making' || scope === 'write' ? 'mailbox.item-refused' : 'mailbox.item-unreadable';
}

/** `Retry-After` in seconds or as a date, or the instant that a message names; null where nothing is told. */
export function readWait(header: string | null, message: string, now: Instant): number | null {
  const named = /retry after\s+(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d))/i.exec(message)?.[1];
  const text = header?.trim() ?? named ?? '';
  if (text === '') return null;
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * SECOND : Date.parse(text) - now;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, SECOND), DAY);
}

/** Rejects with a code and the constant that says why. */
export function refuse(code: FailureCode, vendorCode: string): never {
  throw new RemoteFailure(failure(code, { vendorCode }));
}
