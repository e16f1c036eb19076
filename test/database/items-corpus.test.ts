/**
 * Goal: whatever real calendars and address books hold, every item is kept in step or refused with a reason, and nothing is written twice.
 * Method: all calendars and vCards of the shared corpus in one person's mailbox, on each simulated service; the real connectors, a real database. Skipped with
 * a line where the corpus is absent.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customers, type MailServiceName } from '../../sandbox/cast.ts';
import { itemRules } from '../../src/decide/item-rules.ts';
import { compileRules } from '../../src/decide/rules.ts';
import { defaultSettings } from '../../src/model/settings.ts';
import { inOrganization } from '../../src/store/database.ts';
import { domainFacts } from '../support/builders.ts';
import { hasCorpus, readCalendars } from '../support/corpus-calendars.ts';
import { readCards } from '../support/corpus-cards.ts';
import { type CorpusHands, putCorpus } from '../support/corpus-hands.ts';
import { exchangeCorpusHands } from '../support/corpus-hands-exchange.ts';
import { googleCorpusHands } from '../support/corpus-hands-google.ts';
import { office365CorpusHands } from '../support/corpus-hands-office365.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { readWhole } from '../support/read-whole.ts';
import { openRealScene, type RealScene } from '../support/real-scene.ts';

if (!hasCorpus) process.stdout.write('skipped: no corpus at ../shared/corpus\n');

const OBJECTS = ['Event', 'Contact', 'Task', 'EventRelation', 'Account'] as const;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

function handsOf({ services }: RealScene, service: MailServiceName, address: string): CorpusHands {
  if (service === 'exchange') return exchangeCorpusHands(services.exchange, address);
  if (service === 'google') return googleCorpusHands(services.google, address);
  return office365CorpusHands(services.office365, address);
}

const total = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

describe.skipIf(!hasCorpus)('the corpus in a mailbox', () => {
  test.each(['exchange', 'office365', 'google'] as const)(
    'of %s is kept in step item by item, and then left alone',
    { timeout: 600_000 },
    async (service) => {
      const scene = await openRealScene(database.db, `corpus-${service}`, [service]);
      const [person] = scene.people;
      if (person === undefined) throw new Error('nobody');
      const { address } = person.who;
      const calendars = readCalendars();
      const cards = readCards();
      const put = putCorpus(handsOf(scene, service, address), { ...calendars, cards: cards.cards });
      const facts = { settings: defaultSettings, addresses: [address], historyFrom: 0, facts: domainFacts };
      const { window } = itemRules(compileRules(facts), scene.clock.now());
      const read = () => readWhole(person.openMail(), window);
      const before = await read();

      const first = await scene.run(person);
      expect(first.outcome, String((first.fault as Error | null)?.stack ?? '')).toEqual({ kind: 'done' });
      const issues = await inOrganization(database.db, person.tenant.organizationId, async (tx) => {
        const { rows } = await tx.query<{ code: string; count: string }>(
          'select code, count(*) from issues where mailbox_id = $1 group by code order by code',
          [person.tenant.mailboxId],
        );
        return Object.fromEntries(rows.map(({ code, count }) => [code, Number(count)]));
      });
      const { byVerdict } = first.counts;
      const told = before.items.size + before.unreadable.length;
      process.stdout.write(
        `${service}: ${JSON.stringify({ calendars: calendars.files, cards: cards.files, apart: calendars.apart, put, told, byVerdict, issues })}\n`,
      );
      expect([calendars.files, cards.files]).toEqual([155, 87]);
      // Besides the mailbox's items Salesforce's own contacts are seen: they go down.
      const { 'synced.created-item': fromSalesforce = 0, ...ofMailbox } = byVerdict;
      expect(fromSalesforce).toBe(customers.filter(({ kind }) => kind === 'contact').length);
      expect(total(ofMailbox)).toBe(told);
      expect(total(issues)).toBe(byVerdict['parked.issue']);

      const records = () => JSON.stringify(OBJECTS.map((name) => scene.services.salesforce.records(name)));
      const [items, rows] = [await read(), records()];
      const textsOf = ({ items: all }: typeof before) =>
        new Map([...all.values()].map(({ itemId, fields }) => [itemId, fields]));
      for (const [itemId, fields] of textsOf(before)) expect(items.items.get(itemId)?.fields).toEqual(fields);
      expect(items.items.size).toBe(before.items.size + fromSalesforce);
      for (const _ of ['down', 'up']) {
        const again = await scene.run(person);
        expect(again.outcome).toEqual({ kind: 'done' });
        expect(again.counts.byVerdict).toEqual({});
      }
      expect(await read()).toEqual(items);
      expect(records()).toBe(rows);
      expect(scene.notifications()).toBe(0);
    },
  );
});
