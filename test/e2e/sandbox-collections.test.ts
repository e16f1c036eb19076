/**
 * What somebody who starts the sandbox sees of events, contacts and tasks: after everybody's first run each collection stands on both sides, on all three
 * services; nobody was told; a second run writes nothing; the page says how many are in step; and what Salesforce refuses is mended by the person.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Colleague, colleagues, serviceWords } from '../../sandbox/cast.ts';
import { changeEvent } from '../../sandbox/put-event.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { REFUSAL } from '../../sandbox/seed-items.ts';
import { firstOfEach } from '../../sandbox/seed-mail.ts';
import { Visitor } from '../../sandbox/visitor.ts';
import type { MailboxView } from '../../src/api-schema/mailbox.ts';
import type { IssueView } from '../../src/api-schema/runs.ts';
import { MINUTE } from '../../src/model/clock.ts';
import { sayInStep } from '../../src/model/collection-words.ts';
import { openBrowser } from '../support/browser.ts';
import { ensureDeliveredPages } from '../support/built-pages.ts';
import { logInWithSalesforce, openSandboxPage } from '../support/sandbox-pages.ts';

const SEED = 20_261_128;
let folder: string;
let sandbox: Sandbox;
let browser: Browser;
const visitors = new Map<Colleague, Visitor>();

beforeAll(async () => {
  process.stdout.write(`sandbox collections: seed ${SEED}\n`);
  ensureDeliveredPages();
  folder = await mkdtemp(join(tmpdir(), 'lockstep-collections-'));
  sandbox = await startSandbox({
    port: 0,
    mailFolder: null,
    seed: SEED,
    dataFolder: folder,
    databaseUrl: null,
    gmailUnitsPerMinute: 10_000_000,
  });
  browser = await openBrowser();
  for (const who of colleagues) {
    const visitor = new Visitor(sandbox.url);
    await visitor.logIn(sandbox.salesforceUrl, who);
    const since = Date.now();
    await visitor.connect(who, sandbox.ewsUrl);
    expect((await visitor.waitForRun(since)).lastRun?.outcome).toBe('done');
    visitors.set(who, visitor);
  }
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await sandbox?.close();
  await rm(folder, { recursive: true, force: true });
});

const visitorOf = (who: Colleague): Visitor => {
  const visitor = visitors.get(who);
  if (visitor === undefined) throw new Error('he did not log in');
  return visitor;
};
const mailboxOf = (who: Colleague) => visitorOf(who).call<MailboxView>('GET', '/api/mailbox');
const issuesOf = async (who: Colleague) =>
  (await visitorOf(who).call<{ items: readonly IssueView[] }>('GET', '/api/issues')).items;

async function syncAgain(who: Colleague): Promise<MailboxView> {
  // It may be asked for once a minute.
  sandbox.leap(2 * MINUTE);
  const since = sandbox.now();
  await visitorOf(who).call('POST', '/api/mailbox/sync-now');
  return await visitorOf(who).waitForRun(since);
}

/** Everything in a mailbox, with versions: it is another text as soon as anything was written. */
function everythingIn({ address, service }: Colleague): string {
  const { exchange, office365, google } = sandbox.services;
  if (service === 'exchange') return JSON.stringify(exchange.snapshot(address));
  const client = service === 'google' ? google : office365;
  const parts = [client.calendarSnapshot(address), client.contactSnapshot(address)];
  return JSON.stringify([...parts, client.taskSnapshot(address)]);
}

const objects = ['Event', 'Contact', 'Task', 'EventRelation', 'EmailMessage'] as const;
const rowsOf = (object: (typeof objects)[number]) => sandbox.services.salesforce.records(object);
const userIdOf = ({ salesforceUsername }: Colleague) =>
  sandbox.services.salesforce.records('User').find((row) => row.Username === salesforceUsername)?.Id;
const subjectsOf = (object: 'Event' | 'Task', who: Colleague) =>
  rowsOf(object)
    .filter((row) => row.OwnerId === userIdOf(who) && row.IsChild !== true && row.TaskSubtype !== 'Email')
    .map((row) => String(row.Subject))
    .toSorted();

describe.each(colleagues.map((who) => ({ who, name: `${who.name}, ${serviceWords[who.service]}` })))(
  '$name',
  ({ who }) => {
    const [first = '', last = ''] = who.name.split(' ');

    test('everything of the mailbox that is to go up is in Salesforce once, and nothing else', () => {
      const series = Array.from({ length: 4 }, () => `Jour fixe of ${who.name}`);
      const hosted = who === colleagues[0] ? ['One meeting for all of you'] : [];
      expect(subjectsOf('Event', who)).toEqual(
        [
          ...series,
          ...hosted,
          'Offer for spring, talk',
          'Trade fair',
          `Review of the quarter with ${who.name}`,
        ].toSorted(),
      );
      expect(subjectsOf('Task', who)).toEqual(
        ['Book a room for the fair', `Call ${first}'s customers back`, 'Send the price list'].toSorted(),
      );
      const contacts = rowsOf('Contact').map((row) => row.LastName);
      for (const name of [`Falk-${last}`, `Ek-${last}`])
        expect(contacts.filter((one) => one === name)).toHaveLength(1);
      expect(rowsOf('Contact').filter((row) => row.FirstName === 'Grandma')).toEqual([]);
    });

    test('the exception of the series and the whole day are what they are', () => {
      const mine = rowsOf('Event').filter((row) => row.OwnerId === userIdOf(who));
      const places = mine
        .filter((row) => row.Subject === `Jour fixe of ${who.name}`)
        .toSorted((a, b) => String(a.StartDateTime).localeCompare(String(b.StartDateTime)))
        .map((row) => row.Location ?? null);
      expect(places).toEqual([null, 'Canteen', null, null]);
      expect(mine.find((row) => row.Subject === 'Trade fair')?.IsAllDayEvent).toBe(true);
    });

    test('what is his in Salesforce is in the mailbox', () => {
      const there = everythingIn(who);
      for (const words of [
        `Review of the quarter with ${who.name}`,
        `Ek-${last}`,
        `Call ${first}'s customers back`,
      ])
        expect(there).toContain(words);
    });

    test('the event that Salesforce refuses is an issue that tells the rule', async () => {
      const issues = await issuesOf(who);
      expect(issues).toMatchObject([{ collection: 'events', code: 'crm.validation-rule' }]);
      const { itemId } = issues[0] ?? {};
      const body = { collection: 'events', itemId };
      const said = JSON.stringify(await visitorOf(who).call('POST', '/api/items/settle', body));
      expect(said).toContain(REFUSAL);
    });
  },
);

test('a meeting of all of them is one event, with everybody who was invited', () => {
  const meetings = rowsOf('Event').filter(
    (row) => row.Subject === 'One meeting for all of you' && row.IsChild !== true,
  );
  expect(meetings).toHaveLength(1);
  const relations = rowsOf('EventRelation').filter((row) => row.EventId === meetings[0]?.Id);
  const invited = colleagues.slice(1).map(userIdOf);
  for (const id of invited)
    expect(relations.filter((row) => row.RelationId === id)).toMatchObject([{ Status: 'Accepted' }]);
});

test('a second run of everybody writes nothing on either side, and nobody was told anything', async () => {
  // What one person's run wrote for another is taken notice of once.
  for (const who of colleagues) await syncAgain(who);
  const mailboxes = colleagues.map(everythingIn);
  const records = objects.map((object) => JSON.stringify(rowsOf(object)));
  for (const who of colleagues) {
    const { lastRun } = await syncAgain(who);
    expect(lastRun).toMatchObject({ outcome: 'done', created: 0, examined: 0 });
  }
  expect(colleagues.map(everythingIn)).toEqual(mailboxes);
  expect(objects.map((object) => JSON.stringify(rowsOf(object)))).toEqual(records);
  const { exchange, office365, google } = sandbox.services;
  for (const service of [exchange, office365, google]) expect(service.notificationsSent()).toEqual([]);
});

test.each(firstOfEach(colleagues).map((who) => ({ who, name: serviceWords[who.service] })))(
  '$name: the first page and the overview say how many of each collection are in step',
  async ({ who }) => {
    const { inStep } = await mailboxOf(who);
    expect(inStep.events).toBe(8);
    expect(inStep.contacts).toBeGreaterThanOrEqual(2);
    expect(inStep.tasks).toBe(3);
    const page = await openSandboxPage(browser, sandbox.url, 400);
    await logInWithSalesforce(page, who.salesforceUsername);
    await page.getByText(sayInStep(inStep), { exact: true }).waitFor();
    await page.goto(`${sandbox.url}/#/settings`);
    await page
      .getByRole('region', { name: 'Status' })
      .getByText(sayInStep(inStep), { exact: true })
      .waitFor();
    await page.context().close();
  },
);

test.each(firstOfEach(colleagues).map((who) => ({ who, name: serviceWords[who.service] })))(
  '$name: once a place is named the refused event goes up, and its issue is over',
  async ({ who }) => {
    const id = sandbox.seeded.refused.get(who.address) ?? '';
    changeEvent(sandbox.services, who, id, { location: 'Factory' });
    await syncAgain(who);
    expect(await issuesOf(who)).toEqual([]);
    expect(subjectsOf('Event', who)).toContain('Visit to the factory');
  },
);
