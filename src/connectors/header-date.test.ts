import { expect, it } from 'vitest';
import { readDateHeader } from './header-date.ts';

it('reads a date with its comment, and none from what is no date', () => {
  expect(readDateHeader('Mon, 05 Jan 2026 07:00:00 +0000 (UTC)')).toBe(Date.UTC(2026, 0, 5, 7));
  expect([readDateHeader(null), readDateHeader('(never'), readDateHeader('0001-01-01')]).toEqual([
    null,
    null,
    null,
  ]);
});

it('reads no date from a header that is longer than a line may be, however many comments it begins', () => {
  // Each opening bracket looked for its end in all that follows: 250,000,000,000 steps, and this would not end.
  expect(readDateHeader('('.repeat(500_000))).toBeNull();
});
