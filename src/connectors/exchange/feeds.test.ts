import { describe, expect, it } from 'vitest';
import { connect, mailboxStub, xml } from '../../../test/support/canned-exchange.ts';
import type { Cursor } from '../../model/connector.ts';
import type { FeedId } from '../../model/ids.ts';

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
    // The stub's clock begins at 1970.
    let commitTime: string | null = '1969-12-31T23:00:00Z';
    const stub = mailboxStub(() => commitTime);
    const first = connect(stub.handler);
    const listing = await first.connector.listFeeds({ cursor: null, feeds: none });
    const cursors = new Map<FeedId, Cursor>();
    for (const { id } of listing.feeds) cursors.set(id, (await first.connector.readChanges(id, null)).cursor);

    const second = connect(stub.handler, { now: () => 1_800_000 });
    const idle = await second.connector.listFeeds({ cursor: listing.cursor, feeds: cursors });
    expect(idle.feeds.filter(({ moved }) => moved)).toEqual([]);
    expect(second.connector.traffic().requests).toBe(2);

    commitTime = '1970-01-01T00:30:00Z';
    const moved = await second.connector.listFeeds({ cursor: idle.cursor, feeds: cursors });
    expect(moved.feeds.every((feed) => feed.moved)).toBe(true);

    commitTime = '1969-12-31T23:00:00Z';
    const daily = connect(stub.handler, { now: () => 86_400_000 });
    const looked = await daily.connector.listFeeds({ cursor: idle.cursor, feeds: cursors });
    expect(looked.feeds.every((feed) => feed.moved)).toBe(true);
  });

  it.each([
    ['reads a folder again whose newest change is of this second by the server’s clock', 0, true],
    ['trusts a mark whose second is over by the server’s clock, whatever ours says', 3_000, false],
  ])('%s', async (_name, laterMs, expected) => {
    const commitTime = '2026-01-01T12:00:00Z';
    const date = new Date(Date.parse(commitTime) + laterMs).toUTCString();
    const stub = mailboxStub(() => commitTime);
    const { connector } = connect((body, operation) => {
      const made = stub.handler(body, operation);
      const answered = typeof made === 'string' ? xml(made) : made;
      answered.headers.set('date', date);
      return answered;
    });
    const listing = await connector.listFeeds({ cursor: null, feeds: none });
    const page = await connector.readChanges('inbox' as FeedId, null);
    const feeds = new Map([['inbox' as FeedId, page.cursor]]);
    const again = await connector.listFeeds({ cursor: listing.cursor, feeds });
    expect(again.feeds.find(({ id }) => id === 'inbox')?.moved).toBe(expected);
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
