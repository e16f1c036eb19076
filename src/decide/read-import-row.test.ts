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

test.each([
  ['full_name', 200],
  ['crm_username', 255],
  ['mailbox_login', 256],
] as const)('the column %s takes %i characters and no more', (column, most) => {
  const header = headerOf('crm_user_id', column);
  const row = (length: number) => readImportRow(header, ['005000000000001', 'x'.repeat(length)]);
  expect(row(most)).toMatchObject({ kind: 'row' });
  expect(row(most + 1)).toEqual({ kind: 'bad', column, problem: 'too-long' });
});

test('an address takes 64 characters before the @ and 255 behind it, of those that may stand there', () => {
  const header = headerOf('crm_username', 'mailbox_address');
  const read = (address: string) => readImportRow(header, ['a@b.test', address]);
  const whole = `${'x'.repeat(64)}@${'y'.repeat(255)}`;
  expect(read(whole)).toMatchObject({ mailboxAddress: whole });
  const bad = [
    `${'x'.repeat(65)}@y`,
    `x@${'y'.repeat(256)}`,
    '@y',
    'x@',
    'x',
    'x@y@z',
    'x y@z',
    'x,y@z',
    'x@y;z',
  ];
  for (const address of [...bad, '(x)@y', '[x]@y', 'x\\y@z', 'x:y@z'])
    expect(read(address)).toEqual({ kind: 'bad', column: 'mailbox_address', problem: 'bad-address' });
  expect(read(`x@${'y'.repeat(319)}`)).toMatchObject({ problem: 'too-long' });
});

test('an id has 15 or 18 letters and digits behind 005, and is taken as it is written', () => {
  const header = headerOf('crm_user_id');
  const read = (id: string) => readImportRow(header, [id]);
  for (const id of ['005abcXYZ012345', '005abcXYZ012345AAA'])
    expect(read(id)).toMatchObject({ kind: 'row', crmUserId: id, crmUsername: null });
  for (const id of [
    '005abcXYZ0123456',
    '005abcXYZ01234',
    '005abcXYZ01234!',
    'x005abcXYZ012345',
    '005abcXYZ012345AA',
  ])
    expect(read(id)).toEqual({ kind: 'bad', column: 'crm_user_id', problem: 'bad-user-id' });
  expect(read('005abcXYZ012345AAAx')).toEqual({ kind: 'bad', column: 'crm_user_id', problem: 'too-long' });
});

test('quotes may stand in a name and nowhere else', () => {
  const header = headerOf('crm_username', 'full_name', 'mailbox_login');
  expect(readImportRow(header, ['a@b.test', 'Anna "Annie" Berg', 'x'])).toMatchObject({
    ...{ kind: 'row', fullName: 'Anna "Annie" Berg', mailboxLogin: 'x' },
  });
  expect(problemOf(header, 'a@b.test', '', 'x"')).toEqual(['mailbox_login', 'bad-quotes']);
  expect(problemOf(header, '"a@b.test', '', '')).toEqual(['crm_username', 'bad-quotes']);
});

test('missing cells are empty, and empty cells beyond the header are no mistake', () => {
  const header = headerOf('crm_username', 'mailbox_login', 'mailbox_address');
  const empty = { kind: 'row', fullName: null, crmUserId: null, mailboxLogin: null, mailboxAddress: null };
  expect(readImportRow(header, ['a@b.test'])).toEqual({ ...empty, crmUsername: 'a@b.test' });
  expect(readImportRow(header, ['a@b.test', ' ', '', '', '  '])).toEqual({
    ...empty,
    crmUsername: 'a@b.test',
  });
  expect(problemOf(header, 'a@b.test', '', '', ' ', 'x')).toEqual([null, 'too-many-cells']);
});

test('of columns that mean nothing fifty are told, each by its first hundred characters', () => {
  const names = Array.from({ length: 60 }, (_, at) => ` ${String(at).padStart(2, '0')}${'n'.repeat(120)} `);
  const { ignored, cells } = headerOf('crm_user_id', ...names);
  expect(cells).toBe(61);
  expect(ignored).toHaveLength(50);
  expect(ignored[49]).toBe(`49${'n'.repeat(98)}`);
});

test('a name of a column is one in blanks, hyphens and any letter case, and empty names are ignored', () => {
  expect([...headerOf(' Crm  User - ID ', '', 'FULL-name').places]).toEqual([
    ['crm_user_id', 0],
    ['full_name', 2],
  ]);
  expect(readImportHeader([' ', 'full_name'])).toEqual({ kind: 'refused', problem: 'no-crm-column' });
  expect(readImportHeader([])).toEqual({ kind: 'refused', problem: 'empty' });
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
