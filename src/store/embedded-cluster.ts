/**
 * The cluster in its folder: made once with its two roles and their passwords, before it ever listens. Starting and stopping it is
 * `embedded.ts`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries, RunAs } from './embedded-binaries.ts';

export interface Secrets {
  readonly password: string;
  readonly adminPassword: string;
}

export interface Cluster {
  /** PostgreSQL's data folder. */
  readonly path: string;
  /** The same as PostgreSQL is told it; see `dataArgument`. */
  readonly argument: string;
  readonly runAs: RunAs;
  readonly secrets: Secrets;
}

export const DATABASE = 'lockstep';
export const ROLE = 'lockstep';
export const ADMIN_ROLE = 'postgres';

/** Nothing of the caller's environment reaches PostgreSQL: no locale, no PGDATA, no secrets. */
export const plainEnvironment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Whom PostgreSQL runs as: it refuses root, so root steps down to `nobody`, or to whoever owns an existing cluster. */
export async function chooseUser(folder: string): Promise<RunAs> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(clusterPath(folder)).catch(() => null);
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  for (const name of ['lockstep', 'postgres', 'nobody']) {
    const fields = passwd
      .split('\n')
      .find((line) => line.startsWith(`${name}:`))
      ?.split(':');
    const [uid, gid] = [Number(fields?.[2]), Number(fields?.[3])];
    if (uid > 0 && gid > 0) return { uid, gid };
  }
  throw new Error('PostgreSQL cannot run as root and no user "nobody" exists; start as another user');
}

/** Opens the cluster of a folder, making it when it is not there. An interrupted making leaves nothing that would be taken for a cluster. */
export async function openCluster(folder: string, binaries: Binaries, runAs: RunAs): Promise<Cluster> {
  const path = clusterPath(folder);
  const known = await readSecrets(folder);
  const exists = (await stat(join(path, 'PG_VERSION')).catch(() => null)) !== null;
  const secrets = known ?? { password: newPassword(), adminPassword: newPassword() };
  if (exists) await checkVersion(path, binaries);
  else await makeCluster(folder, binaries, runAs, secrets);
  // The file of passwords was lost, the data was not: give the roles new ones.
  if (exists && known === null) await runSingle(binaries, runAs, path, passwordStatements(secrets));
  if (known === null) await writeSecrets(folder, secrets);
  return { path, argument: dataArgument(path, runAs), runAs, secrets };
}

async function makeCluster(
  folder: string,
  binaries: Binaries,
  runAs: RunAs,
  secrets: Secrets,
): Promise<void> {
  const draft = join(folder, 'cluster.new');
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  if (runAs !== undefined) await chown(draft, runAs.uid, runAs.gid);
  const flags = [
    '--encoding=UTF8',
    '--locale=C',
    '--auth=reject',
    `--username=${ADMIN_ROLE}`,
    '--no-instructions',
  ];
  await run(binaries.initdb, ['-D', dataArgument(draft, runAs), ...flags], draft, runAs, '');
  const rules = join(draft, 'pg_hba.conf');
  await writeFile(rules, 'host all all 127.0.0.1/32 scram-sha-256\n');
  await chmod(rules, 0o600);
  if (runAs !== undefined) await chown(rules, runAs.uid, runAs.gid);
  await runSingle(binaries, runAs, draft, [
    `create role ${ROLE} login createdb`,
    ...passwordStatements(secrets),
    `create database ${DATABASE} owner ${ROLE} template template0`,
  ]);
  await writeSecrets(folder, secrets);
  await rename(draft, clusterPath(folder));
}

function passwordStatements(secrets: Secrets): string[] {
  return [
    `alter role ${ROLE} password '${secrets.password}'`,
    `alter role ${ADMIN_ROLE} password '${secrets.adminPassword}'`,
  ];
}

/** Runs statements in single-user mode: no port, no other client, no password needed. */
async function runSingle(
  binaries: Binaries,
  runAs: RunAs,
  path: string,
  statements: readonly string[],
): Promise<void> {
  const args = ['--single', '-D', dataArgument(path, runAs), '-c', 'log_min_messages=fatal', 'postgres'];
  await run(binaries.postgres, args, path, runAs, `${statements.join('\n')}\n`);
}

/**
 * Root may keep its folders closed (0700) to the user that PostgreSQL runs as. The process is put into the data folder before it steps down, and
 * `/proc/self/cwd` leads there without passing through the closed parents.
 */
function dataArgument(path: string, runAs: RunAs): string {
  return runAs !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : path;
}

function clusterPath(folder: string): string {
  return join(folder, 'cluster');
}

function newPassword(): string {
  return randomBytes(24).toString('base64url');
}

async function readSecrets(folder: string): Promise<Secrets | null> {
  const text = await readFile(join(folder, 'passwords.json'), 'utf8').catch(() => null);
  if (text === null) return null;
  return JSON.parse(text) as Secrets;
}

async function writeSecrets(folder: string, secrets: Secrets): Promise<void> {
  const draft = join(folder, 'passwords.json.new');
  await writeFile(draft, JSON.stringify(secrets), { mode: 0o600 });
  await rename(draft, join(folder, 'passwords.json'));
}

/** initdb insists on a name for the present user, which `docker run --user 4242` for example does not give it. */
function hintFor(complaint: string): string {
  return complaint.includes('could not look up effective user ID')
    ? '; start as a user that has a name, or name a server in DATABASE_URL'
    : '';
}

/** A cluster belongs to one major version; a later server neither reads nor harms it. */
async function checkVersion(path: string, binaries: Binaries): Promise<void> {
  const made = (await readFile(join(path, 'PG_VERSION'), 'utf8')).trim();
  const { stdout } = spawnSync(binaries.postgres, ['--version'], { cwd: '/', encoding: 'utf8' });
  const brought = /(\d+)(?:\.|devel|beta|rc)/.exec(stdout)?.[1];
  if (brought !== undefined && brought !== made) {
    throw new Error(
      `the database in ${path} was made with PostgreSQL ${made}, and this Lockstep brings ${brought}: see docs/decisions/database.md, "Moving to a later PostgreSQL"`,
    );
  }
}

function run(program: string, args: string[], cwd: string, runAs: RunAs, input: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...runAs,
      cwd,
      env: plainEnvironment,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-2_000);
    });
    child.on('error', reject);
    child.stdin.on('error', () => undefined).end(input);
    child.on('close', (code) => {
      // Single-user mode reports a failed statement and goes on.
      const failed = code !== 0 || /^\S.*\b(ERROR|FATAL|PANIC):/m.test(complaint);
      if (failed)
        reject(new Error(`PostgreSQL could not be set up: ${complaint.trim()}${hintFor(complaint)}`));
      else resolve();
    });
  });
}
