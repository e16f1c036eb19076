/**
 * The sandbox: simulated services with people and mail, and the real product on them, in one process on loopback ports. What a newcomer starts, and
 * what browser tests and benches stand on.
 */
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiApp } from '../src/api/app.ts';
import type { SmtpSettings } from '../src/notify/smtp-mailer.ts';
import type { Config } from '../src/server/config.ts';
import { noHints } from '../src/server/hints-config.ts';
import { type Lockstep, type Overrides, openLockstep } from '../src/server/wire.ts';
import { type AppCredentials, redirectUrisOf, registerApps } from './apps.ts';
import { addCompany, type Company } from './company.ts';
import { freePort } from './free-port.ts';
import { createLeapingTime } from './leaping-time.ts';
import { type Outbox, openOutbox } from './outbox.ts';
import { type Seeded, seedFolder, seedSamples } from './seed-mail.ts';
import {
  createServices,
  type ServedServices,
  type Services,
  sandboxApps,
  serveServices,
} from './simulated-services.ts';

export interface SandboxOptions {
  /** The product's port; the simulators take the four above it, and the outbox the one above those. 0 takes any free ones. */
  readonly port: number;
  /** A folder of .eml and .mbox files instead of the samples. */
  readonly mailFolder: string | null;
  readonly seed: number;
  /** Where the embedded database and the master key live. */
  readonly dataFolder: string;
  readonly databaseUrl: string | null;
  readonly overrides?: Overrides;
  /** What Google lets a mailbox spend in a minute, and the product does spend; `GMAIL_UNITS` unless told. */
  readonly gmailUnitsPerMinute?: number;
  /** So many people more, for mass activation; nobody unless told. */
  readonly companySize?: number;
  /** Empties the data folder first: the simulators forget, so links to what they held would be of no use. */
  readonly fresh?: boolean;
}

export interface Sandbox {
  readonly url: string;
  readonly ewsUrl: string;
  /** Entra ID and Microsoft Graph. */
  readonly office365Url: string;
  /** Google's accounts and Gmail. */
  readonly googleUrl: string;
  readonly salesforceUrl: string;
  readonly services: Services;
  /** The e-mails that the product has sent. */
  readonly outbox: Outbox;
  readonly lockstep: Lockstep;
  readonly seeded: Seeded;
  /** Whom an administrator may switch on at once. */
  readonly company: Company;
  /** Moves time ahead, for the product and for the simulated services, by so many milliseconds. */
  leap(ms: number): void;
  /** What time it is there. */
  now(): number;
  close(): Promise<void>;
}

/** Of a Google project made before May 2026. */
const GMAIL_UNITS = 15_000;

/** Starts everything; resolves when the page can be opened. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  if (options.fresh === true) await emptyFolder(options.dataFolder);
  const time = createLeapingTime();
  const { now } = time;
  const gmailUnitsPerMinute = options.gmailUnitsPerMinute ?? GMAIL_UNITS;
  const services = createServices({ now, seed: options.seed, redirectUris: [], gmailUnitsPerMinute });
  const seeded =
    options.mailFolder === null
      ? seedSamples(services, now())
      : await seedFolder(services, options.mailFolder, now());
  const company = addCompany(services, options.companySize ?? 0, now());
  const at = (above: number) => ({
    host: 'localhost',
    port: options.port === 0 ? 0 : options.port + above,
  });
  const served = await serveServices(services, {
    salesforce: at(1),
    exchange: at(2),
    office365: at(3),
    google: at(4),
  });
  const outbox = await openOutbox(at(5));
  const port = options.port === 0 ? await freePort('localhost') : options.port;
  const url = `http://localhost:${port}`;
  registerApps(services, sandboxApps, redirectUrisOf(url));
  const config = configOf({ ...options, gmailUnitsPerMinute, smtp: outbox.smtp }, url, port, served);
  const lockstep = await openLockstep(config, { clock: time, ...options.overrides });
  const worker = lockstep.startWorker();
  const app = await lockstep.buildApp();
  await app.listen({ host: 'localhost', port });
  return {
    url,
    ewsUrl: `${served.exchange.origin}/EWS/Exchange.asmx`,
    office365Url: served.office365.origin,
    googleUrl: served.google.origin,
    salesforceUrl: served.salesforce.origin,
    services,
    outbox,
    lockstep,
    seeded,
    company,
    leap: (ms) => time.leap(ms),
    now,
    close: () => closeAll(app, worker, lockstep, served, outbox),
  };
}

async function closeAll(
  app: ApiApp,
  worker: { stop(): Promise<void> },
  lockstep: Lockstep,
  served: ServedServices,
  outbox: Outbox,
): Promise<void> {
  await app.close();
  await worker.stop();
  await lockstep.close();
  await served.close();
  await outbox.close();
}

/** Only folders that a sandbox made are emptied: they carry its mark. */
async function emptyFolder(folder: string): Promise<void> {
  const mark = join(folder, 'this-is-a-sandbox');
  if (existsSync(mark)) await rm(folder, { recursive: true });
  else if (existsSync(folder))
    throw new Error(`${folder} exists and is no sandbox’s. Name another folder with --data.`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(mark, '');
}

export interface ConfigOptions {
  readonly dataFolder: string;
  readonly databaseUrl: string | null;
  readonly apps?: AppCredentials;
  readonly gmailUnitsPerMinute?: number;
  /** Where e-mails go; nobody is told by e-mail unless it is given. */
  readonly smtp?: SmtpSettings;
}

/** The sandbox's configuration of the product. */
export function configOf(
  options: ConfigOptions,
  url: string,
  port: number,
  served: Omit<ServedServices, 'close'>,
): Config {
  const apps = options.apps ?? sandboxApps;
  const [microsoft, google] = [served.office365.origin, served.google.origin];
  return {
    host: 'localhost',
    port,
    publicUrl: url,
    database:
      options.databaseUrl === null
        ? { kind: 'embedded', folder: join(options.dataFolder, 'postgres') }
        : { kind: 'server', url: options.databaseUrl },
    databaseConnectionsMax: 10,
    masterKey: { kind: 'file', file: join(options.dataFolder, 'master.key') },
    salesforce: { ...apps.salesforce, apiVersion: 'v62.0', extraOrigins: [served.salesforce.origin] },
    exchangeOauth: null,
    office365: {
      ...apps.office365,
      certificate: null,
      tenant: 'organizations',
      loginOrigin: microsoft,
      graphOrigin: microsoft,
    },
    google: {
      ...apps.google,
      serviceAccount: null,
      accountsOrigin: google,
      tokenOrigin: google,
      gmailOrigin: google,
      unitsPerMinute: options.gmailUnitsPerMinute ?? GMAIL_UNITS,
    },
    hints: noHints,
    frameAncestors: [],
    smtp: options.smtp ?? null,
    ewsAllowedHosts: ['localhost', '127.0.0.1', '::1'],
    extraCa: [],
    credentials: 'sealed',
    runsAtOnceMax: 10,
    logLevel: 'warn',
  };
}
