import { expect, test } from 'vitest';
import {
  allDaySpan,
  canonicalLine,
  canonicalText,
  cut,
  readSpan,
  reduceField,
  reduceFields,
  timedSpan,
} from './canonical.ts';

test('a line is one line, trimmed and composed', () => {
  expect(canonicalLine('  Mu\u0308ller \r\n &\tSohn\u0000 ')).toBe('Müller & Sohn');
  expect(canonicalLine(null)).toBe('');
});

test('a text keeps its paragraphs and nothing that services differ in', () => {
  expect(canonicalText('\r\n\nHello \u00a0\r\n\r\n\r\n\r\nworld\t\n\n')).toBe('Hello\n\nworld');
});

test('both are the same when done twice', () => {
  for (const text of ['a\r\rb', ' \u2028 x ', 'e\u0301\n\n\n\n\u0007y', '\n \n']) {
    expect(canonicalText(canonicalText(text))).toBe(canonicalText(text));
    expect(canonicalLine(canonicalLine(text))).toBe(canonicalLine(text));
  }
});

test('spans are read back as they were written', () => {
  const startAt = Date.parse('2026-03-29T00:30:00Z');
  const span = timedSpan(startAt + 999, startAt + 3_600_000);
  expect(span).toBe('2026-03-29T00:30:00Z/2026-03-29T01:30:00Z');
  expect(readSpan(span)).toEqual({ startAt, endAt: startAt + 3_600_000, isAllDay: false });
  expect(timedSpan(startAt, startAt - 1)).toBe('2026-03-29T00:30:00Z/2026-03-29T00:30:00Z');
});

test('a whole day is a date and lasts at least one day', () => {
  expect(allDaySpan('2026-02-28', '2026-02-28')).toBe('2026-02-28/2026-03-01');
  expect(readSpan('2026-02-28/2026-03-01')).toMatchObject({ isAllDay: true });
  for (const none of [undefined, '', 'x/y', '2026-02-28']) expect(readSpan(none)).toBeNull();
});

test('a field is reduced to what a side holds, and not twice', () => {
  const spec = { lengthMax: 5, writable: true, words: { tentative: 'busy' } };
  expect(reduceField('tentative', spec)).toBe('busy');
  expect(reduceField('four four', spec)).toBe('four');
  expect(cut('ab🎉', 3)).toBe('ab');
  expect(reduceField(reduceField('ab c🎉', spec), spec)).toBe(reduceField('ab c🎉', spec));
  expect(reduceFields({ subject: 'Lunch time', location: 'Here' }, { subject: spec })).toEqual({
    subject: 'Lunch',
  });
});

test('a text keeps blanks inside of a line, and loses what cannot be seen', () => {
  expect(canonicalText('a\rb\u2029c')).toBe('a\nb\nc');
  expect(canonicalText('a  b\u0007c\u00a0d')).toBe('a  bc d');
  expect(canonicalText(undefined)).toBe('');
});

test('a span of days ends where it is said to end, if that is after its start', () => {
  expect(allDaySpan('2026-02-28', '2026-03-05')).toBe('2026-02-28/2026-03-05');
});

test('half a span is none', () => {
  for (const half of ['2026-02-28/x', 'x/2026-02-28', '2026-02-28T10:00:00Z/'])
    expect(readSpan(half)).toBeNull();
});

test('a cut splits no character in two, whichever it is, and keeps what fits', () => {
  for (const whole of ['\u{10000}', '\u{10ffff}', '\u{1f389}']) {
    expect(cut(`ab${whole}`, 3)).toBe('ab');
    expect(cut(`ab${whole}c`, 4)).toBe(`ab${whole}`);
  }
  for (const single of ['\ud7ff', '\ue000', '\uffee']) expect(cut(`ab${single}c`, 3)).toBe(`ab${single}`);
});

test('what fits is not touched, a blank at its end included', () => {
  expect(reduceField('four ', { lengthMax: 5, writable: true })).toBe('four ');
  const absent = { subject: undefined } as unknown as Parameters<typeof reduceFields>[0];
  expect(reduceFields(absent, { subject: { lengthMax: 5, writable: true } })).toEqual({});
});
