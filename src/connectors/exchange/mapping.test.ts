import { describe, expect, it } from 'vitest';
import { emailKind } from '../email-kind.ts';
import { emailHead, instantOf, propertyByTag } from './mapping.ts';
import { readXmlText } from './soap.ts';

const kindOf = (itemClass: string, contentType = '', more: Partial<Parameters<typeof emailKind>[0]> = {}) =>
  emailKind({ itemClass, contentType, contentClass: '', isDraft: false, element: 'Message', ...more });

describe('emailKind', () => {
  it.each([
    ['IPM.Note', '', 'mail'],
    ['IPM.Note', 'multipart/alternative; boundary=x', 'mail'],
    ['IPM.Note.Microsoft.Voicemail.UM', '', 'mail'],
    ['IPM.Note.SMIME.MultipartSigned', '', 'mail'],
    ['IPM.Note.SMIME', 'application/pkcs7-mime; name=smime.p7m; smime-type=signed-data', 'mail'],
    ['IPM.Note.SMIME', 'application/x-pkcs7-mime; smime-type="signed-data"', 'mail'],
    ['IPM.Note.SMIME', 'application/pkcs7-mime; smime-type=enveloped-data', 'encrypted'],
    ['IPM.Note.SMIME', '', 'encrypted'],
    ['IPM.Note', 'multipart/encrypted; protocol="application/pgp-encrypted"', 'encrypted'],
    ['IPM.Note', 'multipart/signed; protocol="application/pgp-signature"', 'mail'],
    ['IPM.Note', 'multipart/report; report-type=delivery-status', 'report'],
    ['IPM.Note', 'Multipart/Report; report-type=disposition-notification', 'report'],
    ['REPORT.IPM.Note.NDR', '', 'report'],
    ['REPORT.IPM.Note.IPNRN', '', 'report'],
    ['IPM.Note.Rules.OofTemplate.Microsoft', '', 'report'],
    ['IPM.Schedule.Meeting.Request', '', 'meeting'],
    ['IPM.Schedule.Meeting.Resp.Pos', '', 'meeting'],
    ['IPM.Schedule.Meeting.Canceled', '', 'meeting'],
    ['IPM.Note', 'text/calendar; method=REQUEST', 'meeting'],
    ['IPM.Appointment', '', 'other'],
    ['IPM.Post', '', 'other'],
    ['IPM.Contact', '', 'other'],
    ['IPM.Notebook', '', 'other'],
  ] as const)('takes %s with %j for %s', (itemClass, contentType, kind) => {
    expect(kindOf(itemClass, contentType)).toBe(kind);
  });

  it('knows drafts, meeting elements and rights-protected mail', () => {
    expect(kindOf('IPM.Note', '', { isDraft: true })).toBe('draft');
    expect(kindOf('', '', { element: 'MeetingResponse' })).toBe('meeting');
    expect(kindOf('IPM.Note', '', { contentClass: 'rpmsg.message' })).toBe('encrypted');
    expect(kindOf('', '', { element: 'CalendarItem' })).toBe('other');
  });
});

const item = (inside: string) =>
  readXmlText(`<t:Message xmlns:t="x"><t:ItemId Id="A" ChangeKey="B"/>${inside}</t:Message>`);

describe('emailHead', () => {
  it('reads an empty item without inventing anything', async () => {
    expect(emailHead(await item(''), 'other')).toMatchObject({
      itemId: 'A',
      version: 'B',
      kind: 'mail',
      sensitivity: 'normal',
      messageId: null,
      subject: '',
      from: null,
      to: [],
      sentAt: null,
      receivedAt: 0,
    });
    expect(emailHead(await readXmlText('<Message/>'), 'other')).toBeNull();
  });

  it('takes the sending time for the receiving one where that is missing', async () => {
    const head = emailHead(await item('<t:DateTimeSent>2026-01-01T00:00:00Z</t:DateTimeSent>'), 'sent');
    expect([head?.sentAt, head?.receivedAt]).toEqual([Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 1)]);
  });

  it('falls back to Sender, and never takes a directory path for an address', async () => {
    const mailbox = (address: string, routing: string): string =>
      `<t:Mailbox><t:Name>N</t:Name><t:EmailAddress>${address}</t:EmailAddress><t:RoutingType>${routing}</t:RoutingType></t:Mailbox>`;
    const head = emailHead(
      await item(
        `<t:From>${mailbox('/O=X/CN=Y', 'EX')}</t:From><t:Sender>${mailbox('S@x.example', 'SMTP')}</t:Sender>` +
          `<t:ToRecipients>${mailbox('/O=X/CN=A@B', 'EX')}${mailbox('broken', 'SMTP')}</t:ToRecipients>`,
      ),
      'inbox',
    );
    expect([head?.from, head?.to]).toEqual([{ address: 's@x.example', name: 'N' }, []]);
  });

  it('reads references with and without brackets', async () => {
    const of = async (text: string) =>
      emailHead(await item(`<t:References>${text}</t:References>`), 'inbox')?.references;
    expect(await of('&lt;a@x&gt;&lt;b@x&gt;')).toEqual(['<a@x>', '<b@x>']);
    expect(await of('a@x b@x')).toEqual(['a@x', 'b@x']);
  });
});

it('reads instants, and none where Exchange writes its own nothing', async () => {
  const of = async (text: string) => instantOf(await item(`<t:D>${text}</t:D>`), 'D');
  expect(await of('2026-01-01T00:00:00')).toBe(Date.UTC(2026, 0, 1));
  expect(await of('2026-01-01T01:00:00+01:00')).toBe(Date.UTC(2026, 0, 1));
  expect(await of('1601-01-01T00:00:00Z')).toBeNull();
  expect(await of('4501-01-01T00:00:00Z')).toBeNull();
  expect(await of('soon')).toBeNull();
});

it('finds a property however its tag is written', async () => {
  const with1 = await item(
    '<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="0x670A"/><t:Value>v</t:Value></t:ExtendedProperty>',
  );
  expect([propertyByTag(with1, '0x670a'), propertyByTag(with1, '0x670b')]).toEqual(['v', null]);
});
