/**
 * Google's discovery documents as judges: their methods, and what is wrong with an answer by their schemas. The
 * documents lie beside the repository and may be absent.
 */
import { existsSync, readFileSync } from 'node:fs';

const FOLDER = '../shared/contracts/google';

interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: string[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
}
interface DocumentedMethod {
  id: string;
  httpMethod: string;
  path: string;
  flatPath?: string;
  scopes: string[];
  request?: Schema;
  response?: Schema;
  parameters?: Record<string, { enum?: string[] }>;
}
interface Resource {
  methods?: Record<string, DocumentedMethod>;
  resources?: Record<string, Resource>;
}
export interface Discovery extends Resource {
  schemas: Record<string, Schema>;
}

/** Whether a document is there. */
export function hasDiscovery(name: string): boolean {
  return existsSync(`${FOLDER}/${name}.json`);
}

/** A document by its file name without the ending. Throws where it is absent. */
export function readDiscovery(name: string): Discovery {
  return JSON.parse(readFileSync(`${FOLDER}/${name}.json`, 'utf8'));
}

/** All methods of a resource and of those below it. */
export function listMethods(resource: Resource): DocumentedMethod[] {
  return [
    ...Object.values(resource.methods ?? {}),
    ...Object.values(resource.resources ?? {}).flatMap(listMethods),
  ];
}

/** What is wrong with a value, as `path: problem`. */
export function checkAgainst(
  discovery: Discovery,
  schema: Schema,
  value: unknown,
  path: string,
  options: { allowsEmptyLists?: boolean } = {},
): string[] {
  if (schema.$ref !== undefined) {
    return checkAgainst(discovery, discovery.schemas[schema.$ref] ?? {}, value, path, options);
  }
  if (schema.type === 'array') {
    if (!Array.isArray(value)) return [`${path}: no list`];
    if (value.length === 0 && options.allowsEmptyLists !== true) return [`${path}: empty lists are left out`];
    return value.flatMap((each, index) =>
      checkAgainst(discovery, schema.items ?? {}, each, `${path}[${index}]`, options),
    );
  }
  if (schema.type === 'object') {
    if (typeof value !== 'object' || value === null) return [`${path}: no object`];
    return Object.entries(value).flatMap(([name, each]) => {
      const property = schema.properties?.[name] ?? schema.additionalProperties;
      return property === undefined
        ? [`${path}.${name}: unknown`]
        : checkAgainst(discovery, property, each, `${path}.${name}`, options);
    });
  }
  if (schema.type === 'integer') return Number.isInteger(value) ? [] : [`${path}: no integer`];
  if (typeof value !== schema.type) return [`${path}: no ${schema.type}`];
  return checkText(schema, String(value), path);
}

function checkText(schema: Schema, text: string, path: string): string[] {
  if (schema.enum !== undefined && !schema.enum.includes(text)) return [`${path}: not of the enum`];
  if (schema.format === 'date-time' || schema.format === 'google-datetime')
    return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)
      ? []
      : [`${path}: no instant`];
  if (schema.format === 'date') return /^\d{4}-\d\d-\d\d$/.test(text) ? [] : [`${path}: no date`];
  if (schema.format === 'uint64' || schema.format === 'int64')
    return /^\d+$/.test(text) ? [] : [`${path}: no number`];
  if (schema.format === 'byte') return /^[\w-]*={0,2}$/.test(text) ? [] : [`${path}: no base64url`];
  return [];
}
