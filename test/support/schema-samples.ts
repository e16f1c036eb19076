/** Values that a JSON schema of the OpenAPI document allows, mostly: what is changed afterwards, so that bad input comes past the first check. */
import fc from 'fast-check';
import { badText, NEEDLE } from './fuzz.ts';

export interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
}

/** `id` gives the ids that exist. What a schema leaves open is filled with bad texts. */
export function fromSchema(schema: Schema, id: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choices !== undefined && choices.length > 0)
    return fc.oneof(...choices.map((one) => fromSchema(one, id)));
  switch ([schema.type].flat()[0]) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({
        min: Math.max(schema.minimum ?? 0, -(2 ** 31)),
        max: Math.min(schema.maximum ?? 2 ** 31, 2 ** 31),
      });
    case 'number':
      return fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
    case 'array':
      return fc.array(fromSchema(schema.items ?? {}, id), { maxLength: 3 });
    case 'object':
      return objectFrom(schema, id);
    case 'string':
      return textFrom(schema, id);
    default:
      return badText;
  }
}

function objectFrom(schema: Schema, id: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  const known = Object.entries(schema.properties ?? {}).map(
    ([name, of]) => [name, fromSchema(of, id)] as const,
  );
  const required = (schema.required ?? []).filter((name) => known.some(([one]) => one === name));
  const more = schema.additionalProperties;
  const made = fc.record(Object.fromEntries(known), { requiredKeys: required as never[] });
  if (typeof more !== 'object' || Object.keys(more).length === 0) return made;
  return fc
    .tuple(fc.dictionary(badText, fromSchema(more, id), { maxKeys: 3 }), made)
    .map(([open, closed]) => ({ ...open, ...(closed as object) }));
}

function textFrom(
  { format, pattern, minLength = 0, maxLength = 500 }: Schema,
  id: fc.Arbitrary<string>,
): fc.Arbitrary<string> {
  if (format === 'uuid') return id;
  if (format === 'email') return fc.constantFrom(`${NEEDLE}@acme.test`, 'ben@acme.test');
  if (format === 'date-time')
    return fc.constantFrom('2026-01-05T08:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z');
  if (pattern !== undefined) {
    try {
      return fc.oneof(fc.stringMatching(new RegExp(pattern)), badText);
    } catch {
      return badText;
    }
  }
  return badText.map((text) =>
    text.length < minLength ? text.padEnd(minLength, 'x') : text.slice(0, maxLength),
  );
}
