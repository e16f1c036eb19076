/** Gmail's own ways, on the simulated Google: labels, history, echoes, rate limits, grants that end, and what everything costs in requests. */
import { describe, expect, test } from 'vitest';
import { triage } from '../../src/decide/triage.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/model/clock.ts';
import type { Cursor, MailConnector } from '../../src/model/connector.ts';
import type { FeedId, ItemId, RecordId } from '../../src/model/ids.ts';
import type { KeyPrint, Link } from '../../src/model/link.ts';
import { SALESFORCE_FOLDER } from '../../src/model/settings.ts';
import {
  ANN,
  consent,
  keepInMemory,
  MODIFY,
  mail,
  openGoogle,
  signInToGoogle,
} from '../support/google-bench.ts';
import { drain, failureOf, idsOf, nothing, visit } from '../support/mail-world.ts';

const FEED = 'mailbox' as FeedId;
const inbox = (itemId: string) => ({ itemId: itemId as ItemId, place: 'inbox' as const });

async function headOf(connector: MailConnector, itemId: string) {
  const [head] = await connector.readHeads([inbox(itemId)]);
  if (head?.ok !== true) throw new Error(head?.failure.code);
  return head.value;
}

describe('labels stand for folders and categories', () => {
  test('the label Salesforce Emails is a place and no category; nested names are whole', async () => {
    const { simulator, connect } = await signInToGoogle();
    for (const name of [SALESFORCE_FOLDER.toUpperCase(), `Old/${SALESFORCE_FOLDER}`, 'Blue'])
      simulator.createLabel(ANN, name);
    const filed = simulator.deliver(ANN, mail('filed'), {
      labels: [SALESFORCE_FOLDER.toUpperCase(), 'Blue'],
    });
    const nested = simulator.deliver(ANN, mail('nested'), { labels: [`Old/${SALESFORCE_FOLDER}`, 'INBOX'] });
    const connector = connect();
    expect(await headOf(connector, filed)).toMatchObject({
      place: 'salesforce-folder',
      categories: ['Blue'],
      isRead: true,
    });
    expect(await headOf(connector, nested)).toMatchObject({
      place: 'inbox',
      categories: [`Old/${SALESFORCE_FOLDER}`],
    });
  });

  test('a label that was made after the labels were read is asked for once', async () => {
    const { simulator, connect } = await signInToGoogle();
    const itemId = simulator.deliver(ANN, mail('one'));
    const connector = connect();
    expect((await headOf(connector, itemId)).categories).toEqual([]);
    simulator.createLabel(ANN, 'Late');
    simulator.changeLabels(ANN, itemId, ['Late']);
    expect((await headOf(connector, itemId)).categories).toEqual(['Late']);
    expect(connector.traffic().byOperation['labels.list']).toBe(2);
  });

  test('older mail under Salesforce Emails is read beside the window; drafts, spam and trash are not', async () => {
    const { simulator, clock, connect } = await signInToGoogle();
    const since = clock.now() - 6 * DAY;
    const old = { receivedAt: since - DAY };
    simulator.createLabel(ANN, SALESFORCE_FOLDER);
    const chosen = simulator.deliver(ANN, mail('chosen'), { labels: [SALESFORCE_FOLDER], ...old });
    simulator.deliver(ANN, mail('old'), old);
    for (const label of ['DRAFT', 'SPAM', 'TRASH']) simulator.deliver(ANN, mail(label), { labels: [label] });
    const fresh = simulator.deliver(ANN, mail('fresh'), { receivedAt: since + HOUR });
    const connector = connect();
    const seen: string[] = [];
    let cursor: Cursor | null = null;
    for (let pages = 0; pages < 5; pages += 1) {
      const page = await connector.readChanges(FEED, cursor, since);
      seen.push(...page.changes.map(({ itemId }) => itemId));
      cursor = page.cursor;
      if (page.done) break;
    }
    expect(seen).toEqual([fresh, chosen]);
  });

  test('a label that somebody deleted is made anew when it is written', async () => {
    const { simulator, connect } = await signInToGoogle();
    const itemId = simulator.deliver(ANN, mail('one')) as ItemId;
    const connector = connect();
    const mark = { itemId, version: '', add: ['Salesforce'], remove: [] };
    expect((await connector.mark([mark]))[0]?.ok).toBe(true);
    simulator.removeLabel(ANN, 'Salesforce');
    expect((await connector.mark([mark]))[0]?.ok).toBe(true);
    expect(connector.traffic().byOperation['labels.create']).toBe(2);
  });
});

describe('the history', () => {
  test('reading, stars and sorting by Gmail move nothing; trash is neither here nor deleted, and coming back is a change', async () => {
    const { simulator, connect } = await signInToGoogle();
    const itemId = simulator.deliver(ANN, mail('one'));
    let { memory } = await visit(connect(), nothing);
    simulator.changeLabels(ANN, itemId, ['STARRED', 'IMPORTANT', 'CATEGORY_SOCIAL'], ['UNREAD']);
    const idle = connect();
    expect((await idle.listFeeds(memory)).feeds).toMatchObject([{ moved: false }]);
    expect(idle.traffic().requests).toBe(1);
    simulator.trash(ANN, itemId);
    let seen = await visit(connect(), memory);
    expect(seen.changes).toEqual([]);
    expect((await connect().readHeads([inbox(itemId)]))[0]).toMatchObject({
      failure: { code: 'mailbox.item-gone' },
    });
    memory = seen.memory;
    simulator.untrash(ANN, itemId);
    seen = await visit(connect(), memory);
    expect(idsOf(seen.changes, 'upsert')).toEqual([itemId]);
    simulator.remove(ANN, itemId);
    expect(idsOf((await visit(connect(), seen.memory)).changes, 'deleted')).toEqual([itemId]);
  });

  test('a mark that nothing moved still moves on once a day, before Gmail forgets it', async () => {
    const { simulator, clock, connect } = await signInToGoogle();
    const itemId = simulator.deliver(ANN, mail('one'));
    const first = await visit(connect(), nothing);
    simulator.changeLabels(ANN, itemId, ['STARRED']);
    clock.advance(DAY + MINUTE);
    const second = await visit(connect(), first.memory);
    expect(second.changes).toEqual([]);
    expect(second.memory.feeds.get(FEED)).not.toBe(first.memory.feeds.get(FEED));
    clock.advance(6 * DAY + 2 * HOUR);
    expect((await connect().listFeeds(second.memory)).feeds).toMatchObject([{ moved: false }]);
  });

  test('our own marks come back as echoes, and then nothing moves any more', async () => {
    const { simulator, connect } = await signInToGoogle();
    const ids = ['one', 'two'].map((name) => simulator.deliver(ANN, mail(name)) as ItemId);
    const connector = connect();
    const first = await visit(connector, nothing);
    const links = new Map<ItemId, Link>();
    for (const itemId of ids) {
      const { version } = await headOf(connector, itemId);
      const [marked] = await connector.mark([
        { itemId, version, add: ['Salesforce'], remove: ['Sync Error'] },
      ]);
      if (marked?.ok !== true) throw new Error('not marked');
      links.set(itemId, {
        keyPrint: itemId as string as KeyPrint,
        itemId,
        itemVersion: marked.value.version,
        recordId: '02s' as RecordId,
        created: true,
      });
    }
    const second = await visit(connect(), first.memory);
    const { fresh, touched, echoes } = triage({
      changes: second.changes,
      place: 'inbox',
      firstReading: false,
      historyFrom: 0,
      links,
      parked: new Map(),
    });
    expect({ fresh, touched, echoes }).toEqual({ fresh: [], touched: [], echoes: 2 });
    const third = await visit(connect(), second.memory);
    expect(third.changes).toEqual([]);
    expect(third.listing.feeds).toMatchObject([{ moved: false }]);
  });

  test('labels that the history does not tell are asked for in one batch', async () => {
    const { simulator, connect } = await signInToGoogle();
    simulator.createLabel(ANN, 'Blue');
    const itemId = simulator.deliver(ANN, mail('one'), { labels: ['Blue'] });
    const first = await visit(connect(), nothing);
    simulator.changeLabels(ANN, itemId, [], ['Blue']);
    const connector = connect();
    const { changes } = await visit(connector, first.memory);
    const { version } = await headOf(connector, itemId);
    expect(changes).toMatchObject([{ kind: 'upsert', itemId, version }]);
  });

  test('after an expired mark the mailbox is read anew, and mail that arrives meanwhile is not missed', async () => {
    const { simulator, connect } = await signInToGoogle();
    const ids = Array.from({ length: 600 }, (_, index) => simulator.deliver(ANN, mail(`${index}`)));
    const { memory } = await visit(connect(), nothing);
    simulator.expireHistory(ANN);
    const connector = connect();
    expect((await connector.listFeeds(memory)).feeds).toMatchObject([{ moved: true }]);
    expect(await failureOf(connector.readChanges(FEED, memory.feeds.get(FEED) ?? ''))).toMatchObject({
      code: 'mailbox.cursor-expired',
    });
    const page = await connector.readChanges(FEED, null);
    const late = simulator.deliver(ANN, mail('late'));
    const rest = await drain(connector, FEED, page.cursor);
    const after = await visit(connect(), { cursor: memory.cursor, feeds: new Map([[FEED, rest.cursor]]) });
    const all = [...page.changes, ...rest.changes, ...after.changes].map(({ itemId }) => itemId);
    expect(new Set(all)).toEqual(new Set([...ids, late]));
  });

  test('a page token that is no longer good begins the reading anew', async () => {
    const { simulator, connect } = await signInToGoogle();
    for (let index = 0; index < 501; index += 1) simulator.deliver(ANN, mail(`${index}`));
    const { cursor } = await connect().readChanges(FEED, null);
    const stale = cursor.replace(/"pageToken":"[^"]+"/, '"pageToken":"stale"');
    expect(stale).not.toBe(cursor);
    expect(await failureOf(connect().readChanges(FEED, stale))).toMatchObject({
      code: 'mailbox.cursor-expired',
    });
  });
});

describe('limits', () => {
  test('parts that were too much at once are sent again once, and are there in the order asked', async () => {
    const { simulator, connect } = await signInToGoogle();
    const ids = ['one', 'two', 'three'].map((name) => simulator.deliver(ANN, mail(name)));
    const effect = { kind: 'service', code: 'tooManyRequests' } as const;
    simulator.faults.add({ operation: 'gmail.users.messages.get', nth: 2, count: 1, effect });
    const connector = connect();
    const heads = await connector.readHeads(ids.map(inbox));
    expect(heads.map((head) => head.ok && head.value.subject)).toEqual([
      'About one',
      'About two',
      'About three',
    ]);
    expect(simulator.requests.count('batch')).toBe(2);
  });

  test('a rate that stays exceeded ends as throttled with its time, and nothing is sent meanwhile', async () => {
    const { simulator, connect } = await signInToGoogle();
    const itemId = simulator.deliver(ANN, mail('one'));
    const effect = { kind: 'service', code: 'userRateLimitExceeded' } as const;
    simulator.faults.add({ operation: 'gmail.users.messages.get', effect });
    const connector = connect();
    const told = await failureOf(connector.readHeads([inbox(itemId)]));
    expect(told).toMatchObject({ code: 'mailbox.throttled', retryAfterMs: 30 * SECOND });
    const before = simulator.requests.count();
    // The next run of the same mailbox knows it too.
    expect(await failureOf(connect().identify())).toMatchObject({ code: 'mailbox.throttled' });
    expect(simulator.requests.count()).toBe(before);
  });

  test('a daily limit, a service that is off, and trouble of one message are told apart', async () => {
    for (const [operation, code, expected] of [
      ['gmail.users.getProfile', 'dailyLimitExceeded', 'mailbox.quota-exhausted'],
      ['gmail.users.getProfile', 'domainPolicy', 'mailbox.app-blocked'],
      ['gmail.users.getProfile', 'accessNotConfigured', 'mailbox.app-misconfigured'],
      ['gmail.users.getProfile', 'insufficientPermissions', 'mailbox.scope-missing'],
    ] as const) {
      const { simulator, connect } = await signInToGoogle();
      simulator.faults.add({ operation, effect: { kind: 'service', code } });
      expect(await failureOf(connect().identify())).toMatchObject({ code: expected });
    }
    const { simulator, connect } = await signInToGoogle();
    const [one, two] = [simulator.deliver(ANN, mail('one')), simulator.deliver(ANN, mail('two'))];
    const effect = { kind: 'partial', nth: 1, code: 'backendError' } as const;
    simulator.faults.add({ operation: 'batch', count: 3, effect });
    const both = [inbox(one), inbox(two)];
    const unreadable = { ok: false, failure: { code: 'mailbox.item-unreadable' } };
    expect(await connect().readHeads(both)).toMatchObject([unreadable, { ok: true }]);
    // The second time of asking goes well; a message that is asked for alone is blamed only when the mailbox answers.
    expect(await connect().readHeads(both)).toMatchObject([{ ok: true }, { ok: true }]);
    simulator.faults.clear();
    simulator.faults.add({
      operation: 'gmail.users.messages.get',
      effect: { kind: 'service', code: 'backendError' },
    });
    expect(await connect().readHeads([inbox(one)])).toMatchObject([unreadable]);
    expect(await failureOf(connect().readHeads(both))).toMatchObject({ code: 'mailbox.transient' });
    simulator.faults.clear();
    simulator.setMailService(ANN, false);
    expect(await failureOf(connect().identify())).toMatchObject({ code: 'mailbox.no-licence' });
  });
});

describe('access', () => {
  test('an access token that ended early is renewed once, also where only the parts of a batch say so', async () => {
    const { simulator, connect } = await signInToGoogle();
    const itemId = simulator.deliver(ANN, mail('one'));
    const connector = connect();
    await connector.identify();
    simulator.expireAccessTokens(ANN);
    expect(await connector.readHeads([inbox(itemId)])).toMatchObject([{ ok: true }]);
    expect(connector.traffic().byOperation.token).toBe(1);
  });

  test('a grant that was withdrawn stops everything after one refusal', async () => {
    const { simulator, connect } = await signInToGoogle();
    simulator.revokeTokens(ANN);
    const connector = connect();
    expect(await failureOf(connector.identify())).toMatchObject({ code: 'mailbox.grant-ended' });
    const { requests } = connector.traffic();
    expect(await failureOf(connector.listFeeds(nothing))).toMatchObject({ code: 'mailbox.grant-ended' });
    expect(connector.traffic().requests).toBe(requests);
  });

  test('an unticked scope ends the consent and names what is missing', async () => {
    const world = openGoogle();
    expect(await failureOf(consent(world, { granted: 'openid' }))).toMatchObject({
      code: 'mailbox.scope-missing',
      fields: ['gmail.modify'],
    });
  });

  test('a delegated mailbox is read by the service account, and is told apart where it was not delegated', async () => {
    const { simulator } = openGoogle();
    const key = simulator.addServiceAccount({ email: 'robot@project.test' });
    const serviceAccount = {
      email: key.client_email,
      keyId: key.private_key_id,
      privateKey: key.private_key,
    };
    const world = openGoogle({ app: { serviceAccount } });
    world.simulator.world.serviceAccounts.set(
      key.client_email,
      simulator.world.serviceAccounts.get(key.client_email) as never,
    );
    const { signal } = new AbortController();
    const prepared = await world.service.prepare({ mailbox: ANN.toUpperCase() }, signal);
    expect(prepared).toMatchObject({ account: ANN, credential: {} });
    const open = () => world.service.open(prepared, { signal, keeper: keepInMemory({}) });
    expect(await failureOf(open().identify())).toMatchObject({ code: 'mailbox.delegation-missing' });
    world.simulator.delegate('contoso.test', key.client_id, [MODIFY]);
    world.simulator.deliver(ANN, mail('one'));
    const seen = await visit(open(), nothing);
    expect(idsOf(seen.changes, 'upsert')).toHaveLength(1);
    // The domain delegates mail alone, which is told of the rest.
    const failed = (await open().check()).filter(({ ok }) => !ok);
    expect(failed.map(({ capability }) => capability)).toEqual(['events', 'contacts', 'tasks']);
  });
});

describe('requests', () => {
  test('an idle visit is one request', async () => {
    const { simulator, clock, connect } = await signInToGoogle();
    simulator.deliver(ANN, mail('one'));
    const { memory } = await visit(connect(), nothing);
    clock.advance(30 * MINUTE);
    simulator.requests.reset();
    const { listing } = await visit(connect(), memory);
    expect(listing.feeds).toMatchObject([{ moved: false }]);
    expect(listing.cursor).toBe(memory.cursor);
    expect(simulator.requests.count()).toBe(1);
  });

  test('10,000 mails cost no more than 1.3 times the least, paced so that Gmail never has to refuse', {
    timeout: 240_000,
  }, async () => {
    const count = 10_000;
    const { simulator, connect, waits } = await signInToGoogle({ server: { unitsPerUserMinute: 15_000 } });
    for (let index = 0; index < count; index += 1) simulator.deliver(ANN, mail(`${index}`));
    simulator.requests.reset();
    const connector = connect();
    const { changes } = await visit(connector, nothing);
    const ids = idsOf(changes, 'upsert');
    const { headsMax, contentsMax } = connector.capabilities;
    for (let at = 0; at < count; at += headsMax)
      expect((await connector.readHeads(ids.slice(at, at + headsMax).map(inbox))).every(({ ok }) => ok)).toBe(
        true,
      );
    for (let at = 0; at < count; at += contentsMax)
      await connector.readContents(ids.slice(at, at + contentsMax), { attachmentBytesMax: 1_000_000 });
    const least = count / 500 + count / 50 + count / 50;
    expect(ids).toHaveLength(count);
    expect(simulator.requests.count()).toBeLessThanOrEqual(least * 1.3);
    process.stdout.write(`${simulator.requests.count()} requests, ${least} at least\n`);
    expect(waits.length).toBeGreaterThan(0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(MINUTE);
  });
});
