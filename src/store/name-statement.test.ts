import { expect, test } from 'vitest';
import { nameStatement } from './name-statement.ts';

test('a statement is called by its verb and its table, and nothing of its values', () => {
  expect(nameStatement('select id from mailboxes where address = $1')).toBe('select mailboxes');
  expect(
    nameStatement(
      'with due as (select id from schedules for update skip locked) update schedules set due_at = $1',
    ),
  ).toBe('update schedules');
  expect(nameStatement('insert into runs (id) values ($1) on conflict do nothing')).toBe('insert runs');
  expect(nameStatement('delete from claims where ctid in (select ctid from claims)')).toBe('delete claims');
  expect(nameStatement('select $1::text')).toBe('select');
});
