/** `lockstep doctor`: looks at an installation and names each fault with its remedy. Changes nothing but to bring the database up to date. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MailNotSent } from '../../notify/mailer.ts';
import { acrossOrganizations, inOrganization } from '../../store/database.ts';
import { databaseFacts } from '../../store/database-facts.ts';
import { organizationKeys } from '../../store/keyring.ts';
import { listOrganizations } from '../../store/organizations.ts';
import type { Config } from '../config.ts';
import type { Lockstep } from '../wire.ts';
import { exitCodes } from './exit-codes.ts';
import { print, withLockstep } from './opening.ts';

export interface Finding {
  readonly subject: string;
  readonly ok: boolean;
  /** What was found; when not ok, with the remedy. */
  readonly text: string;
}

const LATE_MS = 10 * 60_000;

/** Prints the findings; exit 1 when one of them is bad. */
export async function doctor(options: { readonly json: boolean }): Promise<number> {
  return await withLockstep(async (lockstep, config) => {
    const findings = await examine(lockstep, config);
    if (options.json) print(JSON.stringify({ findings }));
    else for (const one of findings) print(`${one.ok ? 'ok   ' : 'FAULT'}  ${one.subject}: ${one.text}`);
    return findings.every((one) => one.ok) ? exitCodes.ok : exitCodes.failed;
  });
}

/** All findings about an opened installation. */
export async function examine(lockstep: Lockstep, config: Config): Promise<readonly Finding[]> {
  const { ports } = lockstep;
  const facts = await databaseFacts(ports.db, ports.clock.now());
  const finding = (subject: string, ok: boolean, good: string, bad: string): Finding => ({
    subject,
    ok,
    text: ok ? good : bad,
  });
  return [
    finding(
      'database',
      true,
      `PostgreSQL ${facts.serverVersion}, ${Math.round(facts.sizeBytes / 1_048_576)} MiB, schema up to date`,
      '',
    ),
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
    finding(
      'pages',
      existsSync(join(import.meta.dirname, '..', '..', '..', 'dist', 'web', 'index.html')),
      'built',
      'are not built. Run "npm run build".',
    ),
    finding(
      'public address',
      config.publicUrl.startsWith('https:') || config.publicUrl.includes('//localhost'),
      config.publicUrl,
      'PUBLIC_URL is not https: logins would travel in the clear. Put a TLS proxy in front and name its address.',
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
