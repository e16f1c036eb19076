/** The mappings of items are total: whatever a server writes into an element, they give fields and never throw. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalLine, canonicalText, readSpan } from '../../../model/canonical.ts';
import { fieldsOf } from '../../../model/collection.ts';
import type { XmlNode } from '../soap.ts';
import { readContact } from './contact-mapping.ts';
import { readEvent } from './event-mapping.ts';
import { readTask } from './task-mapping.ts';

const NAMES = [
  ...[
    'Subject',
    'Body',
    'Sensitivity',
    'Categories',
    'Importance',
    'LastModifiedTime',
    'UID',
    'RecurrenceId',
    'Start',
  ],
  ...[
    'End',
    'OriginalStart',
    'IsAllDayEvent',
    'LegacyFreeBusyStatus',
    'Location',
    'CalendarItemType',
    'Organizer',
  ],
  ...[
    'MyResponseType',
    'RequiredAttendees',
    'AppointmentState',
    'ModifiedOccurrences',
    'StartTimeZone',
    'GivenName',
  ],
  ...['EmailAddresses', 'PhysicalAddresses', 'PhoneNumbers', 'Birthday', 'DueDate', 'CompleteDate', 'Status'],
  ...[
    'Entry',
    'Mailbox',
    'EmailAddress',
    'Periods',
    'Period',
    'Occurrence',
    'ItemId',
    'ExtendedProperty',
    'Street',
  ],
  ...['ExtendedFieldURI', 'Value', 'String', 'Attendee'],
];
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    'true',
    '2026-02-02T00:00:00Z',
    '-271821-04-20T00:00:00Z',
    '+275760-09-13T00:00:00Z',
    '0001-01-01T00:00:00',
  ),
  fc.constantFrom(
    'RecurringMaster',
    'Exception',
    'Private',
    'OOF',
    '9999999999',
    'a@b.test',
    '040000008200E00074C5B7101A82E008zz',
  ),
);
const attributes = fc.dictionary(
  fc.constantFrom(
    'Id',
    'ChangeKey',
    'Key',
    'BodyType',
    'Bias',
    'Name',
    'PropertyId',
    'PropertySetId',
    'DistinguishedPropertySetId',
  ),
  fc.oneof(
    text,
    fc.constantFrom('HTML', 'Business', 'EmailAddress1', '-PT60M', 'Address', 'Meeting', '35', '32990'),
  ),
);
const nodeWith = (children: fc.Arbitrary<XmlNode[]>): fc.Arbitrary<XmlNode> =>
  fc.record({ name: fc.constantFrom(...NAMES), attributes, text, children });
const leaf = nodeWith(fc.constant([]).map((none) => [...none]));
const node = nodeWith(fc.array(nodeWith(fc.array(leaf, { maxLength: 3 })), { maxLength: 3 }));
const item = (name: string) =>
  fc.array(node, { maxLength: 25 }).map(
    (children): XmlNode => ({
      name,
      attributes: {},
      text: '',
      children: [
        { name: 'ItemId', attributes: { Id: 'x', ChangeKey: 'y' }, text: '', children: [] },
        ...children,
      ],
    }),
  );

const LONG = new Set(['description', 'notes', 'street']);

it.each([
  ['events', 'CalendarItem', (one: XmlNode) => readEvent(one)?.event],
  ['contacts', 'Contact', (one: XmlNode) => readContact(one, false)],
  ['tasks', 'Task', (one: XmlNode) => readTask(one)],
] as const)('%s have every field as a canonical text', (collection, name, read) => {
  fc.assert(
    fc.property(item(name), (one) => {
      const fields = read(one)?.fields ?? {};
      expect(Object.keys(fields).toSorted()).toEqual(fieldsOf[collection].toSorted());
      for (const [field, value] of Object.entries(fields)) {
        const canonical = LONG.has(field) ? canonicalText(value) : canonicalLine(value);
        expect(value).toBe(canonical);
        if (field === 'time' && value !== '') expect(readSpan(value)).not.toBeNull();
      }
    }),
    { seed: 20_261_128, numRuns: 1_000 },
  );
});

it('what is no item of the kind, or has no id, is none', () => {
  const bare = (name: string): XmlNode => ({ name, attributes: {}, text: '', children: [] });
  expect([readEvent(undefined), readEvent(bare('CalendarItem')), readEvent(bare('Contact'))]).toEqual([
    null,
    null,
    null,
  ]);
  expect([readContact(bare('DistributionList'), true), readTask(bare('Message'))]).toEqual([null, null]);
});
