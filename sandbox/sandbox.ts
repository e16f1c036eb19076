/**
 * The sandbox: simulated services with people and mail, and the real product on them, in one process on loopback ports. What a newcomer starts, and
 * what browser tests and benches stand on.
 */
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ApiApp } from '../src/api/app.ts';
import type { Config } from '../src/server/config.ts';
import { noHints } from '../src/server/hints-config.ts';
import { type Lockstep, type Overrides, openLockstep } from '../src/server/wire.ts';
import { type Seeded, seedFolder, seedSamples } from './seed-mail.ts';
import {
  createServices,
  SANDBOX_CLIENT_ID,
  SANDBOX_CLIENT_SECRET,
  type ServedServices,
  type Services,
  serveServices,
} from './simulated-services.ts';

export interface SandboxOptions {
  /** The product's port; the simulators take the two above it. 0 takes any free ones. */
  readonly port: number;
  /** A folder of .eml and .mbox files instead of the samples. */
  readonly mailFolder: string | null;
  readonly seed: number;
  /** Where the embedded database and the master key live. */
  readonly dataFolder: string;
  readonly databaseUrl: string | null;
  readonly overrides?: Overrides;
  /** Empties the data folder first: the simulators forget, so links to what they held would be of no use. */
  readonly fresh?: boolean;
}

export interface Sandbox {
  readonly url: string;
  readonly ewsUrl: string;
  readonly salesforceUrl: string;
  readonly services: Services;
  readonly lockstep: Lockstep;
  readonly seeded: Seeded;
  close(): Promise<void>;
}

/** Starts everything; resolves when the page can be opened. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  if (options.fresh === true) await emptyFolder(options.dataFolder);
  const now = () => Date.now();
  const { port } = options;
  const redirectUris = port === 0 ? [] : [callbackOf(`http://localhost:${port}`)];
  const services = createServices({ now, seed: options.seed, redirectUris });
  const seeded =
    options.mailFolder === null
      ? seedSamples(services, now())
      : await seedFolder(services, options.mailFolder, now());
  const served = await serveServices(services, {
    salesforce: { host: 'localhost', port: port === 0 ? 0 : port + 1 },
    exchange: { host: 'localhost', port: port === 0 ? 0 : port + 2 },
  });
  const productPort = port === 0 ? await freePort() : port;
  const url = `http://localhost:${productPort}`;
  if (port === 0) services.salesforce.addConnectedApp(appFor(url));
  const lockstep = await openLockstep(configOf(options, url, productPort, served), {
    ...options.overrides,
  });
  const worker = lockstep.startWorker();
  const app = await lockstep.buildApp();
  await app.listen({ host: 'localhost', port: productPort });
  return {
    url,
    ewsUrl: `${served.exchange.origin}/EWS/Exchange.asmx`,
    salesforceUrl: served.salesforce.origin,
    services,
    lockstep,
    seeded,
    close: () => closeAll(app, worker, lockstep, served),
  };
}

async function closeAll(
  app: ApiApp,
  worker: { stop(): Promise<void> },
  lockstep: Lockstep,
  served: ServedServices,
): Promise<void> {
  await app.close();
  await worker.stop();
  await lockstep.close();
  await served.close();
}

const callbackOf = (url: string) => `${url}/login/salesforce/callback`;

function appFor(url: string) {
  return {
    clientId: SANDBOX_CLIENT_ID,
    clientSecret: SANDBOX_CLIENT_SECRET,
    redirectUris: [callbackOf(url)],
    scopes: ['api', 'refresh_token', 'id'],
    rotation: true,
    pkceRequired: true,
  };
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

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The sandbox's configuration of the product. */
export function configOf(
  options: Pick<SandboxOptions, 'dataFolder' | 'databaseUrl'>,
  url: string,
  port: number,
  served: Pick<ServedServices, 'salesforce'>,
): Config {
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
    salesforce: {
      clientId: SANDBOX_CLIENT_ID,
      clientSecret: SANDBOX_CLIENT_SECRET,
      apiVersion: 'v62.0',
      extraOrigins: [served.salesforce.origin],
    },
    office365: null,
    google: null,
    hints: noHints,
    ewsAllowedHosts: ['localhost', '127.0.0.1', '::1'],
    extraCa: [],
    runsAtOnceMax: 10,
    logLevel: 'warn',
  };
}
