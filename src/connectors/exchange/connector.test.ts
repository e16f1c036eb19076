import { describe, expect, it } from 'vitest';
import type { Clock } from '../../model/clock.ts';
import type { Cursor } from '../../model/connector.ts';
import type { FeedId, ItemId } from '../../model/ids.ts';
import type { Fetch } from '../http.ts';
import { createExchangeConnector, type ExchangeConnector } from './connector.ts';

const NAMESPACES =
  'xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" ' +
  'xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"';

/** An envelope round the response messages of an operation. */
const answer = (operation: string, ...messages: readonly string[]): string =>
  '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>' +
  `<m:${operation}Response ${NAMESPACES}><m:ResponseMessages>${messages.join('')}</m:ResponseMessages>` +
  `</m:${operation}Response></s:Body></s:Envelope>`;

const success = (operation: string, inside: string): string =>
  `<m:${operation}ResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>${inside}` +
  `</m:${operation}ResponseMessage>`;

const failed = (operation: string, code: string, inside = ''): string =>
  `<m:${operation}ResponseMessage ResponseClass="Error"><m:MessageText>words</m:MessageText>` +
  `<m:ResponseCode>${code}</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>${inside}` +
  `</m:${operation}ResponseMessage>`;

const fault = (code: string, backOffMs?: number): Response =>
  new Response(
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>' +
      `<faultcode>a:${code}</faultcode><detail><e:ResponseCode>${code}</e:ResponseCode>` +
      (backOffMs === undefined
        ? ''
        : `<t:MessageXml><t:Value Name="BackOffMilliseconds">${backOffMs}</t:Value></t:MessageXml>`) +
      '</detail></s:Fault></s:Body></s:Envelope>',
    { status: 500, headers: { 'content-type': 'text/xml; charset=utf-8' } },
  );

const xml = (text: string): Response =>
  new Response(text, { headers: { 'content-type': 'text/xml; charset=utf-8' } });

type Handler = (body: string, operation: string) => Response | string;

/** A connector on a stub that answers each request body, and the bodies that it saw. */
function connect(handler: Handler, options: { now?: () => number; mailbox?: string } = {}) {
  const bodies: string[] = [];
  const headers: Record<string, string>[] = [];
  const fetch: Fetch = async (_url, init) => {
    const body = String(init.body);
    bodies.push(body);
    headers.push(init.headers);
    const operation = /<soap:Body><m:(\w+)/.exec(body)?.[1] ?? '';
    const made = handler(body, operation);
    return typeof made === 'string' ? xml(made) : made;
  };
  const clock: Clock = { now: options.now ?? (() => 0), sleep: () => new Promise(() => undefined) };
  const connector: ExchangeConnector = createExchangeConnector({
    ewsUrl: 'https://mail.corp.example/EWS/Exchange.asmx',
    credential: { login: 'ann@corp.example', password: 'pw' },
    fetch,
    clock,
    random: { next: () => 0.5 },
    ...(options.mailbox === undefined ? {} : { mailbox: options.mailbox }),
  });
  return { connector, bodies, headers };
}

const items = (...ids: readonly string[]) =>
  ids.map((id) => ({ itemId: id as ItemId, place: 'inbox' as const }));
const idsIn = (body: string): string[] =>
  [...body.matchAll(/<t:ItemId Id="([^"]+)"/g)].map(([, id]) => id ?? '');
const limits = { attachmentBytesMax: 1_000_000 };

const message = (id: string, inside = ''): string =>
  `<m:Items><t:Message><t:ItemId Id="${id}" ChangeKey="k-${id}"/>${inside}</t:Message></m:Items>`;

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

  it('keeps the order and lets no bad item stop another', async () => {
    const { connector } = connect(() =>
      answer(
        'GetItem',
        success('GetItem', message('A')),
        failed('GetItem', 'ErrorItemNotFound'),
        failed('GetItem', 'ErrorItemCorrupt'),
        success('GetItem', message('D')),
      ),
    );
    const results = await connector.readHeads(items('A', 'B', 'C', 'D'));
    expect(results.map((result) => (result.ok ? result.value.itemId : result.failure.code))).toEqual([
      'A',
      'mailbox.item-gone',
      'mailbox.item-unreadable',
      'D',
    ]);
  });

  it('asks again for what the server left undone', async () => {
    const { connector, bodies } = connect((body) =>
      answer(
        'GetItem',
        ...idsIn(body).map((id, index) =>
          index < 2 ? success('GetItem', message(id)) : failed('GetItem', 'ErrorBatchProcessingStopped'),
        ),
      ),
    );
    const results = await connector.readHeads(items('A', 'B', 'C', 'D', 'E'));
    expect(results.map(({ ok }) => ok)).toEqual([true, true, true, true, true]);
    expect(bodies.map(idsIn)).toEqual([['A', 'B', 'C', 'D', 'E'], ['C', 'D', 'E'], ['E']]);
  });

  it('finds by halving the one item that spoils a whole request', async () => {
    const { connector } = connect((body) =>
      idsIn(body).includes('C')
        ? fault('ErrorInternalServerError')
        : answer('GetItem', ...idsIn(body).map((id) => success('GetItem', message(id)))),
    );
    const results = await connector.readHeads(items('A', 'B', 'C', 'D'));
    expect(results.map((result) => (result.ok ? 'ok' : result.failure.code))).toEqual([
      'ok',
      'ok',
      'mailbox.item-unreadable',
      'ok',
    ]);
  });

  it('blames a single item when the server is well otherwise', async () => {
    const { connector } = connect((_body, operation) =>
      operation === 'GetItem'
        ? fault('ErrorInternalServerError')
        : answer('GetFolder', success('GetFolder', '<m:Folders/>')),
    );
    const [result] = await connector.readHeads(items('A'));
    expect(result).toMatchObject({ ok: false, failure: { code: 'mailbox.item-unreadable' } });
  });

  it('asks for less when the server runs out of time', async () => {
    const { connector } = connect((body) =>
      idsIn(body).length > 1
        ? fault('ErrorTimeoutExpired')
        : answer('GetItem', ...idsIn(body).map((id) => success('GetItem', message(id)))),
    );
    expect((await connector.readHeads(items('A', 'B', 'C'))).every(({ ok }) => ok)).toBe(true);
  });

  it('blames no item when the server fails at everything', async () => {
    const { connector } = connect(() => fault('ErrorInternalServerError'));
    await expect(connector.readHeads(items('A', 'B'))).rejects.toMatchObject({
      failure: { code: 'mailbox.transient' },
    });
    const messages = connect((body) =>
      answer('GetItem', ...idsIn(body).map(() => failed('GetItem', 'ErrorInternalServerError'))),
    );
    await expect(messages.connector.readHeads(items('A', 'B', 'C', 'D'))).rejects.toMatchObject({
      failure: { code: 'mailbox.transient' },
    });
  });
});

describe('back-off', () => {
  const backOff = '<m:MessageXml><t:Value Name="BackOffMilliseconds">5000</t:Value></m:MessageXml>';

  it.each([
    ['a fault inside HTTP 500', () => fault('ErrorServerBusy', 5_000)],
    [
      'a response message inside HTTP 200',
      () => answer('GetItem', failed('GetItem', 'ErrorServerBusy', backOff)),
    ],
    ['HTTP 503', () => new Response('busy', { status: 503, headers: { 'retry-after': '5' } })],
  ])('sends nothing while the one asked for by %s lasts', async (_, made) => {
    let now = 0;
    const { connector, bodies } = connect(made, { now: () => now });
    const throttled = (retryAfterMs: number) => ({ failure: { code: 'mailbox.throttled', retryAfterMs } });
    await expect(connector.readHeads(items('A'))).rejects.toMatchObject(throttled(5_000));
    now = 2_000;
    await expect(connector.readHeads(items('A'))).rejects.toMatchObject(throttled(3_000));
    expect(bodies).toHaveLength(1);
    now = 5_000;
    await expect(connector.readHeads(items('A'))).rejects.toMatchObject(throttled(5_000));
    expect(bodies).toHaveLength(2);
  });
});

describe('the call as a whole', () => {
  it('lowers its version once for an older server and stays there', async () => {
    const { connector, bodies } = connect((body) =>
      body.includes('Exchange2013_SP1')
        ? fault('ErrorInvalidServerVersion')
        : answer('GetItem', success('GetItem', message('A'))),
    );
    await connector.readHeads(items('A'));
    await connector.readHeads(items('A'));
    expect(bodies.map((body) => /Version="(\w+)"/.exec(body)?.[1])).toEqual([
      'Exchange2013_SP1',
      'Exchange2010_SP2',
      'Exchange2010_SP2',
    ]);
  });

  it('acts for a mailbox by header and envelope', async () => {
    const { connector, bodies, headers } = connect(
      () => answer('GetItem', success('GetItem', message('A'))),
      { mailbox: 'bob@corp.example' },
    );
    await connector.readHeads(items('A'));
    expect(headers[0]).toMatchObject({ 'x-anchormailbox': 'bob@corp.example', 'user-agent': 'Lockstep' });
    expect(bodies[0]).toContain('<t:PrimarySmtpAddress>bob@corp.example</t:PrimarySmtpAddress>');
  });

  it.each([
    [
      'a sign-in page',
      () => new Response('', { status: 302, headers: { location: '/owa/auth' } }),
      'mailbox.not-exchange',
    ],
    [
      'a web page',
      () => new Response('<html></html>', { headers: { 'content-type': 'text/html' } }),
      'mailbox.not-exchange',
    ],
    ['some other XML', () => xml('<rss/>'), 'mailbox.not-exchange'],
    ['HTTP 403', () => new Response('', { status: 403 }), 'mailbox.ews-switched-off'],
    [
      'a redirect to the cloud',
      () =>
        new Response('', {
          status: 302,
          headers: { location: 'https://outlook.office365.com/EWS/Exchange.asmx' },
        }),
      'mailbox.use-office-365',
    ],
    ['a broken answer', () => xml('<s:Envelope><s:Body>'), 'mailbox.transient'],
    ['an impersonation refused', () => fault('ErrorImpersonateUserDenied'), 'mailbox.impersonation-denied'],
  ])('reads %s', async (_, made, code) => {
    const { connector } = connect(made);
    await expect(connector.readHeads(items('A'))).rejects.toMatchObject({ failure: { code } });
  });
});

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

/** A small folder tree: name, id, parent, class. */
const tree = [
  ['Posteingang', 'inbox', 'root', 'IPF.Note'],
  ['Kunden', 'below', 'inbox', 'IPF.Note'],
  ['Gesendet', 'sent', 'root', 'IPF.Note'],
  ['Salesforce Emails', 'sf', 'below', 'IPF.Note'],
  ['Papierkorb', 'bin', 'root', 'IPF.Note'],
  ['Altes', 'binned', 'bin', 'IPF.Note'],
  ['Projekte', 'projects', 'root', 'IPF.Note'],
  ['Kalender', 'calendar', 'root', 'IPF.Appointment'],
] as const;

function mailboxStub(marks: () => string | null) {
  const state = { hierarchy: 'H1', syncExpired: false };
  const handler: Handler = (body, operation) => {
    if (operation === 'SyncFolderHierarchy') {
      const changes = body.includes('<m:SyncState>')
        ? ''
        : tree
            .map(
              ([name, id, parent, folderClass]) =>
                `<t:Create><t:Folder><t:FolderId Id="${id}"/><t:ParentFolderId Id="${parent}"/>` +
                `<t:FolderClass>${folderClass}</t:FolderClass><t:DisplayName>${name}</t:DisplayName></t:Folder></t:Create>`,
            )
            .join('');
      return answer(
        operation,
        success(
          operation,
          `<m:SyncState>${state.hierarchy}</m:SyncState><m:IncludesLastFolderInRange>true</m:IncludesLastFolderInRange>` +
            `<m:Changes>${changes}</m:Changes>`,
        ),
      );
    }
    if (operation === 'SyncFolderItems') {
      if (state.syncExpired) return answer(operation, failed(operation, 'ErrorInvalidSyncStateData'));
      return answer(
        operation,
        success(
          operation,
          '<m:SyncState>S1</m:SyncState><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange><m:Changes>' +
            '<t:Create><t:Message><t:ItemId Id="A" ChangeKey="k"/><t:DateTimeReceived>2026-01-01T00:00:00Z</t:DateTimeReceived>' +
            '</t:Message></t:Create><t:Delete><t:ItemId Id="B" ChangeKey="k"/></t:Delete>' +
            '<t:ReadFlagChange><t:ItemId Id="C" ChangeKey="k"/><t:IsRead>true</t:IsRead></t:ReadFlagChange></m:Changes>',
        ),
      );
    }
    const roles = [...body.matchAll(/DistinguishedFolderId Id="(\w+)"/g)].map(([, role]) => role ?? '');
    const known: Record<string, string> = {
      inbox: 'inbox',
      sentitems: 'sent',
      deleteditems: 'bin',
      syncissues: 'issues',
    };
    if (roles.length > 0)
      return answer(
        operation,
        ...roles.map((role) =>
          known[role] === undefined
            ? failed(operation, 'ErrorFolderNotFound')
            : success(
                operation,
                `<m:Folders><t:Folder><t:FolderId Id="${known[role]}"/></t:Folder></m:Folders>`,
              ),
        ),
      );
    const ids = [...body.matchAll(/<t:FolderId Id="(\w+)"/g)].map(([, id]) => id ?? '');
    const commitTime = marks();
    const property = (tag: string, type: string, value: string): string =>
      `<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="${tag}" PropertyType="${type}"/><t:Value>${value}</t:Value></t:ExtendedProperty>`;
    return answer(
      operation,
      ...ids.map((id) =>
        success(
          operation,
          `<m:Folders><t:Folder><t:FolderId Id="${id}"/>` +
            (commitTime === null
              ? ''
              : property('0x670a', 'SystemTime', commitTime) + property('0x670b', 'Integer', '0')) +
            '</t:Folder></m:Folders>',
        ),
      ),
    );
  };
  return { state, handler };
}

describe('feeds', () => {
  const none: ReadonlyMap<FeedId, Cursor> = new Map();

  it('watches mail folders by role, whatever their names, and shuns the others', async () => {
    const { connector } = connect(mailboxStub(() => '2026-01-01T00:00:00Z').handler);
    const { feeds } = await connector.listFeeds({ cursor: null, feeds: none });
    expect(feeds.map(({ id, place }) => `${id}:${place}`)).toEqual([
      'inbox:inbox',
      'below:inbox',
      'sent:sent',
      'sf:salesforce-folder',
      'projects:other',
    ]);
    expect(feeds.every(({ moved }) => moved)).toBe(true);
  });

  it('needs two requests when nothing moved, and sees what did', async () => {
    let commitTime: string | null = '2026-01-01T00:00:00Z';
    const stub = mailboxStub(() => commitTime);
    const first = connect(stub.handler);
    const listing = await first.connector.listFeeds({ cursor: null, feeds: none });
    const cursors = new Map<FeedId, Cursor>();
    for (const { id } of listing.feeds) cursors.set(id, (await first.connector.readChanges(id, null)).cursor);

    const second = connect(stub.handler, { now: () => 1_800_000 });
    const idle = await second.connector.listFeeds({ cursor: listing.cursor, feeds: cursors });
    expect(idle.feeds.filter(({ moved }) => moved)).toEqual([]);
    expect(second.connector.traffic().requests).toBe(2);

    commitTime = '2026-01-01T00:30:00Z';
    const moved = await second.connector.listFeeds({ cursor: idle.cursor, feeds: cursors });
    expect(moved.feeds.every((feed) => feed.moved)).toBe(true);

    commitTime = '2026-01-01T00:00:00Z';
    const daily = connect(stub.handler, { now: () => 86_400_000 });
    const looked = await daily.connector.listFeeds({ cursor: idle.cursor, feeds: cursors });
    expect(looked.feeds.every((feed) => feed.moved)).toBe(true);
  });

  it('takes every folder for moved where the server knows no marks', async () => {
    const stub = mailboxStub(() => null);
    const { connector } = connect(stub.handler);
    const listing = await connector.listFeeds({ cursor: null, feeds: none });
    const page = await connector.readChanges('inbox' as FeedId, null);
    const again = await connector.listFeeds({
      cursor: listing.cursor,
      feeds: new Map([['inbox' as FeedId, page.cursor]]),
    });
    expect(again.feeds.find(({ id }) => id === 'inbox')?.moved).toBe(true);
  });

  it('reads changes and leaves read flags out', async () => {
    const { connector } = connect(mailboxStub(() => null).handler);
    const page = await connector.readChanges('inbox' as FeedId, null);
    expect(page.changes).toEqual([
      { kind: 'upsert', itemId: 'A', version: 'k', receivedAt: Date.UTC(2026, 0, 1) },
      { kind: 'deleted', itemId: 'B' },
    ]);
    expect(page.done).toBe(true);
  });

  it('says when a cursor is no longer known', async () => {
    const stub = mailboxStub(() => null);
    const { connector } = connect(stub.handler);
    const { cursor } = await connector.readChanges('inbox' as FeedId, null);
    stub.state.syncExpired = true;
    for (const given of [cursor, 'damaged' as Cursor])
      await expect(connector.readChanges('inbox' as FeedId, given)).rejects.toMatchObject({
        failure: { code: 'mailbox.cursor-expired' },
      });
  });
});

describe('identify', () => {
  const resolution = (address: string, ...proxies: readonly string[]): string =>
    `<t:Resolution><t:Mailbox><t:Name>n</t:Name><t:EmailAddress>${address}</t:EmailAddress>` +
    '<t:RoutingType>SMTP</t:RoutingType><t:MailboxType>Mailbox</t:MailboxType></t:Mailbox><t:Contact><t:EmailAddresses>' +
    proxies.map((proxy, at) => `<t:Entry Key="EmailAddress${at + 1}">${proxy}</t:Entry>`).join('') +
    '</t:EmailAddresses></t:Contact></t:Resolution>';
  const handler =
    (...resolutions: readonly string[]): Handler =>
    (_body, operation) =>
      operation === 'ResolveNames'
        ? answer(operation, success(operation, `<m:ResolutionSet>${resolutions.join('')}</m:ResolutionSet>`))
        : answer(
            operation,
            success(operation, '<m:Folders><t:Folder><t:FolderId Id="inbox"/></t:Folder></m:Folders>'),
          );

  it('finds the primary address and the aliases of the own mailbox among guesses', async () => {
    const { connector } = connect(
      handler(
        resolution('annabel@corp.example'),
        resolution(
          'Ann.Doe@corp.example',
          'SMTP:Ann.Doe@corp.example',
          'smtp:ann@corp.example',
          'SIP:ann@corp.example',
        ),
      ),
    );
    expect(await connector.identify()).toEqual({
      address: 'ann.doe@corp.example',
      addresses: ['ann.doe@corp.example', 'ann@corp.example'],
    });
  });

  it('keeps the login where the directory knows nothing', async () => {
    const { connector } = connect((body, operation) =>
      operation === 'ResolveNames'
        ? answer(operation, failed(operation, 'ErrorNameResolutionNoResults'))
        : (handler()(body, operation) as string),
    );
    expect(await connector.identify()).toEqual({
      address: 'ann@corp.example',
      addresses: ['ann@corp.example'],
    });
  });
});

it('checks every capability, and names the same trouble for all when signing in fails', async () => {
  const good = connect((body, operation) => {
    if (operation === 'ResolveNames')
      return answer(operation, failed(operation, 'ErrorNameResolutionNoResults'));
    if (operation === 'CreateFolder') return answer(operation, success(operation, ''));
    if (operation === 'GetItem')
      return answer(
        operation,
        success(operation, message('A', '<t:EffectiveRights><t:Modify>false</t:Modify></t:EffectiveRights>')),
      );
    return mailboxStub(() => null).handler(body, operation);
  });
  const results = await good.connector.check();
  expect(results.map(({ capability, ok }) => `${capability}:${ok}`)).toEqual([
    'sign-in:true',
    'read-mail:true',
    'write-categories:false',
    'salesforce-folder:true',
  ]);
  expect(good.bodies.some((body) => body.includes('<m:CreateFolder'))).toBe(false);
  const refused = connect(() => new Response('', { status: 401, headers: { 'www-authenticate': 'Basic' } }));
  const codes = (await refused.connector.check()).map((result) => result.failure?.code);
  expect(new Set(codes)).toEqual(new Set(['mailbox.credentials-rejected']));
  expect(refused.bodies).toHaveLength(1);
});
