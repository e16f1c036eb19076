/**
 * Microsoft's published metadata of Graph v1.0 (CSDL and OpenAPI) as a judge of answers: whether their names and types are declared,
 * and whether paths exist. The files lie outside of the repository; `present` tells whether they are there.
 */
import { existsSync, readFileSync } from 'node:fs';
import { SaxesParser } from 'saxes';

export const FOLDER = '../shared/contracts/graph';
export const present = existsSync(FOLDER);
interface Declared {
  base: string | undefined;
  properties: Map<string, string>;
  members: Set<string> | undefined;
}

/** Types of the CSDL by short name: properties with their types, or the members of an enumeration. */
function readTypes(xml: string): Map<string, Declared> {
  const types = new Map<string, Declared>();
  let current: Declared | undefined;
  const parser = new SaxesParser();
  const short = (name: string | undefined) => name?.replace(/^(microsoft\.)?graph\./, '');
  parser.on('opentag', ({ name, attributes }) => {
    const own = attributes.Name ?? '';
    if (name === 'EntityType' || name === 'ComplexType' || name === 'EnumType') {
      const members = name === 'EnumType' ? new Set<string>() : undefined;
      current = { base: short(attributes.BaseType), properties: new Map(), members };
      types.set(own, current);
    } else if (name === 'Property' || name === 'NavigationProperty') {
      current?.properties.set(own, attributes.Type ?? '');
    } else if (name === 'Member') current?.members?.add(own);
  });
  parser.write(xml).close();
  return types;
}

export const types: ReadonlyMap<string, Declared> = present
  ? readTypes(readFileSync(`${FOLDER}/graph-v1.0.trimmed.csdl.xml`, 'utf8'))
  : new Map();

function typeOfProperty(owner: string, name: string): string | undefined {
  for (let at: string | undefined = owner; at !== undefined; at = types.get(at)?.base) {
    const type = types.get(at)?.properties.get(name);
    if (type !== undefined) return type;
  }
  return undefined;
}

/** What is wrong with `value` as a `type`, as lines. */
function judge(type: string, value: unknown, at: string): string[] {
  if (value === null) return [];
  const element = /^Collection\((.+)\)$/.exec(type)?.[1];
  if (element !== undefined) {
    if (!Array.isArray(value)) return [`${at} is no list`];
    return value.flatMap((each, index) => judge(element, each, `${at}[${index}]`));
  }
  switch (type) {
    case 'Edm.String':
      return typeof value === 'string' ? [] : [`${at} is no text`];
    case 'Edm.Boolean':
      return typeof value === 'boolean' ? [] : [`${at} is no boolean`];
    case 'Edm.Int32':
      return Number.isInteger(value) ? [] : [`${at} is no whole number`];
    case 'Edm.Double':
      return typeof value === 'number' ? [] : [`${at} is no number`];
    case 'Edm.Date':
      return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? [] : [`${at} is no date`];
    case 'Edm.Binary':
      return typeof value === 'string' && /^[\w+/=-]*$/.test(value) ? [] : [`${at} is no base64`];
    case 'Edm.TimeOfDay':
      return typeof value === 'string' && /^\d\d:\d\d:\d\d(\.\d+)?$/.test(value) ? [] : [`${at} is no time`];
    case 'Edm.Guid':
      return typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value) ? [] : [`${at} is no GUID`];
    case 'Edm.DateTimeOffset':
      return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value)
        ? []
        : [`${at} is no instant`];
  }
  const name = type.replace(/^(microsoft\.)?graph\./, '');
  const members = types.get(name)?.members;
  if (members !== undefined) return members.has(String(value)) ? [] : [`${at} is no ${name}`];
  return judgeObject(name, value, at);
}

/** What is wrong with `value` as an entity or complex type, as lines. */
export function judgeObject(owner: string, value: unknown, at: string): string[] {
  if (typeof value !== 'object' || value === null || !types.has(owner)) return [`${at} is no ${owner}`];
  // resourceData is open and declares nothing.
  if (types.get(owner)?.properties.size === 0) return [];
  return Object.entries(value)
    .filter(([name]) => !name.startsWith('@'))
    .flatMap(([name, each]) => {
      const type = typeOfProperty(owner, name);
      return type === undefined ? [`${at}.${name} is not declared`] : judge(type, each, `${at}.${name}`);
    });
}

/** Those of `offered` (method and path) that Graph's OpenAPI does not have. */
export function unknownPaths(offered: readonly (readonly [string, string])[]): string[] {
  const { paths } = JSON.parse(readFileSync(`${FOLDER}/graph-v1.0.openapi.json`, 'utf8')) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const known = new Map(
    Object.entries(paths).map(([path, methods]) => [path.replaceAll('microsoft.graph.', ''), methods]),
  );
  return offered
    .filter(([method, path]) => known.get(path)?.[method] === undefined)
    .map(([method, path]) => `${method} ${path}`);
}

/** One request or answer that Microsoft's pages print. */
export interface PrintedExample {
  source: string;
  kind: string;
  method?: string;
  url?: string;
  body?: unknown;
}

export function printedExamples(): PrintedExample[] {
  const { examples } = JSON.parse(readFileSync(`${FOLDER}/examples.json`, 'utf8')) as {
    examples: PrintedExample[];
  };
  return examples;
}
