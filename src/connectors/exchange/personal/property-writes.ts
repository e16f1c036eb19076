/**
 * Single properties of an item as XML: all of them in one new element, or each as an update of its own. Pure; it knows the schema's order
 * and no meaning.
 */
import { escapeXml } from '../soap.ts';
import { STAMP } from './item-requests.ts';

/** One property to be written; `text` null takes it away. */
export type PropertyWrite =
  | { readonly kind: 'plain'; readonly uri: string; readonly text: string | null }
  /** An element whose content or attributes are XML already. */
  | { readonly kind: 'xml'; readonly uri: string; readonly xml: string }
  /** An entry of a dictionary, such as `PhoneNumbers`. */
  | {
      readonly kind: 'entry';
      readonly dictionary: string;
      readonly uri: string;
      readonly key: string;
      readonly text: string | null;
    }
  /** A part of a postal address. */
  | { readonly kind: 'part'; readonly key: string; readonly part: string; readonly text: string | null }
  /** A named property, told by its path. */
  | {
      readonly kind: 'extended';
      readonly path: string;
      readonly text: string | null;
    };

/** The element names of what is ever written, in the schema's order. */
const ORDER = [
  'Subject',
  'Sensitivity',
  'Body',
  'Categories',
  'Importance',
  'ReminderIsSet',
  'ExtendedProperty',
  'Start',
  'End',
  'IsAllDayEvent',
  'LegacyFreeBusyStatus',
  'Location',
  'StartTimeZone',
  'EndTimeZone',
  'FileAsMapping',
  'GivenName',
  'CompanyName',
  'EmailAddresses',
  'PhysicalAddresses',
  'PhoneNumbers',
  'Birthday',
  'Department',
  'JobTitle',
  'Surname',
  'DueDate',
  'Status',
];
const PART_ORDER = ['Street', 'City', 'State', 'CountryOrRegion', 'PostalCode'];

export const stampWrite = (stamp: string): PropertyWrite => ({ kind: 'extended', path: STAMP, text: stamp });

export function categoriesWrite(names: readonly string[]): PropertyWrite {
  const xml = names.map((name) => `<t:String>${escapeXml(name)}</t:String>`).join('');
  return { kind: 'xml', uri: 'item:Categories', xml: `<t:Categories>${xml}</t:Categories>` };
}

/** A body is never taken away, it becomes empty: not every server lets go of one. */
export function bodyWrite(text: string): PropertyWrite {
  return { kind: 'xml', uri: 'item:Body', xml: `<t:Body BodyType="Text">${escapeXml(text)}</t:Body>` };
}

/** A new item; what is empty is left out. */
export function newElement(element: string, writes: readonly PropertyWrite[]): string {
  const byElement = new Map<string, string[]>();
  const put = (name: string, xml: string): void => {
    byElement.set(name, [...(byElement.get(name) ?? []), xml]);
  };
  const entries = new Map<string, string[]>();
  const parts = new Map<string, Map<string, string>>();
  for (const write of writes) {
    if (write.kind === 'xml') put(nameOf(write.uri), write.xml);
    else if (write.text === null) continue;
    else if (write.kind === 'plain') put(nameOf(write.uri), plainXml(write.uri, write.text));
    else if (write.kind === 'extended') put('ExtendedProperty', extendedXml(write.path, write.text));
    else if (write.kind === 'entry')
      entries.set(write.dictionary, [
        ...(entries.get(write.dictionary) ?? []),
        entryXml(write.key, escapeXml(write.text)),
      ]);
    else parts.set(write.key, new Map([...(parts.get(write.key) ?? []), [write.part, write.text]]));
  }
  for (const [key, texts] of parts) {
    const inner = PART_ORDER.flatMap((part) => {
      const text = texts.get(part);
      return text === undefined ? [] : [`<t:${part}>${escapeXml(text)}</t:${part}>`];
    });
    put('PhysicalAddresses', `<t:PhysicalAddresses>${entryXml(key, inner.join(''))}</t:PhysicalAddresses>`);
  }
  for (const [name, list] of entries) put(name, `<t:${name}>${list.join('')}</t:${name}>`);
  const ordered = ORDER.flatMap((name) => byElement.get(name) ?? []);
  return `<t:${element}>${ordered.join('')}</t:${element}>`;
}

/** The updates of an item, one for each property. */
export function updatesOf(element: string, writes: readonly PropertyWrite[]): string {
  return writes.map((write) => updateOf(element, write)).join('');
}

function updateOf(element: string, write: PropertyWrite): string {
  const set = (path: string, xml: string): string =>
    `<t:SetItemField>${path}<t:${element}>${xml}</t:${element}></t:SetItemField>`;
  const path = pathOf(write);
  if (write.kind === 'xml') return set(path, write.xml);
  if (write.text === null) return `<t:DeleteItemField>${path}</t:DeleteItemField>`;
  switch (write.kind) {
    case 'plain':
      return set(path, plainXml(write.uri, write.text));
    case 'entry': {
      const xml = entryXml(write.key, escapeXml(write.text));
      return set(path, `<t:${write.dictionary}>${xml}</t:${write.dictionary}>`);
    }
    case 'part': {
      const xml = entryXml(write.key, `<t:${write.part}>${escapeXml(write.text)}</t:${write.part}>`);
      return set(path, `<t:PhysicalAddresses>${xml}</t:PhysicalAddresses>`);
    }
    case 'extended':
      return set(path, extendedXml(write.path, write.text));
  }
}

function pathOf(write: PropertyWrite): string {
  switch (write.kind) {
    case 'plain':
    case 'xml':
      return `<t:FieldURI FieldURI="${write.uri}"/>`;
    case 'entry':
      return `<t:IndexedFieldURI FieldURI="${write.uri}" FieldIndex="${write.key}"/>`;
    case 'part':
      return `<t:IndexedFieldURI FieldURI="contacts:PhysicalAddress:${write.part}" FieldIndex="${write.key}"/>`;
    case 'extended':
      return write.path;
  }
}

const nameOf = (uri: string): string => uri.slice(uri.indexOf(':') + 1);
const plainXml = (uri: string, text: string): string =>
  `<t:${nameOf(uri)}>${escapeXml(text)}</t:${nameOf(uri)}>`;
const entryXml = (key: string, inner: string): string => `<t:Entry Key="${key}">${inner}</t:Entry>`;
const extendedXml = (path: string, text: string): string =>
  `<t:ExtendedProperty>${path}<t:Value>${escapeXml(text)}</t:Value></t:ExtendedProperty>`;
