/**
 * The compact notation in which the schema's objects are written, one field a line:
 * `Name type(length) flags [> Target|Target as Relationship [< ChildRelationship]] [[value;value]] [= default]`.
 * It knows how to read that notation; what a describe says is built in `describe.ts`.
 */

/** An object as it is written down. Abilities: c create, u update, d delete, n undelete, l layout, f feed, m recent list, x search, o no replication. */
export interface ObjectNotation {
  readonly name: string;
  readonly keyPrefix: string;
  readonly label: string;
  readonly labelPlural: string;
  readonly abilities: string;
  readonly fields: string;
}

/** A field of an object. Lengths are characters; `digits` and `scale` concern numbers. */
export interface Field {
  readonly name: string;
  readonly type: string;
  readonly length: number;
  readonly precision: number;
  readonly scale: number;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly filterable: boolean;
  readonly sortable: boolean;
  readonly groupable: boolean;
  readonly nillable: boolean;
  readonly defaultedOnCreate: boolean;
  readonly idLookup: boolean;
  readonly externalId: boolean;
  readonly unique: boolean;
  readonly restrictedPicklist: boolean;
  readonly polymorphic: boolean;
  readonly autoNumber: boolean;
  readonly nameField: boolean;
  readonly caseSensitive: boolean;
  readonly custom: boolean;
  readonly referenceTo: readonly string[];
  readonly relationshipName: string | null;
  readonly childRelationshipName: string | null;
  readonly picklist: readonly string[];
  readonly defaultValue: string | null;
}

const LINE =
  /^(\w+) (\w+)(?:\((\d+)(?:,(\d+))?\))? ([a-z-]+)(?: > (\S+)(?: as (\w+))?(?: < (\w+))?)?(?: \[([^\]]*)\])?(?: = (.+))?$/;

/** Reads one line of the notation. Fails with the line when it does not follow it. */
export function readField(line: string): Field {
  const found = LINE.exec(line.trim());
  if (found === null) throw new Error(`not a field: ${line}`);
  const [, name = '', type = '', size, scale, flags = '', targets, relationship, child, values, fallback] =
    found;
  const has = (flag: string) => flags.includes(flag);
  const isId = type === 'id' || type === 'reference';
  const isNumber = ['int', 'double', 'currency', 'percent'].includes(type);
  return {
    name,
    type,
    length: isId ? 18 : isNumber ? 0 : Number(size ?? 0),
    precision: isNumber ? Number(size ?? 0) : 0,
    scale: Number(scale ?? 0),
    createable: has('c'),
    updateable: has('u'),
    filterable: has('f'),
    sortable: has('s'),
    groupable: has('g'),
    nillable: has('n'),
    defaultedOnCreate: has('d'),
    idLookup: has('i'),
    externalId: has('x'),
    unique: has('q'),
    restrictedPicklist: has('r'),
    polymorphic: has('p'),
    autoNumber: has('a'),
    nameField: has('m'),
    caseSensitive: has('e'),
    custom: name.endsWith('__c'),
    referenceTo: targets === undefined || targets === '-' ? [] : targets.split('|'),
    relationshipName: relationship ?? null,
    childRelationshipName: child ?? null,
    picklist: values === undefined ? [] : values.split(';'),
    defaultValue: fallback ?? null,
  };
}

/** All fields of an object, in the order written. */
export function readFields(notation: ObjectNotation): Field[] {
  return notation.fields
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map(readField);
}
