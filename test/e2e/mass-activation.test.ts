/**
 * An administrator switches a company on (section 3): 500 people on three services come in from Salesforce and from a file, are looked at before, go in
 * waves, are synced, and see no dialog (A4). With twenty of them something is wrong, in eight ways; they are named with their remedy and are left to
 * activate for themselves.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Colleague, colleagues, mailServiceNames, SANDBOX_PASSWORD } from '../../sandbox/cast.ts';
import { departmentOf, type Employee, flaws } from '../../sandbox/company.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { Visitor } from '../../sandbox/visitor.ts';
import type { ImportLine } from '../../src/api-schema/admin/imports.ts';
import type { RolloutMember, RolloutView } from '../../src/api-schema/admin/rollouts.ts';
import { catalogue, isFailureCode } from '../../src/model/catalogue.ts';
import { MINUTE } from '../../src/model/clock.ts';
import { type Administrator, openAdministrator } from '../support/administrator.ts';
import { openBrowser } from '../support/browser.ts';
import { ensureDeliveredPages } from '../support/built-pages.ts';
import { logInWithSalesforce, openSandboxPage } from '../support/sandbox-pages.ts';

const SEED = 20_261_127;
const PEOPLE = 500;
const BROKEN = 20;

let folder: string;
let sandbox: Sandbox;
let browser: Browser;
let admin: Administrator;
const profileIds: Record<string, string> = {};
const rollouts: RolloutView[] = [];

const broken = (): readonly Employee[] => sandbox.company.people.filter((one) => one.flaw !== null);
const whole = (): readonly Employee[] => sandbox.company.people.filter((one) => one.flaw === null);
const endOf = (lines: readonly ImportLine[]) => lines.find((line) => line.kind === 'end');
const flawOf = ({ username }: Pick<RolloutMember, 'username'>) =>
  sandbox.company.people.find((one) => one.salesforceUsername === username)?.flaw ?? null;

beforeAll(async () => {
  ensureDeliveredPages();
  folder = await mkdtemp(join(tmpdir(), 'lockstep-company-'));
  const common = { port: 0, mailFolder: null, seed: SEED, dataFolder: folder, databaseUrl: null };
  sandbox = await startSandbox({ ...common, companySize: PEOPLE });
  browser = await openBrowser();
  admin = await openAdministrator(sandbox);
  // Two of the cast are there already, so that their addresses are taken.
  for (const one of colleagues.slice(1, 3)) await connectHimself(one);
});
afterAll(async () => {
  await browser?.close();
  await sandbox?.close();
  await rm(folder, { recursive: true, force: true });
});

async function connectHimself(one: Colleague): Promise<void> {
  const visitor = new Visitor(sandbox.url);
  await visitor.logIn(sandbox.salesforceUrl, one);
  await visitor.connect(one, sandbox.ewsUrl);
}

describe('people come in', () => {
  it('from Salesforce by a filter, and from a file, each tried dry before', async () => {
    const accesses = await admin.addAccesses(mailServiceNames);
    for (const service of mailServiceNames) {
      const { id } = await admin.addProfile(
        `People on ${service}`,
        accesses[service]?.id ?? null,
        accesses.salesforce?.id ?? null,
      );
      profileIds[service] = id;
    }
    const fromCrm = (dryRun: boolean) =>
      admin.importCrm(departmentOf('exchange'), profileIds.exchange ?? '', dryRun);
    expect(endOf(await fromCrm(true))).toMatchObject({ created: 200, bad: 0, dryRun: true });
    expect(await admin.users('')).toHaveLength(3);
    expect(endOf(await fromCrm(false))).toMatchObject({ created: 200, bad: 0, dryRun: false });
    for (const [service, count] of [
      ['office365', 200],
      ['google', 100],
    ] as const) {
      const csv = sandbox.company.csv([service]);
      const profileId = profileIds[service] ?? '';
      expect(endOf(await admin.importCsv(csv, profileId, true))).toMatchObject({ created: count, bad: 0 });
      expect(endOf(await admin.importCsv(csv, profileId, false))).toMatchObject({ created: count, bad: 0 });
    }
    expect((await admin.overview()).counts.users).toBe(PEOPLE + 3);
  });

  it('once: the same import again changes nothing', async () => {
    const again = await admin.importCsv(sandbox.company.csv(['google']), profileIds.google ?? '', false);
    expect(endOf(again)).toMatchObject({ created: 0, changed: 0, unchanged: 100, bad: 0 });
  });
});

describe('the pre-flight', () => {
  it('names what is wrong with twenty people, in eight ways, each with its remedy', async () => {
    sandbox.company.letPeopleLeave();
    for (const service of mailServiceNames)
      rollouts.push(await admin.preflight({ profileId: profileIds[service] ?? '', waves: [10, 100] }));
    const members = (await Promise.all(rollouts.map(({ id }) => admin.members(id)))).flat();
    expect(members).toHaveLength(PEOPLE);
    const left = members.filter(({ predicted }) => predicted === 'by-himself');
    expect(left.map(({ username }) => username).toSorted()).toEqual(
      broken()
        .map((one) => one.salesforceUsername)
        .toSorted(),
    );
    const codesOf = new Map(flaws.map((flaw) => [flaw, new Set<string>()]));
    for (const member of left) {
      const code = member.failure?.code ?? '';
      expect(isFailureCode(code) && catalogue[code].admin.length > 0, `${flawOf(member)} ${code}`).toBe(true);
      codesOf.get(flawOf(member) ?? 'no-address')?.add(code);
    }

    expect([...codesOf.values()].every((each) => each.size > 0)).toBe(true);
    expect(new Set(left.map((member) => member.failure?.code)).size).toBeGreaterThanOrEqual(flaws.length);
    expect(members.filter(({ predicted }) => predicted === 'active')).toHaveLength(PEOPLE - BROKEN);
  });

  it('is a file as well', async () => {
    const csv = await admin.visitor.read(`/api/admin/rollouts/${rollouts[2]?.id}/members.csv`);
    expect(csv.trim().split('\r\n')).toHaveLength(101);
  });

  it('switched nobody on', async () => {
    expect((await admin.overview()).counts.active).toBe(2);
  });
});

describe('the waves', () => {
  it('switch everybody on with whom nothing is wrong, and leave the others to themselves', async () => {
    for (const { id } of rollouts) await admin.act(id, 'start');
    const ends = await Promise.all(rollouts.map(({ id }) => admin.until(id, ['done', 'halted'])));
    expect(ends.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
    const sum = (key: 'active' | 'by-himself' | 'failed') =>
      ends.reduce((total, { byOutcome }) => total + (byOutcome[key] ?? 0), 0);
    expect([sum('active'), sum('by-himself'), sum('failed')]).toEqual([PEOPLE - BROKEN, BROKEN, 0]);
  });

  it('are followed by the sync of everybody, and of every mail once', async () => {
    await admin.pass(31 * MINUTE);
    const behind = (await admin.users('?status=active')).filter((one) => one.lastSuccessAt === null);
    expect(behind).toEqual([]);
    const { counts } = await admin.overview();
    expect(counts).toMatchObject({ active: PEOPLE - BROKEN + 2, suspended: 0, authorizationRequired: 0 });
    const identifiers = sandbox.services.salesforce
      .records('EmailMessage')
      .map((row) => String(row.MessageIdentifier))
      .filter((one) => one.includes('company-'));
    expect(identifiers).toHaveLength(PEOPLE - BROKEN);
    expect(new Set(identifiers).size).toBe(identifiers.length);
  });
});

describe('the sidebar', () => {
  it.each(mailServiceNames)(
    'opens without a dialog for somebody on %s who was switched on (A4)',
    async (service) => {
      const one = whole().find((each) => each.service === service) as Employee;
      const page = await openSandboxPage(browser, sandbox.url, 400);
      await logInWithSalesforce(page, one.salesforceUsername);
      await page
        .getByRole('contentinfo')
        .getByText(/Synced|In step|synced/)
        .first()
        .waitFor();
      expect(await page.getByRole('dialog').count()).toBe(0);
      await page.close();
    },
  );

  it('asks those with whom something is wrong, and takes their own access', async () => {
    const one = broken().find(
      (each) => each.flaw === 'outside-scope' && each.service === 'exchange',
    ) as Employee;
    const page = await openSandboxPage(browser, sandbox.url, 400);
    await logInWithSalesforce(page, one.salesforceUsername);
    await page.getByRole('dialog').getByRole('button', { name: 'Connect to Exchange' }).waitFor();
    await page.close();
    const himself = new Visitor(sandbox.url);
    await himself.logIn(sandbox.salesforceUrl, one);
    const { mailbox } = await himself.activate({
      ...{ login: one.address, password: SANDBOX_PASSWORD, ewsUrl: sandbox.ewsUrl },
    });
    expect(mailbox.state).toBe('active');
  });
});
