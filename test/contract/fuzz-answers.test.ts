/**
 * Connectors with bad answers: each simulated service answers well but for some answers of a visit, which have other values, types, keys, bytes or
 * another status. A visit rejects with failures of the catalogue alone, ends after a bounded number of requests, and its failures repeat nothing.
 */
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { isFailureCode } from '../../src/model/catalogue.ts';
import type { Clock } from '../../src/model/clock.ts';
import { collections } from '../../src/model/collection.ts';
import type { CrmConnector, MailConnector } from '../../src/model/connector.ts';
import { RemoteFailure } from '../../src/model/failure.ts';
import type { ItemId, RecordId } from '../../src/model/ids.ts';
import { createDamager, type Damage, type Damager, damages } from '../support/bad-answers.ts';
import { ANN, open as openExchange } from '../support/exchange-bench.ts';
import { exchangeHandsIn } from '../support/exchange-items-world.ts';
import { fuzz, NEEDLE } from '../support/fuzz.ts';
import { keepInMemory, mail, signInToGoogle } from '../support/google-bench.ts';
import { googleHandsIn } from '../support/google-items-world.ts';
import { type ItemHands, windowAt } from '../support/items-world.ts';
import { openBench } from '../support/office365-bench.ts';
import { office365HandsIn } from '../support/office365-items-world.ts';
import { startSalesforceBench } from '../support/salesforce-bench.ts';

const RUNS = 15;
const HUNG_MS = 30_000;
const START = Date.UTC(2026, 0, 5, 8);
const time = '2026-01-06T09:00:00Z/2026-01-06T10:00:00Z';

/** Short waits pass at once; deadlines of requests never come. */
function hasteClock(): Clock {
  let now = START;
  return {
    now: () => now,
    sleep(ms) {
      if (ms > 90_000) return new Promise<void>(() => undefined);
      now += ms;
      return Promise.resolve();
    },
  };
}

async function furnish(hands: ItemHands): Promise<void> {
  await hands.makeEvent({ fields: { subject: 'Dentist', location: 'Main Street', time } });
  await hands.makeContact({ fields: { lastName: 'Marlow', firstName: 'Mary', email: 'mary@outside.test' } });
  await hands.makeTask({ fields: { subject: 'Call back', description: 'Twice.' } });
}

const tried = { visits: 0, failures: 0, requests: 0 };
afterAll(() => {
  process.stdout.write(
    `fuzz answers: ${tried.visits} visits, ${tried.requests} requests, ${tried.failures} failures\n`,
  );
});

/** What a step gives, or null for a failure that is one of the catalogue's. */
async function attempt<T>(step: () => Promise<T>): Promise<T | null> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    tried.failures += 1;
    expect(isFailureCode(error.failure.code)).toBe(true);
    expect(`${error.message} ${JSON.stringify(error.failure)}`).not.toContain(NEEDLE);
    return null;
  }
}

/** Failures of single items repeat nothing either. */
function look(results: unknown): void {
  for (const one of Array.isArray(results) ? results : [])
    if (typeof one === 'object' && one !== null && 'failure' in one)
      expect(JSON.stringify(one.failure)).not.toContain(NEEDLE);
}

async function visitMail(connector: MailConnector): Promise<void> {
  await attempt(() => connector.identify());
  const window = windowAt(START);
  const listing = await attempt(() =>
    connector.listFeeds({ cursor: null, feeds: new Map(), items: { collections, window } }),
  );
  if (listing === null) return;
  const inbox = listing.feeds.find(({ place }) => place === 'inbox') ?? listing.feeds[0];
  const page = inbox && (await attempt(() => connector.readChanges(inbox.id, null)));
  const ids = (page?.changes ?? []).map(({ itemId }) => itemId).slice(0, connector.capabilities.contentsMax);
  look(await attempt(() => connector.readHeads(ids.map((itemId) => ({ itemId, place: 'inbox' })))));
  look(await attempt(() => connector.readContents(ids, { attachmentBytesMax: 1_000_000 })));
  look(await attempt(() => connector.find({ messageId: 'one@outside.test' })));
  if (inbox && page) await attempt(() => connector.readChanges(inbox.id, page.cursor));
  for (const { id, collection } of listing.itemFeeds) {
    const items = await attempt(() => connector.items.readItemChanges(id, null, window));
    const [first] = (items?.changes ?? []).flatMap((one) => (one.kind === 'upsert' ? [one.item.itemId] : []));
    if (first !== undefined) look(await attempt(() => connector.items.readItems(collection, [first])));
    if (items) await attempt(() => connector.items.readItemChanges(id, items.cursor, window));
  }
  const stamp = 'stamp-1';
  const fields = {
    events: { subject: 'New', time },
    contacts: { lastName: 'New' },
    tasks: { subject: 'New' },
  };
  for (const collection of collections)
    look(
      await attempt(() =>
        connector.items.createItems(collection, [{ stamp, fields: fields[collection], categories: [] }], {
          mayExist: true,
        }),
      ),
    );
  look(
    await attempt(() =>
      connector.mark([{ itemId: (ids[0] ?? 'x') as ItemId, version: 'v', add: ['Saved'], remove: [] }]),
    ),
  );
  await attempt(() =>
    connector.listFeeds({ cursor: listing.cursor, feeds: new Map(), items: { collections, window } }),
  );
}

async function visitCrm(connector: CrmConnector): Promise<void> {
  await attempt(() => connector.identify());
  await attempt(() => connector.poll());
  await attempt(() => connector.capabilities());
  await attempt(() => connector.check());
  const query = {
    addresses: ['kim@outside.test'],
    domains: ['outside.test'],
    keys: [],
    relateTo: 'opportunity',
  } as const;
  await attempt(() => connector.lookUp(query));
  await attempt(() => connector.listUsers({ filter: {}, after: null, limit: 10 }));
  await attempt(() => connector.findAbout('kim@outside.test', null));
  const { records } = connector;
  const pages = await attempt(() =>
    records.readChanges(
      collections.map((collection) => ({ collection, cursor: null, from: START, scope: { kind: 'all' } })),
    ),
  );
  look(pages);
  for (const collection of collections) {
    const write = { recordId: null, key: 'k', fields: { subject: 'New', lastName: 'New', time } };
    look(await attempt(() => records.writeRecords(collection, [write as never])));
    look(await attempt(() => records.readRecords(collection, ['003000000000001AAA' as RecordId])));
  }
  await attempt(() => records.listContactViews());
  await attempt(() => connector.describeRecords(['003000000000001AAA' as RecordId]));
}

async function run(name: string, damager: Damager, visit: () => Promise<void>): Promise<void> {
  damager.begin(null);
  const before = tried.failures;
  await visit();
  expect([name, tried.failures - before]).toEqual([name, 0]);
  await fc.assert(
    fc.asyncProperty(damages, async (damage: Damage) => {
      damager.begin(damage);
      tried.visits += 1;
      let timer: NodeJS.Timeout | undefined;
      const hung = new Promise<never>((_, reject) => {
        timer = setTimeout(
          () => reject(new Error(`a visit hangs after ${damager.requests()} requests`)),
          HUNG_MS,
        );
      });
      await Promise.race([visit(), hung]).finally(() => clearTimeout(timer));
      tried.requests += damager.requests();
      expect(damager.requests()).toBeLessThan(damager.limit);
    }),
    { ...fuzz(`answers of ${name}`, RUNS), endOnFailure: true },
  );
}

const timeout = 300_000;

it('Exchange', { timeout }, async () => {
  const damager = createDamager();
  const world = openExchange();
  world.simulator.deliver(ANN, 'inbox', new TextEncoder().encode(mail('one')));
  await furnish(exchangeHandsIn(world.simulator, ANN));
  const clock = hasteClock();
  await run('Exchange', damager, async () => {
    const connector = world.connect({
      clock,
      fetch: async (url, init) => damager.answer((await world.fetch(url, init)) as Response),
    });
    await visitMail(connector).finally(() => connector.close());
  });
});

it('Office 365', { timeout }, async () => {
  const damager = createDamager();
  const bench = openBench({ clock: hasteClock(), answer: damager.answer });
  bench.simulator.deliver(ANN, 'inbox', new TextEncoder().encode(mail('one')));
  await furnish(office365HandsIn(bench.simulator, ANN));
  const { credential } = await bench.signIn();
  await run('Office 365', damager, async () => {
    const connector = bench.connect(keepInMemory(credential));
    await visitMail(connector).finally(() => connector.close());
  });
});

it('Google', { timeout }, async () => {
  const damager = createDamager();
  const { simulator, service, prepared } = await signInToGoogle({ answer: damager.answer });
  simulator.deliver(ANN, mail('one'), {});
  await furnish(googleHandsIn(simulator, ANN));
  await run('Google', damager, async () => {
    const keeper = keepInMemory(prepared.credential);
    const connector = service.open(prepared, { signal: new AbortController().signal, keeper });
    await visitMail(connector).finally(() => connector.close());
  });
});

it('Salesforce', { timeout }, async () => {
  const damager = createDamager();
  const open = async () => {
    const bench = await startSalesforceBench({ keyField: true, answer: damager.answer });
    bench.simulator.insert('Contact', [{ LastName: 'Kim', Email: 'kim@outside.test' }]);
    return bench;
  };
  await run('Salesforce', damager, async () => {
    damager.pause();
    const { connect, clock } = await open();
    const connector = await connect();
    damager.goOn();
    await clock.advanceUntil(visitCrm(connector));
  });
});
