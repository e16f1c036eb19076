/**
 * Microsoft Graph's way of saying no: a status, a code and a message, in `{ error: { code, message, innerError } }`.
 * Texts are the service's own wording where it is publicly documented. Refusals of Entra ID are in entra-errors.ts.
 * https://learn.microsoft.com/graph/errors
 */

const KNOWN: Record<string, readonly [number, string]> = {
  ApplicationThrottled: [429, 'Application is over its MailboxConcurrency limit.'],
  Authorization_RequestDenied: [403, 'Insufficient privileges to complete the operation.'],
  BadRequest: [400, 'Invalid request.'],
  ErrorAccessDenied: [403, 'Access is denied. Check credentials and try again.'],
  ErrorFolderExists: [409, 'A folder with the specified name already exists.'],
  ErrorFolderNotFound: [404, 'The specified folder could not be found in the store.'],
  ErrorInternalServerError: [500, 'An internal server error occurred. The operation failed.'],
  ErrorInvalidIdMalformed: [400, 'Id is malformed.'],
  ErrorInvalidUser: [404, 'The requested user is invalid.'],
  ErrorIrresolvableConflict: [
    412,
    'The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.',
  ],
  ErrorItemNotFound: [404, 'The specified object was not found in the store.'],
  ErrorMailboxMoveInProgress: [503, 'Mailbox move in progress. Try again later.'],
  ErrorQuotaExceeded: [507, 'The mailbox is full.'],
  InvalidAuthenticationToken: [401, 'Access token is empty.'],
  MailboxInfoStale: [503, 'The mailbox information is stale.'],
  MailboxNotEnabledForRESTAPI: [
    404,
    'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
  ],
  MailboxNotSupportedForRESTAPI: [404, 'REST API is not yet supported for this mailbox.'],
  'RequestBroker--ParseUri': [400, 'The expression is not valid.'],
  Request_ResourceNotFound: [
    404,
    'The resource does not exist or one of its queried reference-property objects are not present.',
  ],
  ResourceNotFound: [404, 'Resource could not be discovered.'],
  TooManyRequests: [429, 'Too many requests.'],
  activityLimitReached: [429, 'The app or user has been throttled.'],
  generalException: [500, 'An unspecified error has occurred.'],
  resyncRequired: [410, 'Resync required. Replace any local items with the server version.'],
  serviceNotAvailable: [503, 'The service is not available. Try again later.'],
  syncStateNotFound: [410, 'The sync state generation is not found; full sync is required.'],
  SyncStateInvalid: [400, 'The sync state is not valid.'],
  UnknownError: [504, ''],
};

/** Fails one Graph call. */
export class GraphError extends Error {
  readonly code: string;
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(code: string, message?: string, status?: number, headers: Record<string, string> = {}) {
    super(message ?? KNOWN[code]?.[1] ?? 'The operation failed.');
    this.name = 'GraphError';
    this.code = code;
    this.status = status ?? KNOWN[code]?.[0] ?? 400;
    this.headers = headers;
  }
}

/** The refusal of a call that came too soon; `backOffMs` is said in whole seconds. */
export function throttled(code: string, backOffMs: number, message?: string): GraphError {
  return new GraphError(code, message, undefined, { 'retry-after': String(Math.ceil(backOffMs / 1000)) });
}

/** The 400 for a query that cannot be understood. */
export function badRequest(message: string): GraphError {
  return new GraphError('BadRequest', message);
}
