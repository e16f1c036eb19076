/** The taxonomy's rows about Exchange, Entra ID and Microsoft Graph, and how the connectors come to their places in the catalogue. */
import {
  type Scope as EwsScope,
  responseFailure,
  statusFailure,
} from '../../src/connectors/exchange/failures.ts';
import { type Scope as GraphScope, graphFailure } from '../../src/connectors/office365/failures.ts';
import { tokenFailure as entraToken } from '../../src/connectors/office365/token-failures.ts';
import { nothingYet, rowsOf, type Translate, wordsOf } from './error-row.ts';

const ews =
  (scope: EwsScope): Translate =>
  (match) =>
    wordsOf(match, /Error\w+/g).map((code) => responseFailure(code, scope));
const ewsStatus =
  (status: number, host = 'mail.acme.example'): Translate =>
  () => [statusFailure(status, host, null)];

const entra =
  (error: string, status = 400): Translate =>
  (match) =>
    wordsOf(match, /\b\d{5,7}\b/g).map((number) => {
      const details = { error_codes: [Number(number)] };
      return entraToken({ status, error, description: null, details, retryAfter: null }, 0);
    });

const graph =
  (scope: GraphScope, status: number, ...codes: readonly string[]): Translate =>
  () =>
    codes.map((code) => {
      const [, told = '', message = ''] = /^([^|]*)\|?(.*)$/.exec(code) ?? [];
      return graphFailure(
        { status, code: told, message, retryAfter: null },
        { scope, now: 0, isAppOnly: scope === 'mailbox' && message !== '' },
      );
    });

const exchangeRows = rowsOf(
  'EWS',
  ['HTTP 401 with WWW-Authenticate', 'mailbox.credentials-rejected', ewsStatus(401)],
  [
    'HTTP 401 during leg',
    'mailbox.request-invalid',
    nothingYet, // No failure: the sign-in goes on (ntlm.test.ts).
  ],
  ['HTTP 401, x-ms-diagnostics', 'mailbox.authorization-revoked', nothingYet],
  ['ErrorPasswordExpired', 'mailbox.password-expired', ews('mailbox')],
  [
    'ErrorAccountDisabled',
    'mailbox.account-disabled',
    (match) => [...ews('item')(match), ...ewsStatus(456)(match)],
  ],
  [
    'HTTP 403 from outlook',
    'mailbox.use-office-365',
    ewsStatus(403, 'outlook.office365.com'),
    'The mailbox is at another service: connecting it there is the remedy, as where Autodiscover says so.',
  ],
  ['HTTP 403 on-premises', 'mailbox.ews-switched-off', ewsStatus(403)],
  ['ErrorImpersonateUserDenied', 'mailbox.impersonation-denied', ews('mailbox')],
  ['ErrorAccessDenied, ErrorItemNotFound', 'mailbox.access-denied', ews('mailbox')],
  ['ErrorAccessDenied on one item', 'mailbox.item-access-denied', ews('item')],
  ['ErrorNonExistentMailbox', 'mailbox.not-found', ews('mailbox')],
  ['ErrorMailboxMoveInProgress', 'mailbox.moving', ews('mailbox')],
  ['Autodiscover redirectAddr', 'mailbox.use-office-365', nothingYet],
  ['ErrorServerBusy', 'mailbox.throttled', ews('item')],
  ['ErrorExceededConnectionCount', 'mailbox.throttled', ews('feed')],
  ['HTTP 503 (IIS queue)', 'mailbox.throttled', () => [503, 429].flatMap((status) => ewsStatus(status)(''))],
  ['ErrorInternalServerTransientError', 'mailbox.transient', ews('feed')],
  ['ErrorInternalServerError (HTTP', 'mailbox.transient', ews('mailbox')],
  ['ErrorInvalidSyncStateData', 'mailbox.cursor-expired', ews('feed')],
  ['ErrorInvalidWatermark', 'mailbox.cursor-expired', ews('mailbox')],
  ['ErrorItemNotFound in GetItem', 'mailbox.item-gone', ews('item')],
  ['ErrorItemCorrupt', 'mailbox.item-unreadable', ews('item')],
  ['ErrorBatchProcessingStopped', 'mailbox.transient', ews('item')],
  ['ErrorIrresolvableConflict', 'mailbox.item-conflict', ews('item')],
  ['ErrorMessageSizeExceeded', 'mailbox.item-too-large', ews('item')],
  ['ErrorQuotaExceeded', 'mailbox.full', ews('item')],
  ['ErrorSchemaValidation', 'mailbox.request-invalid', ews('mailbox')],
  [
    'HTTP 302 to /owa/auth',
    'mailbox.not-exchange',
    () => [302, 200, 404, 405].flatMap((one) => ewsStatus(one)('')),
  ],
  ['TLS: unknown CA', 'mailbox.certificate-untrusted', nothingYet],
);

const entraRows = rowsOf(
  'Entra token',
  ['invalid_grant + 50126', 'mailbox.account-locked', entra('invalid_grant')],
  ['invalid_grant + 50173', 'mailbox.grant-ended', entra('invalid_grant')],
  ['invalid_grant or interaction_required', 'mailbox.another-sign-in-step', entra('interaction_required')],
  [
    'invalid_grant + 65001',
    'mailbox.consent-declined',
    (match) => entra('invalid_grant')(match.replace(/\(.*\)/, '')),
  ],
  ['90094, 90095, 90093', 'mailbox.admin-approval-needed', entra('access_denied')],
  ['53000-53004', 'mailbox.sign-in-policy', entra('invalid_grant')],
  ['50105', 'mailbox.not-assigned', entra('invalid_grant')],
  ['50034', 'mailbox.not-found', entra('invalid_grant')],
  ['50053', 'mailbox.account-locked', entra('invalid_grant')],
  ['invalid_client + 7000215', 'mailbox.app-misconfigured', entra('invalid_client', 401)],
  ['temporarily_unavailable', 'mailbox.transient', entra('temporarily_unavailable')],
  ['HTTP 429; 50196', 'mailbox.throttled', entra('invalid_grant')],
);

const graphRows = rowsOf(
  'Graph',
  [
    '401 InvalidAuthenticationToken',
    'mailbox.authorization-revoked',
    graph('mailbox', 401, 'InvalidAuthenticationToken', 'unauthenticated'),
  ],
  [
    '401/403 with WWW-Authenticate',
    'mailbox.authorization-revoked',
    graph('mailbox', 401, 'InvalidAuthenticationToken'),
  ],
  [
    '403 ErrorAccessDenied, Authorization',
    'mailbox.access-denied',
    graph('mailbox', 403, 'ErrorAccessDenied', 'Authorization_RequestDenied', 'accessDenied'),
  ],
  [
    '403 ErrorAccessDenied "Access to OData',
    'mailbox.outside-app-scope',
    graph('mailbox', 403, 'ErrorAccessDenied|Access to OData is disabled: [RAOP]'),
  ],
  [
    '404 MailboxNotEnabledForRESTAPI',
    'mailbox.no-licence',
    graph('mailbox', 404, 'MailboxNotEnabledForRESTAPI', 'MailboxNotSupportedForRESTAPI'),
  ],
  [
    '404 ErrorInvalidUser',
    'mailbox.not-found',
    graph(
      'mailbox',
      404,
      'ErrorInvalidUser',
      'ResourceNotFound',
      'Request_ResourceNotFound',
      'ErrorNonExistentMailbox',
    ),
  ],
  ['404 ErrorItemNotFound', 'mailbox.item-gone', graph('item', 404, 'ErrorItemNotFound')],
  [
    '404 ErrorFolderNotFound',
    'mailbox.cursor-expired',
    graph('feed', 404, 'ErrorFolderNotFound', 'ErrorSyncFolderNotFound'),
  ],
  [
    '410 Gone',
    'mailbox.cursor-expired',
    (match) => [
      ...graph('feed', 410, '')(match),
      ...graph('feed', 400, 'syncStateNotFound', 'SyncStateInvalid', 'resyncRequired')(match),
    ],
  ],
  [
    '429 TooManyRequests',
    'mailbox.throttled',
    graph('mailbox', 429, 'TooManyRequests', 'ApplicationThrottled', 'activityLimitReached'),
  ],
  [
    '503 serviceNotAvailable',
    'mailbox.transient',
    (match) =>
      [503, 504, 500, 509].flatMap((status) =>
        graph('mailbox', status, 'serviceNotAvailable', 'generalException')(match),
      ),
  ],
  [
    '503 MailboxInfoStale',
    'mailbox.transient',
    graph(
      'mailbox',
      503,
      'MailboxInfoStale',
      'ErrorMailboxMoveInProgress',
      'ErrorMailboxStoreUnavailable',
      'ErrorMailboxFailover',
    ),
  ],
  [
    '400 ErrorInvalidIdMalformed',
    'mailbox.request-invalid',
    graph(
      'mailbox',
      400,
      'ErrorInvalidIdMalformed',
      'RequestBroker--ParseUri',
      'BadRequest',
      'invalidRequest',
      'ErrorPropertyValidationFailure',
      'ErrorInvalidRecipients',
    ),
  ],
  [
    '400 ErrorItemCorrupt',
    'mailbox.item-unreadable',
    graph(
      'item',
      400,
      'ErrorItemCorrupt',
      'ErrorContentConversionFailed',
      'ErrorMimeContentInvalidBase64String',
    ),
  ],
  [
    '409 ErrorIrresolvableConflict',
    'mailbox.item-conflict',
    (match) => [409, 412].flatMap((status) => graph('item', status, 'ErrorIrresolvableConflict', '')(match)),
  ],
  [
    '413, ErrorMessageSizeExceeded',
    'mailbox.item-too-large',
    graph('item', 413, '', 'ErrorMessageSizeExceeded', 'RequestBodyTooLarge'),
  ],
  [
    '507 / ErrorQuotaExceeded',
    'mailbox.full',
    graph('mailbox', 507, '', 'ErrorQuotaExceeded', 'ErrorExceededMessageLimit'),
  ],
  ['403 ErrorSendAsDenied', 'mailbox.access-denied', graph('mailbox', 403, 'ErrorSendAsDenied')],
  ['$batch item 424', 'mailbox.transient', graph('item', 424, '')],
);

export const microsoftRows = [...exchangeRows, ...entraRows, ...graphRows];
