/** Fingerprints of fields and what the words of collections are made of. */
import { expect, test } from 'vitest';
import { catalogue } from './catalogue.ts';
import { collections, isCollection } from './collection.ts';
import { sayItems } from './collection-words.ts';
import type { RecordId } from './ids.ts';
import { printFields } from './pair.ts';
import { keptText } from './removal.ts';

test('every field that is there is printed for its record and name, an empty one, too', () => {
  const printed = printFields((...parts) => parts.join('|'), '00R1' as RecordId, {
    subject: 'Lunch',
    location: '',
    ...({ time: undefined } as object),
  });
  expect(printed).toEqual({ subject: '00R1|subject|Lunch', location: '00R1|location|' });
  expect(Object.keys(printed)).toEqual(['subject', 'location']);
});

test('collections are three by name, and mail is none of them', () => {
  expect(['events', 'contacts', 'tasks'].every(isCollection)).toBe(true);
  expect(['emails', 'event', '', 'Events'].some(isCollection)).toBe(false);
  expect(collections).toHaveLength(3);
});

test('items are counted in words, one and many', () => {
  expect(sayItems(1, 'events')).toBe('1 event');
  expect(sayItems(0, 'tasks')).toBe('0 tasks');
  expect(sayItems(1_204, 'emails')).toBe('1,204 mails');
});

test('a record that stays has a reason: a colleague, or what the catalogue says to the person', () => {
  expect(keptText('kept.colleague')).toContain('colleague');
  expect(keptText('crm.transient')).toBe(catalogue['crm.transient'].user);
});
