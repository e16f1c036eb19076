/** The documents of the pages as they go out: who may frame each, what it may load, and whether it may speak to the window that opened it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiApp, buildApp } from '../../src/api/app.ts';
import { documentRules } from '../../src/server/documents.ts';
import { type Api, openApi, PUBLIC_URL } from '../support/api-harness.ts';

const OWN_OUTLOOK = 'https://mail.acme.com';
const OFFICE_JS = 'https://appsforoffice.microsoft.com';
let api: Api;
let app: ApiApp;
let folder: string;

beforeAll(async () => {
  api = await openApi();
  folder = await mkdtemp(join(tmpdir(), 'lockstep-documents-'));
  await mkdir(join(folder, 'icons'));
  for (const file of [
    'index.html',
    'outlook.html',
    'dialog.html',
    'outlook-dialog.html',
    'admin.html',
    'later.html',
    'app.js',
    'icons/icon-16.png',
  ])
    await writeFile(join(folder, file), file);
  const limit = { rateLimit: { max: 1_000, timeWindow: '1 minute' } };
  app = await buildApp({
    ports: api.lockstep.ports,
    publicUrl: PUBLIC_URL,
    secure: true,
    pagesFolder: folder,
    documents: documentRules([OWN_OUTLOOK]),
    activationMs: 1_000,
    ...{ readLimit: limit, addressLimit: limit },
    ...{ loginLimit: limit, activationLimit: limit, hintLimit: limit, mailLimit: limit, mailMs: 1_000 },
  });
});
afterAll(async () => {
  await app?.close();
  await rm(folder, { recursive: true, force: true });
  await api[Symbol.asyncDispose]();
});

async function headersOf(url: string): Promise<Readonly<Record<string, string>>> {
  const { headers, statusCode } = await app.inject({ method: 'GET', url });
  expect(statusCode).toBe(200);
  return headers as Record<string, string>;
}

function sources(headers: Readonly<Record<string, string>>, directive: string): readonly string[] {
  const policies = [headers['content-security-policy'] ?? []].flat();
  expect(policies).toHaveLength(1);
  const [line = ''] = (policies[0] ?? '').split(';').filter((one) => one.startsWith(`${directive} `));
  return line.split(' ').slice(1);
}

describe('who may frame', () => {
  it.each([
    ['/', ["'self'", 'https://mail.google.com']],
    ['/index.html', ["'self'", 'https://mail.google.com']],
    [
      '/outlook.html',
      [
        ...["'self'", 'https://outlook.office.com', 'https://outlook.office365.com'],
        ...['https://outlook.live.com', 'https://*.outlook.com', OWN_OUTLOOK],
      ],
    ],
    ['/dialog.html', ["'none'"]],
    ['/outlook-dialog.html', ["'none'"]],
    ['/admin.html', ["'none'"]],
    ['/admin', ["'none'"]],
    ['/admin/people/4711?search=anna', ["'none'"]],
    ['/later.html', ["'none'"]],
    ['/app.js', ["'none'"]],
    ['/api/session', ["'none'"]],
  ])('%s', async (url, allowed) => {
    const headers = await headersOf(url);
    expect(sources(headers, 'frame-ancestors')).toEqual(allowed);
    // The older header has no word for a list: where frames are allowed it is not there.
    expect(headers['x-frame-options']).toBe(allowed.includes("'none'") ? 'DENY' : undefined);
  });
});

describe('what may be loaded', () => {
  it.each([
    ['/', false],
    ['/dialog.html', false],
    ['/later.html', false],
    ['/outlook.html', true],
    ['/outlook-dialog.html', true],
  ])('%s loads Office.js: %s, and talks to nobody but us', async (url, loadsOffice) => {
    const headers = await headersOf(url);
    expect(sources(headers, 'script-src')).toEqual(loadsOffice ? ["'self'", OFFICE_JS] : ["'self'"]);
    expect(sources(headers, 'connect-src')).toEqual(["'self'"]);
    expect(sources(headers, 'default-src')).toEqual(["'none'"]);
  });

  it('lets mail clients show the icons, and nothing else of ours', async () => {
    expect((await headersOf('/icons/icon-16.png'))['cross-origin-resource-policy']).toBe('cross-origin');
    expect((await headersOf('/app.js'))['cross-origin-resource-policy']).toBe('same-origin');
  });
});

describe('the window that opened it', () => {
  it.each([
    ['/dialog.html', 'unsafe-none'],
    ['/outlook-dialog.html', 'unsafe-none'],
    ['/', 'same-origin'],
    ['/outlook.html', 'same-origin'],
    ['/later.html', 'same-origin'],
  ])('is for %s: %s', async (url, policy) => {
    expect((await headersOf(url))['cross-origin-opener-policy']).toBe(policy);
  });
});
