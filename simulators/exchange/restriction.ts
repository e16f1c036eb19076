/**
 * Evaluates a Restriction on items: comparisons and text searches over the few properties worth searching, joined by
 * And, Or and Not. https://learn.microsoft.com/exchange/client-developer/web-service-reference/restriction
 */

import type { ViewMessage } from '../shared/message-view.ts';
import { writeDay } from './calendar/recurrence.ts';
import { displayNameOf, fileAsOf } from './contacts/contact.ts';
import { INDEXED } from './contacts/contact-fields.ts';
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
    case 'item:Importance':
      return [item.importance];
    default:
      return valuesOfPersonal(item, path?.attributes.FieldURI ?? '', path?.attributes.FieldIndex);
  }
}

/** What is searched in calendar items, contacts and tasks; items of another kind simply have no such value. */
function valuesOfPersonal(item: Item, uri: string, index: string | undefined): string[] {
  const { event, contact, task } = item;
  const one = (value: string | number | boolean | undefined) => (value === undefined ? [] : [String(value)]);
  const date = (at: number | undefined) => (at === undefined ? [] : [formatTime(at)]);
  const day = (number: number | undefined) => (number === undefined ? [] : [`${writeDay(number)}T00:00:00Z`]);
  const dictionary = INDEXED[uri];
  if (dictionary !== undefined) {
    const entry = contact?.entries[dictionary]?.get(index ?? '');
    const text = entry?.text === '' ? entry.parts[uri.split(':').at(-1) ?? ''] : entry?.text;
    return one(text);
  }
  if (/^contacts:(GivenName|Surname|CompanyName|JobTitle|Department|MiddleName|Nickname|Manager)$/.test(uri))
    return one(contact?.texts[uri.slice('contacts:'.length)]);
  switch (uri) {
    case 'calendar:Start':
      return date(event?.start);
    case 'calendar:End':
      return date(event?.end);
    case 'calendar:Location':
      return one(event?.location);
    case 'calendar:IsAllDayEvent':
      return one(event?.isAllDay);
    case 'calendar:IsRecurring':
      return one(event && event.recurrence !== undefined);
    case 'calendar:LegacyFreeBusyStatus':
      return one(event?.freeBusy);
    case 'contacts:DisplayName':
      return one(contact && displayNameOf(contact));
    case 'contacts:FileAs':
      return one(contact && fileAsOf(contact));
    case 'task:Status':
      return one(task?.status);
    case 'task:IsComplete':
      return one(task && task.status === 'Completed');
    case 'task:PercentComplete':
      return one(task?.percentComplete);
    case 'task:DueDate':
      return day(task?.dueDay);
    case 'task:StartDate':
      return day(task?.startDay);
    case 'task:CompleteDate':
      return day(task?.completeDay);
    default:
      throw new ServiceError('ErrorUnsupportedPathForQuery');
  }
}

/** Sorts by FieldOrder elements, the first weighing most; without any, as they came. What has no value comes first. */
export async function sortItems(
  items: readonly Item[],
  orders: readonly XmlNode[],
  viewMessage: ViewMessage,
): Promise<readonly Item[]> {
  if (orders.length === 0) return items;
  const keys = new Map<Item, string[]>();
  for (const item of items) {
    const values: string[] = [];
    for (const { children } of orders) values.push((await valuesOf(item, children[0], viewMessage))[0] ?? '');
    keys.set(item, values);
  }
  const signs = orders.map(({ attributes }) => (attributes.Order === 'Ascending' ? 1 : -1));
  return items.toSorted((one, two) => {
    for (const [at, sign] of signs.entries()) {
      const result = order(keys.get(one)?.[at] ?? '', keys.get(two)?.[at] ?? '');
      if (result !== 0) return result * sign;
    }
    // The list comes newest first; an ascending one is its reverse also among equals.
    return signs[0] === 1 ? one.order - two.order : 0;
  });
}
