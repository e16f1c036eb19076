/**
 * Goal: what an operator does for people by the command line, to its end: erasing what was written about somebody, and deciding on deletions that wait.
 * Method: real child processes beside the sandbox in this process; what they did is looked for in Salesforce and in the database.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { colleagues } from '../../sandbox/cast.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { SANDBOX_CLIENT_ID, SANDBOX_CLIENT_SECRET } from '../../sandbox/simulated-services.ts';
import { Visitor } from '../../sandbox/visitor.ts';
import { acrossOrganizations } from '../../src/store/database.ts';
import { lockstep } from '../support/command-line.ts';
import { storeHold } from '../support/stored-holds.ts';

const KIM = 'kim.larsen@acme-bikes.test';
const [anna] = colleagues as readonly [(typeof colleagues)[number]];

let folder: string;
let sandbox: Sandbox;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-operator-'));
  sandbox = await startSandbox({ port: 0, mailFolder: null, seed: 5, dataFolder: folder, databaseUrl: null });
  const visitor = new Visitor(sandbox.url);
  await visitor.logIn(sandbox.salesforceUrl, anna);
  const since = Date.now();
  await visitor.activate({ login: anna.address, password: anna.password, ewsUrl: sandbox.ewsUrl });
  await visitor.waitForRun(since);
});
afterAll(async () => {
  await sandbox?.close();
  await rm(folder, { recursive: true, force: true });
});

const operate = (...args: string[]) =>
  lockstep(args, {
    DATA_DIR: folder,
    SALESFORCE_CLIENT_ID: SANDBOX_CLIENT_ID,
    SALESFORCE_CLIENT_SECRET: SANDBOX_CLIENT_SECRET,
    SALESFORCE_LOGIN_ORIGINS: sandbox.salesforceUrl,
    EWS_ALLOWED_HOSTS: 'localhost',
  });
const sync = async () => (await operate('sync', '--mailbox', anna.address)).code;
const subjects = () => sandbox.services.salesforce.records('EmailMessage').map(({ Subject }) => Subject);

/** What the audit log says that the operator did, oldest first. */
const deeds = () =>
  acrossOrganizations(sandbox.lockstep.ports.db, async (tx) => {
    const { rows } = await tx.query<{ action: string }>(
      `select action from audit where actor = 'operator' order by at, id`,
    );
    return rows.map(({ action }) => action);
  });

describe('erase', () => {
  const deliver = (name: string, from: string) =>
    sandbox.services.exchange.deliver(
      anna.address,
      'inbox',
      Buffer.from(
        `Message-ID: <${name}@acme-bikes.test>\r\nFrom: ${from}\r\nTo: ${anna.address}\r\nSubject: ${name}\r\n\r\nHi.\r\n`,
      ),
    );

  test('lists what was written about an address, removes it on demand, and never writes it again', async () => {
    deliver('offer', KIM);
    deliver('reminder', KIM);
    expect(await sync()).toBe(0);
    const before = subjects();
    expect(before).toEqual(expect.arrayContaining(['offer', 'reminder']));

    const listed = await operate('erase', KIM.toUpperCase());
    expect([listed.code, listed.err]).toEqual([0, '']);
    const emails = listed.out.split('\n').filter((line) => line.startsWith('emails'));
    for (const subject of ['offer', 'reminder'])
      expect(emails.filter((line) => line.includes(`  ${subject}  http`))).toHaveLength(1);
    const [, count = ''] = /^(\d+) records written by Lockstep; \d+ others stay\.$/m.exec(listed.out) ?? [];
    expect(subjects()).toEqual(before);
    expect(await deeds()).toEqual([]);

    const contacts = sandbox.services.salesforce.records('Contact').length;
    const removed = await operate('erase', KIM, '--remove');
    expect([removed.code, removed.out]).toEqual([0, `Removed ${count} records.\n`]);
    expect(removed.out + removed.err).not.toContain(KIM);
    const after = subjects();
    expect(after).toHaveLength(before.length - emails.length);
    expect(after.length).toBeGreaterThan(0);
    expect(sandbox.services.salesforce.records('Contact')).toHaveLength(contacts);
    expect(await deeds()).toEqual(['person.erased']);

    expect(await sync()).toBe(0);
    expect(subjects()).toEqual(after);
    expect((await operate('erase', KIM)).out).toMatch(/^0 records written by Lockstep/m);
  });

  test('of what is no address is wrong usage, before anything is opened', async () => {
    const ended = await lockstep(['erase', 'kim']);
    expect([ended.code, ended.out, ended.err]).toEqual([2, '', 'Write the address as kim@acme.example.\n']);
  });

  test('says by code and remedy that Salesforce could not be asked, and ends with 1', async () => {
    sandbox.services.salesforce.changeUser(anna.salesforceUsername, { active: false });
    try {
      const ended = await operate('erase', KIM, '--remove');
      expect([ended.code, ended.out]).toEqual([1, '']);
      expect(ended.err).toMatch(/crm\.[a-z-]+\. \S+/);
      expect(ended.err).not.toContain(KIM);
    } finally {
      sandbox.services.salesforce.changeUser(anna.salesforceUsername, { active: true });
    }
  });
});

describe('holds', () => {
  const hold = () =>
    storeHold(
      { database: { db: sandbox.lockstep.ports.db }, clock: { now: () => sandbox.now() } },
      anna.address,
    );
  /** Two records whose removal it keeps, of so many. */
  const keepTwo = (id: string) =>
    acrossOrganizations(sandbox.lockstep.ports.db, (tx) =>
      tx.query(
        `insert into pairs (mailbox_id, record_id, organization_id, collection, item_version, record_version, item_prints,
           record_prints, state, role, hold_id, paired_at)
         select mailbox_id, '00U' || n || left(id::text, 8), organization_id, collection, '1', '1', '{}', '{}', 'removing', 'owner', id, created_at
         from holds, generate_series(1, 2) as n where id = $1`,
        [id],
      ),
    );

  test('are listed while they wait, by whose and how many, and shown with what they still hold', async () => {
    const id = await hold();
    await keepTwo(id);
    const listed = await operate('holds', 'list');
    expect([listed.code, listed.out]).toEqual([
      0,
      expect.stringMatching(
        new RegExp(
          `^${id}  ${anna.address}  events: 200 of 240  since \\S+Z  waiting\n1 wait for a word\\.\n$`,
        ),
      ),
    ]);
    const shown = await operate('holds', 'show', id, '--json');
    expect([shown.code, JSON.parse(shown.out)]).toEqual([
      0,
      {
        ...{ id, mailbox: anna.address, collection: 'events', held: 200, paired: 240, state: 'waiting' },
        ...{ createdAt: expect.any(String), decidedAt: null, remaining: 2 },
      },
    ]);

    const kept = await operate('holds', 'keep', id);
    expect([kept.code, kept.out]).toEqual([0, expect.stringMatching(/^Kept: /)]);
    expect(JSON.parse((await operate('holds', 'list', '--json')).out)).toEqual({ holds: [] });
    // Otherwise than before is refused.
    const late = await operate('holds', 'release', id);
    expect([late.code, late.out]).toEqual([1, '']);
    expect((await deeds()).filter((action) => action.startsWith('hold.'))).toEqual(['hold.dropped']);
  });

  test('are released', async () => {
    const id = await hold();
    const released = await operate('holds', 'release', id);
    expect([released.code, released.out]).toEqual([0, expect.stringMatching(/^Released: /)]);
    expect((await operate('holds', 'list')).out).toBe('No deletions wait.\n');
    expect((await deeds()).at(-1)).toBe('hold.released');
  });

  test.each([
    ['release', 'nothing'],
    ['show', '0192f0c1-7a3e-4b8e-9d5a-222222222222'],
  ])('an id that is none is wrong usage of %s', async (verb, id) => {
    const ended = await operate('holds', verb, id);
    expect([ended.code, ended.out, ended.err]).toEqual([2, '', expect.stringContaining('no such hold')]);
  });
});
