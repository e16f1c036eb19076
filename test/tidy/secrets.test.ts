/**
 * No secret is in the repository: secretlint with its recommended rules over every tracked file, and patterns of our own for what Lockstep makes and what it is
 * trusted with. The fakes that prove it are put together while the test runs, so that no file holds one.
 */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runSecretLint } from 'secretlint';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && !/\.(png|ico)$/.test(file) && existsSync(join(root, file)));

/** Each as its maker documents it, or as it is seen; what stands for one in tests is shorter, or words. */
const own: Readonly<Record<string, RegExp>> = {
  'a service token of Lockstep': /\blst_[\w-]{43}\b/,
  'a session of a link': /\breconnect\.[\w-]{43}\b/,
  'a master key': /\b(?:PREVIOUS_)?MASTER_KEYS?["']?\s*[=:]\s*["']?[A-Za-z0-9+/]{43}=/,
  // Google and Salesforce document no lengths; these are as issued.
  'a Google client secret': /\bGOCSPX-[\w-]{28}\b/,
  'a Google access token': /\bya29\.[\w-]{60,}/,
  'a Google refresh token': /\b1\/\/0[\w-]{60,}/,
  'a secret of an Entra application': /\b[\w~.-]{3}8Q~[\w~.-]{34}\b/,
  'a Salesforce session': /\b00D[A-Za-z0-9]{12,15}![\w.]{60,}/,
  'a Salesforce refresh token': /\b5Aep861[\w.]{60,}/,
};

function ownFindings(text: string): readonly string[] {
  return Object.entries(own).flatMap(([what, pattern]) => (pattern.test(text) ? [what] : []));
}

/** What secretlint finds, as `file: rule`; the values stay out of the answer. */
async function scan(
  cliOptions: Parameters<typeof runSecretLint>[0]['cliOptions'],
): Promise<readonly string[]> {
  const { stdout, stderr } = await runSecretLint({
    cliOptions,
    engineOptions: { cwd: root, formatter: 'json', color: false, terminalLink: false, maskSecrets: true },
  });
  if (stderr !== null) throw stderr;
  const results = JSON.parse(stdout ?? '[]') as {
    filePath: string;
    messages: { ruleId: string; loc: { start: { line: number } } }[];
  }[];
  return results.flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId, loc }) => `${filePath.replace(`${root}/`, '')}:${loc.start.line} ${ruleId}`),
  );
}

describe('the repository holds no secret', () => {
  test('that secretlint knows', { timeout: 240_000 }, async () => {
    expect(files.length).toBeGreaterThan(1_000);
    expect(await scan({ cwd: root, filePathOrGlobList: files, noGlob: true })).toEqual([]);
  });

  test('of our own making or keeping', () => {
    const found = files.flatMap((file) =>
      ownFindings(readFileSync(join(root, file), 'utf8')).map((what) => `${file}: ${what}`),
    );
    expect(found).toEqual([]);
  });
});

describe('a secret that slips in is found', () => {
  const random = (length: number) => randomBytes(length).toString('hex').slice(0, length);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

  test.each([
    ['a private key', String(privateKey.export({ type: 'pkcs8', format: 'pem' }))],
    ['a link with a password', `https://anna:${random(16)}@mail.acme.com/`],
    ['a token of a source host', `ghp_${random(36)}`],
  ])('%s, by secretlint', async (_, secret) => {
    const text = `const some = '${secret}';\n`;
    expect(await scan({ cwd: root, stdinContent: text, stdinFileName: 'planted.ts' })).toHaveLength(1);
  });

  const key = randomBytes(32).toString('base64');
  test.each([
    ['a service token of Lockstep', `lst_${random(43)}`],
    ['a session of a link', `reconnect.${random(43)}`],
    ['a master key', `MASTER_KEY=${key}`],
    ['a master key', `"MASTER_KEY": "${key}"`],
    ['a master key', `PREVIOUS_MASTER_KEYS=${key}`],
    ['a Google client secret', `GOCSPX-${random(28)}`],
    ['a Google access token', `ya29.${random(160)}`],
    ['a Google refresh token', `1//0${random(100)}`],
    ['a secret of an Entra application', `abc8Q~${random(34)}`],
    ['a Salesforce session', `00D${random(12)}!${random(90)}`],
    ['a Salesforce refresh token', `5Aep861${random(80)}`],
  ])('%s, by our own patterns', (what, secret) => {
    expect(ownFindings(`some ${secret} text`)).toEqual([what]);
  });
});
