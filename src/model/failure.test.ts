/** What a failure is and what follows from it (R8, R9): code and kind never disagree, and only the mail server's refusals count as such. */
import { expect, test } from 'vitest';
import { catalogue, failureCodes, isFailureCode } from './catalogue.ts';
import { dispositionOf, dispositions, failure, RemoteFailure } from './failure.ts';

test('a failure has the kind of its code, and whatever else is known of it', () => {
  for (const code of failureCodes) expect(failure(code)).toEqual({ code, kind: catalogue[code].kind });
  const details = { retryAfterMs: 5, vendorCode: 'HTTP 503', fields: ['Name'] };
  expect(failure('crm.transient', details)).toEqual({ code: 'crm.transient', kind: 'transient', ...details });
});

test('an error of a connector names code and vendor’s code, and keeps its cause for debuggers', () => {
  const cause = new Error('what the vendor said');
  const named = new RemoteFailure(failure('mailbox.throttled', { vendorCode: 'ErrorServerBusy' }), cause);
  expect(named.message).toBe('mailbox.throttled (ErrorServerBusy)');
  expect(new RemoteFailure(failure('mailbox.throttled')).message).toBe('mailbox.throttled');
  expect([named.name, named.cause, named.failure.code]).toEqual([
    'RemoteFailure',
    cause,
    'mailbox.throttled',
  ]);
});

test('a refusal counts towards re-authorisation by the mail server alone; elsewhere it is a failed run', () => {
  for (const code of failureCodes) {
    const { kind, side } = catalogue[code];
    const row = dispositions[kind];
    const counts = row.counts === 'rejection' && side !== 'mailbox' ? 'failure' : row.counts;
    expect(dispositionOf(failure(code)), code).toEqual({ ...row, counts });
  }
});

test('what a run may repeat is passing trouble, never a refused credential', () => {
  const repeated = failureCodes.filter((code) => dispositionOf(failure(code)).repeats);
  expect(new Set(repeated.map((code) => catalogue[code].kind))).toEqual(
    new Set(['transient', 'unreachable']),
  );
});

test('a code is one that the catalogue itself has', () => {
  expect(failureCodes.every(isFailureCode)).toBe(true);
  for (const none of ['', 'crm', 'toString', '__proto__', 'crm.no-such-thing'])
    expect(isFailureCode(none)).toBe(false);
});
