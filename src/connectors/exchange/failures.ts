/**
 * What Exchange's errors mean in our words: one table of EWS response codes, one of HTTP statuses, and the reading of SOAP faults.
 * It decides nothing: what follows from a failure stands in model/failure.ts.
 */
import type { FailureCode } from '../../model/catalogue.ts';
import { type Failure, failure, RemoteFailure } from '../../model/failure.ts';
import type { NetworkError } from '../http.ts';
import { child, descend, find, textOf, type XmlNode } from './soap.ts';

/** What was asked for when the error came: a whole mailbox, one folder's changes, one item, or the writing of one. */
export type Scope = 'mailbox' | 'feed' | 'item' | 'write';

interface Row {
  readonly mailbox: FailureCode;
  readonly feed?: FailureCode;
  readonly item?: FailureCode;
  /** As of an item unless told. */
  readonly write?: FailureCode;
}

const rows = new Map<string, Row>();
const say = (row: Row, ...codes: readonly string[]): void => {
  for (const code of codes) rows.set(code, row);
};

// Response codes: https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode
say({ mailbox: 'mailbox.password-expired' }, 'ErrorPasswordExpired', 'ErrorPasswordChangeRequired');
say({ mailbox: 'mailbox.account-disabled' }, 'ErrorAccountDisabled');
say(
  { mailbox: 'mailbox.impersonation-denied' },
  'ErrorImpersonateUserDenied',
  'ErrorImpersonationDenied',
  'ErrorImpersonationFailed',
);
say({ mailbox: 'mailbox.access-denied', item: 'mailbox.item-access-denied' }, 'ErrorAccessDenied');
say(
  { mailbox: 'mailbox.access-denied', feed: 'mailbox.cursor-expired', item: 'mailbox.item-gone' },
  'ErrorItemNotFound',
  'ErrorFolderNotFound',
);
say(
  { mailbox: 'mailbox.not-found' },
  'ErrorNonExistentMailbox',
  'ErrorInvalidUserPrincipalName',
  'ErrorMailboxConfiguration',
  'ErrorMissingEmailAddress',
  'ErrorInvalidSmtpAddress',
);
say(
  { mailbox: 'mailbox.moving' },
  'ErrorMailboxMoveInProgress',
  'ErrorProxyRequestNotAllowed',
  'ErrorMailboxFailover',
);
say(
  { mailbox: 'mailbox.throttled' },
  'ErrorServerBusy',
  'ErrorExceededConnectionCount',
  'ErrorExceededSubscriptionCount',
  'ErrorExceededFindCountLimit',
  'ErrorTooManyObjectsOpened',
);
say(
  { mailbox: 'mailbox.transient' },
  'ErrorInternalServerTransientError',
  'ErrorInsufficientResources',
  'ErrorTimeoutExpired',
  'ErrorMailboxStoreUnavailable',
  'ErrorADUnavailable',
  'ErrorADOperation',
  'ErrorADSessionFilter',
  'ErrorConnectionFailed',
  'ErrorClientDisconnected',
  'ErrorNoRespondingCASInDestinationSite',
  'ErrorBatchProcessingStopped',
  'ErrorInternalServerError',
);
say(
  { mailbox: 'mailbox.cursor-expired' },
  'ErrorInvalidSyncStateData',
  'ErrorSyncFolderNotFound',
  'ErrorInvalidWatermark',
  'ErrorMissedNotificationEvents',
  'ErrorSubscriptionNotFound',
  'ErrorReadEventsFailed',
  'ErrorExpiredSubscription',
);
say(
  { mailbox: 'mailbox.transient', item: 'mailbox.item-unreadable' },
  'ErrorItemCorrupt',
  'ErrorCorruptData',
  'ErrorContentConversionFailed',
  'ErrorMimeContentConversionFailed',
  'ErrorMimeContentInvalid',
  'ErrorMimeContentInvalidBase64String',
  'ErrorCannotOpenFileAttachment',
  'ErrorUnsupportedMimeConversion',
  'ErrorPropertyRequestFailed',
  'ErrorItemPropertyRequestFailed',
  'ErrorUnsupportedSubFilter',
);
say(
  { mailbox: 'mailbox.transient', item: 'mailbox.item-conflict' },
  'ErrorIrresolvableConflict',
  'ErrorStaleObject',
  'ErrorChangeKeyRequired',
  'ErrorChangeKeyRequiredForWriteOperations',
);
say(
  { mailbox: 'mailbox.transient', item: 'mailbox.item-gone' },
  'ErrorCalendarOccurrenceIsDeletedFromRecurrence',
  'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange',
);
say(
  { mailbox: 'mailbox.request-invalid', item: 'mailbox.item-too-large' },
  'ErrorMessageSizeExceeded',
  'ErrorAttachmentSizeLimitExceeded',
);
say({ mailbox: 'mailbox.full' }, 'ErrorQuotaExceeded', 'ErrorExceededMessageLimit');
say(
  { mailbox: 'mailbox.request-invalid' },
  'ErrorSchemaValidation',
  'ErrorInvalidRequest',
  'ErrorInvalidServerVersion',
  'ErrorIncorrectSchemaVersion',
  'Client',
);
// Said of one item among others: a property that it cannot have, or a value that it cannot take.
say(
  { mailbox: 'mailbox.request-invalid', write: 'mailbox.item-refused' },
  'ErrorInvalidPropertySet',
  'ErrorInvalidPropertyRequest',
);
say(
  { mailbox: 'mailbox.request-invalid', feed: 'mailbox.cursor-expired', item: 'mailbox.item-gone' },
  'ErrorInvalidId',
  'ErrorInvalidIdMalformed',
  'ErrorInvalidIdNotAnItemAttachmentId',
  'ErrorInvalidIdStoreObjectIdTooLong',
  'ErrorInvalidIdEmpty',
);

/** Codes after which an item is worth one more try without MIME: only its conversion failed. */
export const CONVERSION_CODES: ReadonlySet<string> = new Set([
  'ErrorContentConversionFailed',
  'ErrorMimeContentConversionFailed',
  'ErrorMimeContentInvalid',
  'ErrorMimeContentInvalidBase64String',
  'ErrorUnsupportedMimeConversion',
  'ErrorItemCorrupt',
  'ErrorCorruptData',
  'ErrorCannotOpenFileAttachment',
  'ErrorInternalServerError',
]);

/** Of an item that Exchange cannot read, or does not take, when it tells nothing closer. */
export function badItemCode(scope: Scope): FailureCode {
  return scope === 'write' ? 'mailbox.item-refused' : 'mailbox.item-unreadable';
}

/**
 * The failure for an EWS response code. A code that is not in the table is a bad item where one item was asked for; else a request
 * of ours where its name says so, and otherwise a trouble of the server's that is tried again.
 */
export function responseFailure(code: string, scope: Scope, retryAfterMs: number | null = null): Failure {
  const row = rows.get(code);
  const details = { vendorCode: vendorWord(code), ...(retryAfterMs === null ? {} : { retryAfterMs }) };
  if (row === undefined) {
    const invalid = /^Error(Invalid|Missing|Duplicate|Unsupported|Incorrect)/.test(code);
    const elsewhere = invalid ? 'mailbox.request-invalid' : 'mailbox.transient';
    return failure(scope === 'item' || scope === 'write' ? badItemCode(scope) : elsewhere, details);
  }
  return failure(codeOf(row, scope), details);
}

function codeOf(row: Row, scope: Scope): FailureCode {
  if (scope === 'mailbox') return row.mailbox;
  if (scope === 'write') return row.write ?? row.item ?? row.mailbox;
  return row[scope] ?? row.mailbox;
}

/** A vendor's constant, never a message: anything that is not a plain word is withheld. */
function vendorWord(code: string): string {
  return /^[A-Za-z][A-Za-z0-9]{0,99}$/.test(code) ? code : 'UNKNOWN';
}

/** True for a host of Microsoft's cloud: there a mailbox is reached through Graph only. */
export function isOffice365Host(host: string): boolean {
  return /(^|\.)(office365\.com|office\.com|outlook\.com|office365\.us|partner\.outlook\.cn|office\.de|hotmail\.com|onmicrosoft\.com)$/i.test(
    host.replace(/\.$/, ''),
  );
}

/** The failure for an HTTP status at the EWS link, where the answer held no SOAP fault. */
export function statusFailure(status: number, host: string, retryAfterMs: number | null): Failure {
  const details = { vendorCode: `HTTP ${status}`, ...(retryAfterMs === null ? {} : { retryAfterMs }) };
  if (isOffice365Host(host) && status >= 400 && status < 500 && status !== 429)
    return failure('mailbox.use-office-365', details);
  if (status === 401) return failure('mailbox.credentials-rejected', details);
  if (status === 403) return failure('mailbox.ews-switched-off', details);
  if (status === 456) return failure('mailbox.account-disabled', details);
  if (status === 429 || status === 503) return failure('mailbox.throttled', details);
  // 440 is the time-out of Outlook on the web's sign-in form, so a form stands before the link.
  if (status < 400 || status === 404 || status === 405 || status === 410 || status === 440)
    return failure('mailbox.not-exchange', details);
  return failure(status >= 500 || status === 408 ? 'mailbox.transient' : 'mailbox.request-invalid', details);
}

export function networkFailure(error: NetworkError): Failure {
  const details = { vendorCode: error.vendorCode };
  if (error.kind === 'certificate') return failure('mailbox.certificate-untrusted', details);
  return failure(error.kind === 'too-large' ? 'mailbox.request-invalid' : 'mailbox.unreachable', details);
}

export interface Fault {
  /** An EWS response code, or `Client`/`Server` for a plain SOAP fault. */
  readonly code: string;
  readonly backOffMs: number | null;
}

/** Reads `Envelope/Body/Fault`; null when the answer holds none. */
export function readFault(root: XmlNode): Fault | null {
  const fault = descend(root, 'Body', 'Fault');
  if (fault === undefined) return null;
  const plain = textOf(fault, 'faultcode')?.replace(/^.*:/, '') ?? 'Server';
  const code = textOf(child(fault, 'detail'), 'ResponseCode') ?? plain;
  return { code: code === 'Server' ? 'ErrorInternalServerError' : code, backOffMs: readBackOff(fault) };
}

/**
 * `BackOffMilliseconds` of a fault's detail or of a response message: it comes in both places.
 * @see https://learn.microsoft.com/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange
 */
export function readBackOff(within: XmlNode): number | null {
  const values = find(within, 'MessageXml')?.children ?? [];
  const text = values.find((value) => value.attributes.Name === 'BackOffMilliseconds')?.text.trim();
  const ms = Number(text);
  return text !== undefined && Number.isFinite(ms) && ms >= 0 ? Math.min(ms, BACK_OFF_MS_MAX) : null;
}

/** An hour: what servers ask for is minutes; more would be a mistake that stops a mailbox. */
const BACK_OFF_MS_MAX = 3_600_000;

/** Retry-After in seconds or as a date (RFC 9110, 10.2.3), in milliseconds from `now`. */
export function readRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - now;
  return Number.isFinite(ms) && ms >= 0 ? Math.min(ms, BACK_OFF_MS_MAX) : null;
}

/** Throws a catalogue code with its details. */
export function refuse(code: FailureCode, vendorCode?: string, cause?: unknown): never {
  throw new RemoteFailure(failure(code, vendorCode === undefined ? {} : { vendorCode }), cause);
}
