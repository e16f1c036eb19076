import { expect, test } from 'vitest';
import {
  ACCESS_PROBE_INTERVAL_MS,
  type AccessState,
  goesOnProbing,
  isRejectionOf,
  judgeProbe,
  nextAccessState,
  PROBE_AGAIN_MS,
  PROBE_MAILBOXES_MAX,
  type ProbeAnswer,
  type ProbeVerdict,
  probeAgainMs,
  seenThroughAccess,
  verdictOfRun,
} from './access-circuit.ts';
import { failureCodes } from './catalogue.ts';
import { type Failure, failure } from './failure.ts';

const states: readonly AccessState[] = ['untested', 'working', 'refused'];
const verdicts: readonly ProbeVerdict['kind'][] = ['works', 'refused', 'unknown'];
const denied: Failure = failure('mailbox.impersonation-denied');
const wrong: Failure = failure('mailbox.access-refused');
const busy: Failure = failure('mailbox.throttled');

test('every state and answer of a probe has a cell', () => {
  for (const state of states)
    for (const verdict of verdicts) expect(states).toContain(nextAccessState(state, verdict));
});

test('only a refused probe refuses, only one that works ends a refusal, and trouble changes nothing', () => {
  for (const state of states) {
    expect(nextAccessState(state, 'refused')).toBe('refused');
    expect(nextAccessState(state, 'works')).toBe('working');
    expect(nextAccessState(state, 'unknown')).toBe(state);
  }
});

test('one mailbox that opens says that the access works, whatever the others say', () => {
  for (const answers of [[null], [denied, null], [busy, denied, null]] as ProbeAnswer[][])
    expect(judgeProbe('mailbox', answers)).toEqual({ kind: 'works' });
});

test('all mailboxes refused is the access refused, by the cause that says most', () => {
  expect(judgeProbe('mailbox', [denied, denied, denied])).toEqual({
    kind: 'refused',
    cause: 'mailbox.impersonation-denied',
  });
  expect(judgeProbe('mailbox', [denied, wrong])).toEqual({
    kind: 'refused',
    cause: 'mailbox.access-refused',
  });
});

test('trouble on the way, trouble of the other side, and no answer at all find nothing out', () => {
  for (const answers of [[], [busy], [denied, busy], [failure('crm.access-refused')]] as ProbeAnswer[][])
    expect(judgeProbe('mailbox', answers)).toEqual({ kind: 'unknown' });
});

test('a probe stops at a success, at a credential that was itself refused, and at its most', () => {
  expect(goesOnProbing('mailbox', [])).toBe(true);
  expect(goesOnProbing('mailbox', [denied])).toBe(true);
  expect(goesOnProbing('mailbox', [null])).toBe(false);
  expect(goesOnProbing('mailbox', [wrong])).toBe(false);
  expect(goesOnProbing('mailbox', Array(PROBE_MAILBOXES_MAX).fill(denied))).toBe(false);
});

test('a refused access is asked every half hour, one in doubt soon, and a working one not at all', () => {
  expect(probeAgainMs('refused', 'refused')).toBe(ACCESS_PROBE_INTERVAL_MS);
  expect(probeAgainMs('refused', 'unknown')).toBe(PROBE_AGAIN_MS);
  expect(probeAgainMs('working', 'unknown')).toBe(PROBE_AGAIN_MS);
  expect(probeAgainMs('working', 'works')).toBeNull();
});

test('a run counts against the access of the side that refused it, and against no other', () => {
  const failed = (of: Failure) => ({ kind: 'failed', failure: of }) as const;
  expect(verdictOfRun('mailbox', failed(denied))).toBe('rejected');
  expect(verdictOfRun('crm', failed(denied))).toBe('nothing');
  expect(verdictOfRun('crm', failed(failure('crm.app-not-allowed')))).toBe('rejected');
  expect(verdictOfRun('mailbox', failed(busy))).toBe('nothing');
  expect(verdictOfRun('mailbox', { kind: 'abandoned' })).toBe('nothing');
  expect(verdictOfRun('mailbox', { kind: 'done' })).toBe('accepted');
  expect(verdictOfRun('crm', { kind: 'more' })).toBe('accepted');
});

test('through an access nobody is asked for a password of his own, and the vendor’s word stays', () => {
  const seen = seenThroughAccess(failure('mailbox.credentials-rejected', { vendorCode: 'HTTP 401' }));
  expect(seen).toEqual(failure('mailbox.access-refused', { vendorCode: 'HTTP 401' }));
  expect(seenThroughAccess(failure('crm.authorization-revoked')).code).toBe('crm.access-refused');
  expect(seenThroughAccess(denied)).toBe(denied);
  for (const code of failureCodes) {
    const through = seenThroughAccess(failure(code));
    if (through.kind === 'credentials-rejected') expect(through.code).toMatch(/\.access-refused$/);
    expect(isRejectionOf('mailbox', through) && isRejectionOf('crm', through)).toBe(false);
  }
});
