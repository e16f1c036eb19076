/** The licence policy, held against package-lock.json and what is installed, without any network; and its page, which must be as `npm run sbom` writes it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  BUNDLED,
  importedByPages,
  licencesPage,
  listShipped,
  misnamed,
  offences,
  readLock,
} from '../../scripts/write-sbom.ts';

const lock = readLock();
const shipped = listShipped(lock);
const page = join(import.meta.dirname, '..', '..', 'docs', 'security', 'licenses.md');

describe('what is shipped', () => {
  test('is under licences of the list, or is excepted by name and for a reason', () => {
    expect(offences(shipped)).toEqual([]);
  });

  test('has in node_modules the licence that the lock names', () => {
    expect(misnamed(lock, shipped)).toEqual([]);
  });

  test('includes whatever the pages import, and what that needs', () => {
    expect(importedByPages()).toEqual(BUNDLED);
    const inPages = shipped.filter(({ where }) => where.includes('pages')).map(({ name }) => name);
    expect(inPages).toEqual(
      expect.arrayContaining([...BUNDLED, '@tanstack/query-core', 'scheduler', '@griffel/core']),
    );
  });

  test('is listed in docs/security/licenses.md: `npm run sbom` writes it', () => {
    expect(readFileSync(page, 'utf8')).toBe(licencesPage(shipped));
  });
});

describe('the policy', () => {
  const one = (licence: string) => ({ name: 'some', version: '1.0.0', licence, where: 'server' }) as const;

  test.each([
    'GPL-3.0-only',
    'AGPL-3.0',
    'none',
    'SEE LICENSE IN LICENSE',
    'MIT AND GPL-2.0',
    'MPL-2.0',
    'UNLICENSED',
  ])('refuses %s', (licence) => {
    expect(offences([one(licence)], {})).toHaveLength(1);
  });

  test.each(['MIT', '(MIT OR GPL-3.0)', 'MIT AND ISC', '(MIT OR EUPL-1.1+)'])('takes %s', (licence) => {
    expect(offences([one(licence)], {})).toEqual([]);
  });

  test('an exception holds for one licence of one package, and not longer than it is shipped', () => {
    const exceptions = { some: { licence: 'MPL-2.0', why: 'a reason' } };
    expect(offences([one('MPL-2.0')], exceptions)).toEqual([]);
    expect(offences([one('GPL-3.0-only')], exceptions)).toHaveLength(2);
    expect(offences([], exceptions)).toEqual(['the exception for some is for nothing that is shipped']);
  });
});
