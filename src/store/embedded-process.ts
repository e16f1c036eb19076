/**
 * One running PostgreSQL that cannot outlive its parent: a shell holds the other end of a pipe, and when the pipe closes, because we closed it
 * or because we were killed, it asks the server to stop. It runs in a session of its own, so Ctrl-C reaches only us.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { type Cluster, plainEnvironment } from './embedded-cluster.ts';

export interface ServerProcess {
  /** Resolves when the server has ended, however that came. */
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  /** Fast shutdown: open transactions are rolled back, everything committed is on disk. */
  stop(): Promise<void>;
  /** What the log holds since this server was started, by it and by one that was only ending then; its end, where that is long. */
  words(): Promise<string>;
}

const LOG_BYTES_MAX = 1024 * 1024;
const WORDS_BYTES_MAX = 64 * 1024;

/** Asked again until it is gone: a server that is only starting does not listen to signals yet. */
const supervisor = `
exec 3<&0 0</dev/null
"$@" 3<&- &
server=$!
(read -r _ <&3; while kill -INT "$server" 2>/dev/null; do sleep 0.2; done) &
watch=$!
exec 3<&-
wait "$server"
code=$?
kill "$watch" 2>/dev/null
wait "$watch" 2>/dev/null
exit $code
`;

/** Starts the server on a loopback port. That it answers is for the caller to see. */
export async function spawnServer(
  postgres: string,
  cluster: Cluster,
  settings: { readonly port: number; readonly fsync: boolean; readonly logPath: string },
): Promise<ServerProcess> {
  const size = await stat(settings.logPath).then(
    (file) => file.size,
    () => 0,
  );
  const start = size > LOG_BYTES_MAX ? 0 : size;
  if (size > LOG_BYTES_MAX) await truncate(settings.logPath);
  const log = await open(settings.logPath, 'a', 0o600);
  const child = spawn(
    '/bin/sh',
    ['-c', supervisor, 'lockstep-postgres', postgres, ...argumentsOf(cluster, settings)],
    {
      ...cluster.runAs,
      cwd: cluster.path,
      env: plainEnvironment,
      detached: true,
      stdio: ['pipe', log.fd, log.fd],
    },
  );
  child.stdin?.on('error', () => undefined);
  await log.close();
  // A process that only keeps a database must be able to end; the closing pipe then ends the database.
  child.unref();
  (child.stdin as (NodeJS.WritableStream & { unref?: () => void }) | null)?.unref?.();
  return watched(child, () => readFrom(settings.logPath, start));
}

function watched(child: ChildProcess, words: () => Promise<string>): ServerProcess {
  let over = false;
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      over = true;
      resolve();
    };
    child.on('exit', end);
    child.on('error', end);
  });
  return {
    ended,
    hasEnded: () => over,
    words,
    stop: () => {
      child.ref();
      child.stdin?.end();
      return ended;
    },
  };
}

function argumentsOf(cluster: Cluster, { port, fsync }: { port: number; fsync: boolean }): string[] {
  const options: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
    max_connections: '100',
    shared_buffers: '64MB',
    wal_level: 'minimal',
    max_wal_senders: '0',
    min_wal_size: '32MB',
    max_wal_size: '256MB',
    jit: 'off',
    max_parallel_workers_per_gather: '0',
    timezone: 'UTC',
    // Statements and values never reach the log: only what concerns the server itself.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    ...(fsync ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return [
    '-D',
    cluster.argument,
    ...Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}

async function readFrom(logPath: string, start: number): Promise<string> {
  const bytes = await readFile(logPath).catch(() => Buffer.alloc(0));
  return bytes.subarray(start).subarray(-WORDS_BYTES_MAX).toString('utf8').trimEnd();
}

/** Whether `postmaster.pid` names a process that is no PostgreSQL: left behind by a crash, its number taken by somebody else since. */
export async function isPidFileStale(clusterFolder: string): Promise<boolean> {
  const text = await readFile(join(clusterFolder, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
  return command !== null && !command.includes('postgres');
}
