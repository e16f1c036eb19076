import { expect, test } from 'vitest';
import { rolloutFormSchema } from '../../../api-schema/admin/rollouts.ts';
import { countPath, everybody, whoOf } from './people-choice.ts';

const profileId = crypto.randomUUID();

test('everybody is an empty filter', () => {
  expect(whoOf(everybody)).toEqual({ filter: {} });
  expect(countPath(everybody, 'p-1')).toBe('/users?profile=p-1&limit=1');
});

test('a filter is counted and sent alike', () => {
  const choice = { ...everybody, kind: 'filter', search: ' ber ', status: 'not-activated' } as const;
  expect(countPath(choice, 'p-1')).toBe('/users?search=ber&status=not-activated&profile=p-1&limit=1');
  expect(rolloutFormSchema.parse({ profileId, who: whoOf(choice) }).who).toEqual({
    filter: { search: 'ber', status: 'not-activated' },
  });
});

test('a filter that was left does not count any more', () => {
  expect(whoOf({ ...everybody, search: 'ber' })).toEqual({ filter: {} });
});

test('single people are named', () => {
  const id = crypto.randomUUID();
  expect(whoOf({ ...everybody, kind: 'some', people: [{ id, name: 'Anna' }] })).toEqual({ userIds: [id] });
});
