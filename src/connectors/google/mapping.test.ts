import { expect, test } from 'vitest';
import { createLabels, versionOf } from './labels.ts';
import { emailHead, emailKind, messageSchema } from './mapping.ts';
import type { Transport } from './transport.ts';

const labels = createLabels({} as Transport);
labels.recall([
  ['Label_1', 'Salesforce Emails'],
  ['Label_2', 'Customers/North'],
]);

const head = (headers: Readonly<Record<string, string>>, labelIds: readonly string[] = ['INBOX']) =>
  emailHead(
    messageSchema.parse({
      id: 'm1',
      labelIds,
      internalDate: '1767600000000',
      sizeEstimate: 1234,
      payload: {
        mimeType: 'text/plain',
        headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
      },
    }),
    labels,
  );

test('headers are read whatever their case, encoded or decoded, with groups and quotes that Gmail left open', async () => {
  const read = await head(
    {
      subject: '=?utf-8?q?Gr=C3=BC=C3=9Fe?=',
      FROM: 'ФГУП "Сиб им.С.А." "" " <User@Domain.example>',
      To: 'Team: Ann <ANN@contoso.test>, ben@contoso.test;, Hörst, Kenny <k@x.test>',
      'message-id': '<One@x.test>',
      References: '<a@x.test> <b@x.test>',
      Date: 'Mon, 05 Jan 2026 08:00:00 +0100 (CET)',
      Sensitivity: 'Company-Confidential',
    },
    ['SENT', 'Label_2', 'UNREAD'],
  );
  expect(read).toMatchObject({
    itemId: 'm1',
    subject: 'Grüße',
    from: { address: 'user@domain.example' },
    messageId: '<One@x.test>',
    references: ['<a@x.test>', '<b@x.test>'],
    sentAt: Date.UTC(2026, 0, 5, 7),
    receivedAt: 1_767_600_000_000,
    sizeBytes: 1234,
    sensitivity: 'confidential',
    place: 'sent',
    categories: ['Customers/North'],
    isRead: false,
    kind: 'mail',
  });
  expect(read.to.map(({ address }) => address)).toEqual(['ann@contoso.test', 'ben@contoso.test', 'k@x.test']);
});

test('a message without anything still has a head', async () => {
  const message = messageSchema.parse({ id: 'm2' });
  expect(await emailHead(message, labels)).toMatchObject({
    subject: '',
    from: null,
    to: [],
    sentAt: null,
    receivedAt: 0,
    place: 'other',
    categories: [],
    isRead: true,
  });
});

test.each([
  ['multipart/report; report-type=delivery-status', '', 'report'],
  ['text/calendar; method=REQUEST', '', 'meeting'],
  ['multipart/alternative', 'urn:content-classes:calendarmessage', 'meeting'],
  ['multipart/encrypted', '', 'encrypted'],
  ['application/pkcs7-mime; smime-type=enveloped-data', '', 'encrypted'],
  ['application/x-pkcs7-mime; smime-type="signed-data"', '', 'mail'],
  ['multipart/signed', '', 'mail'],
  ['', 'rpmsg.message', 'encrypted'],
] as const)('%s %s is %s', (contentType, contentClass, kind) => {
  expect(emailKind({ labelIds: ['INBOX'], contentType, contentClass, calendarType: '' })).toBe(kind);
});

test('a draft is one whatever it holds, and a chat is no mail', () => {
  expect(
    emailKind({ labelIds: ['DRAFT'], contentType: 'text/calendar', contentClass: '', calendarType: '' }),
  ).toBe('draft');
  expect(emailKind({ labelIds: ['CHAT'], contentType: '', contentClass: '', calendarType: '' })).toBe(
    'other',
  );
});

test('a version is made of the labels that matter, in whatever order', () => {
  expect(versionOf(['Label_1', 'INBOX', 'UNREAD'])).toBe(versionOf(['INBOX', 'CATEGORY_SOCIAL', 'Label_1']));
  expect(versionOf(['INBOX'])).not.toBe(versionOf(['INBOX', 'Label_1']));
  expect(versionOf([])).not.toBe('');
});

test.each([
  ['multipart/alternative', 'text/calendar; charset=utf-8; method=REQUEST', 'meeting'],
  ['multipart/mixed', 'text/calendar; method="CANCEL"', 'meeting'],
  ['multipart/mixed', 'text/calendar; name=holidays.ics', 'mail'],
  ['multipart/report', 'text/calendar; method=REQUEST', 'report'],
])('a mail of %s with a part of %s is a %s', (contentType, calendarType, kind) => {
  expect(emailKind({ labelIds: ['INBOX'], contentType, contentClass: '', calendarType })).toBe(kind);
});
