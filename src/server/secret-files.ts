/**
 * Secrets as files: containers, orchestrators and systemd hand secrets out as files, and what stands in the environment is seen by everything that may look
 * at a process. Each of these variables may be given by a file instead, named by the same variable with `_FILE` behind it.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';

type Environment = Readonly<Record<string, string | undefined>>;

/** MASTER_KEY_FILE, GOOGLE_SERVICE_ACCOUNT_FILE and OFFICE365_CERTIFICATE_FILE are files of their own kind and read where they are used. */
const secretVariables = [
  'DATABASE_URL',
  'EXCHANGE_OAUTH_CLIENT_SECRET',
  'GOOGLE_CLIENT_SECRET',
  'OFFICE365_CLIENT_SECRET',
  'PREVIOUS_MASTER_KEYS',
  'SALESFORCE_CLIENT_SECRET',
  'SMTP_URL',
] as const;

/** A secret is a line or two; whoever names something else has named the wrong file. */
const FILE_BYTES_MAX = 65_536;

/** The environment with what its secret files hold, without blanks at the ends. Faults name the variable, never a path or a content. */
export function withSecretFiles(environment: Environment, faults: string[]): Environment {
  const read: Record<string, string> = {};
  for (const name of secretVariables) {
    const file = environment[`${name}_FILE`] ?? '';
    if (file === '') continue;
    if ((environment[name] ?? '') !== '') faults.push(`Set ${name} or ${name}_FILE, not both.`);
    else if (isReadable(file)) read[name] = readFileSync(file, 'utf8').trim();
    else faults.push(`${name}_FILE must name a readable file of at most 64 KiB that holds the value.`);
  }
  return new Proxy(environment, {
    get: (given, name) => (typeof name === 'string' ? (read[name] ?? given[name]) : undefined),
  });
}

function isReadable(file: string): boolean {
  if (!existsSync(file)) return false;
  const facts = statSync(file);
  return facts.isFile() && facts.size <= FILE_BYTES_MAX;
}
