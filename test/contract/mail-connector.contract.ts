/**
 * What every mail connector must do, whatever the service: one suite, run on the in-memory reference first and on each real connector with its
 * simulator. A behaviour that a service cannot show is skipped by name, with the reason printed.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/model/clock.ts';
import type { Cursor } from '../../src/model/connector.ts';
import type { FeedId } from '../../src/model/ids.ts';
import { SALESFORCE_FOLDER } from '../../src/model/settings.ts';
import {
  type Check,
  drain,
  feedOf,
  idsOf,
  listAnew,
  type MailWorld,
  nothing,
  versionOf,
  visit,
} from '../support/mail-world.ts';
import { describeFinding } from './mail-find.contract.ts';
import { describeItems, describeMarking, describeTrouble } from './mail-items.contract.ts';

export interface MailContract {
  readonly name: string;
  readonly open: () => MailWorld | Promise<MailWorld>;
  /** Tests, by title, that this service cannot show. */
  readonly skip?: readonly { readonly reason: string; readonly tests: readonly string[] }[];
}

/** After this long without a change nothing about a folder is in doubt any more. */
const SETTLED_MS = 5 * MINUTE;

/** Declares the suite for one connector. */
export function runMailContract(contract: MailContract): void {
  const skipped = new Map(
    (contract.skip ?? []).flatMap(({ reason, tests }) => tests.map((title) => [title, reason])),
  );
  let world: MailWorld | null = null;
  const check: Check = (title, body, needs = []) => {
    test(title, async (context) => {
      const reason = skipped.get(title);
      if (reason !== undefined) context.skip(reason);
      world = await contract.open();
      for (const ability of needs) {
        const can = world.mail.capabilities[ability];
        if (!can.able) context.skip(can.reason);
      }
      await body(world);
    });
  };
  describe(`${contract.name} keeps the contract of a mail service`, () => {
    afterEach(async () => {
      await world?.mail.close();
      await world?.close();
      world = null;
    });
    describeFeeds(check);
    describeChanges(check);
    describeMarksOfTime(check);
    describeItems(check);
    describeFinding(check);
    describeMarking(check);
    describeTrouble(check);
  });
}

function describeFeeds(check: Check): void {
  check('says whose mailbox it is, in lower case', async ({ mail, addresses }) => {
    const identity = await mail.identify();
    expect(identity.address).toBe(addresses[0]);
    expect(identity.addresses.toSorted()).toEqual([...addresses].toSorted());
  });

  check('passes its own check, and again', async ({ mail, reopen }) => {
    for (const connector of [mail, reopen()]) {
      const results = await connector.check();
      expect(results.length).toBeGreaterThan(0);
      expect(results.filter(({ ok }) => !ok)).toEqual([]);
    }
  });

  check(
    'makes the folder for saving by hand once',
    async ({ mail, reopen }) => {
      for (const connector of [mail, reopen()]) await connector.check();
      const { feeds } = await listAnew(mail);
      expect(feeds.filter(({ place }) => place === 'salesforce-folder')).toHaveLength(1);
    },
    ['folderFeeds'],
  );

  check('a head tells the place where the item lies', async (world) => {
    world.createFolder(SALESFORCE_FOLDER);
    for (const [folder, place] of [
      ['inbox', 'inbox'],
      ['sent', 'sent'],
      [SALESFORCE_FOLDER, 'salesforce-folder'],
    ] as const) {
      const itemId = world.deliver(folder, { subject: folder });
      const [head] = await world.mail.readHeads([{ itemId, place }]);
      expect(head).toMatchObject({ ok: true, value: { place } });
    }
  });

  check(
    'lists the folders that hold mail by the place they stand for',
    async (world) => {
      world.createFolder(SALESFORCE_FOLDER);
      world.createFolder('Inbox/Customers');
      world.createFolder('Projects');
      const { feeds } = await listAnew(world.mail);
      const places = feeds.map(({ place }) => place).toSorted();
      expect(places).toEqual(
        expect.arrayContaining(['inbox', 'inbox', 'other', 'salesforce-folder', 'sent']),
      );
      expect(places.filter((place) => place === 'inbox')).toHaveLength(2);
      expect(places.filter((place) => place === 'sent')).toHaveLength(1);
      expect(new Set(feeds.map(({ id }) => id)).size).toBe(feeds.length);
      expect(feeds.every(({ moved }) => moved)).toBe(true);
    },
    ['folderFeeds'],
  );

  check('does not watch drafts and what was thrown away', async (world) => {
    const seen = await visit(world.mail, nothing);
    world.advance(MINUTE);
    const thrown = world.deliver('inbox', { subject: 'thrown away' });
    world.move(thrown, 'deleteditems');
    world.deliver('drafts', { subject: 'not yet' });
    world.advance(MINUTE);
    const { changes } = await visit(world.reopen(), seen.memory);
    expect(idsOf(changes, 'upsert')).toEqual([]);
  });

  check('a folder that appears between two visits is read from its beginning', async (world) => {
    const first = await visit(world.mail, nothing);
    world.createFolder('Inbox/New');
    const itemId = world.deliver('Inbox/New', { subject: 'in the new folder' });
    world.advance(MINUTE);
    const { changes } = await visit(world.reopen(), first.memory);
    expect(idsOf(changes, 'upsert')).toEqual([itemId]);
  });

  check(
    'a folder that appears while others are read is there at the next visit',
    async (world) => {
      world.deliver('inbox', { subject: 'one' });
      const listing = await listAnew(world.mail);
      world.createFolder('Inbox/Late');
      const itemId = world.deliver('Inbox/Late', { subject: 'late' });
      const feeds = new Map<FeedId, Cursor>();
      for (const { id } of listing.feeds) feeds.set(id, (await drain(world.mail, id, null)).cursor);
      const { changes } = await visit(world.reopen(), { cursor: listing.cursor, feeds });
      expect(idsOf(changes, 'upsert')).toEqual([itemId]);
    },
    ['folderFeeds'],
  );

  check(
    'a folder that is gone is listed no more',
    async (world) => {
      world.createFolder('Inbox/Old');
      const first = await visit(world.mail, nothing);
      world.removeFolder('Inbox/Old');
      const { listing } = await visit(world.reopen(), first.memory);
      expect(listing.feeds).toHaveLength(first.listing.feeds.length - 1);
    },
    ['folderFeeds'],
  );
}

function describeChanges(check: Check): void {
  check('tells a first read newest first, each item once, and ends', async (world) => {
    const { mail } = world;
    const ids = Array.from({ length: 1_100 }, (_, index) => {
      world.advance(1_000);
      return world.deliver('inbox', { subject: `mail ${index}` });
    });
    const { pages, changes } = await drain(mail, feedOf(await listAnew(mail), 'inbox'), null);
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.slice(0, -1).every(({ done }) => !done)).toBe(true);
    expect(changes.map(({ itemId }) => itemId)).toEqual(ids.toReversed());
    const times = changes.map((change) => (change.kind === 'upsert' ? change.receivedAt : null));
    expect(times.every((time) => time === null || Number.isFinite(time))).toBe(true);
  });

  check('goes on from a cursor in the middle, also in another process', async (world) => {
    const ids = Array.from({ length: 1_100 }, (_, index) =>
      world.deliver('inbox', { subject: `mail ${index}` }),
    );
    const inbox = feedOf(await listAnew(world.mail), 'inbox');
    const first = await world.mail.readChanges(inbox, null);
    const rest = await drain(world.reopen(), inbox, first.cursor);
    const seen = [...first.changes, ...rest.changes].map(({ itemId }) => itemId);
    expect(seen.toSorted()).toEqual(ids.toSorted());
  });

  check('tells the same page again for the same cursor', async (world) => {
    world.deliver('inbox', { subject: 'one' });
    const inbox = feedOf(await listAnew(world.mail), 'inbox');
    const [once, again] = [
      await world.mail.readChanges(inbox, null),
      await world.mail.readChanges(inbox, null),
    ];
    expect(again.changes).toEqual(once.changes);
  });

  check('skips nothing when mail arrives and goes between two pages', async (world) => {
    const early = Array.from({ length: 1_100 }, (_, index) => {
      world.advance(1_000);
      return world.deliver('inbox', { subject: `mail ${index}` });
    });
    const inbox = feedOf(await listAnew(world.mail), 'inbox');
    const first = await world.mail.readChanges(inbox, null);
    const late = world.deliver('inbox', { subject: 'between the pages' });
    const [oldest] = early;
    if (oldest !== undefined) world.remove(oldest);
    const rest = await drain(world.mail, inbox, first.cursor);
    const after = await drain(world.reopen(), inbox, rest.cursor);
    const all = [...first.changes, ...rest.changes, ...after.changes];
    const gone = new Set(idsOf(all, 'deleted'));
    const left = new Set(idsOf(all, 'upsert').filter((itemId) => !gone.has(itemId)));
    expect([...left].toSorted()).toEqual([...early.slice(1), late].toSorted());
  });

  check('tells a new mail, a change and a deletion once each', async (world) => {
    const kept = world.deliver('inbox', { subject: 'kept' });
    const doomed = world.deliver('inbox', { subject: 'doomed' });
    const first = await visit(world.mail, nothing);
    expect(idsOf(first.changes, 'upsert').toSorted()).toEqual([kept, doomed].toSorted());
    world.advance(MINUTE);
    world.setCategories(kept, ['Blue']);
    world.remove(doomed);
    const added = world.deliver('inbox', { subject: 'added' });
    world.advance(MINUTE);
    const second = await visit(world.reopen(), first.memory);
    expect(idsOf(second.changes, 'upsert').toSorted()).toEqual([kept, added].toSorted());
    expect(idsOf(second.changes, 'deleted')).toEqual([doomed]);
    world.advance(MINUTE);
    expect((await visit(world.reopen(), second.memory)).changes).toEqual([]);
  });

  check('a changed item has another version', async (world) => {
    const itemId = world.deliver('inbox', { subject: 'changing' });
    const before = await versionOf(world.mail, itemId);
    world.setCategories(itemId, ['Blue']);
    expect(await versionOf(world.mail, itemId)).not.toBe(before);
  });

  check('a move leaves one feed and enters the other', async (world) => {
    world.createFolder('Projects');
    const itemId = world.deliver('inbox', { subject: 'moving' });
    const first = await visit(world.mail, nothing);
    world.advance(MINUTE);
    const moved = world.move(itemId, 'Projects');
    world.advance(MINUTE);
    const { changes } = await visit(world.reopen(), first.memory);
    expect(idsOf(changes, 'upsert')).toEqual([moved]);
    if (!world.mail.capabilities.stableIds.able) expect(idsOf(changes, 'deleted')).toEqual([itemId]);
  });
}

/** Looks are apart in time by next to nothing: what services note in whole seconds must not hide a change. */
function describeMarksOfTime(check: Check): void {
  check('an idle visit is two requests at most, and nothing moved', async (world) => {
    for (let index = 0; index < 30; index += 1) world.createFolder(`Inbox/Folder ${index}`);
    world.deliver('inbox', { subject: 'one' });
    world.advance(SETTLED_MS);
    const first = await visit(world.mail, nothing);
    world.advance(30 * MINUTE);
    const idle = world.reopen();
    const { feeds } = await idle.listFeeds(first.memory);
    expect(feeds.filter(({ moved }) => moved)).toEqual([]);
    expect(idle.traffic().requests).toBeLessThanOrEqual(2);
    expect(feeds.map(({ id, place }) => [id, place])).toEqual(
      first.listing.feeds.map(({ id, place }) => [id, place]),
    );
  });

  check(
    'only the folder that moved is said to have moved',
    async (world) => {
      world.createFolder('Inbox/Customers');
      world.advance(SETTLED_MS);
      const first = await visit(world.mail, nothing);
      world.advance(MINUTE);
      world.deliver('sent', { subject: 'answer' });
      world.advance(MINUTE);
      const { feeds } = await world.reopen().listFeeds(first.memory);
      expect(feeds.filter(({ moved }) => moved).map(({ place }) => place)).toEqual(['sent']);
    },
    ['folderFeeds'],
  );

  for (const gapMs of [0, 1, 300, 999])
    check(`a second change ${gapMs} ms after the first, with a look in between, is seen`, async (world) => {
      const [one, two] = [
        world.deliver('inbox', { subject: 'one' }),
        world.deliver('inbox', { subject: 'two' }),
      ];
      world.advance(HOUR);
      let seen = await visit(world.mail, nothing);
      // From the beginning of a second and from near its end.
      for (const offsetMs of [0, 700]) {
        world.advance(MINUTE + offsetMs);
        world.setCategories(one, [`one at ${offsetMs}`]);
        seen = await visit(world.reopen(), seen.memory);
        expect(idsOf(seen.changes, 'upsert')).toEqual([one]);
        world.advance(gapMs);
        world.setCategories(two, [`two at ${offsetMs}`]);
        world.advance(30 * MINUTE);
        seen = await visit(world.reopen(), seen.memory);
        expect(idsOf(seen.changes, 'upsert')).toEqual([two]);
      }
    });

  check('a mail that arrives right after the look of the same instant is seen', async (world) => {
    world.deliver('inbox', { subject: 'one' });
    const first = await visit(world.mail, nothing);
    const itemId = world.deliver('inbox', { subject: 'two' });
    world.advance(30 * MINUTE);
    expect(idsOf((await visit(world.reopen(), first.memory)).changes, 'upsert')).toEqual([itemId]);
  });
}
