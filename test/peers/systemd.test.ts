/**
 * Goal: the units start what exists, with what they need and nothing more. Method: `systemd-analyze verify` and its exposure score where it exists, and
 * rules of our own on the text everywhere.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const units = ['lockstep.service', 'lockstep-worker@.service'];
const textOf = (unit: string) => readFileSync(join(root, 'deploy', 'systemd', unit), 'utf8');

function valuesOf(text: string, name: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map((found) => found[1] ?? '');
}

const hasSystemd = spawnSync('systemd-analyze', ['--version'], { stdio: 'ignore' }).status === 0;

describe.each(units)('%s', (unit) => {
  const text = textOf(unit);

  test('starts the command line that is there, by the Node that npm brings', () => {
    const [node = '', entry = '', ...args] = valuesOf(text, 'ExecStart')[0]?.split(' ') ?? [];
    expect(existsSync(node.replace('/opt/lockstep', root))).toBe(true);
    expect(existsSync(entry.replace('/opt/lockstep', root))).toBe(true);
    expect(args).toEqual([unit === 'lockstep.service' ? 'serve' : 'worker']);
  });

  test('gets secrets as credentials: each is read by the variable that names it, none stands in the unit', () => {
    const credentials = valuesOf(text, 'LoadCredential').map((one) => one.split(':')[0]);
    const read = valuesOf(text, 'Environment')
      .filter((one) => one.includes('_FILE='))
      .map((one) => basename(one.split('=')[1] ?? ''));
    expect(read.toSorted()).toEqual(credentials.toSorted());
    expect(text).toMatch(/^Environment=MASTER_KEY_FILE=%d\/master-key$/m);
    expect(text).not.toMatch(/^Environment=\w*(SECRET|PASSWORD|URL|KEY)=/m);
  });

  test('stops by SIGTERM with time for the 20 seconds that runs may need, and starts again unless the configuration is wrong', () => {
    expect(valuesOf(text, 'KillSignal')).toEqual(['SIGTERM']);
    expect(Number(valuesOf(text, 'TimeoutStopSec')[0])).toBeGreaterThan(20);
    expect(valuesOf(text, 'RestartPreventExitStatus')).toEqual(['2']);
  });

  test('is a user of its own that can write nowhere and gain nothing', () => {
    for (const line of ['DynamicUser=yes', 'NoNewPrivileges=yes', 'ProtectSystem=strict', 'PrivateTmp=yes'])
      expect(text).toContain(`\n${line}\n`);
    expect(valuesOf(text, 'CapabilityBoundingSet')).toEqual(['']);
    expect(valuesOf(text, 'ReadWritePaths')).toEqual([]);
  });

  test.skipIf(!hasSystemd)(
    'systemd takes it and finds little exposed (skipped: no systemd-analyze here)',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'lockstep-units-'));
      try {
        cpSync(join(root, 'deploy', 'systemd'), folder, { recursive: true });
        // Installed as it says or not: the programs of this machine stand for those of /opt/lockstep.
        const here = text.replaceAll('/opt/lockstep/node_modules/.bin/node', process.execPath);
        writeFileSync(join(folder, unit), here);
        const verified = spawnSync('systemd-analyze', ['verify', join(folder, unit)], { encoding: 'utf8' });
        expect(verified.stderr.split('\n').filter((line) => line.includes('lockstep'))).toEqual([]);
        expect(verified.status).toBe(0);
        const judged = spawnSync(
          'systemd-analyze',
          ['security', '--offline=true', '--no-pager', '--threshold=20', join(folder, unit)],
          { encoding: 'utf8' },
        );
        expect({ status: judged.status, stderr: judged.stderr }).toMatchObject({ status: 0 });
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
