import { expect, test } from 'vitest';
import { graphFailure, type Scope } from './failures.ts';
import { readRetryAfter } from './retry-after.ts';

const told = (status: number, code: string, scope: Scope, message = '', isAppOnly = false) =>
  graphFailure({ status, code, message, retryAfter: null }, { scope, now: 0, isAppOnly }).code;

test.each([
  [404, 'ErrorItemNotFound', 'item', 'mailbox.item-gone'],
  [404, 'ErrorItemNotFound', 'feed', 'mailbox.cursor-expired'],
  [404, 'ErrorItemNotFound', 'folder', 'mailbox.cursor-expired'],
  [404, 'MailboxNotEnabledForRESTAPI', 'item', 'mailbox.no-licence'],
  [404, '', 'mailbox', 'mailbox.not-found'],
  [410, '', 'feed', 'mailbox.cursor-expired'],
  [410, 'resyncRequired', 'mailbox', 'mailbox.cursor-expired'],
  [400, 'SYNCSTATENOTFOUND', 'feed', 'mailbox.cursor-expired'],
  [400, 'BadRequest', 'feed', 'mailbox.cursor-expired'],
  [400, 'BadRequest', 'folder', 'mailbox.request-invalid'],
  [400, 'BadRequest', 'item', 'mailbox.item-unreadable'],
  [400, 'ErrorPropertyValidationFailure', 'write', 'mailbox.item-refused'],
  [422, '', 'write', 'mailbox.item-refused'],
  [404, '', 'write', 'mailbox.item-gone'],
  [412, '', 'write', 'mailbox.item-conflict'],
  [403, 'ErrorAccessDenied', 'write', 'mailbox.item-access-denied'],
  [400, 'RequestBroker--ParseUri', 'mailbox', 'mailbox.request-invalid'],
  [403, 'ErrorAccessDenied', 'item', 'mailbox.item-access-denied'],
  [403, 'ErrorAccessDenied', 'mailbox', 'mailbox.access-denied'],
  [409, 'ErrorMailboxMoveInProgress', 'mailbox', 'mailbox.moving'],
  [412, '', 'item', 'mailbox.item-conflict'],
  [413, '', 'item', 'mailbox.item-too-large'],
  [429, 'anything', 'item', 'mailbox.throttled'],
  [500, 'generalException', 'mailbox', 'mailbox.transient'],
  [503, 'MailboxInfoStale', 'item', 'mailbox.transient'],
  [507, '', 'item', 'mailbox.full'],
  [302, '', 'mailbox', 'mailbox.transient'],
] as const)('%i %s of a %s is %s', (status, code, scope, expected) => {
  expect(told(status, code, scope)).toBe(expected);
});

test('an application outside of its scope is told so by its words, and one without a role by being one', () => {
  expect(told(403, 'ErrorAccessDenied', 'mailbox', '', true)).toBe('mailbox.app-consent-missing');
  const words =
    'Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.';
  expect(told(403, 'ErrorAccessDenied', 'item', words)).toBe('mailbox.outside-app-scope');
});

test('waits are read in seconds and as dates, and are never longer than an hour', () => {
  expect(readRetryAfter('12', 0)).toBe(12_000);
  expect(readRetryAfter(new Date(90_000).toUTCString(), 30_000)).toBe(60_000);
  expect(readRetryAfter('999999', 0)).toBe(3_600_000);
  expect(readRetryAfter('soon', 0)).toBeNull();
  expect(readRetryAfter('', 0)).toBeNull();
});
