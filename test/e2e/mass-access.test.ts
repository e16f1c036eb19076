/**
 * What becomes of a company's mailboxes when an administrator's access to them is taken away and given back: a wave that fails too often halts by itself
 * and is finished after the cause was mended; a lost role, consent or delegation stops the mailboxes behind it and no others, is told once, and heals.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { colleagues, type MailServiceName, mailServiceNames } from '../../sandbox/cast.ts';
import type { Employee } from '../../sandbox/company.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import type { AccessView } from '../../src/api-schema/admin/accesses.ts';
import type { UserRow } from '../../src/api-schema/admin/users.ts';
import { MINUTE } from '../../src/model/clock.ts';
import { type Administrator, openAdministrator } from '../support/administrator.ts';

const SEED = 20_261_128;
const PEOPLE = 150;

let folder: string;
let sandbox: Sandbox;
let admin: Administrator;
let accesses: Readonly<Record<string, AccessView>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-access-'));
  const common = { port: 0, mailFolder: null, seed: SEED, dataFolder: folder, databaseUrl: null };
  sandbox = await startSandbox({ ...common, companySize: PEOPLE });
  admin = await openAdministrator(sandbox);
  accesses = await admin.addAccesses(mailServiceNames);
});
afterAll(async () => {
  await sandbox?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Nobody leaves the CRM here. */
const wholeOn = (service: MailServiceName): readonly Employee[] =>
  sandbox.company.people.filter(
    (one) => one.service === service && (one.flaw === null || one.flaw === 'crm-inactive'),
  );

/** The service account's role reaches all but the first so many of those with whom nothing is wrong. */
function leaveOut(count: number): void {
  const [account] = sandbox.services.exchange.world.directory.accounts.filter(
    (one) => one.userName === 'svc-sync',
  );
  if (account === undefined) throw new Error('no service account');
  const reached = wholeOn('exchange').slice(count);
  account.impersonates = new Set([...reached, ...colleagues].map(({ address }) => address));
}

async function bringIn(service: MailServiceName): Promise<string> {
  const { id } = await admin.addProfile(
    service,
    accesses[service]?.id ?? null,
    accesses.salesforce?.id ?? null,
  );
  const end = (await admin.importCsv(sandbox.company.csv([service]), id, false)).at(-1);
  expect(end).toMatchObject({ kind: 'end', bad: 0 });
  return id;
}

async function allSynced(): Promise<void> {
  await admin.pass(31 * MINUTE);
  expect((await admin.users('?status=active')).filter((one) => one.lastSuccessAt === null)).toEqual([]);
}

describe('a wave of which 30 % fail', () => {
  it('halts by itself, and Resume finishes it once the cause is mended', async () => {
    const profileId = await bringIn('exchange');
    const ready = wholeOn('exchange').length;
    const { id, byPrediction } = await admin.preflight({ profileId, waves: [100], failuresMax: 20 });
    expect(byPrediction.active).toBe(ready);
    leaveOut(Math.ceil(ready * 0.3));
    await admin.act(id, 'start');
    const halted = await admin.until(id, ['halted', 'done']);
    expect([halted.state, halted.cause?.code]).toEqual(['halted', 'mailbox.impersonation-denied']);
    expect(halted.byOutcome.failed).toBeGreaterThan(0);
    leaveOut(0);
    await admin.act(id, 'resume');
    const done = await admin.until(id, ['halted', 'done']);
    expect([done.state, done.byOutcome.active, done.byOutcome.failed]).toEqual(['done', ready, 0]);
    await allSynced();
  });
});

describe('access that is taken away', () => {
  beforeAll(async () => {
    for (const service of ['office365', 'google'] as const) {
      const profileId = await bringIn(service);
      const { id } = await admin.preflight({ profileId, waves: [100] });
      await admin.act(id, 'start');
      expect((await admin.until(id, ['done', 'halted'])).state).toBe('done');
    }
    await allSynced();
  });

  const stopped = async (): Promise<readonly UserRow[]> => admin.users('?status=suspended');
  const lettersToAdmins = () =>
    sandbox.outbox
      .mails()
      .filter(({ to }) => to.includes(colleagues.at(-1)?.address ?? ''))
      .map(({ subject }) => subject);

  it.each(mailServiceNames)(
    'stops the mailboxes on %s alone, tells once, and heals when it is back',
    async (service) => {
      const people = wholeOn(service);
      const before = lettersToAdmins().length;
      sandbox.company.setAccess(service, false);
      // What was granted before is good for an hour yet.
      await admin.waitFor('they stop', async () => {
        await admin.pass(31 * MINUTE);
        return (await stopped()).length === people.length;
      });
      const rows = await stopped();
      expect(rows.map((one) => one.address).toSorted()).toEqual(people.map((one) => one.address).toSorted());
      expect(new Set(rows.map((one) => one.causeCode)).size).toBe(1);
      expect(rows[0]?.status.text).toMatch(/administrator/i);
      const { counts, needs } = await admin.overview();
      expect(counts.authorizationRequired).toBe(0);
      expect(needs[0]).toMatchObject({ kind: 'access-refused' });
      await admin.waitFor('administrators are told', async () => lettersToAdmins().length > before);

      sandbox.company.setAccess(service, true);
      await admin.waitFor('they heal', async () => {
        await admin.pass(15 * MINUTE);
        return (await stopped()).length === 0;
      });
      await admin.waitFor(
        'administrators are told again',
        async () => lettersToAdmins().length >= before + 2,
      );
      await allSynced();
      expect(lettersToAdmins().slice(before)).toHaveLength(2);
    },
  );
});
