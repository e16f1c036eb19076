/**
 * The privacy check checked: it finds what is there in every encoding, also across its windows; it finds a leak that the product is made to
 * have; it finds nothing in the product as it is; and it refuses to call an empty search clean.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createMarkers, formsOf } from '../../sandbox/privacy/markers.ts';
import { searchFiles } from '../../sandbox/privacy/search-files.ts';
import { privacyCheck, runPrivacyCheck } from '../../sandbox/privacy-check.ts';

const SEED = 20_261_123;
let folder: string;

beforeAll(async () => {
  process.stdout.write(`privacy check: seed ${SEED}\n`);
  folder = await mkdtemp(join(tmpdir(), 'lockstep-privacy-test-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const encodings: Readonly<Record<string, (text: string) => Buffer>> = {
  'as it is': (text) => Buffer.from(text),
  'in base64 at any offset': (text) => Buffer.from(Buffer.from(`ab${text}`).toString('base64')),
  'in base64 of base64': (text) =>
    Buffer.from(Buffer.from(Buffer.from(`a${text}`).toString('base64')).toString('base64')),
  'in UTF-16': (text) => Buffer.from(text, 'utf16le'),
  'in hex': (text) => Buffer.from(Buffer.from(text).toString('hex')),
  'in JSON': (text) => Buffer.from(JSON.stringify({ subject: `grüße "${text}"` })),
};

test.each(Object.entries(encodings))('a marker is found %s', async (_, encode) => {
  const markers = createMarkers();
  const file = join(folder, 'encoded.bin');
  await writeFile(file, Buffer.concat([Buffer.alloc(99), encode(markers.plant('subject')), Buffer.alloc(9)]));
  const { findings, bytes } = await searchFiles([file], formsOf('marker', markers.signature), markers);
  expect(findings.length).toBeGreaterThan(0);
  expect(bytes).toBeGreaterThan(108);
});

test('a marker across the border of two windows is found once, with its place', async () => {
  const markers = createMarkers();
  const file = join(folder, 'large.bin');
  const marker = Buffer.from(markers.plant('attachment-name'));
  for (const offset of [4 * 1024 * 1024 - 20, 4 * 1024 * 1024 - 1, 9_000_000]) {
    await writeFile(file, Buffer.concat([Buffer.alloc(offset), marker, Buffer.alloc(10)]));
    const { findings } = await searchFiles([file], formsOf('marker', markers.signature), markers);
    expect(findings).toEqual([{ of: 'attachment-name', encoding: 'plain', file, offset }]);
  }
});

test('nothing of a mailbox is left on disk, through faults, kills and a crash of the database', async () => {
  const lines: string[] = [];
  const report = await privacyCheck({ seed: SEED, log: (line) => lines.push(line) });
  expect(report.findings, lines.join('\n')).toEqual([]);
  expect(report.kills).toBe(4);
  expect(report.mailsSaved).toBeGreaterThan(100);
  for (const [what, count] of Object.entries(report.lived)) expect(count, what).toBeGreaterThan(0);
  expect(report.mailsSent).toBeGreaterThanOrEqual(3);
  expect(report.bytes).toBeGreaterThan(20 * 1024 * 1024);
  const tokens = ['salesforce', 'office365', 'google'].flatMap((service) => [
    `${service} access-token`,
    `${service} refresh-token`,
  ]);
  expect(report.secrets).toEqual(
    expect.arrayContaining([...tokens, 'authorization-code', 'reconnect-link', 'session']),
  );
}, 900_000);

test('a leak into a log line and into a row of settings is found, and not repeated', async () => {
  const lines: string[] = [];
  const dataFolder = join(folder, 'leaking');
  const log = (line: string) => lines.push(line);
  expect(await runPrivacyCheck({ seed: SEED, plant: 'leak', kills: 1, dataFolder, log })).toBe(1);
  const found = lines.filter((line) => line.startsWith('FOUND'));
  expect(found.some((line) => line.includes('/logs/'))).toBe(true);
  expect(found.some((line) => line.includes('/tables/public.users.txt'))).toBe(true);
  expect(found.some((line) => line.includes('/cluster/base/'))).toBe(true);
  expect(lines.join('\n')).not.toMatch(/x[a-z]\d+z/);
}, 900_000);

test('a server named by its address is worked on in a database of its own, and searched', async () => {
  const lines: string[] = [];
  const databaseUrl = inject('postgresAdminUrl');
  const log = (line: string) => lines.push(line);
  expect(await runPrivacyCheck({ seed: SEED, kills: 1, databaseUrl, log }), lines.join('\n')).toBe(0);
  expect(lines.some((line) => line.includes('data directory'))).toBe(true);
}, 900_000);

test('a database that cannot be reached is no clean result', async () => {
  const databaseUrl = 'postgres://nobody@127.0.0.1:1/nothing';
  expect(await runPrivacyCheck({ seed: SEED, databaseUrl, log: () => undefined })).toBe(2);
});
