/** Office 365's own ways: how many requests things cost, and what the connector makes of Graph's trouble. */
import { describe, expect, it } from 'vitest';
import type { Fetch } from '../../src/connectors/http.ts';
import { createOffice365Service } from '../../src/connectors/office365/service.ts';
import { SECOND } from '../../src/model/clock.ts';
import type { MailConnector } from '../../src/model/connector.ts';
import type { Place } from '../../src/model/email.ts';
import type { ItemId } from '../../src/model/ids.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { failureOf, nothing, visit } from '../support/mail-world.ts';
import {
  ANN,
  type BenchOptions,
  CLIENT,
  drain,
  inboxOf,
  keepLazily,
  type Office365Bench,
  openBench,
  REDIRECT,
} from '../support/office365-bench.ts';
import { rawMail } from '../support/raw-mail.ts';

const limits = { attachmentBytesMax: 1_000_000 };
const raw = (subject: string, more = '', body = 'Hello.') =>
  Buffer.from(
    String(Buffer.from(rawMail(ANN, { subject, body }, subject.length))).replace('\r\n', `\r\n${more}`),
  );

function open(options: BenchOptions = {}) {
  const bench = openBench(options);
  const keeper = keepLazily(async () => (await bench.signIn()).credential);
  return { ...bench, keeper, reopen: () => bench.connect(keeper) };
}

/** The same service behind a network that changes answers. */
function behind(bench: Office365Bench, change: (url: string, text: string) => string): MailConnector {
  const fetch: Fetch = async (url, init) => {
    const answer = await bench.fetch(url, init);
    const text = await new Response(answer.body as ReadableStream).text();
    const headers = { 'content-type': answer.headers.get('content-type') ?? '' };
    return new Response(change(url, text), { status: answer.status, headers });
  };
  const service = createOffice365Service({
    app: {
      ...{ clientId: CLIENT, clientSecret: 'app-secret', certificate: null, tenant: 'organizations' },
      ...{ loginOrigin: 'https://login.microsoftonline.test', graphOrigin: 'https://graph.microsoft.test' },
    },
    fetch,
    clock: bench.clock,
    random: { next: () => 0.5 },
    redirectUri: REDIRECT,
    hintsOrigin: null,
  });
  const connection = { account: ANN, credential: null, settings: {} };
  const keeper = keepLazily(async () => (await bench.signIn()).credential);
  return service.open(connection, { signal: new AbortController().signal, keeper });
}

const partsOf = (body: unknown): { headers: { Prefer: string } }[] => JSON.parse(String(body)).requests;

const headsOf = (mail: MailConnector, ids: readonly ItemId[]) =>
  mail.readHeads(ids.map((itemId) => ({ itemId, place: 'inbox' as Place })));

describe('what Office 365 is asked', () => {
  it('an idle run is one request, and a run with one new mail asks for nothing twice', async () => {
    const { simulator, reopen } = open();
    for (let index = 0; index < 14; index += 1) simulator.createFolder(ANN, `Inbox/Folder ${index}`);
    simulator.deliver(ANN, 'inbox', raw('one'));
    const first = await visit(reopen(), nothing);
    const idle = reopen();
    const quiet = await visit(idle, first.memory);
    expect(quiet.changes).toEqual([]);
    expect(idle.traffic().byOperation).toEqual({ 'list-changes': 1 });
    const itemId = simulator.deliver(ANN, 'inbox', raw('two')) as ItemId;
    const busy = reopen();
    const { changes } = await visit(busy, quiet.memory);
    expect(changes).toMatchObject([{ kind: 'upsert', itemId }]);
    expect(await headsOf(busy, [itemId])).toMatchObject([{ ok: true, value: { subject: 'two' } }]);
    expect(busy.traffic().byOperation).toEqual({ 'list-changes': 1 });
  });

  it('a first reading costs at most 1.3 times the pages and batches that it takes', {
    timeout: 120_000,
  }, async () => {
    const { simulator, reopen } = open();
    const count = 2_000;
    for (let index = 0; index < count; index += 1) simulator.deliver(ANN, 'inbox', raw(`mail ${index}`));
    const mail = reopen();
    const { changes } = await visit(mail, nothing);
    const ids = changes.map(({ itemId }) => itemId);
    expect(ids).toHaveLength(count);
    const heads = [];
    for (let at = 0; at < count; at += 500) heads.push(...(await headsOf(mail, ids.slice(at, at + 500))));
    expect(heads.filter(({ ok }) => !ok)).toEqual([]);
    for (let at = 0; at < count; at += 20) await mail.readContents(ids.slice(at, at + 20), limits);
    const least = count / 500 + count / 20;
    process.stdout.write(`first reading of ${count}: ${JSON.stringify(mail.traffic().byOperation)}\n`);
    expect(mail.traffic().requests).toBeLessThanOrEqual(1.3 * least);
  });

  it('every call asks for ids that stay', async () => {
    const bench = openBench();
    const prefers: string[] = [];
    const fetch: Fetch = (url, init) => {
      if (url.includes('/v1.0/')) prefers.push(init.headers.prefer ?? '');
      if (url.endsWith('/$batch')) prefers.push(...partsOf(init.body).map(({ headers }) => headers.Prefer));
      return bench.fetch(url, init);
    };
    const mail = behind({ ...bench, fetch }, (_, text) => text);
    const itemId = bench.simulator.deliver(ANN, 'inbox', raw('one')) as ItemId;
    await visit(mail, nothing);
    await mail.readContents([itemId], limits);
    await mail.mark([{ itemId, version: '', add: ['A'], remove: [] }]);
    await mail.check();
    expect(prefers.length).toBeGreaterThan(10);
    expect(prefers.filter((prefer) => !prefer.includes('IdType="ImmutableId"'))).toEqual([]);
  });

  it('a large mail is read by itself, the others in one batch', async () => {
    const { simulator, reopen } = open();
    const ids = ['small', 'large', 'tiny'].map(
      (name) =>
        simulator.deliver(
          ANN,
          'inbox',
          raw(name, '', name === 'large' ? 'x '.repeat(1_200_000) : name),
        ) as ItemId,
    );
    const mail = reopen();
    await drain(mail, await inboxOf(mail), null);
    await headsOf(mail, ids);
    const before = mail.traffic().requests;
    const contents = await mail.readContents(ids, limits);
    expect(contents.map((content) => content.ok && content.value.text?.trim().slice(0, 5))).toEqual([
      ...['small', 'x x x', 'tiny'],
    ]);
    expect(mail.traffic().requests - before).toBe(2);
  });
});

describe('what Graph leaves out', () => {
  it('a mail that was only read is asked for by itself', async () => {
    const { simulator, reopen } = open();
    const itemId = simulator.deliver(ANN, 'inbox', raw('one', 'Sensitivity: Private\r\n')) as ItemId;
    const first = await visit(reopen(), nothing);
    simulator.edit(ANN, itemId, { isRead: true });
    const mail = reopen();
    expect((await visit(mail, first.memory)).changes).toMatchObject([{ kind: 'upsert', itemId }]);
    expect(await headsOf(mail, [itemId])).toMatchObject([
      { ok: true, value: { subject: 'one', isRead: true, sensitivity: 'private' } },
    ]);
    expect(mail.traffic().byOperation['read-heads']).toBe(1);
  });

  it('heads are asked for one by one where a delta query expands nothing', async () => {
    const bench = openBench();
    const ids = ['one', 'two'].map(
      (subject) => bench.simulator.deliver(ANN, 'inbox', raw(subject, 'Sensitivity: Private\r\n')) as ItemId,
    );
    const mail = behind(bench, (url, text) =>
      url.includes('/messages/delta')
        ? text.replaceAll('singleValueExtendedProperties', 'nothingOfInterest')
        : text,
    );
    await drain(mail, await inboxOf(mail), null);
    const heads = await headsOf(mail, ids);
    expect(heads.map((head) => head.ok && head.value.sensitivity)).toEqual(['private', 'private']);
    expect(mail.traffic().byOperation['read-heads']).toBe(1);
  });

  it('a server that refuses to expand in a delta query is asked without', async () => {
    const { simulator, reopen, sent } = open({ clock: createFakeClock() });
    simulator.deliver(ANN, 'inbox', raw('one'));
    const effect = { kind: 'service', code: 'ErrorInternalServerError' } as const;
    const mail = reopen();
    const inbox = await inboxOf(mail);
    const operation = 'messages.delta';
    simulator.faults.add({ operation, count: 1, effect });
    expect((await drain(mail, inbox, null)).changes).toHaveLength(1);
    expect(sent.at(-1)).not.toContain('expand');
  });

  it('what lies among deleted mail is gone, and what was moved is where it is now', async () => {
    const { simulator, reopen } = open();
    simulator.createFolder(ANN, 'Projects');
    const [thrown, moved] = ['one', 'two'].map((s) => simulator.deliver(ANN, 'inbox', raw(s)) as ItemId);
    const first = await visit(reopen(), nothing);
    simulator.move(ANN, thrown ?? '', 'deleteditems');
    simulator.move(ANN, moved ?? '', 'Projects');
    const mail = reopen();
    await visit(mail, first.memory);
    expect(await headsOf(mail, [thrown, moved] as ItemId[])).toMatchObject([
      { ok: false, failure: { code: 'mailbox.item-gone' } },
      { ok: true, value: { place: 'other' } },
    ]);
  });
});

describe('trouble at Graph', () => {
  it.each(['resyncRequired', 'syncStateNotFound', 'SyncStateInvalid'] as const)(
    'a mark that was forgotten (%s) is told inside a batch and alone, and never asked twice',
    async (form) => {
      const { simulator, reopen } = open();
      simulator.deliver(ANN, 'inbox', raw('one'));
      const first = await visit(reopen(), nothing);
      simulator.expireDeltaTokens(ANN, 'inbox', form);
      const mail = reopen();
      const { feeds } = await mail.listFeeds(first.memory);
      const inbox = feeds.find(({ place }) => place === 'inbox');
      expect(inbox?.moved).toBe(true);
      const cursor = first.memory.feeds.get(inbox?.id as never) ?? '';
      const ask = () => failureOf(mail.readChanges(inbox?.id as never, cursor));
      expect(await ask()).toMatchObject({ code: 'mailbox.cursor-expired' });
      expect(mail.traffic().requests).toBe(1);
      expect(await ask()).toMatchObject({ code: 'mailbox.cursor-expired' });
      expect(mail.traffic().requests).toBe(2);
    },
  );

  it('what was throttled inside a batch is sent again after a short wait, and the rest is not', async () => {
    const clock = createFakeClock();
    const { simulator, reopen } = open({ clock });
    const ids = ['one', 'two', 'three'].map((s) => simulator.deliver(ANN, 'inbox', raw(s)) as ItemId);
    const mail = reopen();
    await mail.identify();
    const before = simulator.batchItems.count();
    simulator.faults.add({
      operation: 'message.mime',
      count: 1,
      effect: { kind: 'throttle', backOffMs: 3 * SECOND },
    });
    const contents = await clock.advanceUntil(mail.readContents(ids, limits));
    expect(contents.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(mail.traffic().byOperation['read-contents']).toBe(2);
    expect(simulator.batchItems.count() - before).toBe(4);
  });

  it('a long wait inside a batch ends the call, and nothing is sent until it is over', async () => {
    const { simulator, reopen, advance } = open();
    const itemId = simulator.deliver(ANN, 'inbox', raw('one')) as ItemId;
    const mail = reopen();
    await mail.identify();
    const effect = { kind: 'throttle', backOffMs: 120 * SECOND } as const;
    simulator.faults.add({ operation: 'message.mime', count: 1, effect });
    const read = () => mail.readContents([itemId], limits);
    expect(await failureOf(read())).toMatchObject({ code: 'mailbox.throttled', retryAfterMs: 120_000 });
    const { requests } = mail.traffic();
    expect(await failureOf(mail.identify())).toMatchObject({ code: 'mailbox.throttled' });
    expect(mail.traffic().requests).toBe(requests);
    advance(121 * SECOND);
    expect((await read())[0]?.ok).toBe(true);
  });

  it('a mail that Graph cannot write as MIME is read as body and attachments', async () => {
    const { simulator, reopen } = open();
    const attachments = [{ name: 'list.csv', bytes: new Uint8Array(10).fill(65) }];
    const ids = [
      simulator.deliver(ANN, 'inbox', raw('whole')) as ItemId,
      simulator.deliver(
        ANN,
        'inbox',
        rawMail(ANN, { subject: 'broken', body: 'See there', attachments }, 2),
      ) as ItemId,
    ];
    const effect = { kind: 'partial', nth: 2, code: 'ErrorContentConversionFailed' } as const;
    const mail = reopen();
    await mail.identify();
    simulator.faults.add({ operation: '$batch', count: 1, effect });
    const contents = await mail.readContents(ids, limits);
    expect(contents).toMatchObject([
      { ok: true },
      {
        ok: true,
        value: { text: expect.stringContaining('See there'), attachments: [{ name: 'list.csv' }] },
      },
    ]);
  });

  it('a link to another host is not followed', async () => {
    const bench = openBench();
    bench.simulator.deliver(ANN, 'inbox', raw('one'));
    const mail = behind(bench, (url, text) =>
      url.includes('/messages/delta')
        ? text.replaceAll('https://graph.microsoft.test/v1.0', 'https://elsewhere.test/v1.0')
        : text,
    );
    const inbox = await inboxOf(mail);
    expect(await failureOf(mail.readChanges(inbox, null))).toMatchObject({ vendorCode: 'FOREIGN_LINK' });
    expect(bench.sent.filter((url) => url.includes('elsewhere'))).toEqual([]);
  });

  it('a mark that met another write is written against what stands now', async () => {
    const { simulator, reopen } = open();
    const itemId = simulator.deliver(ANN, 'inbox', raw('one'), { categories: ['Mine'] }) as ItemId;
    const mail = reopen();
    await mail.identify();
    const conflict = { kind: 'service', code: 'ErrorIrresolvableConflict' } as const;
    simulator.faults.add({ operation: 'message.update', count: 1, effect: conflict });
    const [marked] = await mail.mark([{ itemId, version: '', add: ['Salesforce'], remove: [] }]);
    expect(marked?.ok).toBe(true);
    expect(simulator.snapshot(ANN).messages[0]?.categories).toEqual(['Mine', 'Salesforce']);
    expect(mail.traffic().byOperation.mark).toBe(2);
  });

  it.each([
    ['MailboxNotEnabledForRESTAPI', 'mailbox.no-licence'],
    ['ErrorInvalidUser', 'mailbox.not-found'],
    ['ErrorAccessDenied', 'mailbox.access-denied'],
    ['ErrorQuotaExceeded', 'mailbox.full'],
  ])('%s is told as %s', async (code, told) => {
    const { simulator, reopen } = open();
    simulator.faults.add({ operation: 'folder.get', count: 9, effect: { kind: 'service', code } });
    expect(await failureOf(reopen().identify())).toMatchObject({ code: told });
  });
});
