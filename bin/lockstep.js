#!/usr/bin/env node
/**
 * The command line's door. Runs on any Node that npm finds and hands over to the pinned Node 24 (npm package `node`), which runs
 * TypeScript as it is.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const entry = join(root, 'sandbox', 'lockstep.ts');
const major = Number(process.versions.node.split('.')[0]);

if (major >= 24) {
  await import(entry);
} else {
  const pinned = join(root, 'node_modules', 'node', 'bin', 'node');
  if (!existsSync(pinned)) {
    process.stderr.write('Lockstep needs Node 24, which npm brings: run "npm ci" in its folder first.\n');
    process.exit(2);
  }
  const child = spawnSync(pinned, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exit(child.status ?? 1);
}
