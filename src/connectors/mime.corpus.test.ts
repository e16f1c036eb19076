/** Runs every mail of the shared corpus through the reader; skipped with a line where the corpus is absent. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMime } from './mime.ts';

const CORPUS = '../shared/corpus/mail';
const present = existsSync(CORPUS);
if (!present) process.stdout.write(`skipped: no corpus at ${CORPUS}\n`);
function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

describe.skipIf(!present)('the corpus of 2,010 mails', () => {
  it('is read without a throw, each in bounded time', { timeout: 300_000 }, async () => {
    const files = filesBelow(CORPUS).filter((path) => !path.endsWith('manifest.jsonl'));
    let withBody = 0;
    let slowestMs = 0;
    for (const file of files) {
      const startedAt = performance.now();
      const content = await readMime(readFileSync(file), { attachmentBytesMax: 25 * 1024 * 1024 });
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
      if (content.text !== null || content.html !== null || content.attachments.length > 0) withBody += 1;
      expect(`${content.text}${content.html}${content.headers}`.includes('\0'), file).toBe(false);
      expect(/<script/i.test(content.html ?? ''), file).toBe(false);
      for (const attachment of content.attachments) {
        expect(attachment.name, file).toMatch(/^[^/\\\0]{1,220}$/);
        expect(attachment.bytes.length, file).toBeGreaterThan(0);
      }
    }
    process.stdout.write(
      `${files.length} mails, ${withBody} with a body or file, slowest ${Math.round(slowestMs)} ms\n`,
    );
    expect(files.length).toBe(2_010);
    expect(slowestMs).toBeLessThan(10_000);
    expect(withBody).toBeGreaterThan(1_900);
  });
});
