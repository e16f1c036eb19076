/** The one button of a person's page. */
import { describe, expect, test } from 'vitest';
import { mendingOf } from './mending.ts';

const all = ['enable', 'disable', 'sync-now', 'check-access', 'reset', 'delete', 'force-delete'] as const;
const user = {
  state: 'active',
  isLate: false,
  mailAccess: null,
  may: [...all],
  mailbox: null,
} as Parameters<typeof mendingOf>[0];
const access = { id: 'access-1', name: 'Service account' };

describe('what mends it', () => {
  test('is nothing where nothing is wrong', () => {
    expect(mendingOf(user)).toBeNull();
  });

  test.each([
    ['late', { isLate: true }, { kind: 'act', act: 'sync-now' }],
    ['paused', { state: 'paused' }, { kind: 'act', act: 'enable' }],
    ['suspended', { state: 'suspended' }, { kind: 'act', act: 'sync-now' }],
    ['refused by himself', { state: 'authorization-required' }, { kind: 'tell' }],
    ['refused through an access', { state: 'authorization-required', mailAccess: access }, { kind: 'check' }],
    ['not activated, by himself', { state: 'not-activated' }, { kind: 'tell' }],
    ['not activated, through an access', { state: 'not-activated', mailAccess: access }, { kind: 'check' }],
  ] as const)('%s', (_name, changes, expected) => {
    expect(mendingOf({ ...user, ...changes })).toEqual(expected);
  });

  test('is never what may not be done', () => {
    expect(mendingOf({ ...user, state: 'paused', may: [] })).toBeNull();
    expect(mendingOf({ ...user, state: 'suspended', may: ['enable'] })).toEqual({
      kind: 'act',
      act: 'enable',
    });
  });
});
