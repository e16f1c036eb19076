/**
 * Canonical forms of field texts: what both connectors give and what is compared, so that a value that went through the other side and back is
 * the same text. Pure; every function is idempotent.
 */
import type { FieldName, FieldSpec, FieldSpecs, Fields } from './collection.ts';

/** One line: NFC, every run of white space one blank, trimmed. For subjects, names, places, phone numbers. */
export function canonicalLine(text: string | null | undefined): string {
  return (text ?? '')
    .normalize('NFC')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
}

/**
 * Many lines: NFC, line breaks as `\n`, no-break spaces as blanks, no white space at the end of a line, no empty line at the beginning or end and at
 * most one in a row. For descriptions, notes and streets.
 */
export function canonicalText(text: string | null | undefined): string {
  // Blanks are taken where a run begins: a long run inside of a line would be looked at from each of its blanks.
  return (text ?? '')
    .normalize('NFC')
    .replace(/\r\n?|\u2028|\u2029/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .replace(/\u00a0/g, ' ')
    .replace(/(?<![ \t])[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '');
}

/** An instant as `time` has it: UTC, whole seconds. */
export function canonicalInstant(at: number): string {
  return `${new Date(Math.floor(at / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

/** `time` of a timed event. An end before the start is taken for the start. */
export function timedSpan(startAt: number, endAt: number): string {
  return `${canonicalInstant(startAt)}/${canonicalInstant(Math.max(startAt, endAt))}`;
}

/** `time` of an all-day event: dates `2026-11-27`; the end exclusive, at least one day after the start. */
export function allDaySpan(startDate: string, endDateExclusive: string): string {
  const end = endDateExclusive > startDate ? endDateExclusive : dayAfter(startDate);
  return `${startDate}/${end}`;
}

/** The day after a date. */
export function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

export interface Span {
  /** For whole days the midnights in UTC. */
  readonly startAt: number;
  readonly endAt: number;
  readonly isAllDay: boolean;
}

/** Reads a `time` text; null where it is none. */
export function readSpan(time: string | undefined): Span | null {
  const [start, end] = (time ?? '').split('/');
  if (start === undefined || end === undefined) return null;
  const isAllDay = start.length === 10;
  const startAt = Date.parse(isAllDay ? `${start}T00:00:00Z` : start);
  const endAt = Date.parse(isAllDay ? `${end}T00:00:00Z` : end);
  return Number.isNaN(startAt) || Number.isNaN(endAt) ? null : { startAt, endAt, isAllDay };
}

/** A field's text as it comes back from a side after it was written there. */
export function reduceField(value: string, spec: FieldSpec): string {
  const word = spec.words?.[value] ?? value;
  if (spec.lengthMax === null || word.length <= spec.lengthMax) return word;
  return cut(word, spec.lengthMax);
}

/** All fields that the side has, reduced to what it can hold. */
export function reduceFields(fields: Fields, specs: FieldSpecs): Fields {
  const reduced: [string, string][] = [];
  for (const [name, value] of Object.entries(fields)) {
    const spec = specs[name as FieldName];
    if (spec !== undefined && value !== undefined) reduced.push([name, reduceField(value, spec)]);
  }
  return Object.fromEntries(reduced);
}

/** Cuts without splitting a character in two, and without white space at the end. */
export function cut(text: string, lengthMax: number): string {
  const last = text.charCodeAt(lengthMax - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHalf ? lengthMax - 1 : lengthMax).trimEnd();
}
