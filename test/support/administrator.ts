/**
 * An administrator at the sandbox without a browser: sets up ways of reaching the company's people, profiles, imports and roll-outs over the API that
 * the console uses, and waits until what he began is over. Time leaps where hours must pass.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type Colleague, colleagues, type MailServiceName } from '../../sandbox/cast.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { Visitor } from '../../sandbox/visitor.ts';
import type { AccessView } from '../../src/api-schema/admin/accesses.ts';
import type { ImportLine } from '../../src/api-schema/admin/imports.ts';
import type { AdminOverview } from '../../src/api-schema/admin/overview.ts';
import type { ProfileView } from '../../src/api-schema/admin/profiles.ts';
import type { RolloutForm, RolloutMember, RolloutView } from '../../src/api-schema/admin/rollouts.ts';
import type { UserRow } from '../../src/api-schema/admin/users.ts';
import { acrossOrganizations } from '../../src/store/database.ts';

const POLL_MS = 100;
const PATIENCE_MS = 240_000;

type Page<Item> = { readonly items: readonly Item[]; readonly next: string | null };

export interface Administrator {
  readonly visitor: Visitor;
  /** One access for each service and one for the CRM, as the console's forms send them. */
  addAccesses(services: readonly MailServiceName[]): Promise<Readonly<Record<string, AccessView>>>;
  addProfile(name: string, mailAccessId: string | null, crmAccessId: string | null): Promise<ProfileView>;
  importCsv(csv: string, profileId: string, dryRun: boolean): Promise<readonly ImportLine[]>;
  importCrm(department: string, profileId: string, dryRun: boolean): Promise<readonly ImportLine[]>;
  /** Begins a roll-out and waits for the end of its pre-flight. */
  preflight(form: RolloutForm): Promise<RolloutView>;
  act(rolloutId: string, act: 'start' | 'resume' | 'halt' | 'cancel' | 'check'): Promise<RolloutView>;
  /** Waits until the roll-out is in one of these states. */
  until(rolloutId: string, states: readonly RolloutView['state'][]): Promise<RolloutView>;
  members(rolloutId: string, query?: string): Promise<readonly RolloutMember[]>;
  users(query: string): Promise<readonly UserRow[]>;
  overview(): Promise<AdminOverview>;
  /** Time passes, and then all runs that are due by it. */
  pass(ms: number): Promise<void>;
  /** Asks again until it holds; `what` stands in the error. */
  waitFor(what: string, holds: () => Promise<boolean>): Promise<void>;
}

/** Logs the first of the cast in, who so becomes the organization's platform admin. */
export async function openAdministrator(sandbox: Sandbox): Promise<Administrator> {
  const visitor = new Visitor(sandbox.url);
  await visitor.logIn(sandbox.salesforceUrl, colleagues.at(-1) as Colleague);
  const read = <View>(path: string) => visitor.call<View>('GET', `/api/admin/${path}`);
  const waitFor = async (what: string, holds: () => Promise<boolean>) => {
    const until = Date.now() + PATIENCE_MS;
    while (!(await holds())) {
      if (Date.now() > until) throw new Error(`not in time: ${what}`);
      await wait(POLL_MS);
    }
  };
  const all = async <Item>(path: string): Promise<readonly Item[]> => {
    const items: Item[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const sign = path.includes('?') ? '&' : '?';
      const page: Page<Item> = await read(`${path}${sign}limit=200${after === '' ? '' : `&after=${after}`}`);
      items.push(...page.items);
      after = page.next;
    }
    return items;
  };
  const until: Administrator['until'] = async (id, states) => {
    let view = await read<RolloutView>(`rollouts/${id}`);
    await waitFor(`roll-out ${states.join(' or ')}`, async () => {
      view = await read<RolloutView>(`rollouts/${id}`);
      return states.includes(view.state);
    });
    return view;
  };
  return {
    visitor,
    waitFor,
    until,
    async pass(ms) {
      sandbox.leap(ms);
      await waitFor('nothing is due any more', async () => (await countDue(sandbox)) === 0);
      // A session lasts half a day.
      await read('overview').catch(async () => {
        await visitor.logIn(sandbox.salesforceUrl, colleagues.at(-1) as Colleague);
      });
    },
    addAccesses: (services) => addAccesses(visitor, sandbox, services),
    addProfile: (name, mailAccessId, crmAccessId) =>
      visitor.call('POST', '/api/admin/profiles', { name, mailAccessId, crmAccessId }),
    importCsv: (csv, profileId, dryRun) =>
      visitor.askLines(`/api/admin/imports/csv?dryRun=${dryRun}&profile=${profileId}`, csv),
    importCrm: (department, profileId, dryRun) =>
      visitor.askLines('/api/admin/imports/crm', { dryRun, profileId, filter: { department } }),
    async preflight(form) {
      const id = randomUUID();
      await visitor.call('PUT', `/api/admin/rollouts/${id}`, form);
      return await until(id, ['checked']);
    },
    act: (id, act) => visitor.call('POST', `/api/admin/rollouts/${id}/${act}`),
    members: (id, query = '') => all(`rollouts/${id}/members${query}`),
    users: (query) => all(`users${query}`),
    overview: () => read('overview'),
  };
}

/** Mailboxes that are due or worked on. */
async function countDue({ lockstep, now }: Sandbox): Promise<number> {
  return await acrossOrganizations(lockstep.ports.db, async (tx) => {
    const { rows } = await tx.query<{ count: string }>(
      `select count(*) from schedules where due_at <= $1 or lease_expires_at is not null`,
      [new Date(now())],
    );
    return Number(rows[0]?.count);
  });
}

async function addAccesses(visitor: Visitor, sandbox: Sandbox, services: readonly MailServiceName[]) {
  const { exchange, office365, google, salesforce } = sandbox.company.access;
  const sampleOf = (service: MailServiceName) =>
    sandbox.company.people.find((one) => one.service === service && one.flaw === null)?.address;
  const forms = {
    exchange: { ...exchange, ewsUrl: sandbox.ewsUrl },
    office365,
    google: { keyFile: google.keyFile },
  };
  const made: Record<string, AccessView> = {};
  for (const service of services)
    made[service] = await visitor.call<AccessView>('POST', '/api/admin/accesses', {
      ...{ service, name: `All of ${service}`, sampleMailbox: sampleOf(service) },
      ...forms[service],
    });
  made.salesforce = await visitor.call<AccessView>('POST', '/api/admin/accesses', {
    ...{ service: 'salesforce', name: 'Everybody’s Salesforce', host: new URL(sandbox.salesforceUrl).origin },
    ...salesforce,
  });
  return made;
}
