/** Every mail of the shared corpus through the simulated Exchange and the connector; skipped with a line where the corpus is absent. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ANN, drain, inboxOf, open } from '../support/exchange-bench.ts';

const CORPUS = '../shared/corpus/mail';
const present = existsSync(CORPUS);
if (!present) process.stdout.write(`skipped: no corpus at ${CORPUS}\n`);

function mailsBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return mailsBelow(path);
    return name === 'manifest.jsonl' ? [] : [path];
  });
}

describe.skipIf(!present)('the corpus in a simulated mailbox', () => {
  it('is listed, headed and read whole: every mail has its result', { timeout: 240_000 }, async () => {
    const { simulator, connect } = open();
    const files = mailsBelow(CORPUS);
    for (const file of files) simulator.deliver(ANN, 'inbox', readFileSync(file));
    const connector = connect();
    const { changes } = await drain(connector, await inboxOf(connector), null);
    const ids = changes.map(({ itemId }) => itemId);
    expect(new Set(ids).size).toBe(files.length);
    const kinds: Record<string, number> = {};
    const failures: Record<string, number> = {};
    for (let from = 0; from < ids.length; from += 100) {
      const batch = ids.slice(from, from + 100).map((itemId) => ({ itemId, place: 'inbox' as const }));
      for (const head of await connector.readHeads(batch)) {
        const word = head.ok ? head.value.kind : head.failure.code;
        kinds[word] = (kinds[word] ?? 0) + 1;
      }
    }
    for (let from = 0; from < ids.length; from += 10) {
      const contents = await connector.readContents(ids.slice(from, from + 10), {
        attachmentBytesMax: 25_000_000,
      });
      for (const content of contents)
        if (!content.ok) failures[content.failure.code] = (failures[content.failure.code] ?? 0) + 1;
    }
    const { requests, byOperation } = connector.traffic();
    process.stdout.write(`${JSON.stringify({ kinds, failures, requests, byOperation })}\n`);
    expect(Object.values(kinds).reduce((sum, count) => sum + count, 0)).toBe(files.length);
    expect(Object.keys(kinds).filter((word) => word.startsWith('mailbox.'))).toEqual([]);
    expect(failures).toEqual({});
  });
});
