import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from './clock.ts';

test('durations are multiples of each other', () => {
  expect([MINUTE / SECOND, HOUR / MINUTE, DAY / HOUR]).toEqual([60, 60, 24]);
});
