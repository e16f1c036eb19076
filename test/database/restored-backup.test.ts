/**
 * Goal: an older backup is put back after the product has run on, as docs/operating.md tells operators to: nothing is lost, nothing is doubled, what was deleted
 * stays deleted, and no mailbox is read from its beginning. Method: the real product on served services; pg_dump and pg_restore, and a copied data folder.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import type { Colleague } from '../../sandbox/cast.ts';
import { customers } from '../../sandbox/cast.ts';
import type { Services } from '../../sandbox/simulated-services.ts';
import type { Lockstep } from '../../src/server/wire.ts';
import { acrossOrganizations } from '../../src/store/database.ts';
import { listMailboxes } from '../../src/store/mailboxes.ts';
import type { RunReport } from '../../src/sync/run.ts';
import { type ServedProduct, type Standing, serveProduct } from '../support/served-product.ts';
import { findServerBinaries, startTestServer } from '../support/server-postgres.ts';

const HOUR = 3_600_000;
const masterKey = { kind: 'given', key: randomBytes(32), previous: [] } as const;
const serverBinaries = await findServerBinaries();

/** A way of backing up: takes one of a stopped or living database, and gives where the product stands when it was put back. */
interface Way extends AsyncDisposable {
  readonly standing: Standing;
  backUp(): Promise<void>;
  restore(): Promise<Standing>;
}

/** The embedded database: its folder is copied while Lockstep is stopped. */
async function copiedFolder(): Promise<Way> {
  const root = await mkdtemp(join(tmpdir(), 'lockstep-backup-'));
  const [folder, aside] = [join(root, 'postgres'), join(root, 'aside')];
  // With owners and modes: PostgreSQL starts on no folder that is not its user's own.
  const copy = (from: string, to: string): void => {
    execFileSync('cp', ['-a', from, to]);
  };
  const standing: Standing = { database: { kind: 'embedded', folder }, masterKey };
  return {
    standing,
    async backUp() {
      copy(folder, aside);
    },
    async restore() {
      await rm(folder, { recursive: true });
      copy(aside, folder);
      return standing;
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** A server: pg_dump while it works, pg_restore into a new database. */
async function dumped(): Promise<Way> {
  if (serverBinaries === null) throw new Error('there is no server');
  const server = await startTestServer(serverBinaries, { fsync: false });
  const dump = join(await mkdtemp(join(tmpdir(), 'lockstep-dump-')), 'lockstep.dump');
  const tool = (name: string) => serverBinaries.postgres.replace(/postgres$/, name);
  const standing = (url: string): Standing => ({ database: { kind: 'server', url }, masterKey });
  return {
    standing: standing(server.url),
    async backUp() {
      execFileSync(tool('pg_dump'), ['--format=custom', `--file=${dump}`, server.adminUrl]);
    },
    async restore() {
      const admin = new pg.Client({ connectionString: server.adminUrl });
      await admin.connect();
      await admin.query('create database restored owner lockstep template template0');
      await admin.end();
      const at = (url: string) => url.replace(/\/lockstep$/, '/restored');
      execFileSync(tool('pg_restore'), ['--exit-on-error', `--dbname=${at(server.adminUrl)}`, dump]);
      return standing(at(server.url));
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await rm(join(dump, '..'), { recursive: true, force: true });
    },
  };
}

describe.each([
  { name: 'a copied folder of the embedded database', open: copiedFolder, isThere: true },
  { name: 'pg_dump and pg_restore', open: dumped, isThere: serverBinaries !== null },
])('$name', ({ open, isThere }) => {
  test.skipIf(!isThere)(
    'an older backup is put back, and sync goes on from there',
    { timeout: 600_000 },
    async () => {
      await using way = await open();
      await using product = await serveProduct(20_261_128);
      let lockstep = await product.open(way.standing);
      const counted = async <T>(act: () => Promise<T>) => {
        const before = product.requests();
        const result = await act();
        return { result, requests: product.requests() - before };
      };

      await product.connectAll(lockstep);
      const first = await counted(() => product.runAll(lockstep));
      expectDone(first.result);
      const early = product.people.map((who) => live(product, who, 'before'));
      await product.runAll(lockstep);
      product.time.leap(HOUR);
      await product.runAll(lockstep);
      const atBackup = sight(product);
      await lockstep.close();
      await way.backUp();

      lockstep = await product.open(way.standing);
      const late = product.people.map((who) => live(product, who, 'after'));
      for (const one of early) one.remove();
      await product.runAll(lockstep);
      product.time.leap(HOUR);
      await product.runAll(lockstep);
      for (const one of late) one.change();
      product.time.leap(HOUR);
      await product.runAll(lockstep);
      product.time.leap(HOUR);
      await product.runAll(lockstep);
      const atLoss = sight(product);
      expect(atLoss).not.toEqual(atBackup);
      await lockstep.close();

      // What came between the last run and the loss of the machine.
      lockstep = await product.open(await way.restore());
      for (const who of product.people) deliver(product, who, 'while it was down');
      const again = await counted(() => product.runAll(lockstep));
      product.time.leap(HOUR);
      const settled = await counted(() => product.runAll(lockstep));
      product.time.leap(HOUR);
      const idle = await counted(() => product.runAll(lockstep));
      for (const { result } of [again, settled, idle]) expectDone(result);
      // Salesforce shows each mail as a task, too.
      const more = product.people.length;
      const expected = { ...atLoss, emails: atLoss.emails + more, tasks: atLoss.tasks + more };
      expect(sight(product)).toEqual(expected);
      expect(await active(lockstep)).toBe(product.people.length);

      // A backup so old that the services do not know its marks any more.
      for (const { address, service } of product.people) {
        if (service === 'exchange') product.services.exchange.expireSyncStates(address);
        if (service === 'office365') product.services.office365.expireDeltaTokens(address);
        if (service === 'google') product.services.google.expireHistory(address);
      }
      product.time.leap(HOUR);
      const expired = await counted(() => product.runAll(lockstep));
      expectDone(expired.result);
      expect(sight(product)).toEqual(expected);

      process.stdout.write(
        `requests: first run ${first.requests}, restored ${again.requests}, the next ${settled.requests}, idle ${idle.requests}, marks expired ${expired.requests}\n`,
      );
      expect(again.requests).toBeLessThan(first.requests);
      expect(settled.requests).toBeLessThan(first.requests / 2);
      expect(expired.requests).toBeLessThan(first.requests);
      expect(product.faults).toEqual([]);
      expect(product.notifications()).toBe(0);
      await lockstep.close();
    },
  );
});

function expectDone(reports: readonly RunReport[]): void {
  expect(reports.map(({ outcome }) => outcome)).toEqual(reports.map(() => ({ kind: 'done' })));
}

interface Life {
  change(): void;
  remove(): void;
}

/** A mail from a customer, an event in the mailbox and one in Salesforce. */
function live(product: ServedProduct, who: Colleague, when: string): Life {
  const { exchange, office365, google, salesforce } = product.services;
  const { address, service } = who;
  deliver(product, who, when);
  const start = Math.floor(product.time.now() / HOUR) * HOUR + 48 * HOUR;
  const end = start + HOUR;
  const subject = `${who.name} ${when}`;
  const time = (ms: number) => ({ dateTime: new Date(ms).toISOString().slice(0, 19), timeZone: 'UTC' });
  const times = { start: time(start), end: time(end) };
  const owner = salesforce.records('User').find(({ Username }) => Username === who.salesforceUsername)?.Id;
  const record = salesforce.create('Event', {
    Subject: `CRM ${subject}`,
    OwnerId: owner as string,
    StartDateTime: new Date(start).toISOString(),
    EndDateTime: new Date(end).toISOString(),
    DurationInMinutes: 60,
  });
  const id =
    service === 'exchange'
      ? exchange.createEvent(address, { subject, start, end })
      : service === 'google'
        ? google.addEvent(address, { summary: subject, ...times })
        : office365.addEvent(address, { subject, ...times });
  return {
    change() {
      if (service === 'exchange') exchange.editEvent(address, id, { subject: `${subject}, changed` });
      salesforce.change(record, 'Event', { Subject: `CRM ${subject}, changed` });
    },
    remove() {
      if (service === 'exchange') exchange.remove(address, id);
      else if (service === 'google') google.removeEvent(address, id);
      else office365.removeEvent(address, id);
      salesforce.remove(record, 'Event');
    },
  };
}

let mails = 0;

function deliver({ services, time }: ServedProduct, { address, service }: Colleague, when: string): void {
  mails += 1;
  const from = customers.find(({ kind }) => kind === 'contact')?.address ?? '';
  const raw = Buffer.from(
    [
      `From: ${from}`,
      `To: ${address}`,
      `Subject: Mail ${mails} ${when}`,
      `Message-ID: <drill-${mails}@customer.test>`,
      `Date: ${new Date(time.now()).toUTCString()}`,
      '',
      'Good day.',
    ].join('\r\n'),
  );
  if (service === 'exchange') services.exchange.deliver(address, 'inbox', raw);
  else if (service === 'office365') services.office365.deliver(address, 'inbox', raw);
  else services.google.deliver(address, raw);
}

/** What both sides hold: counts, and what the events are called. */
function sight({ services, people }: ServedProduct) {
  const { salesforce } = services;
  const subjects = salesforce
    .records('Event')
    .map(({ Subject }) => String(Subject))
    .toSorted();
  const emails = salesforce.records('EmailMessage');
  return {
    emails: new Set(emails.map(({ MessageIdentifier }) => MessageIdentifier)).size,
    twice: emails.length - new Set(emails.map(({ MessageIdentifier }) => MessageIdentifier)).size,
    files: salesforce.records('ContentDocument').length,
    contacts: salesforce.records('Contact').length,
    tasks: salesforce.records('Task').length,
    events: subjects,
    mailboxes: people.map((who) => eventsIn(services, who)),
  };
}

/** The subjects of a mailbox's events that are not deleted; of a series, the series. */
function eventsIn(
  { exchange, office365, google }: Services,
  { address, service }: Colleague,
): readonly string[] {
  const names =
    service === 'exchange'
      ? exchange
          .snapshot(address)
          .folders.filter(({ role }) => role !== 'deleteditems')
          .flatMap(({ items }) =>
            items.flatMap(({ event, subject }) => (event === undefined ? [] : [subject])),
          )
      : service === 'google'
        ? google
            .calendarSnapshot(address)
            .flatMap(({ status, summary }) => (status === 'cancelled' ? [] : [String(summary)]))
        : office365.calendarSnapshot(address).map(({ subject }) => subject);
  return names.map(String).toSorted();
}

async function active({ ports }: Lockstep): Promise<number> {
  const all = await acrossOrganizations(ports.db, (tx) => listMailboxes(tx));
  return all.filter(({ state }) => state === 'active').length;
}
