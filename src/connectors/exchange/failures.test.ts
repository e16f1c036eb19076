import { describe, expect, it } from 'vitest';
import { NetworkError } from '../http.ts';
import {
  isOffice365Host,
  networkFailure,
  readFault,
  readRetryAfter,
  responseFailure,
  statusFailure,
} from './failures.ts';
import { readXmlText } from './soap.ts';

describe('responseFailure', () => {
  it.each([
    ['ErrorPasswordExpired', 'mailbox', 'mailbox.password-expired'],
    ['ErrorAccountDisabled', 'mailbox', 'mailbox.account-disabled'],
    ['ErrorImpersonateUserDenied', 'mailbox', 'mailbox.impersonation-denied'],
    ['ErrorAccessDenied', 'mailbox', 'mailbox.access-denied'],
    ['ErrorAccessDenied', 'item', 'mailbox.item-access-denied'],
    ['ErrorItemNotFound', 'mailbox', 'mailbox.access-denied'],
    ['ErrorItemNotFound', 'item', 'mailbox.item-gone'],
    ['ErrorNonExistentMailbox', 'mailbox', 'mailbox.not-found'],
    ['ErrorMailboxMoveInProgress', 'item', 'mailbox.moving'],
    ['ErrorServerBusy', 'item', 'mailbox.throttled'],
    ['ErrorExceededConnectionCount', 'mailbox', 'mailbox.throttled'],
    ['ErrorTimeoutExpired', 'mailbox', 'mailbox.transient'],
    ['ErrorInternalServerError', 'mailbox', 'mailbox.transient'],
    ['ErrorInvalidSyncStateData', 'feed', 'mailbox.cursor-expired'],
    ['ErrorSyncFolderNotFound', 'feed', 'mailbox.cursor-expired'],
    ['ErrorItemCorrupt', 'item', 'mailbox.item-unreadable'],
    ['ErrorMimeContentConversionFailed', 'item', 'mailbox.item-unreadable'],
    ['ErrorIrresolvableConflict', 'item', 'mailbox.item-conflict'],
    ['ErrorMessageSizeExceeded', 'item', 'mailbox.item-too-large'],
    ['ErrorQuotaExceeded', 'item', 'mailbox.full'],
    ['ErrorSchemaValidation', 'mailbox', 'mailbox.request-invalid'],
    ['Client', 'mailbox', 'mailbox.request-invalid'],
    ['ErrorNeverHeardOf', 'mailbox', 'mailbox.transient'],
    ['ErrorNeverHeardOf', 'item', 'mailbox.item-unreadable'],
    ['ErrorNeverHeardOf', 'write', 'mailbox.item-refused'],
    ['ErrorCalendarDurationIsTooLong', 'write', 'mailbox.item-refused'],
    ['ErrorInvalidPropertySet', 'write', 'mailbox.item-refused'],
    ['ErrorInvalidPropertySet', 'item', 'mailbox.request-invalid'],
    ['ErrorItemCorrupt', 'write', 'mailbox.item-unreadable'],
    ['ErrorIrresolvableConflict', 'write', 'mailbox.item-conflict'],
    ['ErrorQuotaExceeded', 'write', 'mailbox.full'],
    ['ErrorInvalidSomething', 'mailbox', 'mailbox.request-invalid'],
  ] as const)('reads %s of a %s as %s', (code, scope, expected) => {
    expect(responseFailure(code, scope).code).toBe(expected);
  });

  it('carries the wait and the vendor word, and no message', () => {
    expect(responseFailure('ErrorServerBusy', 'mailbox', 5_000)).toMatchObject({
      kind: 'throttled',
      retryAfterMs: 5_000,
      vendorCode: 'ErrorServerBusy',
    });
    expect(responseFailure('Dear Ann, your mail', 'item').vendorCode).toBe('UNKNOWN');
  });
});

describe('statusFailure', () => {
  it.each([
    [302, 'mailbox.not-exchange'],
    [200, 'mailbox.not-exchange'],
    [403, 'mailbox.ews-switched-off'],
    [404, 'mailbox.not-exchange'],
    [405, 'mailbox.not-exchange'],
    [440, 'mailbox.not-exchange'],
    [456, 'mailbox.account-disabled'],
    [429, 'mailbox.throttled'],
    [503, 'mailbox.throttled'],
    [500, 'mailbox.transient'],
    [502, 'mailbox.transient'],
    [400, 'mailbox.request-invalid'],
  ])('reads HTTP %i as %s', (status, expected) => {
    expect(statusFailure(status, 'mail.corp.example', null).code).toBe(expected);
  });

  it('sends people of the cloud to Office 365', () => {
    expect(statusFailure(403, 'outlook.office365.com', null).code).toBe('mailbox.use-office-365');
    expect(isOffice365Host('OUTLOOK.office.com.')).toBe(true);
    expect(isOffice365Host('mail.notoffice365.com')).toBe(false);
  });
});

it('tells certificates from lost networks', () => {
  expect(networkFailure(new NetworkError('certificate', 'CERT_HAS_EXPIRED')).code).toBe(
    'mailbox.certificate-untrusted',
  );
  expect(networkFailure(new NetworkError('timeout', 'DEADLINE')).code).toBe('mailbox.unreachable');
});

describe('readFault', () => {
  const fault = (inside: string): string =>
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">' +
    `<s:Body><s:Fault>${inside}</s:Fault></s:Body></s:Envelope>`;

  it('reads the response code and the back-off of the detail', async () => {
    const text = fault(
      '<faultcode>a:ErrorServerBusy</faultcode><detail><e:ResponseCode> ErrorServerBusy </e:ResponseCode>' +
        '<t:MessageXml><t:Value Name="BackOffMilliseconds">1234</t:Value></t:MessageXml></detail>',
    );
    expect(readFault(await readXmlText(text))).toEqual({ code: 'ErrorServerBusy', backOffMs: 1_234 });
  });

  it.each([
    ['a:ErrorSchemaValidation', 'ErrorSchemaValidation'],
    ['s:Client', 'Client'],
    ['s:Server', 'ErrorInternalServerError'],
  ])('reads the fault code %s where there is no detail', async (written, code) => {
    const root = await readXmlText(fault(`<faultcode>${written}</faultcode>`));
    expect(readFault(root)).toEqual({ code, backOffMs: null });
  });
});

it('reads Retry-After as seconds or as a date, an hour at most', () => {
  expect(readRetryAfter('30', 0)).toBe(30_000);
  expect(readRetryAfter('Thu, 01 Jan 1970 00:01:00 GMT', 0)).toBe(60_000);
  expect(readRetryAfter('999999', 0)).toBe(3_600_000);
  expect(readRetryAfter('soon', 0)).toBeNull();
});
