import { expect, test } from 'vitest';
import { defaultSettings } from '../model/settings.ts';
import { DELETIONS_FREE, isHeld } from './breaker.ts';

test('a few deletions go through, whatever their share', () => {
  expect(isHeld(DELETIONS_FREE, DELETIONS_FREE, defaultSettings)).toBe(false);
});

test('a large share is held, and so is a large number', () => {
  expect(isHeld(11, 50, defaultSettings)).toBe(true);
  expect(isHeld(11, 55, defaultSettings)).toBe(false);
  expect(isHeld(50, 100_000, defaultSettings)).toBe(false);
  expect(isHeld(51, 100_000, defaultSettings)).toBe(true);
});

test('a limit of none holds everything', () => {
  expect(isHeld(1, 1_000, { deletionsMax: 0, deletionShareMax: 1 })).toBe(true);
});
