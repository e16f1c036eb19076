import { expect, test } from 'vitest';
import { toLongId, userIdOf } from './record-id.ts';

test('spells the case of a short id out', () => {
  expect(toLongId('001Da00000xnAkB')).toBe('001Da00000xnAkBIAU');
  expect(toLongId('0065500000KQ12X')).toBe('0065500000KQ12XAAT');
  expect(toLongId('001Da00000xnAkBIAU')).toBe('001Da00000xnAkBIAU');
});

test('finds the user in an identity URL', () => {
  expect(userIdOf('https://login.salesforce.com/id/00D000000000001AAA/0065500000KQ12X')).toBe(
    '0065500000KQ12XAAT',
  );
  expect(userIdOf('https://login.salesforce.com/id/nobody')).toBeNull();
});
