import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chunkQueries, encodeSoql, inList, quoteSoql, quoteSoqlContaining, soqlName } from './soql.ts';

const seeded = { seed: 20_261_123 };

/** Reads a literal back the way the SOQL reference describes, to judge the writer by. */
function readLiteral(literal: string): string {
  expect(literal.startsWith("'") && literal.endsWith("'")).toBe(true);
  const back: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };
  let text = '';
  for (let index = 1; index < literal.length - 1; index += 1) {
    const character = literal[index];
    expect(character).not.toBe("'");
    if (character !== '\\') {
      text += character;
      continue;
    }
    index += 1;
    expect(index).toBeLessThan(literal.length - 1);
    const escaped = literal[index] ?? '';
    text += back[escaped] ?? escaped;
  }
  return text;
}

test('no text breaks out of its quotes, and it reads back as it was', () => {
  fc.assert(
    fc.property(
      fc
        .array(fc.constantFrom("'", '\\', '"', '\n', ' OR ', 'a', 'é', '😀', '%'))
        .map((parts) => parts.join('')),
      (text) => {
        expect(readLiteral(quoteSoql(text))).toBe(text);
      },
    ),
    seeded,
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      readLiteral(quoteSoql(text));
    }),
    seeded,
  );
});

test('wildcards of a text stand for themselves', () => {
  expect(quoteSoqlContaining("50%_o'f")).toBe("'%50\\%\\_o\\'f%'");
});

test('names are names', () => {
  expect(soqlName('ContentDocument.Title')).toBe('ContentDocument.Title');
  for (const name of ['', 'a b', "x'", 'x)', '1a', 'a..b', 'a.b.c.d.e.f'])
    expect(() => soqlName(name), name).toThrow();
});

test('pieces hold every value once, in order, and fit the request line', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ minLength: 1, maxLength: 60 }), { maxLength: 400 }),
      fc.integer({ min: 600, max: 5_000 }),
      (values, bytesMax) => {
        const parts: string[] = [];
        const queries = chunkQueries(
          values,
          (part) => `SELECT Id FROM Contact WHERE ${inList('Email', part)}`,
          bytesMax,
        );
        for (const query of queries) {
          expect(encodeSoql(query).length).toBeLessThanOrEqual(bytesMax);
          parts.push(query);
        }
        expect(values.map(quoteSoql).join(',')).toBe(
          parts.map((query) => query.slice(query.indexOf('(') + 1, -1)).join(','),
        );
      },
    ),
    { ...seeded, numRuns: 60 },
  );
});

test('an encoded query is what a server reads', () => {
  const query = "SELECT Id FROM Contact WHERE Email IN ('a+b@x.example','ü&=#%@y.example')";
  expect(new URL(`https://host.example/query?q=${encodeSoql(query)}`).searchParams.get('q')).toBe(query);
});
