/** The taxonomy's rows about Salesforce, and how the connector comes to their places in the catalogue. */
import { recordFailure, requestFailure } from '../../src/connectors/salesforce/failures.ts';
import { tokenFailure as salesforceToken } from '../../src/connectors/salesforce/token-failures.ts';
import { rowsOf, type Translate, wordsOf } from './error-row.ts';

const crmToken =
  (status: number, ...errors: readonly string[]): Translate =>
  () =>
    errors.map((one) => {
      const [error = '', description = null] = one.split('|');
      return salesforceToken(status, error, description);
    });
const vendorError = (code: string, message = '') => ({ code, message, fields: [] });
const crm =
  (status: number, ...codes: readonly string[]): Translate =>
  () =>
    codes.map((one) => {
      const [code = '', message] = one.split('|');
      return requestFailure(status, code === '' ? [] : [vendorError(code, message)]);
    });
const crmRecord = (match: string) =>
  wordsOf(match, /\b[A-Z]+_[A-Z_]*[A-Z]\b/g).map((code) => recordFailure([vendorError(code)], 'Task'));

const NOT_A_RUN = 'It concerns one record among others: the record is tried again, and the run goes on.';
export const crmRows = [
  ...rowsOf(
    'Salesforce token',
    [
      '400 invalid_grant "authentication',
      'crm.credentials-rejected',
      crmToken(400, 'invalid_grant|authentication failure'),
    ],
    [
      '400 invalid_grant "expired',
      'crm.authorization-revoked',
      crmToken(400, 'invalid_grant|expired access/refresh token'),
    ],
    [
      '400 invalid_grant "user hasn',
      'crm.app-not-allowed',
      crmToken(
        400,
        "invalid_grant|user hasn't approved this consumer",
        'invalid_app_access',
        'OAUTH_APP_BLOCKED',
      ),
    ],
    [
      '400 invalid_grant "inactive',
      'crm.user-inactive',
      crmToken(400, 'invalid_grant|inactive user', 'invalid_grant|inactive organization'),
    ],
    [
      '400 invalid_grant "ip restricted',
      'crm.login-restricted',
      crmToken(400, 'invalid_grant|ip restricted', 'invalid_grant|invalid login hours'),
    ],
    [
      'invalid_client_id',
      'crm.app-misconfigured',
      crmToken(
        400,
        'invalid_client_id',
        'invalid_client',
        'invalid_grant|invalid assertion',
        'invalid_grant|audience is invalid',
        'redirect_uri_mismatch',
      ),
    ],
    [
      'rate_limit_exceeded',
      'crm.throttled',
      (match) => [
        ...crmToken(400, 'rate_limit_exceeded', 'invalid_grant|login rate exceeded')(match),
        ...crmToken(503, 'unknown_error')(match),
      ],
    ],
  ),
  ...rowsOf(
    'Salesforce',
    ['401 INVALID_SESSION_ID', 'crm.authorization-revoked', crm(401, 'INVALID_SESSION_ID')],
    [
      '403 API_DISABLED',
      'crm.api-disabled',
      crm(403, 'API_DISABLED_FOR_ORG', 'API_CURRENTLY_DISABLED', 'FUNCTIONALITY_NOT_ENABLED'),
    ],
    [
      '403 REQUEST_LIMIT_EXCEEDED "Total',
      'crm.api-limit',
      crm(403, 'REQUEST_LIMIT_EXCEEDED|TotalRequests Limit exceeded.'),
    ],
    [
      '403 REQUEST_LIMIT_EXCEEDED "Conc',
      'crm.throttled',
      crm(403, 'REQUEST_LIMIT_EXCEEDED|ConcurrentRequests (Concurrent API Requests) Limit exceeded.'),
    ],
    ['403 INSUFFICIENT_ACCESS', 'crm.record-access-denied', crmRecord],
    ['400 INVALID_FIELD', 'crm.field-missing', crm(400, 'INVALID_FIELD', 'INVALID_TYPE', 'NOT_FOUND')],
    ['UNABLE_TO_LOCK_ROW', 'crm.record-locked', crmRecord, NOT_A_RUN],
    [
      'QUERY_TIMEOUT',
      'crm.transient',
      (match) => [...crmRecord(match), ...crm(502, '')(match), ...crm(503, '')(match)],
    ],
    ['INVALID_REPLICATION_DATE', 'crm.cursor-expired', (match) => crmRecord(match.replace(/CDC.*/, ''))],
    ['420, 301/302', 'crm.transient', () => [420, 301, 302].flatMap((status) => crm(status, '')(''))],
    ['ENTITY_IS_DELETED', 'crm.record-gone', crmRecord],
    ['DUPLICATES_DETECTED', 'crm.duplicate-rule', crmRecord],
    ['FIELD_CUSTOM_VALIDATION', 'crm.record-refused', crmRecord],
    [
      'STORAGE_LIMIT_EXCEEDED',
      'crm.storage-full',
      (match) => crmRecord(match.replace('MAX_*', 'MAX_ITEMS_X')),
    ],
    ['INACTIVE_OWNER_OR_USER', 'crm.owner-inactive', crmRecord],
    [
      'MALFORMED_QUERY',
      'crm.request-invalid',
      (match) => [
        ...crm(400, 'MALFORMED_QUERY', 'JSON_PARSER_ERROR', 'INVALID_QUERY_FILTER_OPERATOR')(match),
        ...[405, 415, 410].flatMap((one) => crm(one, '')(match)),
      ],
    ],
    ['PROCESSING_HALTED', 'crm.transient', crmRecord],
  ),
];
