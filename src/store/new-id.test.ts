import { expect, test } from 'vitest';
import { newId } from './new-id.ts';

test('an id is a UUID v7 that carries its millisecond and sorts by it', () => {
  const early = newId<string>(1_767_600_000_000);
  const late = newId<string>(1_767_600_000_001);
  expect(early).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(early.slice(0, 13).replace('-', ''), 16)).toBe(1_767_600_000_000);
  expect(early < late).toBe(true);
  expect(newId<string>(5)).not.toBe(newId<string>(5));
});
