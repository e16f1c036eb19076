/** Several workers in processes of their own over one database, what they told, and mailboxes for them to work on; simulators in this process. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { type Colleague, SANDBOX_PASSWORD } from '../../sandbox/cast.ts';
import type { ServedServices } from '../../sandbox/simulated-services.ts';
import type { Ports } from '../../src/commands/ports.ts';
import type { Instant } from '../../src/model/clock.ts';
import type { MailboxId, OrganizationId } from '../../src/model/ids.ts';
import type { Config } from '../../src/server/config.ts';
import { saveConnection } from '../../src/store/connections.ts';
import { acrossOrganizations, inOrganization } from '../../src/store/database.ts';
import { setDue } from '../../src/store/leases.ts';
import { addColleague, seedTenant } from './rows.ts';
import type { Told } from './told.ts';

export interface CrowdWorker {
  readonly child: ChildProcess;
  readonly told: Told[];
}

/** People with mailboxes on Exchange, numbered. */
export function crowdOf(count: number): readonly Colleague[] {
  return Array.from({ length: count }, (_, at) => ({
    service: 'exchange',
    name: `Person Number${at}`,
    address: `p${at}@contoso.test`,
    aliases: [],
    userName: `p${at}`,
    password: SANDBOX_PASSWORD,
    salesforceUsername: `p${at}@crm.contoso.test`,
  }));
}

/** Starts a worker; resolves once it works. `onTold` hears everything at once, before anything else happens in this process. */
export async function startCrowdWorker(
  config: Config,
  onTold: (worker: CrowdWorker, told: Told) => void,
): Promise<CrowdWorker> {
  const child = fork(join(import.meta.dirname, 'working-product.ts'), [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
  });
  const worker: CrowdWorker = { child, told: [] };
  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (message) => {
      const told = message as Told;
      worker.told.push(told);
      if (told.kind === 'ready') resolve();
      onTold(worker, told);
    });
    child.once('exit', () => reject(new Error('the worker ended by itself')));
  });
  child.send(config);
  await ready;
  child.removeAllListeners('exit');
  return worker;
}

/** Signs one person in at Salesforce; the credential does for everybody here. */
export async function signInAtCrm(ports: Ports, url: string, who: Colleague) {
  const begun = await ports.crmLogin.begin(url);
  if (begun === null) throw new Error('no such login host');
  const body = new URLSearchParams({
    username: who.salesforceUsername,
    pw: who.password,
    decision: 'allow',
  });
  const allowed = await fetch(begun.url, { method: 'POST', body, redirect: 'manual' });
  const { connection } = await ports.crmLogin.complete(begun.details, allowed.headers.get('location') ?? '');
  return connection;
}

/** An organization of active mailboxes that lead to the served simulators; none is due yet. */
export async function settleOrganization(
  ports: Ports,
  served: ServedServices,
  name: string,
  people: readonly Colleague[],
  crm: Awaited<ReturnType<typeof signInAtCrm>>,
): Promise<{ readonly organizationId: OrganizationId; readonly mailboxes: readonly MailboxId[] }> {
  const now = ports.clock.now();
  const { db, keyring } = ports;
  const owner = await seedTenant(db, name, { now, keyring });
  const mailboxes: MailboxId[] = [];
  for (const who of people) {
    const tenant = await addColleague(db, owner, who.address, now);
    await inOrganization(db, owner.organizationId, async (tx) => {
      const connect = (service: string, credential: unknown, settings: Record<string, unknown>) =>
        saveConnection(tx, owner.keys, {
          organizationId: owner.organizationId,
          userId: tenant.userId,
          service,
          account: who.address,
          credential,
          settings,
          now,
        });
      const ewsUrl = `${served.exchange.origin}/EWS/Exchange.asmx`;
      await connect('exchange', { login: who.address, password: who.password }, { ewsUrl });
      await connect('salesforce', crm.credential, {});
      await tx.query(`update mailboxes set state = 'active', history_from = $2 where id = $1`, [
        tenant.mailboxId,
        new Date(0),
      ]);
    });
    mailboxes.push(tenant.mailboxId);
  }
  return { organizationId: owner.organizationId, mailboxes };
}

export async function makeDue({ db }: Ports, mailboxes: readonly MailboxId[], dueAt: Instant): Promise<void> {
  await acrossOrganizations(db, async (tx) => {
    for (const mailboxId of mailboxes) await setDue(tx, { mailboxId, next: { dueAt, lane: 'fresh' } });
  });
}
