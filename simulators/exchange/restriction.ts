/**
 * Evaluates a Restriction on items: comparisons and text searches over the few properties worth searching, joined by
 * And, Or and Not. https://learn.microsoft.com/exchange/client-developer/web-service-reference/restriction
 */

import type { ViewMessage } from '../shared/message-view.ts';
import { ServiceError, schemaViolation } from './errors.ts';
import { extendedOfItem, readExtendedPath } from './extended-properties.ts';
import type { Item } from './folder.ts';
import { child, type XmlNode } from './xml-tree.ts';
import { formatTime } from './xml-writer.ts';

const COMPARISONS: Record<string, (order: number) => boolean> = {
  IsEqualTo: (order) => order === 0,
  IsNotEqualTo: (order) => order !== 0,
  IsGreaterThan: (order) => order > 0,
  IsGreaterThanOrEqualTo: (order) => order >= 0,
  IsLessThan: (order) => order < 0,
  IsLessThanOrEqualTo: (order) => order <= 0,
};

/** Whether `item` satisfies a search expression. Fails with ErrorUnsupportedPathForQuery on an unknown property. */
export async function satisfies(item: Item, expression: XmlNode, viewMessage: ViewMessage): Promise<boolean> {
  const parts = expression.children;
  switch (expression.name) {
    case 'And':
      for (const part of parts) if (!(await satisfies(item, part, viewMessage))) return false;
      return true;
    case 'Or':
      for (const part of parts) if (await satisfies(item, part, viewMessage)) return true;
      return false;
    case 'Not': {
      const [part] = parts;
      return part !== undefined && !(await satisfies(item, part, viewMessage));
    }
    case 'Exists':
      return (await valuesOf(item, parts[0], viewMessage)).length > 0;
    case 'Contains':
      return contains(await valuesOf(item, parts[0], viewMessage), expression);
    default:
      return compare(item, expression, viewMessage);
  }
}

async function compare(item: Item, expression: XmlNode, viewMessage: ViewMessage): Promise<boolean> {
  const comparison = COMPARISONS[expression.name];
  if (comparison === undefined)
    throw schemaViolation(`The element '${expression.name}' is not a search expression.`);
  const constant = child(child(expression, 'FieldURIOrConstant'), 'Constant')?.attributes.Value ?? '';
  const values = await valuesOf(item, expression.children[0], viewMessage);
  return values.some((value) => comparison(order(value, constant)));
}

function order(value: string, constant: string): number {
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return Math.sign(Date.parse(value) - Date.parse(constant));
  if (/^-?\d+$/.test(value) && /^-?\d+$/.test(constant)) return Math.sign(Number(value) - Number(constant));
  return value === constant ? 0 : value < constant ? -1 : 1;
}

function contains(values: string[], expression: XmlNode): boolean {
  const wanted = child(expression, 'Constant')?.attributes.Value ?? '';
  const isExact = expression.attributes.ContainmentComparison === 'Exact';
  const fold = (text: string) => (isExact ? text : text.toLowerCase());
  const mode = expression.attributes.ContainmentMode ?? 'Substring';
  return values.some((value) => {
    if (mode === 'FullString') return fold(value) === fold(wanted);
    return mode.startsWith('Prefix')
      ? fold(value).startsWith(fold(wanted))
      : fold(value).includes(fold(wanted));
  });
}

async function valuesOf(item: Item, path: XmlNode | undefined, viewMessage: ViewMessage): Promise<string[]> {
  if (path?.name === 'ExtendedFieldURI') return extendedOfItem(item, readExtendedPath(path))?.values ?? [];
  switch (path?.attributes.FieldURI) {
    case 'item:DateTimeReceived':
      return [formatTime(item.receivedAt)];
    case 'item:DateTimeCreated':
      return [formatTime(item.createdAt)];
    case 'item:LastModifiedTime':
      return [formatTime(item.modifiedAt)];
    case 'item:ItemClass':
      return [item.itemClass];
    case 'item:Sensitivity':
      return [item.sensitivity];
    case 'item:Categories':
      return item.categories;
    case 'item:Subject':
      return [item.subject ?? (await viewMessage(item.raw)).subject];
    case 'message:InternetMessageId':
      return item.messageId === undefined ? [] : [item.messageId];
    case 'message:IsRead':
      return [String(item.isRead)];
    default:
      throw new ServiceError('ErrorUnsupportedPathForQuery');
  }
}
