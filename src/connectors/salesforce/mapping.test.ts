import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EmailDraft, Person } from '../../model/connector.ts';
import type { Address } from '../../model/email.ts';
import type { EmailKey, ItemId, RecordId } from '../../model/ids.ts';
import type { FieldShape, ObjectShape } from './describe.ts';
import { splitRecipients, toEmailMessage } from './mapping.ts';
import { localDate, toTasks } from './task-mapping.ts';
import { cleanText, cutText, joinAddresses } from './text.ts';

const seeded = { seed: 20_261_123 };
const person = (address: string, recordId: string, kind: Person['kind'] = 'contact'): Person => ({
  kind,
  recordId: recordId as RecordId,
  address,
  accountId: null,
});
const address = (text: string, name = ''): Address => ({ address: text, name });

function shapeOf(name: 'EmailMessage' | 'Task', fields: Record<string, Partial<FieldShape>>): ObjectShape {
  return {
    name,
    createable: true,
    queryable: true,
    fields: new Map(
      Object.entries(fields).map(([field, shape]) => [
        field,
        { name: field, type: 'string', createable: true, filterable: true, ...shape },
      ]),
    ),
  };
}

const message = shapeOf('EmailMessage', {
  Subject: { length: 20 },
  TextBody: { length: 30 },
  HtmlBody: { length: 30 },
  FromAddress: { length: 1_000 },
  FromName: { length: 1_000 },
  FromId: { length: 18 },
  ToIds: { length: 0 },
  CcIds: { length: 0 },
  BccIds: { length: 0 },
  ToAddress: { length: 60 },
  CcAddress: { length: 60 },
  MessageDate: {},
  Incoming: {},
  Status: { length: 40 },
  MessageIdentifier: { length: 255 },
  ThreadIdentifier: { length: 255 },
  RelatedToId: { length: 18 },
  ActivityId: { createable: true },
});

function draft(changes: Partial<EmailDraft> = {}, head: Partial<EmailDraft['head']> = {}): EmailDraft {
  return {
    key: 'a@x.example' as EmailKey,
    threadKey: 'root@x.example',
    head: {
      itemId: 'i' as ItemId,
      version: 'v',
      place: 'inbox',
      kind: 'mail',
      sensitivity: 'normal',
      messageId: '<a@x.example>',
      inReplyTo: null,
      references: [],
      subject: 'Hello',
      from: address('kim@acme.example', 'Kim'),
      to: [address('anna@own.example'), address('lee@acme.example')],
      cc: [],
      bcc: [],
      sentAt: Date.UTC(2026, 10, 23, 23, 30),
      receivedAt: Date.UTC(2026, 10, 23, 23, 31),
      sizeBytes: 1,
      categories: [],
      hasAttachments: false,
      isRead: false,
      ...head,
    },
    content: {
      itemId: 'i' as ItemId,
      text: 'Text',
      html: null,
      headers: null,
      attachments: [],
      omitted: [],
    },
    outgoing: false,
    people: new Map(),
    relatedTo: null,
    recordId: null,
    ...changes,
  };
}

test('known people go by id, the others by address, and the sender by both', () => {
  const people = new Map([
    ['kim@acme.example', person('kim@acme.example', '003K')],
    ['anna@own.example', person('anna@own.example', '005A', 'internal')],
  ]);
  expect(toEmailMessage(draft({ people, relatedTo: '006R' as RecordId }), message)).toEqual({
    Subject: 'Hello',
    TextBody: 'Text',
    FromAddress: 'kim@acme.example',
    FromName: 'Kim',
    FromId: '003K',
    ToIds: ['005A'],
    ToAddress: 'lee@acme.example',
    MessageDate: '2026-11-23T23:30:00.000Z',
    Incoming: true,
    Status: '0',
    MessageIdentifier: 'a@x.example',
    ThreadIdentifier: 'root@x.example',
    RelatedToId: '006R',
  });
});

test('own mail is sent mail, read mail is read', () => {
  expect(toEmailMessage(draft({ outgoing: true }), message)).toMatchObject({ Incoming: false, Status: '3' });
  expect(toEmailMessage(draft({}, { isRead: true }), message)).toMatchObject({ Status: '1' });
});

test('whatever the mail, nothing is longer than its field and nothing is written that the org does not take', () => {
  const text = fc.string({ unit: 'binary', maxLength: 80 });
  const someone = fc.record({ address: text, name: text });
  fc.assert(
    fc.property(
      text,
      text,
      text,
      fc.array(someone, { maxLength: 8 }),
      fc.option(someone, { nil: null }),
      (subject, body, html, to, from) => {
        const row = toEmailMessage(
          draft(
            { content: { ...draft().content, text: body, html, headers: html } },
            { subject, to, cc: to, bcc: to, from },
          ),
          message,
        );
        for (const [field, value] of Object.entries(row)) {
          const shape = message.fields.get(field);
          expect(shape?.createable, field).toBe(true);
          if (typeof value !== 'string') continue;
          expect(value.isWellFormed()).toBe(true);
          expect(value).not.toBe('');
          if (shape?.length) expect(value.length, field).toBeLessThanOrEqual(shape.length);
        }
      },
    ),
    seeded,
  );
});

test('every recipient is on the record once, by id or by address', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a@x', 'b@x', 'c@x', 'd@x', ''), { maxLength: 10 }),
      fc.subarray(['a@x', 'b@x', 'c@x']),
      (addresses, known) => {
        const people = new Map(known.map((text) => [text, person(text, `003${text}`)]));
        const { ids, rest } = splitRecipients(
          addresses.map((text) => address(text)),
          people,
        );
        const all = [...ids.map((id) => id.slice(3)), ...rest.map((one) => one.address)].toSorted();
        expect(all).toEqual([...new Set(addresses.filter((text) => text !== ''))].toSorted());
      },
    ),
    seeded,
  );
});

test('texts are cut between characters, addresses between addresses', () => {
  expect(cutText('ab😀', 3)).toBe('ab');
  expect(cutText('ab😀', 4)).toBe('ab😀');
  expect(cleanText('a\u0000b\u0007c\td\r\n\ud800')).toBe('abc\td\r\n\ufffd');
  expect(joinAddresses([address('a@x'), address('b@x'), address('c@x')], 9)).toBe('a@x; b@x');
  expect(joinAddresses([address('undisclosed-recipients:'), address('a;b@x'), address('c@x')], 9)).toBe(
    'c@x',
  );
});

const taskFields = {
  Subject: { length: 255 },
  Status: { length: 40 },
  TaskSubtype: { length: 40 },
  ActivityDate: { type: 'date' },
  Description: { length: 120 },
  WhoId: { length: 18 },
  WhatId: { length: 18 },
};
const context = { closedStatus: 'Erledigt', timeZone: 'Asia/Tokyo' };

test('without e-mail records a mail is a closed task on the user’s own date', () => {
  const people = new Map([['kim@acme.example', person('kim@acme.example', '003K')]]);
  const tasks = toTasks(
    draft({ people, relatedTo: '001A' as RecordId }),
    shapeOf('Task', taskFields),
    context,
  );
  expect(tasks).toEqual([
    {
      TaskSubtype: 'Email',
      Status: 'Erledigt',
      Subject: 'Hello',
      ActivityDate: '2026-11-24',
      Description:
        'From: Kim <kim@acme.example>\nMessage-ID: a@x.example\nTo: anna@own.example; lee@acme.example\n\nText',
      WhatId: '001A',
      WhoId: '003K',
    },
  ]);
});

test('several people make copies, ten tasks at most, a lead’s without a relation', () => {
  const to = Array.from({ length: 14 }, (_, index) => address(`p${index}@acme.example`));
  const people = new Map(
    to.map(({ address: text }, index) => [
      text,
      person(text, `id${index}`, index === 0 ? 'lead' : 'contact'),
    ]),
  );
  const mail = draft({ people, relatedTo: '001A' as RecordId }, { to });
  const copies = toTasks(mail, shapeOf('Task', taskFields), context);
  expect(copies).toHaveLength(10);
  expect(copies[0]).toMatchObject({ WhoId: 'id1', WhatId: '001A' });
  const lead = toTasks(
    { ...mail, people: new Map([...people].slice(0, 1)) },
    shapeOf('Task', taskFields),
    context,
  );
  expect(lead).toHaveLength(1);
  expect(lead[0]).not.toHaveProperty('WhatId');
});

test('where activities are shared, all contacts are on one task', () => {
  const to = [address('a@x'), address('b@x'), address('c@x')];
  const people = new Map([
    ['a@x', person('a@x', '003A')],
    ['b@x', person('b@x', '003B')],
    ['c@x', person('c@x', '00QC', 'lead')],
  ]);
  const shape = shapeOf('Task', {
    ...taskFields,
    TaskWhoIds: { length: 0 },
    Lockstep_Key__c: { length: 255 },
  });
  const tasks = toTasks(draft({ people }, { to }), shape, context);
  expect(tasks).toHaveLength(2);
  expect(tasks[0]).toMatchObject({ TaskWhoIds: ['003A', '003B'], Lockstep_Key__c: 'a@x.example' });
  expect(tasks[1]).toMatchObject({ WhoId: '00QC' });
  expect(tasks[1]).not.toHaveProperty('Lockstep_Key__c');
});

test('an unknown zone falls to UTC', () => {
  expect(localDate(Date.UTC(2026, 0, 1, 23), 'Nowhere/Land')).toBe('2026-01-01');
});
