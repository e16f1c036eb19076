/**
 * Goal: a company moves its mailboxes from Exchange to Office 365 and Salesforce does not notice (A16): no record is made twice, also of
 * mail without Message-ID or Date. Method: the sandbox with real connectors, the same mail in both simulated services, by protocols alone.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Colleague, colleagues, customers } from '../../sandbox/cast.ts';
import { type Delivery, deliverTo, makeFolder } from '../../sandbox/deliver.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { Visitor } from '../../sandbox/visitor.ts';

const MAILS = 60;
const HOUR = 3_600_000;
/** An event, a task and four contacts are hers in Salesforce. */
const OWN_MIN = 6;

let folder: string;
let sandbox: Sandbox;
const anna = colleagues.find(({ service }) => service === 'exchange') as Colleague;
const annaMoved: Colleague = { ...anna, service: 'office365' };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-move-'));
  sandbox = await startSandbox({ port: 0, mailFolder: null, seed: 7, dataFolder: folder, databaseUrl: null });
  const { address, password, aliases } = anna;
  sandbox.services.office365.addMailbox({ address, password, aliases: [...aliases], displayName: anna.name });
});

afterAll(async () => {
  await sandbox?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Every fourth has no Message-ID, every fifth of those no Date; they lie in four places. */
function oldMail(now: number): readonly Delivery[] {
  const known = customers.filter(({ kind }) => kind !== 'stranger');
  return Array.from({ length: MAILS }, (_, at) => {
    const customer = known[at % known.length];
    const hasId = at % 4 !== 0;
    const hasDate = at % 20 !== 0;
    const outgoing = at % 3 === 0;
    const [from, to] = outgoing ? [anna.address, customer?.address] : [customer?.address, anna.address];
    const sentAt = now - (at + 1) * HOUR;
    const lines = [
      ...(hasId ? [`Message-ID: <old-${at}@move.test>`] : []),
      ...(hasDate ? [`Date: ${new Date(sentAt).toUTCString()}`] : []),
      `From: <${from}>`,
      `To: <${to}>`,
      `Subject: Old mail ${at}`,
      '',
      `Text ${at}.`,
    ];
    const place = ['inbox', 'Salesforce Emails', 'Inbox/Customers'][at % 3] ?? 'inbox';
    return {
      folder: outgoing ? 'sentitems' : place,
      raw: Buffer.from(lines.join('\r\n')),
      receivedAt: sentAt,
    };
  });
}

test('mail that is in Salesforce already stays one record each when its mailbox moves to Office 365', async () => {
  const { services } = sandbox;
  const mails = oldMail(Date.now());
  for (const owner of [anna, annaMoved]) {
    if (owner === annaMoved) makeFolder(services, owner, 'Salesforce Emails');
    makeFolder(services, owner, 'Inbox/Customers');
    for (const mail of mails) deliverTo(services, owner, mail);
  }
  const records = () => services.salesforce.records('EmailMessage').length;
  const things = () => ['Event', 'Task', 'Contact'].flatMap((object) => services.salesforce.records(object));
  const visitor = new Visitor(sandbox.url);
  await visitor.logIn(sandbox.salesforceUrl, anna);
  let since = Date.now();
  await visitor.connect(anna, sandbox.ewsUrl);
  const before = await visitor.waitForRun(since);
  const saved = records();
  expect(saved).toBeGreaterThanOrEqual(MAILS);
  const thingsBefore = things().length;

  since = Date.now();
  const { mailbox } = await visitor.connect(annaMoved, sandbox.ewsUrl);
  expect(mailbox).toMatchObject({ id: before.id, address: anna.address, serviceId: 'office365' });
  const after = await visitor.waitForRun(since);
  // Contacts, events and tasks of hers that Salesforce has had alone, or the old mailbox was given, come down to the new one, too.
  const came = Number(after.lastRun?.created);
  expect(came).toBeGreaterThanOrEqual(OWN_MIN);
  expect(after.lastRun).toMatchObject({ outcome: 'done', examined: MAILS + came, issues: 0 });
  expect(records()).toBe(saved);
  expect(things()).toHaveLength(thingsBefore);

  expect(services.office365.notificationsSent()).toEqual([]);
  expect(services.exchange.notificationsSent()).toEqual([]);
});
