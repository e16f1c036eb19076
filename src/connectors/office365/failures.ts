/**
 * What Microsoft Graph's errors mean in our words: one table of codes, one of HTTP statuses, for calls by themselves and inside batches. It
 * decides nothing: what follows from a failure stands in model/failure.ts. Vendor page: docs/remote-services/office365.md#errors.
 */
import type { FailureCode } from '../../model/catalogue.ts';
import { type Failure, failure, RemoteFailure } from '../../model/failure.ts';
import { NetworkError } from '../http.ts';
import { readRetryAfter } from './retry-after.ts';

/** What was asked for when the error came: a whole mailbox, one folder, its changes since a stored mark, one item, or the writing of one. */
export type Scope = 'mailbox' | 'folder' | 'feed' | 'item' | 'write';

/** An answer that is no success, however it came. */
export interface Refusal {
  readonly status: number;
  /** `error.code`, `''` where the body held none. */
  readonly code: string;
  readonly message: string;
  readonly retryAfter: string | null;
}

interface Row {
  readonly mailbox: FailureCode;
  readonly feed?: FailureCode;
  readonly item?: FailureCode;
}

const rows = new Map<string, Row>();
const say = (row: Row, ...codes: readonly string[]): void => {
  for (const code of codes) rows.set(code.toLowerCase(), row);
};

// Codes: https://learn.microsoft.com/graph/errors and those of Exchange behind it.
say({ mailbox: 'mailbox.no-licence' }, 'MailboxNotEnabledForRESTAPI', 'MailboxNotSupportedForRESTAPI');
say(
  { mailbox: 'mailbox.not-found' },
  ...['ErrorInvalidUser', 'ResourceNotFound', 'Request_ResourceNotFound', 'ErrorNonExistentMailbox'],
);
say(
  { mailbox: 'mailbox.transient', feed: 'mailbox.cursor-expired', item: 'mailbox.item-gone' },
  ...['ErrorItemNotFound', 'ErrorFolderNotFound', 'ErrorSyncFolderNotFound'],
);
say(
  { mailbox: 'mailbox.request-invalid', feed: 'mailbox.cursor-expired', item: 'mailbox.item-gone' },
  ...['ErrorInvalidIdMalformed', 'ErrorInvalidId'],
);
say(
  { mailbox: 'mailbox.cursor-expired' },
  ...['syncStateNotFound', 'SyncStateInvalid', 'ErrorInvalidSyncStateData', 'resyncRequired'],
  ...['resyncChangesApplyDifferences', 'resyncChangesUploadDifferences'],
);
say(
  { mailbox: 'mailbox.throttled' },
  ...['TooManyRequests', 'ApplicationThrottled', 'activityLimitReached', 'ErrorServerBusy'],
  ...['ErrorTooManyObjectsOpened', 'ErrorExceededConnectionCount'],
);
say({ mailbox: 'mailbox.moving' }, 'ErrorMailboxMoveInProgress', 'ErrorMailboxFailover');
say(
  { mailbox: 'mailbox.transient' },
  ...['MailboxInfoStale', 'ErrorMailboxStoreUnavailable', 'serviceNotAvailable', 'ErrorTimeoutExpired'],
  ...['ErrorInternalServerTransientError', 'FailedDependency'],
);
say({ mailbox: 'mailbox.full' }, 'ErrorQuotaExceeded', 'ErrorExceededMessageLimit', 'quotaLimitReached');
say(
  { mailbox: 'mailbox.transient', item: 'mailbox.item-conflict' },
  ...['ErrorIrresolvableConflict', 'ErrorStaleObject', 'ErrorChangeKeyRequiredForWriteOperations'],
);
say(
  { mailbox: 'mailbox.request-invalid', item: 'mailbox.item-too-large' },
  ...['ErrorMessageSizeExceeded', 'RequestBodyTooLarge', 'ErrorAttachmentSizeLimitExceeded'],
);
say(
  { mailbox: 'mailbox.transient', item: 'mailbox.item-unreadable' },
  ...[
    'ErrorItemCorrupt',
    'ErrorCorruptData',
    'ErrorContentConversionFailed',
    'ErrorMimeContentConversionFailed',
  ],
  ...['ErrorMimeContentInvalid', 'ErrorMimeContentInvalidBase64String', 'ErrorCannotOpenFileAttachment'],
);

/** Exchange's own word that an application's access does not cover the mailbox; it comes with a code that says less. */
const OUTSIDE_APP_SCOPE = /\[RAOP\]|AppOnly AccessPolicy/i;

export interface FailureContext {
  readonly scope: Scope;
  readonly now: number;
  /** The application itself asks, not a person. */
  readonly isAppOnly: boolean;
}

/** The failure of a refused call. */
export function graphFailure(refusal: Refusal, { scope, now, isAppOnly }: FailureContext): Failure {
  const { status, code, message } = refusal;
  const waitMs = readRetryAfter(refusal.retryAfter, now);
  const details = {
    vendorCode: vendorWord(code, status),
    ...(waitMs === null ? {} : { retryAfterMs: waitMs }),
  };
  if (status === 429) return failure('mailbox.throttled', details);
  if (status === 410)
    return failure(isOfOneItem(scope) ? 'mailbox.item-gone' : 'mailbox.cursor-expired', details);
  if (OUTSIDE_APP_SCOPE.test(message)) return failure('mailbox.outside-app-scope', details);
  const row = rows.get(code.toLowerCase());
  if (row !== undefined) return failure(codeOf(row, scope), details);
  return failure(byStatus(status, scope, isAppOnly), details);
}

function codeOf(row: Row, scope: Scope): FailureCode {
  if (scope === 'mailbox') return row.mailbox;
  return row[isOfOneItem(scope) ? 'item' : 'feed'] ?? row.mailbox;
}

function isOfOneItem(scope: Scope): boolean {
  return scope === 'item' || scope === 'write';
}

function byStatus(status: number, scope: Scope, isAppOnly: boolean): FailureCode {
  if (status === 401) return 'mailbox.authorization-revoked';
  if (status === 403) {
    if (isOfOneItem(scope)) return 'mailbox.item-access-denied';
    return isAppOnly ? 'mailbox.app-consent-missing' : 'mailbox.access-denied';
  }
  if (status === 404) return BY_SCOPE_404[scope];
  if (status === 507) return 'mailbox.full';
  if (status >= 500 || status === 408 || status < 400) return 'mailbox.transient';
  if (isOfOneItem(scope)) return BY_STATUS_ITEM.get(status) ?? badItemCode(scope);
  if (status === 409 || status === 412 || status === 423 || status === 424) return 'mailbox.transient';
  // A mark that Graph cannot read is a mark that is no good any more; without one the folder is read anew.
  return scope === 'feed' ? 'mailbox.cursor-expired' : 'mailbox.request-invalid';
}

/** Of an item that Graph cannot read, or does not take, when it tells nothing closer. */
export function badItemCode(scope: Scope): FailureCode {
  return scope === 'write' ? 'mailbox.item-refused' : 'mailbox.item-unreadable';
}

const BY_SCOPE_404: Readonly<Record<Scope, FailureCode>> = {
  mailbox: 'mailbox.not-found',
  folder: 'mailbox.cursor-expired',
  feed: 'mailbox.cursor-expired',
  item: 'mailbox.item-gone',
  write: 'mailbox.item-gone',
};

const BY_STATUS_ITEM = new Map<number, FailureCode>([
  [409, 'mailbox.item-conflict'],
  [412, 'mailbox.item-conflict'],
  [413, 'mailbox.item-too-large'],
  [424, 'mailbox.transient'],
]);

/** A constant of theirs, never a message: anything that is not a plain word is withheld. */
function vendorWord(code: string, status: number): string {
  return /^[A-Za-z][\w-]{0,99}$/.test(code) ? code : `HTTP ${status}`;
}

/** Reads `{ error: { code, message } }`; anything else has neither. */
export function readError(body: unknown): Pick<Refusal, 'code' | 'message'> {
  const error = (body as { error?: unknown } | null)?.error;
  if (typeof error !== 'object' || error === null) return { code: '', message: '' };
  const { code, message } = error as { code?: unknown; message?: unknown };
  return { code: typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : '' };
}

/** What broke below HTTP. Everything else is passed on as it is. */
export function translateNetwork(error: unknown): unknown {
  if (!(error instanceof NetworkError)) return error;
  const details = { vendorCode: error.vendorCode };
  if (error.kind === 'certificate')
    return new RemoteFailure(failure('mailbox.certificate-untrusted', details), error);
  const code = error.kind === 'too-large' ? 'mailbox.request-invalid' : 'mailbox.unreachable';
  return new RemoteFailure(failure(code, details), error);
}
