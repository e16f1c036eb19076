/**
 * Bad input for tests: how often and from which seed (`FUZZ_RUNS` multiplies, `FUZZ_SEED` changes; both are printed), hostile texts and JSON, and
 * changes to good samples. Texts that nobody may find again in an error carry the needle.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import { RemoteFailure } from '../../src/model/failure.ts';

const SEED = 20_261_128;
const seed = Number(process.env.FUZZ_SEED ?? SEED);

/** Stands in values and in names that are sent in; no error and no log line may hold it. */
export const NEEDLE = 'needle7f3a';

/** Parameters of `fc.assert` for `runs` runs, or what `FUZZ_RUNS` says instead; seed and count are printed. */
export function fuzz(name: string, runs: number): { readonly seed: number; readonly numRuns: number } {
  const numRuns = Number(process.env.FUZZ_RUNS ?? runs);
  process.stdout.write(`fuzz ${name}: seed ${seed}, ${numRuns} runs\n`);
  return { seed, numRuns };
}

const repeated = fc
  .tuple(
    fc.constantFrom(
      ...[
        'a',
        ' ',
        '<',
        '(',
        '"',
        '\\',
        '@',
        '.',
        '-',
        '\t',
        '=',
        ';',
        ',',
        '&',
        '%',
        '0',
        'é',
        '\u{1f600}',
        '<a',
        'a@',
        '()',
        '=?',
        '\r\n ',
      ],
    ),
    fc.constantFrom(10, 300, 5_000),
  )
  .map(([unit, times]) => unit.repeat(times));

/** Texts as others send them: of the wrong kind, long, cut, in wrong encodings, with what some interpreter would take for its own. */
export const badText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  repeated,
  fc.constantFrom(
    ...[
      '',
      ' ',
      NEEDLE,
      `${NEEDLE}@${NEEDLE}.test`,
      `https://${NEEDLE}.test/x`,
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
    ],
    ...[
      '\0',
      'a\0b',
      '\ud800',
      '\udfff\ud800',
      '\ufeff',
      '\u202e',
      '%',
      '%00',
      '%c0%ae',
      '%2e%2e%2f',
      '../../etc/passwd',
      "'; --",
      '$1',
      '{{7*7}}',
    ],
    ...[
      'null',
      'undefined',
      'true',
      '-0',
      'NaN',
      '1e999',
      '-1',
      '9007199254740993',
      '99999999999999999999',
      '0x10',
      '1.5',
      '[object Object]',
    ],
    ...[
      '2026-02-30',
      '0000-00-00',
      '9999-12-31T23:59:60Z',
      '+275760-09-13T00:00:00.001Z',
      '-271821-04-19T23:59:59Z',
      '2026-01-01T00:00:00+99:99',
    ],
    ...[
      '0b9f0a54-6f0c-7bd5-8f86-000000000001',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
      '00000000-0000-0000-0000-000000000000',
      '003000000000001AAA',
    ],
    ...[
      '=1+1',
      '@SUM(A1)',
      '<script>alert(1)</script>',
      '<!DOCTYPE x [<!ENTITY a "b">]>',
      ']]>',
      '&#0;',
      '&#x110000;',
      '&undefined;',
    ],
  ),
);

/** Any JSON, also what JSON.parse makes of `__proto__`. */
export const badJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  leaf: fc.oneof(
    { weight: 3, arbitrary: badText },
    {
      weight: 1,
      arbitrary: fc.constantFrom(null, true, false, 0, -1, 1.5, 1e308, -1e308, 2 ** 53, 2 ** 31, 5e-324),
    },
    { weight: 1, arbitrary: fc.integer() },
  ),
  list: fc.array(tie('any'), { maxLength: 4 }),
  object: fc
    .array(fc.tuple(fc.oneof(badText, fc.constantFrom('id', 'value', 'items', NEEDLE)), tie('any')), {
      maxLength: 4,
    })
    .map((entries) => {
      const made: Record<string, unknown> = {};
      for (const [key, value] of entries)
        Object.defineProperty(made, key, { value, enumerable: true, configurable: true, writable: true });
      return made;
    }),
  any: fc.oneof({ maxDepth: 3, depthSize: 'small' }, tie('leaf'), tie('list'), tie('object')),
})).any;

/** Deeper than any recursion that goes level by level without a maximum. */
export function deep(levels: number, key: string): unknown {
  let made: unknown = 1;
  for (let level = 0; level < levels; level += 1) made = level % 2 === 0 ? { [key]: made } : [made];
  return made;
}

/** One change of a text: cut, doubled, a byte or a number changed, something put in. */
export interface TextChange {
  readonly at: number;
  readonly length: number;
  readonly how: 'cut' | 'drop' | 'put' | 'repeat' | 'swap';
  readonly put: string;
}

export const textChanges: fc.Arbitrary<readonly TextChange[]> = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat({ max: 80 }),
    how: fc.constantFrom('cut', 'drop', 'put', 'put', 'repeat', 'swap'),
    put: badText,
  }),
  { minLength: 1, maxLength: 4 },
);

/** A good sample made bad. */
export function changeText(sample: string, changes: readonly TextChange[]): string {
  let text = sample;
  for (const { at, length, how, put } of changes) {
    const from = Math.floor(at * text.length);
    const [before, taken, after] = [
      text.slice(0, from),
      text.slice(from, from + length),
      text.slice(from + length),
    ];
    if (how === 'cut') text = before;
    else if (how === 'drop') text = before + after;
    else if (how === 'put') text = before + put + taken + after;
    else if (how === 'repeat') text = before + taken.repeat(20) + after;
    else text = before + put.slice(0, length) + after;
    text = text.slice(0, 200_000);
  }
  return text;
}

/** One change of a JSON value: the `at`th place of it gets another value, or loses its own. */
export interface JsonChange {
  readonly at: number;
  readonly how: 'replace' | 'remove' | 'wrap' | 'add' | 'name';
  readonly value: unknown;
}

export const jsonChanges: fc.Arbitrary<readonly JsonChange[]> = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'wrap', 'add', 'name'),
    value: badJson,
  }),
  { minLength: 1, maxLength: 4 },
);

interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

function placesOf(value: unknown): readonly Place[] {
  const places: Place[] = [];
  const open: unknown[] = [value];
  for (let one = open.pop(); one !== undefined && places.length < 5_000; one = open.pop()) {
    if (typeof one !== 'object' || one === null) continue;
    for (const key of Object.keys(one)) {
      places.push({ holder: one as Record<string, unknown>, key });
      open.push((one as Record<string, unknown>)[key] ?? null);
    }
  }
  return places;
}

/** A good answer made bad; `sample` is not touched. */
export function changeJson(sample: unknown, changes: readonly JsonChange[]): unknown {
  const root = { root: structuredClone(sample) };
  for (const { at, how, value } of changes) {
    const places = placesOf(root);
    const place = places[Math.floor(at * (places.length - 1))];
    if (place === undefined) continue;
    const { holder, key } = place;
    const copy = structuredClone(value);
    if (how === 'remove') delete holder[key];
    else if (how === 'wrap')
      holder[key] = Array.isArray(holder[key]) ? { value: holder[key] } : [holder[key]];
    else if (how === 'add' && typeof holder[key] === 'object' && holder[key] !== null)
      Object.defineProperty(holder[key], Array.isArray(holder[key]) ? holder[key].length : '__proto__', {
        ...{ value: copy, enumerable: true, configurable: true, writable: true },
      });
    else if (how === 'name' && !Array.isArray(holder)) holder[NEEDLE] = copy;
    else holder[key] = copy;
  }
  return root.root;
}

/** Plays a property under the seed of this run. */
export const check = <Ts extends [unknown, ...unknown[]]>(
  name: string,
  runs: number,
  property: fc.IRawProperty<Ts>,
) => fc.assert(property, fuzz(name, runs));

/** What is given, or null for a failure of ours; its text repeats nothing. */
export function orFailure<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    expect(`${error.message}${JSON.stringify(error.failure)}`).not.toContain(NEEDLE);
    return null;
  }
}
