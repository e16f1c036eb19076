import { expect, test } from 'vitest';
import { provisioningMode } from './provisioning-modes.ts';

test('each of the four modes has words of its own', () => {
  const modes = [
    provisioningMode(true, true),
    provisioningMode(true, false),
    provisioningMode(false, true),
    provisioningMode(false, false),
  ];
  expect(new Set(modes.map(({ title }) => title)).size).toBe(4);
  expect(modes[0]?.about).toContain('do nothing');
  expect(modes[1]?.about).toContain('logs in with Salesforce once');
  expect(modes[2]?.about).toContain('connects his own mailbox');
});
