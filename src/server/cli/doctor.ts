/** `lockstep doctor`: looks at an installation and names each fault with its remedy. Changes nothing but to bring the database up to date. */
import { MailNotSent } from '../../notify/mailer.ts';
import { acrossOrganizations, inOrganization } from '../../store/database.ts';
import { databaseFacts } from '../../store/database-facts.ts';
import { organizationKeys } from '../../store/keyring.ts';
import { listOrganizations } from '../../store/organizations.ts';
import { readServerFacts } from '../../store/server-facts.ts';
import { type Config, ConfigFault, readConfig } from '../config.ts';
import { type Finding, finding } from '../doctor/finding.ts';
import { judgeClients } from '../doctor/judge-clients.ts';
import { judgeServer, judgeUnopened } from '../doctor/judge-server.ts';
import { lookAtDisk, lookAtPages, lookAtPublicUrl } from '../doctor/look-at-host.ts';
import { lookAtProviders, type Surroundings } from '../doctor/look-at-providers.ts';
import { systemClock } from '../system-clock.ts';
import { type Lockstep, networkFetch, openLockstep } from '../wire.ts';
import { exitCodes } from './exit-codes.ts';
import { print } from './opening.ts';

const LATE_MS = 10 * 60_000;

/** Prints the findings; exit 1 when one of them is bad, 2 when the configuration cannot be used. */
export async function doctor(options: { readonly json: boolean }): Promise<number> {
  const { findings, code } = await findAll();
  if (options.json) print(JSON.stringify({ findings }));
  else for (const one of findings) print(`${one.ok ? 'ok   ' : 'FAULT'}  ${one.subject}: ${one.text}`);
  return code;
}

async function findAll(): Promise<{ readonly findings: readonly Finding[]; readonly code: number }> {
  let config: Config;
  try {
    config = readConfig();
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error;
    const findings = error.faults.map((text) => ({ subject: 'configuration', ok: false, text }));
    return { findings, code: exitCodes.usage };
  }
  const around = { fetch: networkFetch(config), clock: systemClock };
  const findings = [
    { subject: 'configuration', ok: true, text: 'can be used' },
    ...(await lookInside(config)),
    ...(await lookAround(config, around)),
  ];
  return { findings, code: findings.every((one) => one.ok) ? exitCodes.ok : exitCodes.failed };
}

/** Everything that needs the database; one finding where it cannot be opened. */
async function lookInside(config: Config): Promise<readonly Finding[]> {
  let lockstep: Lockstep;
  try {
    lockstep = await openLockstep(config);
  } catch (error) {
    return [judgeUnopened(error)];
  }
  try {
    return await examine(lockstep, config);
  } finally {
    await lockstep.close();
  }
}

/** All findings about what lies outside of the database. Never rejects. */
export async function lookAround(config: Config, around: Surroundings): Promise<readonly Finding[]> {
  return [
    ...judgeClients(config, around.clock.now()),
    ...(await lookAtProviders(config, around)),
    ...(await lookAtPublicUrl(config, around)),
    await lookAtDisk(config),
    lookAtPages(),
  ];
}

/** All findings about an opened installation. */
export async function examine(lockstep: Lockstep, config: Config): Promise<readonly Finding[]> {
  const { ports } = lockstep;
  const facts = await databaseFacts(ports.db, ports.clock.now());
  const server = {
    facts: await readServerFacts(ports.db),
    now: ports.clock.now(),
    poolMax: config.databaseConnectionsMax,
    runsAtOnceMax: config.runsAtOnceMax,
  };
  return [
    finding(
      'database',
      true,
      `PostgreSQL ${facts.serverVersion}, ${Math.round(facts.sizeBytes / 1_048_576)} MiB, schema up to date`,
      '',
    ),
    ...judgeServer(server),
    finding(
      'row-level security',
      facts.rowSecurityHolds,
      'holds for the role that statements run as',
      'does not bind this role. Connect as a role without SUPERUSER and BYPASSRLS, or let a superuser run "lockstep migrate" once, which makes the role lockstep_app.',
    ),
    finding(
      'durability',
      facts.durable,
      'fsync and synchronous_commit are on',
      'fsync or synchronous_commit is off: a power cut may cost what was committed. Switch both on.',
    ),
    await keysFinding(lockstep),
    await mailFinding(lockstep),
    finding(
      'schedule',
      facts.longestWaitMs < LATE_MS,
      `${facts.mailboxes} mailboxes, ${facts.leasesHeld} runs under way, ${facts.dueCount} waiting`,
      `${facts.dueCount} mailboxes are due, the oldest for ${Math.round(facts.longestWaitMs / 60_000)} minutes. Start a worker (lockstep worker), or more of them.`,
    ),
  ];
}

/** No mail server is no fault, but nobody is told by e-mail then. */
async function mailFinding({ ports }: Lockstep): Promise<Finding> {
  const subject = 'e-mail';
  if (ports.mailer === null)
    return {
      subject,
      ok: true,
      text: 'not set up: nobody is told by e-mail when sync stops. Set SMTP_URL and SMTP_FROM.',
    };
  try {
    await ports.mailer.verify();
    return { subject, ok: true, text: 'the mail server answers and lets us in' };
  } catch (error) {
    const code = error instanceof MailNotSent ? error.code : 'UNKNOWN';
    return {
      subject,
      ok: false,
      text: `the mail server of SMTP_URL cannot be used (${code}). Check host, port, user and password; with a company's own CA, EXTRA_CA_FILE.`,
    };
  }
}

async function keysFinding({ ports }: Lockstep): Promise<Finding> {
  const subject = 'master key';
  try {
    const all = await acrossOrganizations(ports.db, listOrganizations);
    for (const id of all) await inOrganization(ports.db, id, (tx) => organizationKeys(tx, ports.keyring, id));
    return { subject, ok: true, text: `opens the keys of ${all.length} organizations` };
  } catch {
    return {
      subject,
      ok: false,
      text: 'does not open the stored keys. Set MASTER_KEY (or PREVIOUS_MASTER_KEYS) to the key that they were sealed with.',
    };
  }
}
