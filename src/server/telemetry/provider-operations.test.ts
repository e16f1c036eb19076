/** Goal: the closed set of operation names has every name that a connector counts under. Method: the connectors' own source is read for them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { operationWord, statusClass } from './provider-operations.ts';

const connectors = join(import.meta.dirname, '..', '..', 'connectors');

test('every operation that the connectors name is known', () => {
  const files = readdirSync(connectors, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  );
  const names = files.flatMap((name) => {
    const text = readFileSync(join(connectors, name), 'utf8');
    const named = [...text.matchAll(/\boperation: '([^']+)'/g), ...text.matchAll(/\bsend\('([A-Z]\w+)'/g)];
    const ofGoogle = name.startsWith('google')
      ? [...text.matchAll(/\bmethod: '([a-z][\w.]+)'/g)].filter(
          ([, word]) => !/^(GET|POST)$/.test(word ?? ''),
        )
      : [];
    const asked = [...text.matchAll(/\b(?:readQueries|tryQueries|sendComposite)\([^;]*?,\s*'([a-z-]+)'/g)];
    return [...named, ...ofGoogle, ...asked].map((found) => found[1] ?? '');
  });
  expect(names.length).toBeGreaterThan(80);
  expect([...new Set(names)].filter((name) => operationWord(name) !== name)).toEqual([]);
});

test('what is unknown is told as other, whatever it holds', () => {
  expect(operationWord('anna@acme.test')).toBe('other');
  expect(operationWord('batch AAMkAGI2')).toBe('other');
  expect(operationWord(undefined)).toBe('other');
  expect(operationWord('batch messages.get')).toBe('batch messages.get');
});

test('a status is told as its class, and a wish for patience as such', () => {
  expect([200, 304, 404, 429, 503, 500, null].map(statusClass)).toEqual([
    '2xx',
    '3xx',
    '4xx',
    'throttled',
    'throttled',
    '5xx',
    'none',
  ]);
});
