/**
 * The part of the configuration that is about the operator's applications at Microsoft and Google. It reads the environment it is given and
 * nothing else; faults are sentences for the operator.
 */
import { existsSync, readFileSync } from 'node:fs';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Office365Config {
  readonly clientId: string;
  readonly clientSecret: string | null;
  readonly certificate: { readonly key: string; readonly certificate: string } | null;
  readonly tenant: string;
  readonly loginOrigin: string;
  readonly graphOrigin: string;
}

export interface ExchangeOauthConfig {
  readonly authority: string;
  readonly clientId: string;
  readonly clientSecret: string | null;
  readonly resource: string;
  readonly ewsUrl: string;
}

export interface GoogleConfig {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly serviceAccount: {
    readonly email: string;
    readonly keyId: string | null;
    readonly privateKey: string;
  } | null;
  readonly accountsOrigin: string;
  readonly tokenOrigin: string;
  readonly gmailOrigin: string;
  readonly unitsPerMinute: number;
}

/** Login and Graph hosts by cloud. https://learn.microsoft.com/graph/deployments */
const clouds: Readonly<Record<string, readonly [login: string, graph: string]>> = {
  global: ['https://login.microsoftonline.com', 'https://graph.microsoft.com'],
  us: ['https://login.microsoftonline.us', 'https://graph.microsoft.us'],
  'us-dod': ['https://login.microsoftonline.us', 'https://dod-graph.microsoft.us'],
  china: ['https://login.partner.microsoftonline.cn', 'https://microsoftgraph.chinacloudapi.cn'],
};

/** Null where OFFICE365_CLIENT_ID is not set: the service is not offered. */
export function readOffice365(environment: Environment, faults: string[]): Office365Config | null {
  const clientId = environment.OFFICE365_CLIENT_ID ?? '';
  if (clientId === '') return null;
  const cloud = environment.OFFICE365_CLOUD ?? 'global';
  const [login, graph] = clouds[cloud] ?? ['', ''];
  if (login === '') faults.push(`OFFICE365_CLOUD must be one of ${Object.keys(clouds).join(', ')}.`);
  const clientSecret = environment.OFFICE365_CLIENT_SECRET || null;
  const certificate = readCertificate(environment, faults);
  if (clientSecret === null && certificate === null)
    faults.push(
      'With OFFICE365_CLIENT_ID, set OFFICE365_CLIENT_SECRET, or OFFICE365_CERTIFICATE_FILE to a PEM file with private key and certificate.',
    );
  return {
    clientId,
    clientSecret,
    certificate,
    tenant: environment.OFFICE365_TENANT || 'organizations',
    loginOrigin: origin(environment, 'OFFICE365_LOGIN_ORIGIN', login, faults),
    graphOrigin: origin(environment, 'OFFICE365_GRAPH_ORIGIN', graph, faults),
  };
}

function readCertificate(environment: Environment, faults: string[]): Office365Config['certificate'] {
  const file = environment.OFFICE365_CERTIFICATE_FILE ?? '';
  if (file === '') return null;
  const pem = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const key = /-----BEGIN (?:RSA )?PRIVATE KEY-----[\s\S]+?-----END (?:RSA )?PRIVATE KEY-----/.exec(pem)?.[0];
  const certificate = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(pem)?.[0];
  if (key !== undefined && certificate !== undefined) return { key, certificate };
  faults.push(
    'OFFICE365_CERTIFICATE_FILE must name a PEM file with an unencrypted private key and its certificate.',
  );
  return null;
}

/** Null where EXCHANGE_OAUTH_CLIENT_ID is not set: people then give login and password. */
export function readExchangeOauth(environment: Environment, faults: string[]): ExchangeOauthConfig | null {
  const clientId = environment.EXCHANGE_OAUTH_CLIENT_ID ?? '';
  if (clientId === '') return null;
  const secure = (name: string, example: string): string => {
    const text = (environment[name] ?? '').replace(/\/+$/, '');
    const url = URL.canParse(text) ? new URL(text) : null;
    const isHere = url !== null && url.protocol === 'http:' && LOOPBACK.has(url.hostname);
    if (url === null || (url.protocol !== 'https:' && !isHere) || url.search !== '' || url.hash !== '')
      faults.push(`With EXCHANGE_OAUTH_CLIENT_ID, set ${name}, such as ${example}.`);
    return text;
  };
  const authority = secure(
    'EXCHANGE_OAUTH_AUTHORITY',
    'https://login.microsoftonline.com/TENANT or https://sts.acme.com/adfs',
  );
  const ewsUrl = secure('EXCHANGE_EWS_URL', 'https://mail.acme.com/EWS/Exchange.asmx');
  const resource = secure('EXCHANGE_OAUTH_RESOURCE', 'https://mail.acme.com');
  return {
    authority,
    clientId,
    clientSecret: environment.EXCHANGE_OAUTH_CLIENT_SECRET || null,
    resource,
    ewsUrl,
  };
}

const GOOGLE_ACCOUNTS = 'https://accounts.google.com';
const GOOGLE_TOKENS = 'https://oauth2.googleapis.com';
const GMAIL = 'https://gmail.googleapis.com';
/** What projects new since May 2026 are given; older ones have 15,000. */
const UNITS_PER_MINUTE = 6_000;

/** Null where GOOGLE_CLIENT_ID is not set: the service is not offered. */
export function readGoogle(environment: Environment, faults: string[]): GoogleConfig | null {
  const clientId = environment.GOOGLE_CLIENT_ID ?? '';
  if (clientId === '') return null;
  const clientSecret = environment.GOOGLE_CLIENT_SECRET ?? '';
  if (clientSecret === '')
    faults.push(
      'With GOOGLE_CLIENT_ID, set GOOGLE_CLIENT_SECRET: a web application has one (docs/operating.md).',
    );
  const units = Number(environment.GOOGLE_UNITS_PER_MINUTE || UNITS_PER_MINUTE);
  if (!Number.isInteger(units) || units < 100)
    faults.push(
      'GOOGLE_UNITS_PER_MINUTE must be a whole number from 100: the quota units of one mailbox in a minute.',
    );
  return {
    clientId,
    clientSecret,
    serviceAccount: readServiceAccount(environment, faults),
    accountsOrigin: origin(environment, 'GOOGLE_ACCOUNTS_ORIGIN', GOOGLE_ACCOUNTS, faults),
    tokenOrigin: origin(environment, 'GOOGLE_TOKEN_ORIGIN', GOOGLE_TOKENS, faults),
    gmailOrigin: origin(environment, 'GOOGLE_GMAIL_ORIGIN', GMAIL, faults),
    unitsPerMinute: units,
  };
}

function readServiceAccount(environment: Environment, faults: string[]): GoogleConfig['serviceAccount'] {
  const file = environment.GOOGLE_SERVICE_ACCOUNT_FILE ?? '';
  if (file === '') return null;
  try {
    const key = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const { client_email: email, private_key: privateKey, private_key_id: keyId } = key;
    if (typeof email === 'string' && typeof privateKey === 'string')
      return { email, privateKey, keyId: typeof keyId === 'string' ? keyId : null };
  } catch {
    // Said below, in the same words: no such file, no JSON, no key.
  }
  faults.push(
    'GOOGLE_SERVICE_ACCOUNT_FILE must name the JSON key file of a service account (client_email, private_key).',
  );
  return null;
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** P5: tokens go over TLS to everything but this machine. */
function origin(environment: Environment, name: string, fallback: string, faults: string[]): string {
  const text = environment[name] || fallback;
  if (text === '') return text;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.origin !== text) {
    faults.push(`${name} must be an origin such as ${fallback}, without a path.`);
  } else if (url.protocol !== 'https:' && !LOOPBACK.has(url.hostname)) {
    faults.push(`${name} must begin with https://; plain http is taken to this machine only.`);
  }
  return text;
}
