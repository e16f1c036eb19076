/**
 * The only composition root: from a configuration to a product that can serve, work, or do both. Overrides let the sandbox and the tests bring
 * their own time, chance and network; nothing else is ever replaced.
 */
import { createHash, randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { type ApiApp, buildApp } from '../api/app.ts';
import { forgetCredentials } from '../commands/forget-credentials.ts';
import { holdStream } from '../commands/hold-stream.ts';
import { lookForLate } from '../commands/look-for-late.ts';
import type { Log, Ports } from '../commands/ports.ts';
import { probeDueAccess } from '../commands/probe-access.ts';
import { renewWatches } from '../commands/renew-watches.ts';
import { runRollout } from '../commands/run-rollout.ts';
import { describeFault, syncMailbox } from '../commands/sync-mailbox.ts';
import { takeHints } from '../commands/take-hints.ts';
import { tellOfAccesses } from '../commands/tell-of-accesses.ts';
import { tellPeople } from '../commands/tell-people.ts';
import { fetchOver } from '../connectors/fetch-over.ts';
import { withoutSilentHosts } from '../connectors/host-silence.ts';
import { createAgent, type Fetch } from '../connectors/http.ts';
import { createMailServices } from '../connectors/registry.ts';
import { startHousekeeping } from '../jobs/housekeeping.ts';
import { type Listening, startListening } from '../jobs/listening.ts';
import { startProbing } from '../jobs/probing.ts';
import { startRollouts } from '../jobs/rollouts.ts';
import { startTelling } from '../jobs/telling.ts';
import { startWorker, type Worker } from '../jobs/worker.ts';
import type { Clock, Random } from '../model/clock.ts';
import type { HintClaim } from '../model/hints.ts';
import { defaultSessionLimits } from '../model/session.ts';
import type { Mailer } from '../notify/mailer.ts';
import { createSmtpMailer } from '../notify/smtp-mailer.ts';
import { openDatabase } from '../store/database.ts';
import { startEmbedded } from '../store/embedded.ts';
import { openKeyring } from '../store/keyring.ts';
import { migrate } from '../store/migrate.ts';
import type { Config } from './config.ts';
import { documentRules } from './documents.ts';
import { domainFacts } from './domain-facts.ts';
import { createLog } from './log.ts';
import { ACTIVATION_MS, createSalesforce } from './salesforce.ts';
import { systemClock, systemRandom } from './system-clock.ts';
import { type MetricsServer, serveMetrics } from './telemetry/metrics-server.ts';
import type { Provider } from './telemetry/provider-operations.ts';
import { addStoredMetrics } from './telemetry/stored-metrics.ts';
import { type OpenTelemetry, openTelemetry } from './telemetry/telemetry.ts';
import type { Traces } from './telemetry/traces.ts';
import { createVitals, type Vitals } from './vitals.ts';

export interface Overrides {
  readonly clock?: Clock;
  readonly random?: Random;
  /** Replaces the network: simulators in process. */
  readonly fetch?: Fetch;
  readonly log?: Log;
  /** Takes e-mails instead of the configured server. */
  readonly mailer?: Mailer;
  /** Lets plain http through to this machine; else only where EWS_ALLOWED_HOSTS lists it. */
  readonly allowLoopbackHttp?: boolean;
}

export interface Lockstep {
  readonly ports: Ports;
  /** The HTTP application, not yet listening. */
  buildApp(): Promise<ApiApp>;
  startWorker(): Worker;
  /** Whether the process lives and may be sent work. */
  readonly vitals: Vitals;
  /** Serves metrics and health on their own port; null where the configuration names none. */
  serveMetrics(): Promise<MetricsServer | null>;
  /** Ends connections, and the embedded database if this process started it. */
  close(): Promise<void>;
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);
const pagesFolder = join(import.meta.dirname, '..', '..', 'dist', 'web');

/** Opens the database (and brings it up to date), keys and connectors. Nothing runs yet. */
export async function openLockstep(config: Config, overrides: Overrides = {}): Promise<Lockstep> {
  const masterKey = await readMasterKey(config);
  const embedded =
    config.database.kind === 'embedded' ? await startEmbedded({ folder: config.database.folder }) : null;
  const url = config.database.kind === 'server' ? config.database.url : (embedded?.url ?? '');
  await migrate(url);
  const traces =
    config.traces == null ? null : (await import('./telemetry/traces.ts')).openTraces(config.traces);
  const watch = watchFor(config, overrides, traces);
  const db = openDatabase({
    url,
    poolMax: config.databaseConnectionsMax,
    applicationName: 'lockstep',
    ...(traces === null ? {} : { inSpan: traces.inSpan }),
  });
  const ports = createPorts(config, overrides, db, masterKey, watch);
  const vitals = createVitals(ports);
  const { registry } = watch.metrics;
  const refresh = addStoredMetrics(registry, ports);
  return {
    ports,
    vitals,
    buildApp: () => buildApp(apiOptions(config, ports, vitals)),
    startWorker() {
      const worker = startWorking(config, ports);
      vitals.watch(worker.lastSignAt);
      return worker;
    },
    serveMetrics: async () =>
      config.metrics == null ? null : await serveMetrics({ ...config.metrics, registry, refresh, vitals }),
    async close() {
      await watch.close();
      ports.mailer?.close();
      await db.close();
      await embedded?.stop();
    },
  };
}

export interface MasterKeys {
  readonly key: Uint8Array;
  readonly previous: readonly Uint8Array[];
}

/** What commands need, on an opened database. Opens nothing: tests build many products on one database with it. */
export function createPorts(
  config: Config,
  overrides: Overrides,
  db: Ports['db'],
  masterKeys: MasterKeys,
  watch: OpenTelemetry = watchFor(config, overrides),
): Ports {
  const clock = overrides.clock ?? systemClock;
  const random = overrides.random ?? systemRandom;
  const log = overrides.log ?? createLog(config.logLevel);
  const fetch =
    overrides.fetch ?? withoutSilentHosts(networkFetch(config), { clock, places: config.runsAtOnceMax });
  const keyring = openKeyring({
    masterKey: masterKeys.key,
    previousMasterKeys: [...masterKeys.previous],
    credentials: config.credentials,
  });
  const mailServices = createServices(config, overrides, { fetch, clock, random, watch });
  const salesforce = createSalesforce({
    config: config.salesforce,
    publicUrl: config.publicUrl,
    fetch: watch.watchFetch('salesforce', fetch),
    clock,
    random,
    db,
    keyring,
  });
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  const server = overrides.mailer ?? (config.smtp === null ? null : createSmtpMailer(config.smtp));
  const mailer = server === null ? null : watch.watchMailer(server);
  const worker = `${hostname()}:${process.pid}`;
  const facts = domainFacts;
  const { telemetry } = watch;
  const common = { db, keyring, clock, random, digest, facts, log, worker, telemetry };
  const sessions = config.sessions ?? defaultSessionLimits;
  return { ...common, mailServices, ...salesforce, mailer, sessions };
}

function watchFor(config: Config, overrides: Overrides, traces: Traces | null = null): OpenTelemetry {
  return openTelemetry({
    traces,
    clock: overrides.clock ?? systemClock,
    processDefaults: config.metrics != null,
  });
}

/** The mail services that the operator has set up, each on the same network, clock and chance. */
function createServices(
  config: Config,
  overrides: Overrides,
  {
    watch,
    ...shared
  }: {
    readonly fetch: Fetch;
    readonly clock: Clock;
    readonly random: Random;
    readonly watch: OpenTelemetry;
  },
): Ports['mailServices'] {
  const { office365, google } = config;
  const common = (provider: Provider) => ({ ...shared, fetch: watch.watchFetch(provider, shared.fetch) });
  const redirectUri = (service: string) => `${config.publicUrl}/connect/${service}/callback`;
  return createMailServices({
    exchange: {
      ...common('exchange'),
      allowedHosts: config.ewsAllowedHosts,
      extraCa: config.extraCa,
      resolve: overrides.fetch === undefined ? resolveHost : () => Promise.resolve([]),
      // P5: TLS to everything but this machine, and to this machine only where the operator lists it.
      allowLoopbackHttp:
        overrides.allowLoopbackHttp ?? config.ewsAllowedHosts.some((host) => LOOPBACK.has(host)),
      opensSockets: overrides.fetch === undefined,
      streaming: config.hints.ewsStreaming,
      oauth:
        config.exchangeOauth === null
          ? null
          : { app: config.exchangeOauth, redirectUri: redirectUri('exchange') },
    },
    office365:
      office365 === null
        ? null
        : {
            ...common('office365'),
            app: office365,
            redirectUri: redirectUri('office365'),
            hintsOrigin: config.hints.origin,
          },
    google:
      google === null
        ? null
        : {
            ...common('google'),
            app: google,
            redirectUri: redirectUri('google'),
            pubsub: config.hints.pubsub,
          },
  });
}

/** The worker, and beside it the hourly sweep, the listening for hints and the telling of people, stopped as one. */
function startWorking(config: Config, ports: Ports): Worker {
  const { db, clock, random, log } = ports;
  const housekeeping = startHousekeeping({ db, clock, random, log });
  const listening = startListeningFor(ports);
  const forgetting = forgetCredentials(ports).catch((error: unknown) =>
    log('credentials.fault', describeFault(error)),
  );
  if (ports.mailer === null) log('notices.no-mail-server', { remedy: 'set SMTP_URL and SMTP_FROM' });
  const telling = startTelling({
    clock,
    random,
    log,
    tell: async () =>
      (await tellPeople(ports, config.publicUrl)) + (await tellOfAccesses(ports, config.publicUrl)),
    look: () => lookForLate(ports),
  });
  const rollouts = startRollouts({
    db,
    clock,
    random,
    log,
    worker: ports.worker,
    run: (lease, signal) => runRollout(ports, lease, signal),
  });
  const probing = startProbing({ clock, random, log, probe: (signal) => probeDueAccess(ports, signal) });
  const worker = startWorker({
    db,
    clock,
    random,
    worker: ports.worker,
    concurrency: config.runsAtOnceMax,
    handle: async (lease, signal) => (await syncMailbox(ports, lease, signal)).next,
    log,
    telemetry: ports.telemetry,
  });
  return {
    lastSignAt: worker.lastSignAt,
    async stop(graceMs) {
      await Promise.all([
        forgetting,
        housekeeping.stop(),
        listening.stop(),
        telling.stop(),
        rollouts.stop(),
        probing.stop(),
        worker.stop(graceMs),
      ]);
    },
  };
}

/** Whatever the services at hand offer to tell between two runs. */
export function startListeningFor(ports: Ports): Listening {
  const { db, clock, random, log } = ports;
  const offers = [...ports.mailServices.values()].flatMap(({ service, hints }) =>
    hints.able ? [{ service, hints: hints.hints }] : [],
  );
  return startListening({
    db,
    clock,
    random,
    log,
    renew: offers.some(({ hints }) => hints.way !== 'streamed')
      ? (signal) => renewWatches(ports, signal)
      : null,
    pulls: offers.flatMap(({ service, hints }) => {
      if (hints.way !== 'pulled') return [];
      const take = async (claims: readonly HintClaim[]) => void (await takeHints(ports, service, claims));
      return [(signal: AbortSignal) => hints.pull(take, signal)];
    }),
    streams: offers.flatMap(({ service, hints }) =>
      hints.way === 'streamed' ? [{ service, streamsMax: hints.streamsMax }] : [],
    ),
    hold: (claim, signal) => holdStream(ports, claim, signal),
  });
}

/** The real network: one pool of sockets for all hosts, unless a connector brings its own. */
export function networkFetch(config: Config): Fetch {
  return fetchOver(createAgent({ extraCa: config.extraCa, connections: 16 }));
}

async function resolveHost(host: string): Promise<readonly string[]> {
  const addresses = await lookup(host, { all: true });
  return addresses.map((one) => one.address);
}

function apiOptions(config: Config, ports: Ports, vitals: Vitals) {
  const perMinute = (max: number) => ({ rateLimit: { max, timeWindow: '1 minute' } });
  return {
    ports,
    vitals,
    publicUrl: config.publicUrl,
    secure: config.publicUrl.startsWith('https:'),
    pagesFolder: existsSync(pagesFolder) ? pagesFolder : null,
    documents: documentRules(config.frameAncestors),
    activationMs: ACTIVATION_MS,
    // Twenty a second, all day long, is no person; a hundred of them may share an office's address.
    readLimit: perMinute(1_200),
    addressLimit: perMinute(12_000),
    loginLimit: perMinute(30),
    activationLimit: perMinute(10),
    // Services post from few addresses for many mailboxes.
    hintLimit: perMinute(6_000),
    mailLimit: perMinute(120),
    mailMs: MAIL_MS,
  };
}

/** Somebody waits for one mail. */
const MAIL_MS = 60_000;

/** The master key: given, or read from the key file, which is made on first use (0600) for a single machine. */
async function readMasterKey(config: Config): Promise<MasterKeys> {
  if (config.masterKey.kind === 'given') return config.masterKey;
  const { file } = config.masterKey;
  if (!existsSync(file)) {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  }
  return { key: new Uint8Array(Buffer.from((await readFile(file, 'utf8')).trim(), 'base64')), previous: [] };
}
