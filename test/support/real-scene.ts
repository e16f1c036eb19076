/**
 * Colleagues of one organization with mailboxes on the simulated Exchange, Office 365 and Google and users of the simulated Salesforce, the real connectors on all
 * of them, and a real database: for what has to hold of the whole way between two services. No server, no worker, no page is in it.
 */
import { createHash } from 'node:crypto';
import { type Colleague, type MailServiceName, SANDBOX_PASSWORD } from '../../sandbox/cast.ts';
import { createServices, type Services } from '../../sandbox/simulated-services.ts';
import { compileRules } from '../../src/decide/rules.ts';
import { HOUR, type Instant, MINUTE } from '../../src/model/clock.ts';
import type { CrmConnector, MailConnector } from '../../src/model/connector.ts';
import type { RecordId, RunId } from '../../src/model/ids.ts';
import { defaultSettings, type SyncSettings } from '../../src/model/settings.ts';
import { type Database, inOrganization } from '../../src/store/database.ts';
import { claimMailbox, releaseLease } from '../../src/store/leases.ts';
import { startRun } from '../../src/store/runs.ts';
import { type RunReport, runMailbox } from '../../src/sync/run.ts';
import { domainFacts } from './builders.ts';
import { MONDAY } from './fake-clock.ts';
import { openCrm, openMail, REDIRECT } from './real-connections.ts';
import { addColleague, seedTenant, type Tenant } from './rows.ts';

export interface RealPerson {
  readonly who: Colleague;
  readonly tenant: Tenant;
  /** In Salesforce. */
  readonly userId: RecordId;
  /** A connector on the mailbox, as a run opens one. */
  openMail(): MailConnector;
  openCrm(): CrmConnector;
}

export interface RealScene {
  readonly services: Services;
  readonly people: readonly RealPerson[];
  readonly clock: { readonly now: () => Instant; advance(ms: number): void };
  run(person: RealPerson, settings?: Partial<SyncSettings>): Promise<RunReport>;
  /** What would have been mailed to people on anybody's account. */
  notifications(): number;
}

/** A whole run may take so long by the scene's clock, whose waits pass at once. */
const RUN_MS = 6 * HOUR;
/** Quotas have tests of their own. */
const UNBOUND = 1_000_000_000;
const ITEMS_MAX = 100_000;

/** One person on each of the services named, called `p0`, `p1`, ... */
export async function openRealScene(
  db: Database,
  name: string,
  services: readonly MailServiceName[],
): Promise<RealScene> {
  const clock = passingClock();
  const cast = services.map(castMember);
  const world = createServices({
    now: clock.now,
    seed: 20_261_128,
    redirectUris: [REDIRECT],
    people: cast,
    gmailUnitsPerMinute: UNBOUND,
  });
  world.office365.settings.callsPerWindowMax = UNBOUND;
  const first = await seedTenant(db, name);
  const people: RealPerson[] = [];
  for (const [at, who] of cast.entries()) {
    const tenant = at === 0 ? first : await addColleague(db, first, who.address);
    const user = world.salesforce.records('User').find(({ Username }) => Username === who.salesforceUsername);
    const mail = await openMail(world, who, clock);
    const crm = await openCrm(world, who, clock);
    people.push({ who, tenant, userId: user?.Id as RecordId, openMail: mail, openCrm: crm });
  }
  return {
    services: world,
    people,
    clock,
    run: (person, settings = {}) =>
      runOnce(db, person, clock, { ...defaultSettings, autoSaveInbox: false, ...settings }),
    notifications: () =>
      [world.exchange, world.office365, world.google].reduce(
        (sum, one) => sum + one.notificationsSent().length,
        0,
      ),
  };
}

function castMember(service: MailServiceName, at: number): Colleague {
  return {
    service,
    name: `Person Number${at}`,
    address: `p${at}@contoso.test`,
    aliases: [],
    userName: `p${at}`,
    password: SANDBOX_PASSWORD,
    salesforceUsername: `p${at}@crm.contoso.test`,
  };
}

/** Waits pass at once; what is longer than requests may take never comes. */
function passingClock() {
  let now = MONDAY;
  return {
    now: () => now,
    advance: (ms: number) => {
      now += ms;
    },
    sleep(ms: number) {
      if (ms > 1.5 * MINUTE) return new Promise<void>(() => undefined);
      now += ms;
      return Promise.resolve();
    },
  };
}

async function runOnce(
  db: Database,
  { who, tenant, openMail: mailOf, openCrm: crmOf }: RealPerson,
  clock: ReturnType<typeof passingClock>,
  settings: SyncSettings,
): Promise<RunReport> {
  const { organizationId, mailboxId, keys } = tenant;
  const scoped = <T>(fn: Parameters<typeof inOrganization<T>>[2]) => inOrganization(db, organizationId, fn);
  const now = clock.now();
  const claim = { mailboxId, worker: 'w', now, leaseMs: RUN_MS, trigger: 'command' } as const;
  const lease = await scoped((tx) => claimMailbox(tx, claim));
  if (lease === null) throw new Error('somebody else holds the mailbox');
  const runId: RunId = await scoped((tx) => startRun(tx, { lease, worker: 'w', now }));
  const report = await runMailbox({
    db,
    keys,
    clock,
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    organizationId,
    mailboxId,
    runId,
    lease,
    mail: mailOf(),
    crm: crmOf(),
    rules: compileRules({ settings, addresses: [who.address], historyFrom: 0, facts: domainFacts }),
    budget: { itemsMax: ITEMS_MAX, endsAt: now + RUN_MS },
    signal: new AbortController().signal,
    dryRun: false,
  });
  await scoped((tx) => releaseLease(tx, lease, { next: null }));
  return report;
}
