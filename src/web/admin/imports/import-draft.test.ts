import { expect, test } from 'vitest';
import { crmImportSchema, csvColumns } from '../../../api-schema/admin/imports.ts';
import {
  badRowsFile,
  crmImportOf,
  csvImportPath,
  emptyImport,
  findFileError,
  sampleFile,
} from './import-draft.ts';

test('the sample has the columns that the API takes', () => {
  expect(sampleFile.split('\r\n')[0]?.split(',')).toEqual([...csvColumns]);
});

test('a file goes with what people are to have', () => {
  expect(csvImportPath({ ...emptyImport, profileId: 'p-1' }, true)).toBe(
    '/imports/csv?dryRun=true&profile=p-1',
  );
});

test('filters that were left empty are not sent', () => {
  const draft = { ...emptyImport, department: ' Sales ', includeKnown: true };
  const sent = crmImportOf(draft, false);
  expect(crmImportSchema.parse(sent)).toEqual({
    dryRun: false,
    profileId: null,
    licenseId: null,
    filter: { department: 'Sales', includeKnown: true },
  });
});

test('a file that cannot be taken is named before it is sent', () => {
  expect(findFileError(null)).toBe('Choose a file.');
  expect(findFileError({ name: 'a.csv', size: 0 })).toBe('The file is empty.');
  expect(findFileError({ name: 'a.csv', size: 10 })).toBeNull();
});

test('bad rows become a file that a spreadsheet opens without running anything', () => {
  const rows = [
    { kind: 'bad-row', line: 3, column: 'mailbox_address', reason: 'Not an address, or two.' },
    { kind: 'bad-row', line: 9, column: null, reason: '=1+1 "x"' },
  ] as const;
  expect(badRowsFile(rows)).toBe(
    'line,column,reason\r\n3,mailbox_address,"Not an address, or two."\r\n9,,"\'=1+1 ""x"""\r\n',
  );
});
