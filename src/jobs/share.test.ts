import { expect, test } from 'vitest';
import type { OrganizationId } from '../model/ids.ts';
import { fullOrganizations, shareOf } from './share.ts';

test('one organization takes half of the places at most while others wait', () => {
  expect([1, 2, 3, 8].map(shareOf)).toEqual([1, 1, 2, 4]);
});

test('organizations are full when they have their share', () => {
  const running = ['a', 'a', 'b'].map((id) => ({ organizationId: id as OrganizationId }));
  expect(fullOrganizations(running, 2)).toEqual(['a']);
});
