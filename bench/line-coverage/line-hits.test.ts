/** Goal: the figures of `npm run coverage` are what the runs saw. Method: small counts by hand, added up and told by room. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addHits, asPartial, hitsByFile, mergePartials, ROOT } from './line-hits.ts';
import { countRooms, mostUnrun, percent, roomLine } from './rooms.ts';

const statement = (line: number) => ({ start: { line } });
const digest = () => 'same';
const run = (project: string) => ({ project, failed: false, inPart: false });

test('a line ran as often as the statement on it that ran most, and paths are those of the repository', () => {
  const statements = {
    [join(ROOT, 'src/model/a.ts')]: {
      statementMap: { 0: statement(3), 1: statement(3), 2: statement(9) },
      s: { 0: 1, 1: 4, 2: 0 },
    },
  };
  expect([...hitsByFile(statements)]).toEqual([['src/model/a.ts', { 3: 4, 9: 0 }]]);
});

test('what a browser ran adds to lines that hold a statement, and makes no new ones', () => {
  expect(addHits({ 3: 0, 4: 2 }, { 3: 5, 4: 1, 7: 9 })).toEqual({ 3: 5, 4: 3 });
  expect(addHits({ 3: 0 }, undefined)).toEqual({ 3: 0 });
});

describe('several projects', () => {
  const first = asPartial(run('unit'), new Map([['src/model/a.ts', { 3: 1, 9: 0 }]]), digest);
  const second = asPartial(run('api'), new Map([['src/model/a.ts', { 3: 0, 9: 2, 12: 0 }]]), digest);

  test('add up line by line', () => {
    const { byFile, changed } = mergePartials([first, second], digest);
    expect([...byFile]).toEqual([['src/model/a.ts', { 3: 1, 9: 2, 12: 0 }]]);
    expect([...changed]).toEqual([]);
  });

  test('leave out a file that has changed since, and say so', () => {
    const { byFile, changed } = mergePartials([first, second], () => 'other');
    expect([...byFile]).toEqual([]);
    expect([...changed]).toEqual([
      ['unit', 1],
      ['api', 1],
    ]);
  });
});

describe('the rooms', () => {
  const byFile = new Map([
    ['src/web/admin/x.tsx', { 1: 1, 2: 0, 3: 0 }],
    ['src/api/y.ts', { 5: 1 }],
    ['src/api/types.ts', {}],
  ]);

  test('are told by name, the whole last', () => {
    expect(countRooms(byFile)).toEqual([
      { name: 'src/api', files: 2, ran: 1, lines: 1 },
      { name: 'src/web', files: 1, ran: 1, lines: 3 },
      { name: 'src', files: 3, ran: 2, lines: 4 },
    ]);
    expect(countRooms(byFile).map(roomLine).at(-1)).toBe('src               50.0 %  2 of 4 lines in 3 files');
  });

  test('are never told better than they are', () => {
    expect(percent({ ran: 8_999, lines: 10_000 })).toBe('89.9');
    expect(percent({ ran: 0, lines: 0 })).toBe('100.0');
  });

  test('name the lines that no test runs, most first', () => {
    expect(mostUnrun(byFile, 5)).toEqual([{ file: 'src/web/admin/x.tsx', lines: [2, 3] }]);
  });
});
