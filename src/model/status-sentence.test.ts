/** The one sentence about a mailbox (N3): which of several truths is said, in which tone. */
import { describe, expect, test } from 'vitest';
import { catalogue } from './catalogue.ts';
import { mailboxStates } from './mailbox-state.ts';
import { calmFacts, type StatusFacts, statusSentence } from './status-sentence.ts';

const say = (change: Partial<StatusFacts>) => statusSentence({ ...calmFacts, ...change });
const why = catalogue['mailbox.unreachable'].user;
const cause = 'mailbox.unreachable';

test('every state has a tone, and says something', () => {
  const tones = mailboxStates.map((state) => [state, say({ state }).tone]);
  expect(Object.fromEntries(tones)).toEqual({
    'not-activated': 'waiting',
    active: 'good',
    paused: 'waiting',
    'authorization-required': 'bad',
    suspended: 'bad',
    deactivated: 'waiting',
  });
  expect(new Set(mailboxStates.map((state) => say({ state }).text)).size).toBe(mailboxStates.length);
});

test('a stop says its cause, where there is one, and ends without a blank where there is none', () => {
  for (const state of ['authorization-required', 'suspended'] as const) {
    expect(say({ state, cause }).text.endsWith(`. ${why}`)).toBe(true);
    expect(say({ state }).text).toMatch(/\.$/);
  }
});

test('a mailbox that never was started says whether one is connected', () => {
  const [there, none] = [true, false].map((connected) => say({ state: 'not-activated', connected }).text);
  expect(there).toMatch(/^Connected/);
  expect(none).toMatch(/^No mailbox/);
});

test('a pause says who made it and whether it ends by itself', () => {
  const paused = (change: Partial<StatusFacts>) => say({ state: 'paused', ...change }).text;
  expect(paused({ pausedBy: 'user' })).toBe('Sync is paused.');
  expect(paused({ pausedBy: 'admin' })).toBe('Sync is paused by an administrator.');
  expect(paused({ pausedBy: 'user', endsByItself: true })).toBe('Sync is paused and goes on by itself.');
  expect(paused({ pausedBy: 'profile', endsByItself: true })).toMatch(/whole profile/);
});

describe('an active mailbox', () => {
  test('that runs, or goes on in a moment, says so before all else', () => {
    const trouble = { cause, isLate: true, guarded: true, missing: 3 } as const;
    for (const busy of [{ running: true }, { more: true }]) {
      expect(say({ ...trouble, ...busy })).toEqual({ tone: 'busy', text: 'Syncing now.' });
      expect(say({ ...busy, everSucceeded: false }).text).toMatch(/^The first sync/);
    }
  });

  test('says that it waits for an allowance before that it is late, and that before a failed run', () => {
    expect(say({ guarded: true, isLate: true, cause })).toEqual({
      tone: 'waiting',
      text: `Sync waits. ${catalogue['crm.api-share-used'].user}`,
    });
    const late = say({ isLate: true, cause, missing: 2 });
    expect(late.tone).toBe('bad');
    expect(late.text.startsWith(`Sync is late. ${why} `)).toBe(true);
    expect(say({ cause, missing: 2 })).toEqual({
      tone: 'waiting',
      text: `The last run did not go through. ${why}`,
    });
  });

  test('counts what the daily check found missing', () => {
    expect(say({ missing: 1 }).text).toMatch(/^1 mail was found missing/);
    expect(say({ missing: 2 }).text).toMatch(/^2 mails were found missing/);
    expect(say({ missing: 2 }).tone).toBe('waiting');
  });

  test('that never had a good run is about to have its first, whatever is counted as missing', () => {
    expect(say({ everSucceeded: false, missing: 3 })).toMatchObject({ tone: 'busy' });
    expect(say({ everSucceeded: false }).text).toMatch(/^The first sync starts/);
  });
});
