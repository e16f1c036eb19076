/**
 * Goal: a full disk stops what needs it and nothing else: the process lives, nothing is lost or doubled once there is room, and a log that cannot be written
 * brings nobody down.
 * Method: PostgreSQL itself refuses with 53100 (disk_full) whenever a chosen table is written; the log writes to Linux's `/dev/full`.
 */
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/server/system-clock.ts';
import { makeDue } from '../support/worker-crowd.ts';
import { openServedCrowd, until } from './served-crowd.ts';

test.each(['runs', 'verdicts', 'cursors'])(
  'without room for %s nothing is lost and nothing doubled',
  async (table) => {
    await using open = await openServedCrowd({ count: 2, clock: systemClock });
    const { lockstep, mailboxes, ended, logged, services, base } = open;
    const admin = new pg.Client({ connectionString: base.adminUrl });
    await admin.connect();
    await admin.query(`create function no_room() returns trigger language plpgsql as $$
    begin raise exception 'could not extend file' using errcode = '53100'; end $$`);
    await admin.query(
      `create trigger no_room before insert or update on ${table} for each statement execute function no_room()`,
    );
    await makeDue(lockstep.ports, mailboxes, Date.now());
    open.startWorker({ leaseMs: 90_000, heartbeatMs: 1_000 });
    await until('both runs met it', () => logged.length + ended.length >= 2);
    expect(ended.filter(({ outcome }) => outcome === 'done')).toEqual([]);
    expect(lockstep.vitals.isLive()).toBe(true);
    expect(await lockstep.vitals.readiness()).toBe('ok');

    await admin.query(`drop function no_room() cascade`);
    await until('the leases are given back', async () => {
      const { rows } = await admin.query('select 1 from schedules where lease_expires_at is not null');
      return rows.length === 0;
    });
    await admin.end();
    await makeDue(lockstep.ports, mailboxes, Date.now());
    const done = () =>
      new Set(ended.filter(({ outcome }) => outcome === 'done').map(({ mailboxId }) => mailboxId));
    await until('both have run', () => done().size === 2);
    expect(services.salesforce.records('EmailMessage')).toHaveLength(2);
  },
);

test.skipIf(process.platform !== 'linux')('a log that cannot be written brings nobody down', async () => {
  const script = join(import.meta.dirname, '..', 'support', 'log-to-standard-output.ts');
  const child = spawn(process.execPath, [script], { stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'] });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += String(chunk);
  });
  let hasEnded = false;
  child.once('exit', () => {
    hasEnded = true;
  });
  await until('it has logged for a while, or has ended', () => said.includes('alive') || hasEnded);
  child.kill('SIGKILL');
  expect(said.trim()).toBe('alive');
});
