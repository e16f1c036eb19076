/** That every error of the project's taxonomy has its place in the catalogue (N2), worded in both voices, and that the connectors find it. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogue } from '../../src/model/catalogue.ts';
import type { CatalogueEntry } from '../../src/model/catalogue-entry.ts';
import { crmRows } from '../support/crm-error-rows.ts';
import { type MappedRow, nothingYet, rowsOf, type TaxonomyRow } from '../support/error-row.ts';
import { googleRows } from '../support/google-error-rows.ts';
import { microsoftRows } from '../support/microsoft-error-rows.ts';

const mappedRows: readonly MappedRow[] = [
  ...microsoftRows,
  ...googleRows,
  ...crmRows,
  ...rowsOf('any', ['TLS, DNS', 'mailbox.unreachable', nothingYet]),
];
/** Vendor words that go through a connector's translation; fewer would mean that rows are no longer read. */
const WORDS_MIN = 200;
const FILE = '../shared/contracts/error-taxonomy.json';
const isHere = existsSync(FILE);
if (!isHere) process.stdout.write(`error-taxonomy: skipped, there is no ${FILE}\n`);

const rows: readonly TaxonomyRow[] = isHere ? JSON.parse(readFileSync(FILE, 'utf8')).rows : [];
const nameOf = ({ provider, match }: TaxonomyRow) => `${provider}: ${match}`;
const isOf = (row: TaxonomyRow) => (mapped: MappedRow) =>
  mapped.provider === row.provider && row.match.startsWith(mapped.starts);
const kindOf = (row: TaxonomyRow) => row.class.replaceAll('_', '-');

test.skipIf(!isHere)('every row has one place in the catalogue, and no place is without a row', () => {
  expect(rows.length).toBeGreaterThan(100);
  expect(rows.filter((row) => mappedRows.filter(isOf(row)).length !== 1).map(nameOf)).toEqual([]);
  const unused = mappedRows.filter((mapped) => !rows.some((row) => isOf(row)(mapped)));
  expect(unused.map(({ starts }) => starts)).toEqual([]);
});

test.skipIf(!isHere)('the kind is the row’s class, or says why it is another one', () => {
  const offenders = rows.filter((row) => {
    const mapped = mappedRows.find(isOf(row));
    return (
      mapped !== undefined && (catalogue[mapped.code].kind === kindOf(row)) === (mapped.differs !== undefined)
    );
  });
  expect(offenders.map(nameOf)).toEqual([]);
});

test.skipIf(!isHere)('the connectors translate the row’s vendor words to that kind', () => {
  const offenders = rows.flatMap((row) => {
    const mapped = mappedRows.find(isOf(row));
    if (mapped === undefined) return [];
    const { kind } = catalogue[mapped.code];
    return mapped
      .translated(row.match)
      .filter((failure) => failure.kind !== kind)
      .map((failure) => `${nameOf(row)}: ${failure.vendorCode} is ${failure.code}`);
  });
  expect(offenders).toEqual([]);
  const words = rows.flatMap((row) => mappedRows.find(isOf(row))?.translated(row.match) ?? []);
  expect(words.length).toBeGreaterThan(WORDS_MIN);
});

test('every entry speaks in both voices, in sentences', () => {
  const isSentence = (text: string) => /^[A-Z].{9,}[.):]$/s.test(text);
  const entries = Object.entries<CatalogueEntry>(catalogue);
  expect(
    entries.filter(([, { user, admin }]) => !isSentence(user) || !isSentence(admin)).map(([code]) => code),
  ).toEqual([]);
});
