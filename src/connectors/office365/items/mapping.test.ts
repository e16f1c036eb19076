/** Mappings of events, contacts and tasks are total, idempotent over what they wrote, and read dates as dates. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalLine, canonicalText, reduceFields } from '../../../model/canonical.ts';
import type { Fields } from '../../../model/collection.ts';
import type { Json } from '../message.ts';
import { contactFields, contactItem, writeContact } from './contact.ts';
import { eventFields, eventItem, writeEvent } from './event.ts';
import { taskFields, taskItem, writeTask } from './task.ts';
import { dateOfMidnight, instantOfTime, isDate } from './zones.ts';

const seed = 20_260_105;
const NAMES = [
  ...[
    'subject',
    'body',
    'start',
    'end',
    'isAllDay',
    'location',
    'locations',
    'showAs',
    'sensitivity',
    'type',
  ],
  ...['seriesMasterId', 'originalStart', 'originalStartTimeZone', 'attendees', 'organizer', 'responseStatus'],
  ...['iCalUId', 'transactionId', 'categories', 'singleValueExtendedProperties', 'lastModifiedDateTime'],
  ...['emailAddresses', 'businessPhones', 'businessAddress', 'birthday', 'personalNotes', 'givenName'],
  ...['title', 'status', 'importance', 'dueDateTime', 'completedDateTime', 'linkedResources', 'changeKey'],
];
const text = fc.string({ unit: 'binary' });
const odd = fc.oneof(
  fc.jsonValue(),
  text,
  fc.record({ dateTime: fc.oneof(text, fc.constant('2026-02-31T25:61:00')), timeZone: text }),
  fc.array(fc.oneof(fc.constant(null), fc.record({ emailAddress: fc.jsonValue(), status: fc.jsonValue() }))),
);
const oddItem = fc
  .tuple(fc.dictionary(fc.constantFrom(...NAMES), odd), text)
  .map(([item, id]) => ({ ...item, id }));

describe('any JSON of the service', () => {
  it('is read without an error, into texts', () => {
    fc.assert(
      fc.property(oddItem, fc.option(oddItem), (item, master) => {
        for (const read of [eventItem(item, master), contactItem(item, true), taskItem(item)])
          for (const value of Object.values(read?.fields ?? {})) expect(value).toBeTypeOf('string');
      }),
      { seed, numRuns: 500 },
    );
  });

  it('takes writes without an error', () => {
    fc.assert(
      fc.property(oddItem, text, (item, value) => {
        const fields = Object.fromEntries(
          Object.keys({ ...eventFields, ...contactFields, ...taskFields }).map((name) => [name, value]),
        ) as Fields;
        for (const current of [item, null])
          expect([
            writeEvent(fields, current),
            writeContact(fields, current),
            writeTask(fields),
          ]).toHaveLength(3);
      }),
      { seed, numRuns: 300 },
    );
  });
});

const line = fc.string({ unit: 'grapheme', maxLength: 400 }).map(canonicalLine);
const lines = fc.string({ unit: 'grapheme', maxLength: 400 }).map(canonicalText);
const date = fc
  .integer({ min: 0, max: 40_000 })
  .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));

/** What was written, as Graph tells it. */
const told = (written: Json): Json => ({ id: 'x', ...written });

describe('what was written', () => {
  it('is read back as the canonical text that the service can hold', () => {
    fc.assert(
      fc.property(line, lines, date, (one, many, day) => {
        const event: Fields = {
          subject: one,
          location: one,
          description: many,
          isPrivate: 'yes',
          showAs: 'elsewhere',
        };
        const reduced = reduceFields(event, eventFields);
        expect(eventItem(told(writeEvent(reduced, null)), null)?.fields).toMatchObject(reduced);
        const contact: Fields = {
          firstName: one,
          street: many,
          city: one,
          phone: one,
          notes: many,
          birthday: day,
          fax: one,
        };
        expect(contactItem(told(writeContact(contact, null)), true)?.fields).toMatchObject(contact);
        const task = reduceFields(
          { subject: one, description: many, due: day, status: 'waiting' },
          taskFields,
        );
        expect(taskItem(told(writeTask(task)))?.fields).toMatchObject(task);
      }),
      { seed, numRuns: 300 },
    );
  });
});

describe('a contact', () => {
  it('is as private as Exchange says', () => {
    const said = (id: string, value: string) =>
      contactItem({ id: 'x', singleValueExtendedProperties: [{ id, value }] }, true)?.sensitivity;
    expect([said('Integer 0x36', '2'), said('Integer 0x0036', '3'), said('Integer 0x36', '9')]).toEqual([
      'private',
      'confidential',
      'normal',
    ]);
  });
});

describe('times', () => {
  it.each([
    ['2026-01-07T10:00:00.0000000', 'UTC', '2026-01-07T10:00:00Z'],
    ['2026-01-07T10:00:00', 'W. Europe Standard Time', '2026-01-07T09:00:00Z'],
    ['2026-07-07T10:00:00', 'Europe/Berlin', '2026-07-07T08:00:00Z'],
    ['2026-03-29T02:30:00', 'Europe/Berlin', '2026-03-29T01:30:00Z'],
    ['2026-10-25T02:30:00', 'Europe/Berlin', '2026-10-25T00:30:00Z'],
    ['2026-01-07T10:00:00', 'tzone://Microsoft/Custom', '2026-01-07T10:00:00Z'],
    ['2026-01-07T10:00:00+02:00', 'UTC', '2026-01-07T08:00:00Z'],
  ])('%s in %s is %s', (dateTime, timeZone, instant) => {
    expect(instantOfTime({ dateTime, timeZone })).toBe(Date.parse(instant));
  });

  it('that are none are told as none', () => {
    for (const time of [null, {}, { dateTime: 'soon' }, { dateTime: '0001-01-01T00:00:00', timeZone: 'UTC' }])
      expect(instantOfTime(time)).toBeNull();
    expect(['2026-01-07', '2026-1-7', 'x', ''].map(isDate)).toEqual([true, false, false, false]);
  });

  it.each([
    ['2026-01-12T00:00:00Z', undefined, '2026-01-12'],
    ['2026-01-11T23:00:00Z', 'W. Europe Standard Time', '2026-01-12'],
    ['2026-01-11T11:00:00Z', 'New Zealand Standard Time', '2026-01-12'],
    ['2026-01-12T11:00:00Z', 'Pacific/Pago_Pago', '2026-01-12'],
    ['2026-01-12T10:00:00Z', undefined, '2026-01-12'],
    ['2026-01-11T18:30:00Z', 'Customized Time Zone', '2026-01-12'],
  ])('%s is midnight of a date in %s: %s', (instant, zone, expected) => {
    expect(dateOfMidnight(Date.parse(instant), zone)).toBe(expected);
  });
});
