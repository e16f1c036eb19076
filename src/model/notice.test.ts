/** Which moves of a mailbox people are told of (N1). */
import { expect, test } from 'vitest';
import { mailboxStates } from './mailbox-state.ts';
import { isStopped, noticeOfMove } from './notice.ts';

test('sync stands still because of an error in two states alone', () => {
  expect(mailboxStates.filter(isStopped)).toEqual(['authorization-required', 'suspended']);
});

test('every move into a stop is told, also from one stop to another, and standing in it is not', () => {
  for (const to of ['authorization-required', 'suspended'] as const)
    for (const from of mailboxStates)
      expect(noticeOfMove(from, to), `${from} to ${to}`).toBe(from === to ? null : 'stopped');
});

test('recovery is told where sync goes on after a stop, and of no other move', () => {
  for (const to of mailboxStates.filter((state) => !isStopped(state)))
    for (const from of mailboxStates) {
      const isRecovery = to === 'active' && ['authorization-required', 'suspended'].includes(from);
      expect(noticeOfMove(from, to), `${from} to ${to}`).toBe(isRecovery ? 'recovered' : null);
    }
});
