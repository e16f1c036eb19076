/**
 * Exchange's ways of saying no: an error inside one response message, and a SOAP fault for a whole request.
 * The texts are the service's own wording where it is publicly documented.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode
 */

const TEXTS: Record<string, string> = {
  ErrorAccessDenied: 'Access is denied. Check credentials and try again.',
  ErrorAccountDisabled: 'The account has been disabled.',
  ErrorAffectedTaskOccurrencesRequired:
    'The AffectedTaskOccurrences attribute must be specified when tasks are deleted.',
  ErrorBatchProcessingStopped:
    'The request will not be processed because the batch was stopped by an error in an earlier item.',
  ErrorCalendarEndDateIsEarlierThanStartDate: 'EndDate is earlier than StartDate',
  ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange: 'Occurrence index is out of recurrence range.',
  ErrorCalendarOccurrenceIsDeletedFromRecurrence:
    'Occurrence with this index was previously deleted from the recurrence.',
  ErrorCalendarViewRangeTooBig: 'The specified view range exceeds the maximum range of two years.',
  ErrorChangeKeyRequired: 'The change key is required for this operation.',
  ErrorChangeKeyRequiredForWriteOperations:
    'The change key passed in the request is required for write operations.',
  ErrorExceededConnectionCount:
    'You have exceeded the available concurrent connections for your account. Try again once your other requests have completed.',
  ErrorExceededFindCountLimit:
    'You have exceeded the maximum number of objects that can be returned for the find operation.',
  ErrorFolderExists: 'A folder with the specified name already exists.',
  ErrorFolderNotFound: 'The specified folder could not be found in the store.',
  ErrorImpersonateUserDenied: 'The account does not have permission to impersonate the requested user.',
  ErrorInternalServerError: 'An internal server error occurred. The operation failed.',
  ErrorInvalidIdEmpty: 'Id must be non-empty.',
  ErrorInvalidIdMalformed: 'Id is malformed.',
  ErrorInvalidPropertyRequest: 'Property is not valid for this object type.',
  ErrorInvalidRequest: 'The request is invalid.',
  ErrorInvalidServerVersion: 'The specified server version is invalid.',
  ErrorInvalidSyncStateData: 'Synchronization state data is corrupt or otherwise invalid.',
  ErrorIrresolvableConflict:
    'The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.',
  ErrorItemNotFound: 'The specified object was not found in the store.',
  ErrorMessageDispositionRequired: 'Message disposition is required for this operation.',
  ErrorMailboxMoveInProgress: 'Mailbox move in progress. Try again later.',
  ErrorMailboxStoreUnavailable: 'The mailbox database is temporarily unavailable.',
  ErrorMissingEmailAddress:
    'When making a request as an account that does not have a mailbox, you must specify the mailbox primary SMTP address for any distinguished folder Ids.',
  ErrorNameResolutionNoResults: 'No results were found.',
  ErrorNonExistentMailbox: 'The SMTP address has no mailbox associated with it.',
  ErrorSchemaValidation: 'The request failed schema validation.',
  ErrorSendMeetingCancellationsRequired: 'SendMeetingCancellations attribute is required for Calendar items.',
  ErrorSendMeetingInvitationsOrCancellationsRequired:
    'SendMeetingInvitationsOrCancellations attribute is required for calendar items.',
  ErrorSendMeetingInvitationsRequired: 'SendMeetingInvitations attribute is required for Calendar items.',
  ErrorServerBusy: 'The server cannot service this request right now. Try again later.',
};

/** The text that goes with a code; a general one when none is known. */
export function errorText(code: string): string {
  return TEXTS[code] ?? 'The operation failed.';
}

/** What `MessageXml` may say beside the text. */
export interface ErrorDetail {
  backOffMs?: number;
  fieldUri?: string;
  violation?: string;
}

/** Fails one response message, the others going on. */
export class ServiceError extends Error {
  readonly code: string;
  readonly detail: ErrorDetail;

  constructor(code: string, message = errorText(code), detail: ErrorDetail = {}) {
    super(message);
    this.name = 'ServiceError';
    this.code = code;
    this.detail = detail;
  }
}

/** Fails the whole request: HTTP 500 with a SOAP fault. */
export class SoapFault extends ServiceError {
  constructor(code: string, message = errorText(code), detail: ErrorDetail = {}) {
    super(code, message, detail);
    this.name = 'SoapFault';
  }
}

/** The fault for a request that the schema does not allow. */
export function schemaViolation(violation: string): SoapFault {
  return new SoapFault('ErrorSchemaValidation', `The request failed schema validation: ${violation}`, {
    violation,
  });
}
