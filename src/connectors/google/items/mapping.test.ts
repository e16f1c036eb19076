import { describe, expect, test } from 'vitest';
import { canonicalText } from '../../../model/canonical.ts';
import { contactItem } from './contact-mapping.ts';
import { personWrite } from './contact-writes.ts';
import { eventBody, eventIdOf, eventItem, eventSchema } from './event-mapping.ts';
import { identityOf, personSchema } from './person.ts';
import { plainToRich, richToPlain } from './rich-text.ts';
import { taskItem, taskSchema } from './task-mapping.ts';
import { wallInstant } from './wall-time.ts';

const odd: readonly unknown[] = [null, 7, '', 'x', [], [null], {}, { date: 'never' }, { value: null }, true];

describe('mappings are total', () => {
  test.each(odd.map((value) => [JSON.stringify(value), value]))(
    '%s in any place is read as nothing',
    (_name, value) => {
      const filled = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, value]));
      const names = [
        ...[
          'etag',
          'status',
          'updated',
          'summary',
          'location',
          'description',
          'start',
          'end',
          'recurringEventId',
        ],
        ...[
          'originalStartTime',
          'iCalUID',
          'transparency',
          'visibility',
          'eventType',
          'organizer',
          'attendees',
        ],
        ...['extendedProperties', 'title', 'notes', 'due', 'completed', 'deleted', 'metadata', 'names'],
        ...['emailAddresses', 'phoneNumbers', 'organizations', 'addresses', 'birthdays', 'biographies'],
        ...['clientData', 'memberships'],
      ];
      const given = { id: 'i', resourceName: 'people/c1', ...filled(names) };
      const { fields, ...event } = eventItem(eventSchema.parse(given));
      expect(event.itemId).toBe('i');
      expect(Object.values(fields).every((text) => typeof text === 'string')).toBe(true);
      expect(
        Object.values(taskItem(taskSchema.parse(given)).fields).every((text) => typeof text === 'string'),
      ).toBe(true);
      const contact = contactItem(personSchema.parse(given), { isInSalesforceFolder: false, categories: [] });
      expect(Object.values(contact.fields).every((text) => typeof text === 'string')).toBe(true);
    },
  );

  test('an event without an end, or with one before its start, has no length', () => {
    const at = (start: object, end?: object) =>
      eventItem(eventSchema.parse({ id: 'i', start, end })).fields.time;
    expect(at({ dateTime: '2026-01-01T10:00:00+02:00' })).toBe('2026-01-01T08:00:00Z/2026-01-01T08:00:00Z');
    expect(at({ date: '2026-01-01' }, { date: '2026-01-01' })).toBe('2026-01-01/2026-01-02');
    expect(at({ dateTime: '2026-01-01T10:00:00Z' }, { dateTime: '2026-01-01T09:00:00Z' })).toBe(
      '2026-01-01T10:00:00Z/2026-01-01T10:00:00Z',
    );
  });
});

describe('descriptions', () => {
  test.each([
    'a < b && c > d',
    '<b>not bold</b>',
    'x &amp; y &#228; &nbsp;',
    '<br>\n  two  blanks\n\tand a tab',
    'https://x.test/?a=1&lt;=2',
    '',
  ])('%j is the same after it was written', (text) => {
    expect(richToPlain(plainToRich(text))).toBe(canonicalText(text));
  });

  test('what Google’s own pages write is text', () => {
    expect(richToPlain('One<br>Two&nbsp;&amp; three')).toBe('One\nTwo & three');
    expect(richToPlain('<html-blob>One<br/><br/>Two</html-blob>')).toBe('One\n\nTwo');
  });
});

test('wall times are instants, in a gap later and in an overlap earlier', () => {
  const at = (local: string, zone?: string) =>
    new Date(wallInstant(local, zone) ?? 0).toISOString().slice(0, 16);
  expect(at('2026-06-01T09:00:00', 'America/New_York')).toBe('2026-06-01T13:00');
  expect(at('2026-03-29T02:30:00', 'Europe/Berlin')).toBe('2026-03-29T01:30');
  expect(at('2026-10-25T02:30:00', 'Europe/Berlin')).toBe('2026-10-25T00:30');
  expect(at('2026-06-01T09:00:00')).toBe('2026-06-01T09:00');
  expect(at('2026-06-01T09:00:00', 'No/Where')).toBe('2026-06-01T09:00');
  expect(wallInstant('tomorrow', 'UTC')).toBeNull();
});

test('the id that follows from a stamp is one that Google takes, and another for another stamp', () => {
  expect(eventIdOf('00T000000000001AAA')).toMatch(/^[0-9a-v]{5,1024}$/);
  expect(eventIdOf('a')).not.toBe(eventIdOf('b'));
  expect(eventIdOf('a')).toBe(eventIdOf('a'));
});

test('a write names what changed and nothing else', () => {
  expect(eventBody({ subject: 'x' }, false)).toEqual({ summary: 'x' });
  expect(eventBody({ time: '2026-01-01/2026-01-02' }, false)).toEqual({
    start: { date: '2026-01-01', dateTime: null, timeZone: null },
    end: { date: '2026-01-02', dateTime: null, timeZone: null },
  });
  expect(eventBody({ time: '' }, false)).toBeNull();
});

describe('names of contacts', () => {
  const person = (resourceName: string, id: string, previous: readonly string[] = []) =>
    personSchema.parse({
      resourceName,
      metadata: { sources: [{ type: 'CONTACT', id }], previousResourceNames: previous },
    });

  test('the first name stays where it is known, or where the present one is a profile’s', () => {
    expect(identityOf(person('people/c16', '10'))).toEqual({ name: 'people/c16', formerly: [] });
    expect(identityOf(person('people/c99', '10', ['people/c16'])).name).toBe('people/c16');
    expect(identityOf(person('people/109', '10')).name).toBe('people/c16');
    expect(identityOf(person('people/c99', '10'), 'people/c16').name).toBe('people/c16');
  });

  test('where ids and names have nothing to do with each other, the present name counts', () => {
    expect(identityOf(person('people/c99', '10', ['people/c5']))).toEqual({
      name: 'people/c99',
      formerly: ['people/c5'],
    });
    expect(identityOf(person('people/c1', 'not hexadecimal')).name).toBe('people/c1');
  });
});

test('of several values the primary one counts, wherever it stands, and it alone is written', () => {
  const primary = { metadata: { primary: true, source: { type: 'CONTACT', id: '1' } } };
  const person = personSchema.parse({
    resourceName: 'people/c1',
    emailAddresses: [{ value: 'one@x.test' }, { value: 'two@x.test', ...primary }],
    phoneNumbers: [
      { value: '1', type: 'mobile' },
      { value: '2', type: 'mobile', ...primary },
      { value: '3', type: 'work', metadata: { source: { type: 'PROFILE' } } },
    ],
  });
  const { fields, addresses } = contactItem(person, { isInSalesforceFolder: false, categories: [] });
  expect(fields).toMatchObject({ email: 'two@x.test', mobile: '2', phone: '' });
  expect(addresses).toEqual(['one@x.test', 'two@x.test']);
  expect(personWrite({ email: 'new@x.test', phone: '4' }, person)).toEqual({
    emailAddresses: [{ value: 'one@x.test' }, { value: 'new@x.test', ...primary }],
    phoneNumbers: [
      { value: '1', type: 'mobile' },
      { value: '2', type: 'mobile', ...primary },
      { value: '4', type: 'work' },
    ],
  });
});
