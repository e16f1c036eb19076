import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ImportHeader, importColumns, readImportHeader, readImportRow } from './read-import-row.ts';

function headerOf(...cells: string[]): ImportHeader {
  const header = readImportHeader(cells);
  if (header.kind === 'refused') throw new Error(header.problem);
  return header;
}

const problemOf = (header: ImportHeader, ...cells: string[]) => {
  const row = readImportRow(header, cells);
  return row.kind === 'bad' ? [row.column, row.problem] : null;
};

test('columns come in any order, letter case and spelling; what means nothing is told', () => {
  const header = headerOf('Mailbox Address', 'Team', 'CRM-USERNAME');
  expect([...header.places]).toEqual([
    ['mailbox_address', 0],
    ['crm_username', 2],
  ]);
  expect(header.ignored).toEqual(['Team']);
  expect(readImportRow(header, ['Anna.Berg@Contoso.test ', 'x', ' anna@contoso.test'])).toMatchObject({
    kind: 'row',
    crmUsername: 'anna@contoso.test',
    mailboxAddress: 'anna.berg@contoso.test',
    fullName: null,
  });
});

test('a header without a CRM column, or with a column twice, is refused', () => {
  expect(readImportHeader(['full_name'])).toMatchObject({ problem: 'no-crm-column' });
  expect(readImportHeader(['crm_username', 'CRM_Username'])).toMatchObject({ problem: 'column-twice' });
  expect(readImportHeader(['', ' '])).toMatchObject({ problem: 'empty' });
});

test('each way in which a row can be wrong is told apart, with its column', () => {
  const header = headerOf('crm_username', 'crm_user_id', 'mailbox_address');
  expect(problemOf(header, '', '', 'a@b.test')).toEqual([null, 'no-crm-user']);
  expect(problemOf(header, '', '003000000000001AAA', '')).toEqual(['crm_user_id', 'bad-user-id']);
  expect(problemOf(header, '', '00500000000000', '')).toEqual(['crm_user_id', 'bad-user-id']);
  expect(problemOf(header, 'a@b.test', '', 'Anna <a@b.test>')).toEqual(['mailbox_address', 'bad-address']);
  expect(problemOf(header, `${'x'.repeat(300)}`, '', '')).toEqual(['crm_username', 'too-long']);
  expect(problemOf(header, 'a@b.test', '', '', 'more')).toEqual([null, 'too-many-cells']);
  expect(problemOf(header, 'a\uFFFD@b.test', '', '')).toEqual(['crm_username', 'not-utf-8']);
  expect(problemOf(header, 'a@b.test', '005000000000001', '', '')).toBeNull();
});

test('a missing column leaves the address to the CRM, an empty cell names none', () => {
  expect(readImportRow(headerOf('crm_username'), ['a@b.test'])).toMatchObject({ mailboxAddress: undefined });
  expect(readImportRow(headerOf('crm_username', 'mailbox_address'), ['a@b.test'])).toMatchObject({
    mailboxAddress: null,
  });
});

test('whatever a file holds, a row is read or told what is wrong, and the order of columns does not matter', () => {
  const cell = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.emailAddress(),
    fc.constant('005000000000001AAA'),
    fc.constant(''),
  );
  const cells = fc.record(Object.fromEntries(importColumns.map((column) => [column, cell])));
  const order = fc.shuffledSubarray([...importColumns], { minLength: importColumns.length });
  fc.assert(
    fc.property(cells, order, (values, columns) => {
      const read = (names: readonly string[]) =>
        readImportRow(
          headerOf(...names),
          names.map((name) => values[name] ?? ''),
        );
      const row = read(columns);
      const straight = read(importColumns);
      expect(row.kind).toBe(straight.kind);
      if (row.kind === 'row') expect(row).toEqual(straight);
      if (row.kind === 'row') expect(row.crmUsername ?? row.crmUserId).not.toBeNull();
    }),
    { seed: 20_261_127 },
  );
});
