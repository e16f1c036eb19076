/**
 * What a client asks to see: base shape, bodies, and additional properties of the three kinds of path.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/itemshape
 */
import { schemaViolation } from './errors.ts';
import { type ExtendedPath, readExtendedPath } from './extended-properties.ts';
import { child, childText, type XmlNode } from './xml-tree.ts';

export type BaseShape = 'IdOnly' | 'Default' | 'AllProperties';

export interface Shape {
  base: BaseShape;
  includeMimeContent: boolean;
  bodyType: 'Best' | 'HTML' | 'Text';
  fieldUris: string[];
  /** Names of single headers asked for by IndexedFieldURI item:InternetMessageHeader. */
  headerNames: string[];
  /** Single entries of a contact's dictionaries, e.g. `contacts:EmailAddress` with `EmailAddress1`. */
  indexed: { uri: string; key: string }[];
  extended: ExtendedPath[];
}

/** Reads an ItemShape or FolderShape. Fails as schema validation does. */
export function readShape(node: XmlNode | undefined): Shape {
  const base = childText(node, 'BaseShape') ?? 'IdOnly';
  if (base !== 'IdOnly' && base !== 'Default' && base !== 'AllProperties') {
    throw schemaViolation(`The value '${base}' is invalid for DefaultShapeNamesType.`);
  }
  const bodyType = childText(node, 'BodyType') ?? 'Best';
  if (bodyType !== 'Best' && bodyType !== 'HTML' && bodyType !== 'Text') {
    throw schemaViolation(`The value '${bodyType}' is invalid for BodyTypeResponseType.`);
  }
  const shape: Shape = {
    base,
    bodyType,
    includeMimeContent: childText(node, 'IncludeMimeContent') === 'true',
    fieldUris: [],
    headerNames: [],
    indexed: [],
    extended: [],
  };
  const additional = child(node, 'AdditionalProperties');
  if (additional !== undefined && additional.children.length === 0) {
    throw schemaViolation('AdditionalProperties has incomplete content.');
  }
  for (const path of additional?.children ?? []) addPath(shape, path);
  return shape;
}

function addPath(shape: Shape, path: XmlNode): void {
  switch (path.name) {
    case 'FieldURI':
      shape.fieldUris.push(path.attributes.FieldURI ?? '');
      break;
    case 'IndexedFieldURI':
      if (path.attributes.FieldURI === 'item:InternetMessageHeader') {
        shape.headerNames.push(path.attributes.FieldIndex ?? '');
      } else {
        shape.indexed.push({ uri: path.attributes.FieldURI ?? '', key: path.attributes.FieldIndex ?? '' });
      }
      break;
    case 'ExtendedFieldURI':
      shape.extended.push(readExtendedPath(path));
      break;
    default:
      throw schemaViolation(`The element '${path.name}' is not a path to a property.`);
  }
}
