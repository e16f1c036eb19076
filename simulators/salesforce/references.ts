/**
 * References between the parts of a composite: `@{refId.field}` in urls and bodies, filled from earlier answers.
 */
import { isJsonObject, type Json, type JsonObject } from './errors.ts';

const REFERENCE = /@\{([A-Za-z0-9_]+)((?:\.[A-Za-z0-9_]+|\[\d+\])*)\}/g;

/** A reference that leads nowhere. */
export class BrokenReference extends Error {
  constructor(text: string, referenceId: string) {
    super(`Invalid reference specified. No value for ${text} found in ${referenceId}`);
    this.name = 'BrokenReference';
  }
}

/** The answers so far, by reference id. */
export type Known = ReadonlyMap<string, Json>;

/** A JSON value with every reference replaced. Fails with `BrokenReference`. */
export function fillReferences(value: Json, known: Known): Json {
  if (typeof value === 'string') return fillText(value, known);
  if (Array.isArray(value)) return value.map((entry) => fillReferences(entry, known));
  if (!isJsonObject(value)) return value;
  const filled: JsonObject = {};
  for (const [name, entry] of Object.entries(value)) filled[name] = fillReferences(entry, known);
  return filled;
}

/** The reference ids a value refers to. */
export function referencesIn(value: Json): Set<string> {
  const found = new Set<string>();
  for (const match of JSON.stringify(value).matchAll(REFERENCE)) found.add(match[1] ?? '');
  return found;
}

function fillText(text: string, known: Known): Json {
  const whole = new RegExp(`^${REFERENCE.source}$`).exec(text);
  if (whole !== null) return look(whole[1] ?? '', whole[2] ?? '', known);
  return text.replace(REFERENCE, (_all, referenceId: string, path: string) =>
    String(look(referenceId, path, known)),
  );
}

function look(referenceId: string, path: string, known: Known): Json {
  let current: Json | undefined = known.get(referenceId);
  for (const step of path.matchAll(/\.([A-Za-z0-9_]+)|\[(\d+)\]/g)) {
    if (step[2] !== undefined) current = Array.isArray(current) ? current[Number(step[2])] : undefined;
    else current = readMember(current, step[1] ?? '');
  }
  if (current === undefined || current === null) {
    throw new BrokenReference(`${referenceId}${path}`, referenceId);
  }
  return current;
}

function readMember(value: Json | undefined, name: string): Json | undefined {
  if (!isJsonObject(value)) return undefined;
  if (Object.hasOwn(value, name)) return value[name];
  const key = Object.keys(value).find((present) => present.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : value[key];
}
