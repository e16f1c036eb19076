/** The part of the contract of a mail service that is about single items, marks on them, and trouble. Declared by `mail-connector.contract.ts`. */
import { expect } from 'vitest';
import { MINUTE } from '../../src/model/clock.ts';
import type { ItemId } from '../../src/model/ids.ts';
import {
  type Check,
  drain,
  failureOf,
  feedOf,
  idsOf,
  listAnew,
  nothing,
  versionOf,
  visit,
} from '../support/mail-world.ts';

export function describeItems(check: Check): void {
  check('reads heads in the order asked, and names the ones that are gone', async (world) => {
    const ids = ['one', 'two', 'three'].map((subject) => world.deliver('inbox', { subject }));
    const [one, two, three] = ids as [ItemId, ItemId, ItemId];
    world.remove(two);
    const heads = await world.mail.readHeads([three, two, one].map((itemId) => ({ itemId, place: 'inbox' })));
    expect(heads).toMatchObject([
      { ok: true, value: { itemId: three, subject: 'three', place: 'inbox', kind: 'mail' } },
      { ok: false, itemId: two, failure: { code: 'mailbox.item-gone' } },
      { ok: true, value: { itemId: one, subject: 'one' } },
    ]);
  });

  check('reads as many heads at once as it says', async (world) => {
    const { headsMax } = world.mail.capabilities;
    const ids = Array.from({ length: headsMax }, (_, index) =>
      world.deliver('inbox', { subject: `${index}` }),
    );
    const heads = await world.mail.readHeads(ids.map((itemId) => ({ itemId, place: 'inbox' })));
    expect(heads.map((head) => (head.ok ? head.value.subject : head.failure.code))).toEqual(
      ids.map((_, index) => `${index}`),
    );
  });

  check('reads contents in the order asked, and names the ones that are gone', async (world) => {
    const ids = ['one', 'two', 'three'].map((body) => world.deliver('inbox', { subject: 'x', body }));
    const [one, two, three] = ids as [ItemId, ItemId, ItemId];
    world.remove(one);
    const contents = await world.mail.readContents([three, one, two], { attachmentBytesMax: 1_000_000 });
    expect(
      contents.map((content) => (content.ok ? content.value.text?.trim() : content.failure.code)),
    ).toEqual(['three', 'mailbox.item-gone', 'two']);
  });

  check('reads attachments whole, and leaves out the ones that are too large', async (world) => {
    const small = { name: 'small.bin', bytes: new Uint8Array(1_000).fill(7) };
    const large = { name: 'large.bin', bytes: new Uint8Array(50_000).fill(8) };
    const itemId = world.deliver('inbox', { subject: 'x', body: 'see there', attachments: [small, large] });
    const [content] = await world.mail.readContents([itemId], { attachmentBytesMax: 10_000 });
    expect(content).toMatchObject({
      ok: true,
      value: { attachments: [{ name: 'small.bin' }], omitted: [{ reason: 'too-large' }] },
    });
    if (content?.ok === true)
      expect(Buffer.from(content.value.attachments[0]?.bytes ?? []).equals(Buffer.from(small.bytes))).toBe(
        true,
      );
  });

  check('asks for nothing when asked for nothing', async ({ mail }) => {
    expect(await mail.readHeads([])).toEqual([]);
    expect(await mail.readContents([], { attachmentBytesMax: 1 })).toEqual([]);
    expect(await mail.mark([])).toEqual([]);
    expect(mail.traffic().requests).toBe(0);
  });

  check('counts its traffic', async ({ mail, deliver }) => {
    const itemId = deliver('inbox', { subject: 'one' });
    expect(mail.traffic()).toMatchObject({ requests: 0, bytesSent: 0, bytesReceived: 0 });
    await mail.identify();
    await mail.readHeads([{ itemId, place: 'inbox' }]);
    const { requests, bytesSent, bytesReceived, byOperation } = mail.traffic();
    expect(requests).toBeGreaterThan(0);
    expect(Object.values(byOperation).reduce((sum, count) => sum + count, 0)).toBe(requests);
    expect(Math.min(bytesSent, bytesReceived)).toBeGreaterThan(0);
  });
}

export function describeMarking(check: Check): void {
  check('adds and removes categories, keeps the others, and tells nobody', async (world) => {
    const itemId = world.deliver('inbox', { subject: 'marked', categories: ['Mine', 'Sync Error'] });
    const version = await versionOf(world.mail, itemId);
    const [marked] = await world.mail.mark([
      { itemId, version, add: ['Salesforce'], remove: ['Sync Error'] },
    ]);
    expect(marked?.ok).toBe(true);
    expect(world.categoriesOf(itemId).toSorted()).toEqual(['Mine', 'Salesforce']);
    expect(world.notificationsSent()).toBe(0);
  });

  check('returns the version that the echo carries', async (world) => {
    const itemId = world.deliver('inbox', { subject: 'marked' });
    world.advance(MINUTE);
    const first = await visit(world.mail, nothing);
    world.advance(MINUTE);
    const version = await versionOf(world.mail, itemId);
    const [marked] = await world.mail.mark([{ itemId, version, add: ['Salesforce'], remove: [] }]);
    if (marked?.ok !== true) throw new Error('the mark failed');
    expect(marked.value.itemId).toBe(itemId);
    expect(marked.value.version).not.toBe(version);
    world.advance(MINUTE);
    const { changes } = await visit(world.reopen(), first.memory);
    expect(changes).toMatchObject([{ kind: 'upsert', itemId, version: marked.value.version }]);
  });

  check('marks the others when one is gone', async (world) => {
    const [kept, gone] = [
      world.deliver('inbox', { subject: 'kept' }),
      world.deliver('inbox', { subject: 'gone' }),
    ];
    const versions = [await versionOf(world.mail, kept), await versionOf(world.mail, gone)];
    world.remove(gone);
    const results = await world.mail.mark([
      { itemId: gone, version: versions[1] ?? '', add: ['Salesforce'], remove: [] },
      { itemId: kept, version: versions[0] ?? '', add: ['Salesforce'], remove: [] },
    ]);
    expect(results).toMatchObject([
      { ok: false, itemId: gone, failure: { code: 'mailbox.item-gone' } },
      { ok: true, value: { itemId: kept } },
    ]);
    expect(world.categoriesOf(kept)).toEqual(['Salesforce']);
  });

  check('can be repeated harmlessly', async (world) => {
    const itemId = world.deliver('inbox', { subject: 'marked' });
    const version = await versionOf(world.mail, itemId);
    for (let time = 0; time < 2; time += 1)
      expect(
        (await world.mail.mark([{ itemId, version, add: ['Salesforce'], remove: ['Nothing'] }]))[0]?.ok,
      ).toBe(true);
    expect(world.categoriesOf(itemId)).toEqual(['Salesforce']);
  });
}

export function describeTrouble(check: Check): void {
  check(
    'says cursor-expired for a cursor that the service forgot, and for one that is none',
    async (world) => {
      world.deliver('inbox', { subject: 'one' });
      const first = await visit(world.mail, nothing);
      const inbox = feedOf(first.listing, 'inbox');
      world.expireCursors();
      const cursor = first.memory.feeds.get(inbox) ?? '';
      expect(await failureOf(world.reopen().readChanges(inbox, cursor))).toMatchObject({
        kind: 'cursor-expired',
      });
      expect(await failureOf(world.mail.readChanges(inbox, 'nonsense'))).toMatchObject({
        kind: 'cursor-expired',
      });
      const anew = await drain(world.reopen(), inbox, null);
      expect(idsOf(anew.changes, 'upsert')).toHaveLength(1);
    },
  );

  check('lists all folders when the listing’s own cursor is forgotten or damaged', async (world) => {
    const first = await visit(world.mail, nothing);
    world.expireCursors();
    for (const cursor of [first.memory.cursor, 'nonsense']) {
      const { feeds } = await world.reopen().listFeeds({ cursor, feeds: first.memory.feeds });
      expect(feeds.map(({ id }) => id).toSorted()).toEqual(
        first.listing.feeds.map(({ id }) => id).toSorted(),
      );
    }
  });

  check('says how long to stay away, and does so', async (world) => {
    await world.mail.identify();
    world.throttle(10 * MINUTE);
    const told = await failureOf(listAnew(world.mail));
    expect(told).toMatchObject({ kind: 'throttled' });
    expect(told.retryAfterMs).toBeGreaterThan(0);
    expect(told.retryAfterMs).toBeLessThanOrEqual(10 * MINUTE);
    expect(await failureOf(world.mail.identify())).toMatchObject({ kind: 'throttled' });
    expect(world.callsWhileThrottled()).toBeLessThanOrEqual(1);
    world.advance(10 * MINUTE + 1);
    expect((await listAnew(world.mail)).feeds.length).toBeGreaterThan(0);
  });

  check('says that the credential was refused, and sends it once only', async (world) => {
    const connector = world.reopen('wrong');
    const asked = [connector.identify(), listAnew(connector)];
    for (const call of asked) expect(await failureOf(call)).toMatchObject({ kind: world.refusal });
    expect(connector.traffic().requests).toBe(1);
    const results = await connector.check();
    expect(results.every(({ ok, failure }) => !ok && failure?.kind === world.refusal)).toBe(true);
    expect(connector.traffic().requests).toBe(1);
    await connector.close();
  });
}
