/** The Exchange connector against the simulated Exchange: in process with Basic, and over real sockets with NTLM. */
import { getGlobalDispatcher } from 'undici';
import { describe, expect, it } from 'vitest';
import { discoverExchange } from '../../src/connectors/exchange/autodiscover.ts';
import { fetchOver } from '../../src/connectors/fetch-over.ts';
import { createAgent } from '../../src/connectors/http.ts';
import type { Cursor } from '../../src/model/connector.ts';
import type { FeedId, ItemId } from '../../src/model/ids.ts';
import { ANN, drain, EWS, inboxOf, mail, none, open } from '../support/exchange-bench.ts';

describe('the Exchange connector on the simulated Exchange', () => {
  it('knows whose mailbox it is', async () => {
    expect(await open().connect().identify()).toEqual({
      address: ANN,
      addresses: expect.arrayContaining([ANN]),
    });
  });

  it('passes its own check and makes the folder Salesforce Emails once', async () => {
    const { simulator, connect } = open();
    simulator.deliver(ANN, 'inbox', mail('one'));
    for (let round = 0; round < 2; round += 1) {
      const results = await connect().check();
      expect(results.filter(({ ok }) => !ok)).toEqual([]);
    }
    const { feeds } = await connect().listFeeds({ cursor: null, feeds: none });
    expect(feeds.filter(({ place }) => place === 'salesforce-folder')).toHaveLength(1);
  });

  it('asks twice when nothing moved, and reads only the folder that did', async () => {
    const { simulator, connect, clock } = open();
    simulator.createFolder(ANN, 'Inbox/Customers');
    simulator.deliver(ANN, 'inbox', mail('one'));
    clock.advance(180_000);
    const first = connect();
    const listing = await first.listFeeds({ cursor: null, feeds: none });
    const cursors = new Map<FeedId, Cursor>();
    for (const { id } of listing.feeds) cursors.set(id, (await drain(first, id, null)).cursor);
    clock.advance(1_800_000);

    const idle = connect();
    const quiet = await idle.listFeeds({ cursor: listing.cursor, feeds: cursors });
    expect(quiet.feeds.filter(({ moved }) => moved)).toEqual([]);
    expect(idle.traffic().requests).toBe(2);

    simulator.deliver(ANN, 'Inbox/Customers', mail('two'));
    clock.advance(1_800_000);
    const busy = connect();
    const { feeds } = await busy.listFeeds({ cursor: quiet.cursor, feeds: cursors });
    const moved = feeds.filter((feed) => feed.moved);
    expect(moved.map(({ place }) => place)).toEqual(['inbox']);
    const [feed] = moved;
    const { changes } = await drain(
      busy,
      feed?.id ?? ('' as FeedId),
      cursors.get(feed?.id ?? ('' as FeedId)) ?? null,
    );
    expect(changes.map(({ kind }) => kind)).toEqual(['upsert']);
  });

  it('takes no folder for another when the server is in trouble while roles are asked', async () => {
    const { simulator, connect } = open();
    const code = 'ErrorMailboxStoreUnavailable';
    simulator.faults.add({ operation: 'GetFolder', count: 1, effect: { kind: 'partial', nth: 2, code } });
    const known = { cursor: null, feeds: none };
    await expect(connect().listFeeds(known)).rejects.toMatchObject({
      failure: { code: 'mailbox.transient' },
    });
    const { feeds } = await connect().listFeeds(known);
    expect(feeds.map(({ place }) => place)).toContain('sent');
  });

  it('sees a mail that came in the same second as the last one before it', async () => {
    const { simulator, connect, clock } = open();
    simulator.deliver(ANN, 'inbox', mail('one'));
    const first = connect();
    const listing = await first.listFeeds({ cursor: null, feeds: none });
    const cursors = new Map<FeedId, Cursor>();
    for (const { id } of listing.feeds) cursors.set(id, (await drain(first, id, null)).cursor);
    simulator.deliver(ANN, 'inbox', mail('two'));
    clock.advance(1_800_000);
    const { feeds } = await connect().listFeeds({ cursor: listing.cursor, feeds: cursors });
    expect(feeds.find(({ place }) => place === 'inbox')?.moved).toBe(true);
  });

  it('reads 1,200 mails in pages, heads and contents in batches', async () => {
    const { simulator, connect } = open();
    for (let index = 0; index < 1_200; index += 1) simulator.deliver(ANN, 'inbox', mail(`m${index}`));
    const connector = connect();
    const { changes } = await drain(connector, await inboxOf(connector), null);
    const ids = changes.map(({ itemId }) => itemId);
    expect(new Set(ids).size).toBe(1_200);
    expect(connector.traffic().byOperation.SyncFolderItems).toBe(3);
    const heads = await connector.readHeads(
      ids.slice(0, 100).map((itemId) => ({ itemId, place: 'inbox' as const })),
    );
    expect(heads.filter(({ ok }) => !ok)).toEqual([]);
    const contents = await connector.readContents(ids.slice(0, 10), { attachmentBytesMax: 1_000_000 });
    expect(contents.map((content) => content.ok && content.value.text?.trim())).toEqual(
      Array(10).fill('Hello.'),
    );
    expect(connector.traffic().byOperation.GetItem).toBe(2);
  });

  it('reads the head of a mail as it was sent', async () => {
    const { simulator, connect } = open();
    const itemId = simulator.deliver(
      ANN,
      'inbox',
      mail(
        'head',
        'Cc: Eve <Eve@Other.test>\r\nIn-Reply-To: <p@x.test>\r\nReferences: <r@x.test> <p@x.test>\r\n',
      ),
    ) as ItemId;
    const [head] = await connect().readHeads([{ itemId, place: 'inbox' }]);
    expect(head).toMatchObject({
      ok: true,
      value: {
        itemId,
        kind: 'mail',
        subject: 'About head',
        messageId: '<head@outside.test>',
        inReplyTo: '<p@x.test>',
        references: ['<r@x.test>', '<p@x.test>'],
        from: { address: 'bob@outside.test', name: 'Bob' },
        to: [{ address: ANN, name: 'Ann' }],
        cc: [{ address: 'eve@other.test', name: 'Eve' }],
        sentAt: Date.UTC(2026, 0, 5, 7),
        hasAttachments: false,
      },
    });
  });

  it.each([
    ['a bounce', 'Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n', 'report'],
    ['an invitation', 'Content-Type: text/calendar; method=REQUEST\r\n', 'meeting'],
    [
      'PGP',
      'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b\r\n',
      'encrypted',
    ],
    [
      'S/MIME, sealed',
      'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n',
      'encrypted',
    ],
    [
      'S/MIME, signed',
      'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=b\r\n',
      'mail',
    ],
    [
      'S/MIME, signed and opaque',
      'Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n',
      'mail',
    ],
  ])('tells the kind of %s', async (_, header, kind) => {
    const { simulator, connect } = open();
    const itemId = simulator.deliver(ANN, 'inbox', mail('kind', header, '--b\r\n\r\nx\r\n--b--')) as ItemId;
    const [head] = await connect().readHeads([{ itemId, place: 'inbox' }]);
    expect(head?.ok === true && head.value.kind).toBe(kind);
  });

  it('sees a move as a deletion and a creation', async () => {
    const { simulator, connect } = open();
    const itemId = simulator.deliver(ANN, 'inbox', mail('moving'));
    const connector = connect();
    const inbox = await inboxOf(connector);
    const { cursor } = await drain(connector, inbox, null);
    simulator.createFolder(ANN, 'Inbox/Done');
    simulator.move(ANN, itemId, 'Inbox/Done');
    expect((await drain(connector, inbox, cursor)).changes).toEqual([{ kind: 'deleted', itemId }]);
  });

  it('marks items without notifying anybody, and keeps what stood there', async () => {
    const { simulator, connect } = open();
    const itemId = simulator.deliver(ANN, 'inbox', mail('mark')) as ItemId;
    simulator.setCategories(ANN, itemId, ['Mine', 'Sync Error']);
    const connector = connect();
    const mark = { itemId, version: 'stale', add: ['Salesforce'], remove: ['sync error'] };
    const [marked] = await connector.mark([mark]);
    const [head] = await connector.readHeads([{ itemId, place: 'inbox' }]);
    expect(head).toMatchObject({ ok: true, value: { categories: ['Mine', 'Salesforce'] } });
    expect(marked).toEqual({
      ok: true,
      value: { itemId, version: head?.ok === true ? head.value.version : '' },
    });
    expect(simulator.notificationsSent()).toEqual([]);
    expect(
      await connector.mark([{ itemId: 'AAAAgone' as ItemId, version: '', add: ['X'], remove: [] }]),
    ).toMatchObject([{ ok: false }]);
  });

  it('says item-gone for what was deleted meanwhile', async () => {
    const { simulator, connect } = open();
    const itemId = simulator.deliver(ANN, 'inbox', mail('gone')) as ItemId;
    simulator.remove(ANN, itemId, 'hard');
    const [head] = await connect().readHeads([{ itemId, place: 'inbox' }]);
    expect(head).toMatchObject({ ok: false, failure: { code: 'mailbox.item-gone' } });
  });

  it('says cursor-expired, and reads the folder tree anew by itself', async () => {
    const { simulator, connect } = open();
    simulator.deliver(ANN, 'inbox', mail('one'));
    const connector = connect();
    const listing = await connector.listFeeds({ cursor: null, feeds: none });
    const inbox = await inboxOf(connector);
    const { cursor } = await drain(connector, inbox, null);
    simulator.expireSyncStates(ANN);
    await expect(connector.readChanges(inbox, cursor)).rejects.toMatchObject({
      failure: { code: 'mailbox.cursor-expired' },
    });
    const again = await connector.listFeeds({ cursor: listing.cursor, feeds: none });
    expect(again.feeds.map(({ id }) => id).sort()).toEqual(listing.feeds.map(({ id }) => id).sort());
    expect((await drain(connector, inbox, null)).changes).toHaveLength(1);
  });

  it.each(['fault', 'message', 'http'] as const)('stays away as long as asked (%s)', async (form) => {
    const { simulator, connect, clock } = open();
    const connector = connect();
    await connector.identify();
    simulator.throttle(ANN, 60_000, form);
    const ask = () => connector.listFeeds({ cursor: null, feeds: none });
    await expect(ask()).rejects.toMatchObject({
      failure: { code: 'mailbox.throttled', retryAfterMs: 60_000 },
    });
    await expect(ask()).rejects.toMatchObject({ failure: { code: 'mailbox.throttled' } });
    // The first call is told to stay away; whatever comes later would be counted against us.
    expect(simulator.callsWhileThrottled(ANN)).toBeLessThanOrEqual(1);
    clock.advance(60_001);
    expect((await ask()).feeds.length).toBeGreaterThan(0);
  });

  it('sends a wrong password once', async () => {
    const { connect, simulator } = open();
    const connector = connect({ credential: { login: ANN, password: 'wrong' } });
    const results = await connector.check();
    expect(new Set(results.map(({ failure }) => failure?.code))).toEqual(
      new Set(['mailbox.credentials-rejected']),
    );
    expect(connector.traffic().requests).toBe(1);
    expect(simulator.notificationsSent()).toEqual([]);
  });

  it('acts for a mailbox by impersonation, and says where the role is missing', async () => {
    const { simulator, connect } = open();
    simulator.addServiceAccount({ userName: 'svc', password: 'pw', impersonates: [ANN] });
    simulator.addMailbox({ address: 'bob@contoso.test', password: 'pw' });
    const credential = { login: 'svc@contoso.test', password: 'pw' };
    expect((await connect({ credential, mailbox: ANN }).identify()).address).toBe(ANN);
    await expect(connect({ credential, mailbox: 'bob@contoso.test' }).identify()).rejects.toMatchObject({
      failure: { code: 'mailbox.impersonation-denied' },
    });
  });

  it('ends with the reason of a cancelled signal', async () => {
    const stop = new AbortController();
    const { connect } = open();
    const connector = connect({ signal: stop.signal });
    await connector.identify();
    const reason = new Error('lease lost');
    stop.abort(reason);
    await expect(connector.identify()).rejects.toBe(reason);
    await expect(connector.check()).rejects.toBe(reason);
  });

  it('says item-too-large for one item alone when an answer is cut off', async () => {
    const { simulator, connect } = open();
    const ids = ['small', 'large', 'tiny'].map((id) =>
      simulator.deliver(ANN, 'inbox', mail(id, '', id === 'large' ? 'x'.repeat(200_000) : 'x')),
    ) as ItemId[];
    const results = await connect({ limits: { bodyBytesMax: 100_000 } }).readContents(ids, {
      attachmentBytesMax: 1_000_000,
    });
    expect(results.map((result) => (result.ok ? 'ok' : result.failure.code))).toEqual([
      'ok',
      'mailbox.item-too-large',
      'ok',
    ]);
  });

  it.each([
    [{ kind: 'drop' }, 'mailbox.unreachable'],
    [{ kind: 'lostReply' }, 'mailbox.unreachable'],
    [{ kind: 'garbage' }, 'mailbox.transient'],
    [{ kind: 'http', status: 502, body: 'html' }, 'mailbox.transient'],
    [{ kind: 'http', status: 403, body: 'html' }, 'mailbox.ews-switched-off'],
    [{ kind: 'http', status: 200, body: 'html' }, 'mailbox.not-exchange'],
    [{ kind: 'service', code: 'ErrorMailboxMoveInProgress', form: 'fault' }, 'mailbox.moving'],
    [{ kind: 'service', code: 'ErrorInternalServerTransientError', form: 'message' }, 'mailbox.transient'],
  ] as const)('names %o and goes on afterwards', async (effect, code) => {
    const { simulator, connect } = open();
    simulator.faults.add({ operation: 'GetFolder', count: 1, effect });
    const connector = connect();
    await expect(connector.identify()).rejects.toMatchObject({ failure: { code } });
    expect((await connector.identify()).address).toBe(ANN);
  });

  it('takes a fault of one item in a batch for that item only', async () => {
    const { simulator, connect } = open();
    const ids = ['a', 'b', 'c'].map((id) => simulator.deliver(ANN, 'inbox', mail(id))) as ItemId[];
    simulator.faults.add({
      operation: 'GetItem',
      count: 1,
      effect: { kind: 'partial', nth: 2, code: 'ErrorMimeContentConversionFailed' },
    });
    const results = await connect().readContents(ids, { attachmentBytesMax: 1_000_000 });
    // The second is read another way: its body without MIME.
    expect(results.map((result) => result.ok && result.value.text?.trim())).toEqual([
      'Hello.',
      'Hello.',
      'Hello.',
    ]);
    expect(results.map((result) => result.ok && result.value.headers === null)).toEqual([false, true, false]);
  });

  it('works with a server that knows no marks, and with an older one', async () => {
    for (const options of [
      { hasCommitMarks: false },
      { versions: ['Exchange2007_SP1', 'Exchange2010', 'Exchange2010_SP2'] },
    ]) {
      const { simulator, connect } = open(options);
      const itemId = simulator.deliver(ANN, 'inbox', mail('one')) as ItemId;
      const connector = connect();
      const inbox = await inboxOf(connector);
      expect((await drain(connector, inbox, null)).changes).toHaveLength(1);
      const [marked] = await connector.mark([{ itemId, version: '', add: ['X'], remove: [] }]);
      expect(marked?.ok).toBe(true);
    }
  });

  it('finds the server by Autodiscover', async () => {
    const { fetch, clock } = open();
    const found = await discoverExchange({
      login: ANN,
      password: 'pw',
      fetch: (url, init) => {
        if (new URL(url).hostname === 'autodiscover.contoso.test') return fetch(url, init);
        return Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: { code: 'ENOTFOUND' } }));
      },
      clock,
      random: { next: () => 0.5 },
    });
    expect(found.ewsUrl.toLowerCase()).toBe(EWS.toLowerCase());
  });

  it('signs in with NTLM over real sockets, on one of them', async () => {
    const { simulator, connect } = open({ auth: ['ntlm'], netbiosDomain: 'CONTOSO' });
    simulator.deliver(ANN, 'inbox', mail('one'));
    const served = await simulator.serve();
    const more = {
      ewsUrl: `${served.origin}/EWS/Exchange.asmx`,
      fetch: fetchOver(getGlobalDispatcher()),
      makeDispatcher: (connections: number) => createAgent({ connections }),
    };
    for (const login of [ANN, 'CONTOSO\\ann']) {
      const connector = connect({ ...more, credential: { login, password: 'pw' } });
      expect((await connector.identify()).address).toBe(ANN);
      expect((await drain(connector, await inboxOf(connector), null)).changes).toHaveLength(1);
      expect(connector.traffic().byOperation['sign-in']).toBe(1);
      await connector.close();
    }
    const wrong = connect({ ...more, credential: { login: ANN, password: 'wrong' } });
    await expect(wrong.identify()).rejects.toMatchObject({
      failure: { code: 'mailbox.credentials-rejected' },
    });
    await wrong.close();
    await served.close();
  });
});
