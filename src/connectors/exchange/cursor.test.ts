import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readFeedCursor, readListingCursor, writeFeedCursor, writeListingCursor } from './cursor.ts';

describe('cursors', () => {
  it('come back as they were written', () => {
    const feed = { syncState: 'S=', marks: '2026/3', readAt: 5 };
    expect(readFeedCursor(writeFeedCursor(feed))).toEqual(feed);
    const listing = {
      syncState: 'H=',
      roles: { inbox: 'a' },
      folders: [
        { id: 'a', parentId: 'root', name: 'Eingang "ä"', folderClass: 'IPF.Note' },
        { id: 'b', parentId: 'a', name: '', folderClass: '' },
      ],
    };
    expect(readListingCursor(writeListingCursor(listing))).toEqual(listing);
  });

  it('of 5,000 folders stay below 1 MiB', () => {
    const folders = Array.from({ length: 5_000 }, (_, index) => ({
      id: `AAMkAGE3${'MzQ5NTctZTk1Mi00'.repeat(6)}${index * 7_919}AAA=`,
      parentId: 'root',
      name: `Customer ${index}`,
      folderClass: 'IPF.Note',
    }));
    expect(writeListingCursor({ syncState: 'x'.repeat(100_000), roles: {}, folders }).length).toBeLessThan(
      1_048_576,
    );
  });

  it.each(['', 'f1:', 'f1:{}', 'f1:[1,2,3]', 'l2:', 'l2:AAAA', 'l2:????', 'l1:[]', 'f2:[]'])(
    'that are damaged (%j) count as none',
    (text) => {
      expect([readFeedCursor(text), readListingCursor(text)]).toEqual([null, null]);
    },
  );

  it.each([[[{}]], [[null]], [['a']], [[['a', 'b', 1, '']]], [[['a', {}, 'b', '']]]])(
    'whose folders are none (%j) count as none',
    (rows) => {
      const packed = deflateRawSync(JSON.stringify(['H=', {}, rows])).toString('base64');
      expect(readListingCursor(`l2:${packed}`)).toBeNull();
    },
  );
});
