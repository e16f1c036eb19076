/**
 * The values a record holds and how they are read from JSON: instants and dates are kept as the canonical UTC text the
 * API sends, so that comparing texts compares times. No field is known here, only types.
 */
import { cannotDeserialize, type Json } from './errors.ts';

/** What a field of a stored record holds. */
export type Value = string | number | boolean | null | readonly string[];

/** A stored record. Fields that are null are left out. */
export type Row = Record<string, Value>;

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2})?)(?:\.(\d+))?(Z|[+-]\d{2}:?\d{2})?$/;

/** An instant as the API sends it: `2026-01-31T12:00:00.000+0000`. */
export function toDateTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, -1)}+0000`;
}

/** A day as the API sends it, in UTC. */
export function toDate(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** The canonical form of an instant written in ISO 8601; undefined when it is none. */
export function readDateTime(text: string): string | undefined {
  if (DATE.test(text)) return readDate(text) === undefined ? undefined : `${text}T00:00:00.000+0000`;
  const found = DATE_TIME.exec(text);
  if (found === null || readDate(found[1] ?? '') === undefined) return undefined;
  const [, day = '', clock = '', fraction = '', zone = 'Z'] = found;
  const seconds = clock.length === 5 ? `${clock}:00` : clock;
  const offset = zone === 'Z' ? 'Z' : zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const at = Date.parse(`${day}T${seconds}.${`${fraction}000`.slice(0, 3)}${offset}`);
  return Number.isNaN(at) ? undefined : toDateTime(at);
}

/** The canonical form of a day; undefined when there is no such day. */
export function readDate(text: string): string | undefined {
  const found = DATE.exec(text);
  if (found === null) return undefined;
  const at = Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3]));
  return toDate(at) === text ? text : undefined;
}

/** Milliseconds of a canonical instant. */
export function fromDateTime(text: string): number {
  return Date.parse(`${text.slice(0, 23)}Z`);
}

/**
 * Reads a JSON value as a value of `type`. Fails with JSON_PARSER_ERROR, which refuses the whole body, when it cannot
 * be one; length, picklists and references are judged later.
 */
export function readValue(type: string, value: Json): Value {
  if (value === null || value === '') return null;
  switch (type) {
    case 'boolean':
      return readBoolean(value);
    case 'int':
    case 'double':
    case 'currency':
    case 'percent':
      return readNumber(type, value);
    case 'date':
      return expectText('date', value, (text) => readDate(text.slice(0, 10)));
    case 'datetime':
      return expectText('datetime', value, readDateTime);
    case 'JunctionIdList':
      if (!Array.isArray(value)) throw cannotDeserialize('junctionidlist', value);
      return value.map((entry) => String(entry));
    default:
      if (typeof value !== 'string') throw cannotDeserialize('string', value);
      return value;
  }
}

function expectText(type: string, value: Json, read: (text: string) => string | undefined): string {
  const found = typeof value === 'string' ? read(value) : undefined;
  if (found === undefined) throw cannotDeserialize(type, value);
  return found;
}

function readBoolean(value: Json): boolean {
  const text = String(value).toLowerCase();
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw cannotDeserialize('boolean', value);
}

function readNumber(type: string, value: Json): number {
  const number = typeof value === 'number' ? value : typeof value === 'string' ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) throw cannotDeserialize(type, value);
  if (type === 'int' && !Number.isInteger(number)) throw cannotDeserialize('int', value);
  return number;
}
