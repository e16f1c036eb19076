/**
 * Writing properties of calendar items, contacts and tasks: what a CreateItem holds or an UpdateItem changes, as a list
 * of single writes on a draft. Nothing is kept before all of them have gone well.
 */
import { CALENDAR_FIELDS } from './calendar/event-fields.ts';
import { CONTACT_FIELDS, writeContactIndexed } from './contacts/contact-fields.ts';
import { ServiceError, schemaViolation } from './errors.ts';
import { readExtended, readExtendedPath } from './extended-properties.ts';
import type { ExtendedValue, Item } from './folder.ts';
import { COMMON_FIELDS, type FieldRule, type WriteContext } from './item-fields.ts';
import { TASK_FIELDS } from './tasks/task-fields.ts';
import type { XmlNode } from './xml-tree.ts';

export type PersonalKind = 'CalendarItem' | 'Contact' | 'Task';

type Action = 'set' | 'append' | 'delete';

interface FieldWrite {
  action: Action;
  uri: string;
  /** Key of a dictionary's entry. */
  index?: string;
  /** The element with the value. */
  node?: XmlNode | undefined;
  extended?: { key: string; value: ExtendedValue | undefined };
}

const PREFIXES: Record<PersonalKind, string> = {
  CalendarItem: 'calendar',
  Contact: 'contacts',
  Task: 'task',
};
const RULES: Record<PersonalKind, ReadonlyMap<string, FieldRule>> = {
  CalendarItem: CALENDAR_FIELDS,
  Contact: CONTACT_FIELDS,
  Task: TASK_FIELDS,
};
/** Elements of a CreateItem that are no properties to be written here. */
const NOT_WRITTEN = new Set(['ItemClass', 'Attachments', 'Culture', 'InternetMessageHeaders']);
const FIRST = [
  'calendar:StartTimeZone',
  'calendar:StartTimeZoneId',
  'calendar:EndTimeZone',
  'calendar:EndTimeZoneId',
  'calendar:MeetingTimeZone',
];

/** The kinds whose properties are kept one by one; undefined for mail. */
export function personalKind(tag: string): PersonalKind | undefined {
  return Object.hasOwn(PREFIXES, tag) ? (tag as PersonalKind) : undefined;
}

/** The kind an item is kept as. */
export function kindOf(item: Item): PersonalKind | undefined {
  if (item.event !== undefined) return 'CalendarItem';
  if (item.contact !== undefined) return 'Contact';
  return item.task === undefined ? undefined : 'Task';
}

/** A copy of an item for writes; what it holds is replaced, never changed in place. */
export function draftOf(item: Item): Item {
  return {
    ...item,
    extended: new Map(item.extended),
    event: item.event && { ...item.event },
    contact: item.contact && { ...item.contact },
    task: item.task && { ...item.task },
  };
}

/** The writes that a CreateItem's element stands for. */
export function readCreation(kind: PersonalKind, node: XmlNode): FieldWrite[] {
  const writes: FieldWrite[] = [];
  for (const part of node.children) {
    if (part.name === 'ExtendedProperty') {
      const { path, value } = readExtended(part);
      writes.push({ action: 'set', uri: '', extended: { key: path.key, value } });
    } else if (part.name === 'MimeContent') throw new ServiceError('ErrorMimeContentInvalid');
    else if (!NOT_WRITTEN.has(part.name)) {
      const own = `${PREFIXES[kind]}:${part.name}`;
      const uri = RULES[kind].has(own) || !COMMON_FIELDS.has(`item:${part.name}`) ? own : `item:${part.name}`;
      writes.push({ action: 'set', uri, node: part });
    }
  }
  return writes;
}

/** The writes of an UpdateItem's Updates. Fails where a path and its value do not belong together. */
export function readUpdates(updates: readonly XmlNode[]): FieldWrite[] {
  return updates.map((update) => {
    const action = actionOf(update);
    const [path] = update.children;
    if (path === undefined) throw schemaViolation(`The element '${update.name}' has incomplete content.`);
    const holder = action === 'delete' ? undefined : update.children.at(-1);
    if (holder !== undefined && holder.children.length !== 1)
      throw new ServiceError('ErrorIncorrectUpdatePropertyCount');
    const value = holder?.children[0];
    if (path.name === 'ExtendedFieldURI') return readExtendedWrite(action, path, value);
    const uri = path.attributes.FieldURI ?? '';
    if (path.name === 'IndexedFieldURI')
      return { action, uri, index: path.attributes.FieldIndex ?? '', node: value };
    if (value !== undefined && value.name !== uri.split(':').at(-1))
      throw new ServiceError('ErrorUpdatePropertyMismatch');
    return { action, uri, node: value };
  });
}

function actionOf(update: XmlNode): Action {
  switch (update.name) {
    case 'SetItemField':
      return 'set';
    case 'AppendToItemField':
      return 'append';
    case 'DeleteItemField':
      return 'delete';
    default:
      throw schemaViolation(`The element 'Updates' has invalid child element '${update.name}'.`);
  }
}

function readExtendedWrite(action: Action, pathNode: XmlNode, value: XmlNode | undefined): FieldWrite {
  const { key } = readExtendedPath(pathNode);
  if (action === 'append') throw new ServiceError('ErrorInvalidPropertyAppend');
  if (action === 'delete') return { action, uri: '', extended: { key, value: undefined } };
  if (value?.name !== 'ExtendedProperty') throw new ServiceError('ErrorUpdatePropertyMismatch');
  const written = readExtended(value);
  if (written.path.key !== key) throw new ServiceError('ErrorUpdatePropertyMismatch');
  return { action, uri: '', extended: { key, value: written.value } };
}

/** Carries out writes on a draft, time zones first, since local times are read by them. */
export function applyWrites(
  draft: Item,
  kind: PersonalKind,
  writes: readonly FieldWrite[],
  given: Omit<WriteContext, 'usesOwnZone'>,
): void {
  const usesOwnZone = given.isCreation || writes.some(({ uri }) => FIRST.includes(uri));
  const context = { ...given, usesOwnZone };
  const ordered = [...writes].sort((one, two) => rank(one) - rank(two));
  for (const write of ordered) applyWrite(draft, kind, write, context);
}

function rank(write: FieldWrite): number {
  if (FIRST.includes(write.uri)) return 0;
  return write.uri.endsWith(':Recurrence') ? 2 : 1;
}

function applyWrite(
  draft: Item,
  kind: PersonalKind,
  { action, uri, index, node, extended }: FieldWrite,
  context: WriteContext,
): void {
  if (extended !== undefined) {
    if (extended.value === undefined) draft.extended.delete(extended.key);
    else draft.extended.set(extended.key, extended.value);
    return;
  }
  if (index !== undefined) {
    const isDone = kind === 'Contact' && action !== 'append' && writeContactIndexed(draft, uri, index, node);
    if (!isDone) throw refusal(action, uri);
    return;
  }
  const rule = RULES[kind].get(uri) ?? COMMON_FIELDS.get(uri);
  const write = rule?.[action];
  if (write === undefined) throw refusal(action, uri);
  write(draft, node ?? { name: '', namespace: '', attributes: {}, children: [], text: '' }, context);
}

const REFUSALS: Record<Action, [code: string, text: string]> = {
  set: ['ErrorInvalidPropertySet', 'Set action is invalid for property.'],
  append: ['ErrorInvalidPropertyAppend', 'Append action is invalid for property.'],
  delete: ['ErrorInvalidPropertyDelete', 'Delete action is invalid for property.'],
};

function refusal(action: Action, uri: string): ServiceError {
  const [code, text] = REFUSALS[action];
  return new ServiceError(code, text, uri === '' ? {} : { fieldUri: uri });
}
