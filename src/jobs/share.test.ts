import { expect, test } from 'vitest';
import { claimWish, shareOf, stageAfter } from './share.ts';

test('one organization takes half of the places at most while others wait', () => {
  expect([1, 2, 3, 8].map(shareOf)).toEqual([1, 1, 2, 4]);
});

test('organizations that have their share are passed over, until nobody else waits', () => {
  const running = new Map([
    ['a', 2],
    ['b', 1],
  ]);
  expect(claimWish(running, 4, 'below-share')).toEqual({ limit: 1, except: ['a'] });
  expect(claimWish(running, 5, 'anybody')).toEqual({ limit: 2, except: [] });
  expect(claimWish(running, 3, 'below-share')).toBeNull();
});

test('a worker asks on while it gets as many as it wished for, and then whether those who were passed over want more', () => {
  const wish = { limit: 2, except: ['a'] };
  expect(stageAfter('below-share', wish, 2)).toBe('below-share');
  expect(stageAfter('below-share', wish, 1)).toBe('anybody');
  expect(stageAfter('below-share', { limit: 2, except: [] }, 1)).toBeNull();
  expect(stageAfter('anybody', { limit: 2, except: [] }, 2)).toBe('anybody');
  expect(stageAfter('anybody', { limit: 2, except: [] }, 1)).toBeNull();
});
