/** Goal: docs/logs.md lists every event that is logged, and none that is not. Method: the events are read out of the source, where each stands as a text. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

test('every event of the log has its line, and every line its event', () => {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'src'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('src/web/'));
  const word = "'([a-z]+\\.[a-z-]+)'";
  const shapes = [
    new RegExp(`\\blog\\((?:ports, claim, |\\s*\\w+ \\? )?\\s*${word}(?:\\s*:\\s*${word})?`, 'g'),
    /\bevent: '([a-z]+\.fault)'/g,
  ];
  const logged = new Set(
    files.flatMap((file) => {
      const text = read(file);
      return shapes.flatMap((shape) =>
        [...text.matchAll(shape)].flatMap(([, one, other]) =>
          [one, other].filter((name) => name !== undefined),
        ),
      );
    }),
  );
  const documented = [...read('docs/logs.md').matchAll(/^\| `([a-z]+\.[a-z-]+)` \|/gm)].map(
    ([, name]) => name ?? '',
  );
  expect(documented.toSorted()).toEqual([...logged].toSorted());
  expect(new Set(documented).size).toBe(documented.length);
});
