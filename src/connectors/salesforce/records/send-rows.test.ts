import { expect, test } from 'vitest';
import { batchesOf, type RowWrite } from './send-rows.ts';

const write = (more: Partial<RowWrite> = {}): RowWrite => ({
  method: 'POST',
  object: 'Task',
  row: { Subject: 'x' },
  recordId: null,
  parent: '',
  allowDuplicate: false,
  ...more,
});

test('children of one parent are neighbours, and no batch is above 200 rows or 8 MB', () => {
  const writes = Array.from({ length: 450 }, (_, at) =>
    write({ parent: `parent ${at % 7}`, row: { Description: 'ä'.repeat(at % 3 === 0 ? 32_000 : 10) } }),
  );
  const batches = batchesOf(writes);
  expect(batches.flat()).toHaveLength(450);
  for (const batch of batches) {
    expect(batch.length).toBeLessThanOrEqual(200);
    expect(Buffer.byteLength(JSON.stringify(batch.map(({ row }) => row)))).toBeLessThan(8 * 1024 * 1024);
  }
  const parents = batches.flat().map(({ parent }) => parent);
  expect(parents.filter((parent, at) => parent !== parents[at - 1])).toHaveLength(7);
});

test('a request has one method, one object and one wish about duplicates', () => {
  const batches = batchesOf([
    write(),
    write({ method: 'PATCH' }),
    write({ allowDuplicate: true }),
    write({ object: 'Account' }),
    write({ row: { Subject: '@{w.id}' } }),
    write(),
  ]);
  expect(batches.map(({ length }) => length).toSorted()).toEqual([1, 1, 1, 1, 2]);
});
