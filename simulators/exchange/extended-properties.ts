/**
 * Extended (MAPI) properties: how a path becomes a key, the few that a store computes by itself, and how a value is
 * written back. https://learn.microsoft.com/exchange/client-developer/web-service-reference/extendedfielduri
 */

import { appointmentState, type EventContent } from './calendar/event.ts';
import { cleanGlobalObjectId, globalObjectId } from './calendar/global-object-id.ts';
import { SoapFault } from './errors.ts';
import type { ExtendedValue, Folder, Item } from './folder.ts';
import type { XmlNode } from './xml-tree.ts';
import { element, formatTime, textElement } from './xml-writer.ts';
import { toLocal } from './zones/zone.ts';

const DISTINGUISHED_SETS: Record<string, string> = {
  meeting: '6ed8da90-450b-101b-98da-00aa003f1305',
  appointment: '00062002-0000-0000-c000-000000000046',
  common: '00062008-0000-0000-c000-000000000046',
  publicstrings: '00020329-0000-0000-c000-000000000046',
  address: '00062004-0000-0000-c000-000000000046',
  internetheaders: '00020386-0000-0000-c000-000000000046',
  calendarassistant: '11000e07-b51b-40d6-af21-caa85edab1d0',
  unifiedmessaging: '4442858e-a9e3-4e80-b900-317a210cc15b',
  task: '00062003-0000-0000-c000-000000000046',
};

export interface ExtendedPath {
  key: string;
  tag: number | undefined;
  type: string;
  attributes: Record<string, string>;
}

/** Reads an ExtendedFieldURI. Fails with ErrorInvalidExtendedProperty on a combination that names nothing. */
export function readExtendedPath(node: XmlNode): ExtendedPath {
  const { attributes } = node;
  const type = attributes.PropertyType ?? '';
  const set =
    attributes.PropertySetId?.toLowerCase() ??
    DISTINGUISHED_SETS[attributes.DistinguishedPropertySetId?.toLowerCase() ?? ''];
  const { PropertyTag, PropertyName, PropertyId } = attributes;
  if (type !== '' && PropertyTag !== undefined && set === undefined) {
    const tag = Number(PropertyTag);
    if (Number.isInteger(tag) && tag > 0 && tag <= 0xffff)
      return { key: `${tag}/${type}`, tag, type, attributes };
  }
  if (type !== '' && PropertyTag === undefined && set !== undefined) {
    // Names in the internet headers set are compared without letter case.
    const isHeaderSet = set === DISTINGUISHED_SETS.internetheaders;
    const name = isHeaderSet ? PropertyName?.toLowerCase() : PropertyName;
    const local = name ?? (PropertyId === undefined ? undefined : `#${PropertyId}`);
    if (local !== undefined) return { key: `${set}/${local}/${type}`, tag: undefined, type, attributes };
  }
  throw new SoapFault(
    'ErrorInvalidExtendedProperty',
    'The extended property attribute combination is invalid.',
  );
}

/** One value (or several, for array types) as an ExtendedProperty element. */
export function writeExtended(attributes: Record<string, string>, values: string[], isMany: boolean): string {
  const value = isMany
    ? element('t:Values', {}, ...values.map((one) => textElement('t:Value', one)))
    : textElement('t:Value', values[0] ?? '');
  return element('t:ExtendedProperty', {}, element('t:ExtendedFieldURI', attributes), value);
}

/** The value of a path on an item: computed, or as it was written; undefined when it has none. */
export function extendedOfItem(item: Item, path: ExtendedPath): ExtendedValue | undefined {
  const computed = path.tag === undefined ? namedOfItem(item, path.key) : computedOfItem(item, path.tag);
  if (computed !== undefined) return { attributes: path.attributes, values: [computed], isMany: false };
  return item.extended.get(path.key);
}

/** Named properties that follow from what a calendar item, contact or task holds. */
function namedOfItem(item: Item, key: string): string | undefined {
  const { event, task, reminder } = item;
  const [set, name = ''] = key.split('/');
  if (event !== undefined && set === DISTINGUISHED_SETS.meeting) {
    const { uid, occurrence, startZone } = event;
    const at = occurrence?.originalStart;
    if (name === '#3') {
      const local = at === undefined ? undefined : toLocal(startZone, at);
      return globalObjectId(uid, local).toString('base64');
    }
    return name === '#35' ? cleanGlobalObjectId(uid).toString('base64') : undefined;
  }
  if (event !== undefined && set === DISTINGUISHED_SETS.appointment) return namedOfEvent(event, name);
  if (reminder !== undefined && set === DISTINGUISHED_SETS.common && name === '#34051')
    return String(reminder.isSet);
  if (task !== undefined && set === DISTINGUISHED_SETS.task) {
    if (name === '#33025')
      return String(
        ['NotStarted', 'InProgress', 'Completed', 'WaitingOnOthers', 'Deferred'].indexOf(task.status),
      );
    return name === '#33052' ? String(task.status === 'Completed') : undefined;
  }
  return undefined;
}

function namedOfEvent(event: EventContent, name: string): string | undefined {
  switch (name) {
    case '#33285':
      return String(['Free', 'Tentative', 'Busy', 'OOF', 'WorkingElsewhere'].indexOf(event.freeBusy));
    case '#33293':
      return formatTime(event.start);
    case '#33294':
      return formatTime(event.end);
    case '#33301':
      return String(event.isAllDay);
    case '#33303':
      return String(appointmentState(event));
    case '#33315':
      return String(event.recurrence !== undefined || event.occurrence !== undefined);
    default:
      return undefined;
  }
}

function computedOfItem(item: Item, tag: number): string | undefined {
  switch (tag) {
    case 0x300b:
      return item.searchKey.toString('base64');
    case 0x1035:
      return item.messageId;
    case 0x001a:
      return item.itemClass;
    case 0x0e06:
      return formatTime(item.receivedAt);
    case 0x3007:
      return formatTime(item.createdAt);
    case 0x3008:
      return formatTime(item.modifiedAt);
    case 0x0036:
      return String(['Normal', 'Personal', 'Private', 'Confidential'].indexOf(item.sensitivity));
    default:
      return undefined;
  }
}

/** The computed properties of a folder. `hasCommitMarks` false is a server that does not give 0x670A and 0x670B. */
export function extendedOfFolder(
  folder: Folder,
  path: ExtendedPath,
  hasCommitMarks: boolean,
): string | undefined {
  switch (path.tag) {
    case 0x670a:
      return hasCommitMarks ? formatTime(folder.committedAt) : undefined;
    case 0x670b:
      return hasCommitMarks ? String(folder.deletedCountTotal) : undefined;
    case 0x3613:
      return folder.folderClass;
    case 0x3602:
      return String(folder.items.size);
    case 0x10f4:
      return 'false';
    default:
      return undefined;
  }
}

/** Reads an ExtendedProperty element as a client writes it. */
export function readExtended(node: XmlNode): { path: ExtendedPath; value: ExtendedValue } {
  const uri = node.children.find((child) => child.name === 'ExtendedFieldURI');
  if (uri === undefined) throw new SoapFault('ErrorInvalidExtendedProperty');
  const path = readExtendedPath(uri);
  const many = node.children.find((child) => child.name === 'Values');
  const one = node.children.find((child) => child.name === 'Value');
  const values = many === undefined ? [one?.text ?? ''] : many.children.map((child) => child.text);
  return { path, value: { attributes: path.attributes, values, isMany: many !== undefined } };
}
