/** Goal: the written score is that of the report. Method: a small report by hand. */
import { expect, test } from 'vitest';
import { killedPercent, scoreFiles, scoreFolders, scoreSection } from './mutation-score.ts';

const mutants = (...statuses: string[]) => ({ mutants: statuses.map((status) => ({ status })) });
const report = {
  files: {
    'src/model/b.ts': mutants('Killed', 'Timeout', 'NoCoverage', 'Ignored'),
    'src/model/words.ts': mutants('Ignored', 'CompileError'),
    'src/decide/a.ts': mutants('Killed', 'Killed', 'Killed', 'Survived', 'RuntimeError'),
  },
};

test('a change counts as killed when a test fails or never ends, as alive when none sees it, and else nowhere', () => {
  expect(scoreFiles(report)).toEqual([
    { name: 'src/decide/a.ts', killed: 3, alive: 1 },
    { name: 'src/model/b.ts', killed: 2, alive: 1 },
  ]);
});

test('folders add up, and the whole stands last', () => {
  expect(scoreFolders(scoreFiles(report))).toEqual([
    { name: 'src/decide', killed: 3, alive: 1 },
    { name: 'src/model', killed: 2, alive: 1 },
    { name: 'all', killed: 5, alive: 2 },
  ]);
});

test('a score is never told better than it is', () => {
  expect(killedPercent({ name: '', killed: 8_499, alive: 1_501 })).toBe('84.9');
});

test('the section names the files that miss the aim', () => {
  const text = scoreSection(report, 'Made by hand.', 70);
  expect(text).toContain('| all | 7 | 5 | 71.4 % |');
  expect(text.split('Files below the aim:')[1]).toContain('| src/model/b.ts | 3 | 2 | 66.6 % |');
  expect(scoreSection(report, 'Made by hand.', 60)).toContain('No file is below the aim.');
});
