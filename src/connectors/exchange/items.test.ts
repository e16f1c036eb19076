import { describe, expect, it } from 'vitest';
import {
  answer,
  connect,
  failed,
  idsIn,
  items,
  message,
  success,
} from '../../../test/support/canned-exchange.ts';
import type { ItemId } from '../../model/ids.ts';

describe('readHeads', () => {
  it('reads every field of a mail', async () => {
    const { connector } = connect(() =>
      answer(
        'GetItem',
        success(
          'GetItem',
          message(
            'A',
            '<t:ItemClass>IPM.Note</t:ItemClass><t:Subject>Off&#x1;er</t:Subject><t:Sensitivity>Private</t:Sensitivity>' +
              '<t:DateTimeReceived>2026-01-02T03:04:05Z</t:DateTimeReceived><t:Size>1234</t:Size>' +
              '<t:Categories><t:String>Salesforce</t:String></t:Categories><t:InReplyTo>&lt;p@x&gt;</t:InReplyTo>' +
              '<t:DateTimeSent>2026-01-02T03:04:00Z</t:DateTimeSent><t:HasAttachments>true</t:HasAttachments>' +
              '<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="0x5d02" PropertyType="String"/>' +
              '<t:Value>Bob@Corp.example</t:Value></t:ExtendedProperty>' +
              '<t:ToRecipients><t:Mailbox><t:Name>Eve</t:Name><t:EmailAddress>Eve@out.example</t:EmailAddress>' +
              '<t:RoutingType>SMTP</t:RoutingType></t:Mailbox><t:Mailbox><t:Name>In</t:Name>' +
              '<t:EmailAddress>/O=CORP/CN=IN</t:EmailAddress><t:RoutingType>EX</t:RoutingType></t:Mailbox></t:ToRecipients>' +
              '<t:From><t:Mailbox><t:Name>Bob</t:Name><t:EmailAddress>/O=CORP/CN=BOB</t:EmailAddress>' +
              '<t:RoutingType>EX</t:RoutingType></t:Mailbox></t:From>' +
              '<t:InternetMessageId>&lt;m@x&gt;</t:InternetMessageId><t:IsRead>true</t:IsRead>' +
              '<t:References>&lt;r1@x&gt; &lt;r2@x&gt;</t:References>',
          ),
        ),
      ),
    );
    const [result] = await connector.readHeads(items('A'));
    expect(result).toEqual({
      ok: true,
      value: {
        itemId: 'A',
        version: 'k-A',
        place: 'inbox',
        kind: 'mail',
        sensitivity: 'private',
        messageId: '<m@x>',
        inReplyTo: '<p@x>',
        references: ['<r1@x>', '<r2@x>'],
        subject: 'Offer',
        from: { address: 'bob@corp.example', name: 'Bob' },
        to: [{ address: 'eve@out.example', name: 'Eve' }],
        cc: [],
        bcc: [],
        sentAt: Date.UTC(2026, 0, 2, 3, 4, 0),
        receivedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
        sizeBytes: 1234,
        categories: ['Salesforce'],
        hasAttachments: true,
        isRead: true,
      },
    });
  });
});

const limits = { attachmentBytesMax: 1_000_000 };

describe('readContents', () => {
  const mime = (text: string): string =>
    `<t:MimeContent CharacterSet="UTF-8">${Buffer.from(text).toString('base64')}</t:MimeContent>`;

  it('reads MIME, and the body alone where Exchange cannot write MIME', async () => {
    const { connector, bodies } = connect((body) => {
      if (body.includes('IncludeMimeContent'))
        return answer(
          'GetItem',
          success(
            'GetItem',
            message('A').replace('<t:ItemId', `${mime('Subject: s\r\n\r\nhello')}<t:ItemId`),
          ),
          failed('GetItem', 'ErrorMimeContentConversionFailed'),
        );
      const html = body.includes('HTML');
      return answer(
        'GetItem',
        success(
          'GetItem',
          message(
            'B',
            `<t:Body BodyType="${html ? 'HTML' : 'Text'}">${html ? '&lt;b&gt;hi&lt;/b&gt;' : 'hi'}</t:Body>`,
          ),
        ),
      );
    });
    const [a, b] = await connector.readContents(['A', 'B'] as ItemId[], limits);
    expect(a).toMatchObject({ ok: true, value: { itemId: 'A', text: 'hello\n', headers: 'Subject: s' } });
    expect(b).toMatchObject({
      ok: true,
      value: { itemId: 'B', text: 'hi', html: '<b>hi</b>', headers: null },
    });
    expect(bodies).toHaveLength(3);
  });
});

describe('mark', () => {
  it('adds to the categories that stand and tells nobody', async () => {
    const { connector, bodies } = connect((body, operation) =>
      answer(
        operation,
        ...idsIn(body).map((id) =>
          operation === 'GetItem'
            ? success('GetItem', message(id, '<t:Categories><t:String>Mine</t:String></t:Categories>'))
            : success('UpdateItem', message(`${id}`)),
        ),
      ),
    );
    const marks = [{ itemId: 'A' as ItemId, version: 'old', add: ['Salesforce'], remove: [] }];
    expect(await connector.mark(marks)).toEqual([{ ok: true, value: { itemId: 'A', version: 'k-A' } }]);
    expect(bodies[1]).toContain('<t:String>Mine</t:String><t:String>Salesforce</t:String>');
    for (const word of [
      'SendToNone',
      'SuppressReadReceipts="true"',
      'SaveOnly',
      'AutoResolve',
      'ChangeKey="k-A"',
    ])
      expect(bodies[1]).toContain(word);
  });

  it('writes nothing where nothing changes', async () => {
    const { connector, bodies } = connect(() =>
      answer(
        'GetItem',
        success('GetItem', message('A', '<t:Categories><t:String>salesforce</t:String></t:Categories>')),
      ),
    );
    await connector.mark([
      { itemId: 'A' as ItemId, version: 'v', add: ['Salesforce'], remove: ['Sync Error'] },
    ]);
    expect(bodies).toHaveLength(1);
  });

  it('reads and writes a conflicting item once more', async () => {
    let conflicts = 1;
    const { connector, bodies } = connect((_body, operation) =>
      operation === 'GetItem'
        ? answer('GetItem', success('GetItem', message('A')))
        : answer(
            'UpdateItem',
            conflicts-- > 0
              ? failed('UpdateItem', 'ErrorIrresolvableConflict')
              : success('UpdateItem', message('A')),
          ),
    );
    const [result] = await connector.mark([{ itemId: 'A' as ItemId, version: 'v', add: ['X'], remove: [] }]);
    expect(result?.ok).toBe(true);
    expect(bodies).toHaveLength(4);
  });
});
