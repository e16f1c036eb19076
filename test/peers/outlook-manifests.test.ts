/**
 * That both manifests of the Outlook add-in are as Microsoft has them: the unified one by the checks that the vendor generates from its own schema
 * (npm `@microsoft/app-manifest`), the XML one by the documented form in `outlook-manifest-rules.ts`, for no package brings its schema.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Convert } from '@microsoft/app-manifest/build/generated-types/teams/TeamsManifestV1D17.js';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { buildProgram } from '../../src/server/cli/program.ts';
import { offencesOf } from '../support/outlook-manifest-rules.ts';

const URL_OF_IT = 'https://lockstep.acme.com';
let folder: string;
let xml: string;
let json: string;

async function run(...args: string[]): Promise<number> {
  const codes: number[] = [];
  await buildProgram((code) => codes.push(code)).parseAsync(['node', 'lockstep', 'addin', ...args]);
  return codes[0] ?? -1;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-outlook-'));
  expect(await run('outlook', '--url', URL_OF_IT, '--out', folder)).toBe(0);
  xml = await readFile(join(folder, 'manifest.xml'), 'utf8');
  json = await readFile(join(folder, 'unified', 'manifest.json'), 'utf8');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the XML manifest', () => {
  it('has the documented form', () => {
    expect(offencesOf(xml)).toEqual([]);
  });

  it.each([
    ['an element that nobody knows', '<Permissions>', '<Surprise/><Permissions>'],
    [
      'elements out of order',
      '<SupportsPinning>',
      '<SupportsPinning>true</SupportsPinning><SupportsPinning>',
    ],
    ['plain http', 'https://lockstep.acme.com/outlook.html', 'http://lockstep.acme.com/outlook.html'],
    ['a resource that is missing', 'resid="tip"', 'resid="tap"'],
    ['another permission', 'ReadItem', 'ReadEverything'],
    ['pinning in the old version', '</Action>', '<SupportsPinning>true</SupportsPinning></Action>'],
    ['a version in three parts', '.0</Version>', '</Version>'],
  ])('would be refused with %s', (_, from, to) => {
    expect(xml).toContain(from);
    expect(offencesOf(xml.replace(from, to))).not.toEqual([]);
  });
});

describe('the unified manifest', () => {
  it('passes the vendor’s checks', () => {
    expect(() => Convert.toTeamsManifestV1D17(json)).not.toThrow();
  });

  it.each([
    ['a member that nobody knows', '"accentColor"', '"surprise": 1, "accentColor"'],
    ['a context that nobody knows', 'mailRead', 'mailWatch'],
    ['no icons', '"icons": {', '"icon": {'],
  ])('would be refused with %s', (_, from, to) => {
    expect(json).toContain(from);
    expect(() => Convert.toTeamsManifestV1D17(json.replace(from, to))).toThrow();
  });

  it('keeps within the lengths that the schema states', () => {
    const { name, description, accentColor, version } = JSON.parse(json) as {
      readonly name: { readonly short: string };
      readonly description: { readonly short: string };
      readonly accentColor: string;
      readonly version: string;
    };
    expect(name.short.length).toBeLessThanOrEqual(30);
    expect(description.short.length).toBeLessThanOrEqual(80);
    expect(accentColor).toMatch(/^#[0-9a-f]{6}$/);
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('brings its icons in the sizes that are asked for', async () => {
    const sizeOf = async (name: string) => {
      const bytes = await readFile(join(folder, 'unified', name));
      return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
    };
    expect(await sizeOf('color.png')).toEqual([192, 192]);
    expect(await sizeOf('outline.png')).toEqual([32, 32]);
  });
});

test('both ask for as little and go to the same page under the same id', () => {
  expect(/<Id>(.+)<\/Id>/.exec(xml)?.[1]).toBe((JSON.parse(json) as { id: string }).id);
  expect(xml).toContain('<Permissions>ReadItem</Permissions>');
  expect(json).toContain('MailboxItem.Read.User');
  for (const text of [xml, json]) {
    expect(text).toContain(`${URL_OF_IT}/outlook.html`);
    expect(text).not.toContain('{{');
  }
});

test('the id is one installation’s for ever, and another one’s is another', async () => {
  const idFor = async (url: string) => {
    expect(await run('outlook', '--url', url, '--out', folder)).toBe(0);
    return /<Id>(.+)<\/Id>/.exec(await readFile(join(folder, 'manifest.xml'), 'utf8'))?.[1];
  };
  const first = await idFor(URL_OF_IT);
  expect(await idFor(`${URL_OF_IT}/`)).toBe(first);
  expect(await idFor('https://lockstep.globex.com')).not.toBe(first);
});

test.each([
  'http://lockstep.acme.com',
  'https://lockstep.acme.com/path',
  'lockstep.acme.com',
  "https://a'.com/x",
])('no manifest is written for %s', async (url) => {
  expect(await run('outlook', '--url', url, '--out', folder)).toBe(2);
  expect(await run('gmail', '--url', url, '--out', folder)).toBe(2);
});
