/**
 * The environment, read once and turned into one typed value. The only reader of the environment; every fault is reported at once, with the
 * variable's name and the remedy.
 */
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { isAbsolute, resolve } from 'node:path';
import { MINUTE } from '../model/clock.ts';
import { defaultSessionLimits, type SessionLimits } from '../model/session.ts';
import type { SmtpSettings } from '../notify/smtp-mailer.ts';
import { type HintsConfig, readHints } from './hints-config.ts';
import {
  type ExchangeOauthConfig,
  type GoogleConfig,
  type Office365Config,
  readExchangeOauth,
  readGoogle,
  readOffice365,
} from './mail-config.ts';
import { readSmtp } from './notify-config.ts';
import { withSecretFiles } from './secret-files.ts';
import { readTraces, type TracesConfig } from './traces-config.ts';

export type DatabaseConfig =
  | { readonly kind: 'embedded'; readonly folder: string }
  | { readonly kind: 'server'; readonly url: string };

export type MasterKeyConfig =
  | { readonly kind: 'given'; readonly key: Uint8Array; readonly previous: readonly Uint8Array[] }
  /** Made on first use, for one machine with the embedded database only. */
  | { readonly kind: 'file'; readonly file: string };

export interface Config {
  readonly host: string;
  readonly port: number;
  /** Where people reach the pages, without a slash at the end. */
  readonly publicUrl: string;
  readonly database: DatabaseConfig;
  readonly databaseConnectionsMax: number;
  readonly masterKey: MasterKeyConfig;
  /** Where credentials are: sealed in the database, or in the memory of this one process alone (P2). */
  readonly credentials: 'sealed' | 'memory';
  readonly salesforce: SalesforceConfig;
  /** The operator's applications at the mail services; null where there is none, and the service is not offered. */
  readonly exchangeOauth: ExchangeOauthConfig | null;
  readonly office365: Office365Config | null;
  readonly google: GoogleConfig | null;
  /** How services may tell between two runs that something moved (R3). */
  readonly hints: HintsConfig;
  /** By which server people are told by e-mail (N1); null: nobody is. */
  readonly smtp: SmtpSettings | null;
  /** Origins, besides Outlook's and Gmail's own, that may frame the sidebar: a company's own Outlook on the web. */
  readonly frameAncestors: readonly string[];
  /** Hosts of EWS links that may lead to private addresses, and ranges such as 10.1.0.0/16 (P6). */
  readonly ewsAllowedHosts: readonly string[];
  /** PEM texts of the company's own authorities. */
  readonly extraCa: readonly string[];
  readonly runsAtOnceMax: number;
  /** How long sessions may rest; absent: as usual. */
  readonly sessions?: SessionLimits;
  /** Where metrics are looked at, apart from the pages; null or absent: nowhere. */
  readonly metrics?: MetricsConfig | null;
  /** Where traces go; null or absent: nowhere. */
  readonly traces?: TracesConfig | null;
  /** How long pages are still served after a stop was asked for, so that load balancers notice. */
  readonly drainMs?: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

export interface MetricsConfig {
  readonly host: string;
  readonly port: number;
}

export interface SalesforceConfig {
  readonly clientId: string;
  readonly clientSecret: string | null;
  readonly apiVersion: string;
  /** Login origins besides Salesforce's own families; the first is offered first. */
  readonly extraOrigins: readonly string[];
}

/** The configuration cannot be used; `faults` are sentences for the operator. */
export class ConfigFault extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigFault';
    this.faults = faults;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

const KEY_BYTES = 32;
const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** Reads and checks the environment. Throws `ConfigFault` with all faults together. */
export function readConfig(given: Environment = process.env): Config {
  const faults: string[] = [];
  const environment = withSecretFiles(given, faults);
  const port = integer(environment, 'PORT', 3000, 0, 65_535, faults);
  const host = environment.HOST ?? '127.0.0.1';
  const database = readDatabase(environment);
  const publicUrl = readPublicUrl(environment, `http://localhost:${port}`, faults);
  const google = readGoogle(environment, faults);
  const extraCa = readExtraCa(environment, faults);
  const config: Config = {
    host,
    port,
    publicUrl,
    database,
    databaseConnectionsMax: integer(environment, 'DATABASE_CONNECTIONS', 10, 2, 500, faults),
    masterKey: readMasterKey(environment, database, faults),
    credentials: readCredentials(environment, faults),
    salesforce: readSalesforce(environment, faults),
    exchangeOauth: readExchangeOauth(environment, faults),
    office365: readOffice365(environment, faults),
    google,
    hints: readHints(environment, { publicUrl, pullsAs: google?.serviceAccount != null }, faults),
    smtp: readSmtp(environment, extraCa, faults),
    frameAncestors: readFrameAncestors(environment, faults),
    ewsAllowedHosts: readAllowedHosts(environment, faults),
    extraCa,
    runsAtOnceMax: integer(environment, 'RUNS_AT_ONCE', 20, 1, 1_000, faults),
    sessions: readSessionLimits(environment, faults),
    metrics: readMetrics(environment, port, faults),
    traces: readTraces(environment, faults),
    drainMs: integer(environment, 'DRAIN_SECONDS', 0, 0, 600, faults) * 1_000,
    logLevel: readLogLevel(environment, faults),
  };
  if (faults.length > 0) throw new ConfigFault(faults);
  return config;
}

function readDatabase(environment: Environment): DatabaseConfig {
  const url = environment.DATABASE_URL ?? '';
  if (url !== '') return { kind: 'server', url };
  return { kind: 'embedded', folder: dataFile(environment, 'postgres') };
}

function readMasterKey(
  environment: Environment,
  database: DatabaseConfig,
  faults: string[],
): MasterKeyConfig {
  const text = environment.MASTER_KEY ?? '';
  const file = environment.MASTER_KEY_FILE ?? '';
  if (text !== '' && file !== '') faults.push('Set MASTER_KEY or MASTER_KEY_FILE, not both.');
  if (text === '' && file === '') {
    if (database.kind === 'server') {
      faults.push(
        'With DATABASE_URL, set MASTER_KEY or MASTER_KEY_FILE to the same 32 bytes (base64) on every machine: openssl rand -base64 32.',
      );
    }
    return { kind: 'file', file: dataFile(environment, 'master.key') };
  }
  const previous = list(environment.PREVIOUS_MASTER_KEYS).map((one) =>
    decodeKey(one, 'PREVIOUS_MASTER_KEYS', faults),
  );
  if (text !== '') return { kind: 'given', key: decodeKey(text, 'MASTER_KEY', faults), previous };
  if (!existsSync(file)) {
    faults.push(
      'MASTER_KEY_FILE names a file that does not exist. Write 32 random bytes in base64 into it: openssl rand -base64 32.',
    );
    return { kind: 'given', key: new Uint8Array(KEY_BYTES), previous };
  }
  return {
    kind: 'given',
    key: decodeKey(readFileSync(file, 'utf8').trim(), 'MASTER_KEY_FILE', faults),
    previous,
  };
}

/** 32 bytes in base64; a wrong length is a fault that names the variable and never the value. */
export function decodeKey(text: string, name: string, faults: string[]): Uint8Array {
  const key = Buffer.from(text, 'base64');
  if (key.length === KEY_BYTES) return new Uint8Array(key);
  faults.push(`${name} must be 32 bytes in base64 (44 characters): openssl rand -base64 32.`);
  return new Uint8Array(KEY_BYTES);
}

function readSalesforce(environment: Environment, faults: string[]): SalesforceConfig {
  const clientId = environment.SALESFORCE_CLIENT_ID ?? '';
  if (clientId === '')
    faults.push(
      'Set SALESFORCE_CLIENT_ID to the consumer key of your External Client App (docs/operating.md).',
    );
  const apiVersion = environment.SALESFORCE_API_VERSION ?? '62.0';
  if (!/^\d{2}\.0$/.test(apiVersion)) faults.push('SALESFORCE_API_VERSION must look like 62.0.');
  const extraOrigins = list(environment.SALESFORCE_LOGIN_ORIGINS);
  for (const origin of extraOrigins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      faults.push(
        'SALESFORCE_LOGIN_ORIGINS must list origins such as https://acme.my.salesforce.com, without paths.',
      );
    }
  }
  return {
    clientId,
    clientSecret: environment.SALESFORCE_CLIENT_SECRET || null,
    apiVersion: `v${apiVersion}`,
    extraOrigins,
  };
}

function readPublicUrl(environment: Environment, fallback: string, faults: string[]): string {
  const text = (environment.PUBLIC_URL ?? fallback).replace(/\/+$/, '');
  if (URL.canParse(text) && new URL(text).origin === text) return text;
  faults.push('PUBLIC_URL must be an origin such as https://lockstep.acme.com, without a path.');
  return fallback;
}

function readAllowedHosts(environment: Environment, faults: string[]): readonly string[] {
  const entries = list(environment.EWS_ALLOWED_HOSTS).map((name) => name.toLowerCase());
  for (const entry of entries.filter((one) => one.includes('/'))) {
    const [network = '', prefix = ''] = entry.split('/');
    const bits = { 4: 32, 6: 128 }[isIP(network)];
    if (bits === undefined || !/^\d{1,3}$/.test(prefix) || Number(prefix) > bits)
      faults.push('EWS_ALLOWED_HOSTS must list hosts, *.hosts, or ranges such as 10.1.0.0/16.');
  }
  return entries;
}

function readFrameAncestors(environment: Environment, faults: string[]): readonly string[] {
  const origins = list(environment.FRAME_ANCESTORS);
  for (const origin of origins) {
    // One host each: a star would let in whatever else lies below the domain.
    if (!/^https:\/\/[a-z0-9.-]+(:\d+)?$/.test(origin) || new URL(origin).origin !== origin)
      faults.push(
        'FRAME_ANCESTORS must list origins such as https://mail.acme.com, without paths, stars or plain http.',
      );
  }
  return origins;
}

function readExtraCa(environment: Environment, faults: string[]): readonly string[] {
  const file = environment.EXTRA_CA_FILE ?? '';
  if (file === '') return [];
  const pem = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  if (certificates.length === 0)
    faults.push('EXTRA_CA_FILE must name a file with at least one PEM certificate.');
  return certificates;
}

/** From a quarter of an hour, which is three times as coarse as uses are noted, to the twelve hours after which every session ends. */
function readSessionLimits(environment: Environment, faults: string[]): SessionLimits {
  const minutes = (name: string, usual: number) =>
    integer(environment, name, usual / MINUTE, 15, 720, faults) * MINUTE;
  const { idleMs, consoleIdleMs } = defaultSessionLimits;
  return {
    idleMs: minutes('SESSION_IDLE_MINUTES', idleMs),
    consoleIdleMs: minutes('CONSOLE_IDLE_MINUTES', consoleIdleMs),
  };
}

/** Off unless a port is named: figures of the whole installation are not for everybody who reaches the pages. */
function readMetrics(environment: Environment, publicPort: number, faults: string[]): MetricsConfig | null {
  if ((environment.METRICS_PORT ?? '') === '') return null;
  const port = integer(environment, 'METRICS_PORT', 0, 1, 65_535, faults);
  if (port !== 0 && port === publicPort)
    faults.push(
      'METRICS_PORT must be another port than PORT: metrics are never served where people reach the pages.',
    );
  return { host: environment.METRICS_HOST || '127.0.0.1', port };
}

function readCredentials(environment: Environment, faults: string[]): Config['credentials'] {
  const text = environment.CREDENTIALS || 'sealed';
  if (text === 'sealed' || text === 'memory') return text;
  faults.push(
    'CREDENTIALS must be sealed (kept in the database, encrypted) or memory (forgotten at every restart).',
  );
  return 'sealed';
}

function readLogLevel(environment: Environment, faults: string[]): Config['logLevel'] {
  const text = environment.LOG_LEVEL ?? 'info';
  const level = LOG_LEVELS.find((one) => one === text);
  if (level === undefined) faults.push(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}.`);
  return level ?? 'info';
}

function integer(
  environment: Environment,
  name: string,
  fallback: number,
  min: number,
  max: number,
  faults: string[],
): number {
  const text = environment[name] ?? '';
  if (text === '') return fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  faults.push(`${name} must be a whole number from ${min} to ${max}.`);
  return fallback;
}

function list(text: string | undefined): readonly string[] {
  return (text ?? '').split(/[\s,]+/).filter((part) => part !== '');
}

/** A path inside the data folder (DATA_DIR, `.lockstep` in the working folder unless told). */
function dataFile(environment: Environment, name: string): string {
  const folder = environment.DATA_DIR ?? '.lockstep';
  return resolve(isAbsolute(folder) ? folder : resolve(process.cwd(), folder), name);
}
