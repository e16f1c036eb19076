/** What is good or bad about a database server, and about one that could not be opened at all. Judges facts that others have asked for. */
import { type Instant, SECOND } from '../../model/clock.ts';
import { DatabaseError } from '../../store/database.ts';
import { MigrationRefused } from '../../store/migrate.ts';
import type { ServerFacts } from '../../store/server-facts.ts';
import { type Finding, finding } from './finding.ts';

const VERSION_MIN = 150_000;
const SKEW_MAX_MS = 5 * SECOND;
/** Runs wait for services most of the time: a quarter of them at once is at the database. */
const RUNS_PER_CONNECTION = 4;

export interface ServerAbout {
  readonly facts: ServerFacts;
  /** This machine's clock when the server was asked. */
  readonly now: Instant;
  readonly poolMax: number;
  readonly runsAtOnceMax: number;
}

export function judgeServer({ facts, now, poolMax, runsAtOnceMax }: ServerAbout): readonly Finding[] {
  const skewMs = facts.now - now;
  const free = facts.connectionsMax - facts.connectionsUsed;
  const wanted = Math.ceil(runsAtOnceMax / RUNS_PER_CONNECTION);
  return [
    finding(
      'database version',
      facts.versionNumber >= VERSION_MIN,
      `PostgreSQL ${Math.floor(facts.versionNumber / 10_000)}`,
      `PostgreSQL ${Math.floor(facts.versionNumber / 10_000)} is too old. Use 15 or newer.`,
    ),
    finding(
      'database collations',
      facts.hasIcu,
      'ICU is there',
      'this PostgreSQL was built without ICU, which lists of people need. Install a build with ICU (--with-icu).',
    ),
    finding(
      'database privileges',
      facts.tablesDenied === 0 && facts.tables > 0,
      `all ${facts.tables} tables can be read and written`,
      `${facts.tablesDenied} of ${facts.tables} tables are denied to this role. Let the role that owns them run "lockstep migrate", or grant it select, insert, update and delete.`,
    ),
    finding(
      'database clock',
      Math.abs(skewMs) <= SKEW_MAX_MS,
      'agrees with this machine',
      `differs from this machine's by ${Math.round(skewMs / SECOND)} seconds. Synchronise both by NTP.`,
    ),
    finding(
      'database connections',
      poolMax >= wanted && free >= poolMax,
      `${poolMax} for ${runsAtOnceMax} runs at once; the server has ${free} of ${facts.connectionsMax} free`,
      poolMax < wanted
        ? `DATABASE_CONNECTIONS (${poolMax}) is too small for RUNS_AT_ONCE (${runsAtOnceMax}): set it to ${wanted} at least.`
        : `the server has ${free} of ${facts.connectionsMax} connections free, and this process may want ${poolMax}. Raise max_connections, or lower DATABASE_CONNECTIONS.`,
    ),
  ];
}

const remedies: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there. Start PostgreSQL, or correct host and port in DATABASE_URL.',
  ENOTFOUND: 'the host is not known. Correct it in DATABASE_URL.',
  EAI_AGAIN: 'the host cannot be looked up now. See whether DNS works on this machine.',
  ETIMEDOUT: 'the host does not answer. See whether a firewall lies between.',
  '28P01': 'the password is refused. Correct it in DATABASE_URL.',
  '28000': 'the role is refused. Correct it in DATABASE_URL, or let it in by pg_hba.conf.',
  '3D000': 'there is no such database. Make it (createdb), or correct its name in DATABASE_URL.',
  '42501':
    'the role lacks a privilege that migrating needs. Let the owner of the database run "lockstep migrate".',
  '53300': 'the server has no connection left. Raise max_connections, or lower DATABASE_CONNECTIONS.',
};

/** Why the database could not be opened and brought up to date, with the remedy. Values and messages of servers are not repeated. */
export function judgeUnopened(error: unknown): Finding {
  if (error instanceof MigrationRefused)
    return { subject: 'database', ok: false, text: `cannot be brought up to date: ${error.message}` };
  const code = error instanceof DatabaseError ? error.code : codeOf(error);
  const remedy = remedies[code] ?? 'See DATABASE_URL, or DATA_DIR where the embedded database is used.';
  return { subject: 'database', ok: false, text: `cannot be opened (${code}): ${remedy}` };
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  if (typeof code === 'string') return code;
  return Array.isArray(errors) && errors.length > 0 ? codeOf(errors[0]) : 'unknown';
}
