import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EmailDraft } from '../../model/connector.ts';
import type { Attachment } from '../../model/email.ts';
import type { RecordId } from '../../model/ids.ts';
import { missingFiles, toContentVersion } from './files.ts';
import {
  bytesOf,
  GRAPH_FILE_BYTES_MAX,
  nodesOf,
  packWrites,
  REQUEST_BYTES_MAX,
  toFileWrite,
  toNodes,
  toWrite,
} from './writes.ts';

const seeded = { seed: 20_261_123, numRuns: 60 };
const file = (name: string, size: number): Attachment => ({
  name,
  mediaType: 'text/plain',
  bytes: new Uint8Array(size),
});
const draftWith = (attachments: readonly Attachment[]) =>
  ({ content: { attachments } }) as unknown as EmailDraft;

test('every write is in one pack, and no pack is above a limit', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 3_000_000 }), { maxLength: 6 });
  const mail = fc.record({
    sizes,
    text: fc.integer({ min: 0, max: 300_000 }),
    copies: fc.integer({ min: 0, max: 9 }),
  });
  fc.assert(
    fc.property(fc.array(mail, { maxLength: 40 }), (mails) => {
      const writes = mails.map(({ sizes: files, text, copies }) =>
        toWrite(
          draftWith(files.map((size, at) => file(`f${at}.txt`, size))),
          'Task',
          Array.from({ length: copies + 1 }, () => ({ Description: 'x'.repeat(copies > 0 ? 100 : text) })),
        ),
      );
      const packs = packWrites(writes);
      expect(packs.flatMap((pack) => pack.writes).length).toBe(writes.length);
      expect(new Set(packs.flatMap((pack) => pack.writes))).toEqual(new Set(writes));
      for (const { kind, writes: part } of packs) {
        const bytes = part.reduce((sum, write) => sum + bytesOf(write), 0);
        expect(part.length === 1 || bytes <= REQUEST_BYTES_MAX).toBe(true);
        expect(part.length).toBeLessThanOrEqual(kind === 'graph' ? 75 : 200);
        if (kind === 'graph')
          expect(part.reduce((sum, write) => sum + nodesOf(write), 0)).toBeLessThanOrEqual(500);
      }
    }),
    seeded,
  );
});

test('many small mails fill requests to the limit of records', () => {
  const writes = Array.from({ length: 450 }, () =>
    toWrite(draftWith([]), 'EmailMessage', [{ Subject: 'x' }]),
  );
  expect(packWrites(writes).map((pack) => pack.writes.length)).toEqual([200, 200, 50]);
});

test('files go along up to a size, later ones follow, and none is lost', () => {
  const files = [file('a', 3_000_000), file('b', 2_000_000), file('c', 500_000)];
  const write = toWrite(draftWith(files), 'EmailMessage', [{ Subject: 'x' }]);
  expect(write.files.map(({ name }) => name)).toEqual(['a', 'c']);
  expect(write.lateFiles.map(({ name }) => name)).toEqual(['b']);
  expect(write.files.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThanOrEqual(
    GRAPH_FILE_BYTES_MAX,
  );
});

test('what a graph would read as a reference never travels in one', () => {
  const write = toWrite(draftWith([file('a.txt', 1)]), 'EmailMessage', [{ Subject: 'see @{x.id}' }]);
  expect(write.files).toEqual([]);
  expect(packWrites([write])[0]?.kind).toBe('collection');
  const named = toFileWrite(draftWith([]), '02s1' as RecordId, [file('@{x}.txt', 1), file('b.txt', 1)]);
  expect(named.files.map(({ name }) => name)).toEqual(['b.txt']);
});

test('files hang on their new record by reference, on an old one by its id', () => {
  const fresh = toWrite(draftWith([file('a.txt', 1)]), 'EmailMessage', [{ Subject: 'x' }]);
  expect(toNodes(fresh, 3)[1]?.record).toMatchObject({
    FirstPublishLocationId: '@{m3.id}',
    VersionData: 'AA==',
  });
  const old = toFileWrite(draftWith([]), '02s1' as RecordId, [file('a.txt', 1)]);
  expect(toNodes(old, 3)[0]?.record).toMatchObject({ FirstPublishLocationId: '02s1' });
});

test('files are told apart by title and size, as often as they occur', () => {
  const files = [file('a.txt', 1), file('a.txt', 1), file('a.txt', 2), file('b.txt', 1)];
  const present = [{ title: 'a', sizeBytes: 1 }];
  expect(missingFiles(files, present)).toEqual(files.slice(1));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 1, max: 3 }))), (all) => {
      const attachments = all.map(([name, size]) => file(`${name}.txt`, size));
      const marks = all.map(([title, sizeBytes]) => ({ title, sizeBytes }));
      expect(missingFiles(attachments, marks)).toEqual([]);
      expect(missingFiles(attachments, [])).toEqual(attachments);
    }),
    seeded,
  );
});

test('a file name loses folders and keeps its extension', () => {
  expect(toContentVersion(file('C:\\docs\\offer.v2.pdf', 1), 'r')).toEqual({
    Title: 'offer.v2',
    PathOnClient: 'offer.v2.pdf',
    FirstPublishLocationId: 'r',
  });
  expect(toContentVersion(file('', 1), 'r')).toMatchObject({
    Title: 'attachment',
    PathOnClient: 'attachment',
  });
  const long = toContentVersion(file(`${'x'.repeat(900)}.pdf`, 1), 'r') as {
    Title: string;
    PathOnClient: string;
  };
  expect([long.Title.length, long.PathOnClient.length]).toEqual([255, 500]);
  expect(long.PathOnClient.endsWith('.pdf')).toBe(true);
});
