import { expect, test } from 'vitest';
import { groupOf } from './telemetry.ts';
import { type VerdictCode, verdictTexts } from './verdict.ts';

test('every verdict has its group, and what was written somewhere its direction', () => {
  for (const verdict of Object.keys(verdictTexts) as VerdictCode[]) {
    const { direction, group } = groupOf(verdict);
    const writes = group === 'created' || group === 'updated' || group === 'removed';
    expect([verdict, direction !== 'none']).toEqual([verdict, writes]);
    expect([verdict, group === 'skipped']).toEqual([verdict, verdict.startsWith('skipped.')]);
  }
  expect(groupOf('parked.issue').group).toBe('waiting');
  expect(groupOf('synced.updated-item')).toEqual({ direction: 'to-mailbox', group: 'updated' });
});
