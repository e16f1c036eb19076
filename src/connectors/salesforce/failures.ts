/**
 * Salesforce's errors in our words: one table from the error code, and one from the HTTP status where no code is known. Vendor texts hold record
 * values, so they are never kept; the few that are read are read to tell apart what one code says of two things.
 * Vendor page: docs/remote-services/salesforce.md#errors.
 */
import type { FailureCode } from '../../model/catalogue.ts';
import { type Failure, failure, RemoteFailure } from '../../model/failure.ts';
import { NetworkError } from '../http.ts';

/** One error as Salesforce writes it, in REST answers, sObject Collections and graphs alike. */
export interface VendorError {
  readonly code: string;
  readonly message: string;
  readonly fields: readonly string[];
}

/** By error code. A code that is missing here falls to its HTTP status, or to `crm.record-refused` when it is about one record. */
export const failureByErrorCode: Readonly<Record<string, FailureCode>> = {
  INVALID_SESSION_ID: 'crm.authorization-revoked',
  INVALID_AUTH_HEADER: 'crm.authorization-revoked',
  API_DISABLED_FOR_ORG: 'crm.api-disabled',
  API_CURRENTLY_DISABLED: 'crm.api-disabled',
  FUNCTIONALITY_NOT_ENABLED: 'crm.api-disabled',
  REQUEST_LIMIT_EXCEEDED: 'crm.api-limit',
  INSUFFICIENT_ACCESS: 'crm.record-access-denied',
  INSUFFICIENT_ACCESS_OR_READONLY: 'crm.record-access-denied',
  INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: 'crm.record-access-denied',
  CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: 'crm.validation-rule',
  INVALID_FIELD: 'crm.field-missing',
  INVALID_FIELD_FOR_INSERT_UPDATE: 'crm.field-missing',
  INVALID_TYPE: 'crm.field-missing',
  NOT_FOUND: 'crm.field-missing',
  UNABLE_TO_LOCK_ROW: 'crm.record-locked',
  QUERY_TIMEOUT: 'crm.transient',
  OPERATION_TOO_LARGE: 'crm.transient',
  SERVER_UNAVAILABLE: 'crm.transient',
  UNKNOWN_EXCEPTION: 'crm.transient',
  REQUEST_RUNNING_TOO_LONG: 'crm.transient',
  URL_NOT_RESET: 'crm.transient',
  PROCESSING_HALTED: 'crm.transient',
  ALL_OR_NONE_OPERATION_ROLLED_BACK: 'crm.transient',
  INVALID_REPLICATION_DATE: 'crm.cursor-expired',
  EXCEEDED_ID_LIMIT: 'crm.cursor-expired',
  INVALID_QUERY_LOCATOR: 'crm.cursor-expired',
  ENTITY_IS_DELETED: 'crm.record-gone',
  INVALID_CROSS_REFERENCE_KEY: 'crm.record-gone',
  MALFORMED_ID: 'crm.record-gone',
  DUPLICATES_DETECTED: 'crm.duplicate-rule',
  DUPLICATE_VALUE: 'crm.duplicate',
  DUPLICATE_EXTERNAL_ID: 'crm.duplicate',
  FIELD_CUSTOM_VALIDATION_EXCEPTION: 'crm.validation-rule',
  REQUIRED_FIELD_MISSING: 'crm.required-field-missing',
  STRING_TOO_LONG: 'crm.field-too-long',
  INVALID_EMAIL_ADDRESS: 'crm.record-refused',
  INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: 'crm.record-refused',
  FIELD_INTEGRITY_EXCEPTION: 'crm.record-refused',
  FIELD_FILTER_VALIDATION_EXCEPTION: 'crm.validation-rule',
  NUMBER_OUTSIDE_VALID_RANGE: 'crm.record-refused',
  INVALID_CROSS_REFERENCE_TYPE_FOR_FIELD: 'crm.record-refused',
  STORAGE_LIMIT_EXCEEDED: 'crm.storage-full',
  LIMIT_EXCEEDED: 'crm.storage-full',
  INACTIVE_OWNER_OR_USER: 'crm.owner-inactive',
  MALFORMED_QUERY: 'crm.request-invalid',
  JSON_PARSER_ERROR: 'crm.request-invalid',
  INVALID_QUERY_FILTER_OPERATOR: 'crm.request-invalid',
  METHOD_NOT_ALLOWED: 'crm.request-invalid',
  UNSUPPORTED_API_VERSION: 'crm.request-invalid',
};

/** The failure of a whole request, from its status and the errors in its body (none when the body was no JSON). */
export function requestFailure(status: number, errors: readonly VendorError[]): Failure {
  const error = errors[0];
  // Whatever its body says: a gateway's 429 is about how often, and never about what was asked.
  const code = status === 429 ? 'crm.throttled' : ((error && codeOf(error)) ?? statusCode(status));
  return failure(code, details(error, `HTTP ${status}`));
}

/** The failure of one record among others. `object` names the sObject in front of its fields. */
export function recordFailure(errors: readonly VendorError[], object: string): Failure {
  const error = telling(errors);
  if (error === undefined) return failure('crm.record-refused');
  const code =
    codeOf(error) ?? (error.code.startsWith('MAX_') ? 'crm.storage-full' : ('crm.record-refused' as const));
  return failure(code, details({ ...error, fields: error.fields.map((name) => `${object}.${name}`) }, null));
}

/** The first error that is not merely the echo of another record's. */
export function telling(errors: readonly VendorError[]): VendorError | undefined {
  return errors.find((error) => !ECHOES.has(error.code)) ?? errors[0];
}

const ECHOES = new Set(['PROCESSING_HALTED', 'ALL_OR_NONE_OPERATION_ROLLED_BACK']);

/** Whether every error is the echo of another record's, so that the record itself was never tried. */
export function isEcho(errors: readonly VendorError[]): boolean {
  return errors.length > 0 && errors.every((error) => ECHOES.has(error.code));
}

/** What broke below HTTP, as a `RemoteFailure`; every other error is handed back as it is. */
export function translateNetwork(error: unknown): unknown {
  if (!(error instanceof NetworkError)) return error;
  const code = error.kind === 'certificate' ? 'crm.certificate-untrusted' : 'crm.unreachable';
  return new RemoteFailure(failure(code, { vendorCode: error.vendorCode }), error);
}

function codeOf(error: VendorError): FailureCode | undefined {
  // One code for the day's allowance and for too many long requests at once; only the text tells them apart.
  if (error.code === 'REQUEST_LIMIT_EXCEEDED' && /ConcurrentRequests|ConcurrentPerOrg/i.test(error.message))
    return 'crm.throttled';
  return Object.hasOwn(failureByErrorCode, error.code) ? failureByErrorCode[error.code] : undefined;
}

function statusCode(status: number): FailureCode {
  if (status === 401) return 'crm.authorization-revoked';
  if (status === 403) return 'crm.record-access-denied';
  if (status === 404) return 'crm.field-missing';
  if (status === 429) return 'crm.throttled';
  if (status === 420 || status >= 500 || status === 408 || status < 400) return 'crm.transient';
  return 'crm.request-invalid';
}

function details(error: VendorError | undefined, fallback: string | null): Omit<Failure, 'code' | 'kind'> {
  const vendorCode = error === undefined || !isConstant(error.code) ? fallback : error.code;
  const fields = (error?.fields ?? []).filter(isSchemaName).slice(0, FIELDS_MAX);
  return {
    ...(vendorCode === null ? {} : { vendorCode }),
    ...(fields.length === 0 ? {} : { fields }),
  };
}

const FIELDS_MAX = 20;

/** Names of fields are schema words; anything else that stands in their place could be a value and is dropped. */
function isSchemaName(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_]{0,79}(\.[A-Za-z][A-Za-z0-9_]{0,79})?$/.test(name);
}

function isConstant(code: string): boolean {
  return /^[A-Z][A-Z0-9_]{1,80}$/.test(code);
}
